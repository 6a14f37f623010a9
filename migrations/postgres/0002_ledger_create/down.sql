DROP TABLE lots;
DROP TABLE lot_moves;
DROP VIEW entries;
DROP TABLE transfers;
DROP TABLE journals;
DROP TABLE balances;
DROP TABLE accounts;

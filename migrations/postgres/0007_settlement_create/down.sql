DROP TABLE trade_days;
DROP TABLE trades;
DROP TABLE trading_areas;
DROP TABLE fee_schedules;
DROP TABLE fee_accounts;

DROP TABLE commitment_permits;
DROP TABLE single_person_limits;
ALTER TABLE organisations DROP COLUMN single_person_limit_fen;

-- A payout may also give back money whose owner never became known. SQLite changes a CHECK without
-- rebuilding the table, to which other tables refer, only by the text that it keeps of it.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(
    sql,
    'OR (kind = ''refund'' AND share IS NULL AND refund_request_id IS NOT NULL)),',
    'OR (kind = ''refund'' AND share IS NULL AND refund_request_id IS NOT NULL)
        OR (kind = ''return'' AND share IS NULL AND refund_request_id IS NULL)),')
WHERE type = 'table' AND name = 'payouts';
PRAGMA writable_schema = RESET;

-- A row says of a payout of the kind `return`, by its id, which line's money it gives back.
CREATE TABLE payout_origins (
    id TEXT NOT NULL PRIMARY KEY,
    line_id TEXT NOT NULL,
    CONSTRAINT payout_origins_id_fkey FOREIGN KEY (id) REFERENCES payouts (id),
    CONSTRAINT payout_origins_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_lines (id)
);

CREATE INDEX payout_origins_line_id_idx ON payout_origins (line_id);

CREATE TRIGGER payout_origins_update_refuse BEFORE UPDATE ON payout_origins
BEGIN SELECT RAISE(ABORT, 'payout_origins is append-only'); END;
CREATE TRIGGER payout_origins_delete_refuse BEFORE DELETE ON payout_origins
BEGIN SELECT RAISE(ABORT, 'payout_origins is append-only'); END;

-- A payout may also give back money whose owner never became known.
ALTER TABLE payouts DROP CONSTRAINT payouts_kind_check;
ALTER TABLE payouts ADD CONSTRAINT payouts_kind_check CHECK (
    (kind = 'share' AND share IS NOT NULL AND refund_request_id IS NULL)
    OR (kind = 'refund' AND share IS NULL AND refund_request_id IS NOT NULL)
    OR (kind = 'return' AND share IS NULL AND refund_request_id IS NULL));

-- A row says of a payout of the kind `return`, by its id, which line's money it gives back.
CREATE TABLE payout_origins (
    id UUID NOT NULL PRIMARY KEY,
    line_id UUID NOT NULL,
    CONSTRAINT payout_origins_id_fkey FOREIGN KEY (id) REFERENCES payouts (id),
    CONSTRAINT payout_origins_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_lines (id)
);

CREATE INDEX payout_origins_line_id_idx ON payout_origins (line_id);

CREATE TRIGGER payout_origins_change_refuse BEFORE UPDATE OR DELETE ON payout_origins
FOR EACH ROW EXECUTE FUNCTION refuse_change();

DROP TABLE payout_origins;

ALTER TABLE payouts DROP CONSTRAINT payouts_kind_check;
ALTER TABLE payouts ADD CONSTRAINT payouts_kind_check CHECK (
    (kind = 'share' AND share IS NOT NULL AND refund_request_id IS NULL)
    OR (kind = 'refund' AND share IS NULL AND refund_request_id IS NOT NULL));

DROP TABLE payout_origins;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(
    sql,
    'OR (kind = ''refund'' AND share IS NULL AND refund_request_id IS NOT NULL)
        OR (kind = ''return'' AND share IS NULL AND refund_request_id IS NULL)),',
    'OR (kind = ''refund'' AND share IS NULL AND refund_request_id IS NOT NULL)),')
WHERE type = 'table' AND name = 'payouts';
PRAGMA writable_schema = RESET;

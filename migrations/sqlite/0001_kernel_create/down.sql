DROP TABLE idempotency_keys;
DROP TABLE counters;
DROP TABLE audit_head;
DROP TABLE audit_changes;
DROP TABLE audit_entries;

-- A row is one command that had an effect or was refused by a rule. The chain of hashes runs
-- through all of them in the order of seq.
CREATE TABLE audit_entries (
    seq BIGINT NOT NULL PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    user_id TEXT,
    organisation_id TEXT,
    role TEXT,
    operation TEXT NOT NULL,
    outcome TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT,
    before TEXT,
    after TEXT,
    hash BLOB NOT NULL,
    CONSTRAINT audit_entries_seq_check CHECK (seq > 0),
    CONSTRAINT audit_entries_outcome_check CHECK (outcome IN ('done', 'refused')),
    CONSTRAINT audit_entries_hash_check CHECK (LENGTH(hash) = 32)
) WITHOUT ROWID;

CREATE TRIGGER audit_entries_update_refuse BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
CREATE TRIGGER audit_entries_delete_refuse BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;

-- A row is one row that a command saved: its table, its id and the digest of its canonical form.
CREATE TABLE audit_changes (
    seq BIGINT NOT NULL,
    n INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    CONSTRAINT audit_changes_seq_n_key PRIMARY KEY (seq, n),
    CONSTRAINT audit_changes_digest_check CHECK (LENGTH(digest) = 32)
) WITHOUT ROWID;

CREATE INDEX audit_changes_table_name_row_id_idx ON audit_changes (table_name, row_id);

CREATE TRIGGER audit_changes_update_refuse BEFORE UPDATE ON audit_changes
BEGIN SELECT RAISE(ABORT, 'audit_changes is append-only'); END;
CREATE TRIGGER audit_changes_delete_refuse BEFORE DELETE ON audit_changes
BEGIN SELECT RAISE(ABORT, 'audit_changes is append-only'); END;

-- The one row is the end of the chain.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    hash BLOB NOT NULL,
    CONSTRAINT audit_head_id_check CHECK (id = 1),
    CONSTRAINT audit_head_hash_check CHECK (LENGTH(hash) = 32)
);

INSERT INTO audit_head (id, seq, recorded_at, hash)
VALUES (1, 0, '1970-01-01 00:00:00.000000', ZEROBLOB(32));

-- A row is the last number given under a name.
CREATE TABLE counters (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT counters_name_key UNIQUE (name),
    CONSTRAINT counters_value_check CHECK (value > 0)
);

-- A row is the answer to a request that may come twice.
CREATE TABLE idempotency_keys (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    answer TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT idempotency_keys_request_hash_check CHECK (LENGTH(request_hash) = 32)
);

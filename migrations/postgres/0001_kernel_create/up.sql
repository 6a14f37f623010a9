-- Refuses to change what is append-only; the trigger of each such table calls it.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

-- A row is one command that had an effect or was refused by a rule. The chain of hashes runs
-- through all of them in the order of seq.
CREATE TABLE audit_entries (
    seq BIGINT NOT NULL PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    user_id UUID,
    organisation_id UUID,
    role TEXT,
    operation TEXT NOT NULL,
    outcome TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT,
    before TEXT,
    after TEXT,
    hash BYTEA NOT NULL,
    CONSTRAINT audit_entries_seq_check CHECK (seq > 0),
    CONSTRAINT audit_entries_outcome_check CHECK (outcome IN ('done', 'refused')),
    CONSTRAINT audit_entries_hash_check CHECK (LENGTH(hash) = 32)
);

CREATE TRIGGER audit_entries_change_refuse BEFORE UPDATE OR DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one row that a command saved: its table, its id and the digest of its canonical form.
CREATE TABLE audit_changes (
    seq BIGINT NOT NULL,
    n INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_id UUID NOT NULL,
    digest BYTEA NOT NULL,
    CONSTRAINT audit_changes_seq_n_key PRIMARY KEY (seq, n),
    CONSTRAINT audit_changes_digest_check CHECK (LENGTH(digest) = 32)
);

CREATE INDEX audit_changes_table_name_row_id_idx ON audit_changes (table_name, row_id);

CREATE TRIGGER audit_changes_change_refuse BEFORE UPDATE OR DELETE ON audit_changes
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The one row is the end of the chain.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT audit_head_id_check CHECK (id = 1),
    CONSTRAINT audit_head_hash_check CHECK (LENGTH(hash) = 32)
) WITH (fillfactor = 50);

INSERT INTO audit_head (id, seq, recorded_at, hash)
VALUES (1, 0, '1970-01-01 00:00:00', DECODE(REPEAT('00', 32), 'hex'));

-- A row is the last number given under a name.
CREATE TABLE counters (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT counters_name_key UNIQUE (name),
    CONSTRAINT counters_value_check CHECK (value > 0)
) WITH (fillfactor = 50);

-- A row is the answer to a request that may come twice.
CREATE TABLE idempotency_keys (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    answer TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT idempotency_keys_request_hash_check CHECK (LENGTH(request_hash) = 32)
);

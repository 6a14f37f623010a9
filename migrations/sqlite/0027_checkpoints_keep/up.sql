-- A row is the hash over 2^level entries of the log that follow one another, for level 8, 16, 24 …;
-- it can be computed from the entries, and is kept so that proofs read little.
CREATE TABLE audit_nodes (
    level INTEGER NOT NULL,
    position BIGINT NOT NULL,
    hash BLOB NOT NULL,
    CONSTRAINT audit_nodes_level_position_key PRIMARY KEY (level, position),
    CONSTRAINT audit_nodes_level_check CHECK (level IN (8, 16, 24, 32, 40)),
    CONSTRAINT audit_nodes_position_check CHECK (position >= 0),
    CONSTRAINT audit_nodes_hash_check CHECK (LENGTH(hash) = 32)
) WITHOUT ROWID;

CREATE TRIGGER audit_nodes_update_refuse BEFORE UPDATE ON audit_nodes
BEGIN SELECT RAISE(ABORT, 'audit_nodes is append-only'); END;
CREATE TRIGGER audit_nodes_delete_refuse BEFORE DELETE ON audit_nodes
BEGIN SELECT RAISE(ABORT, 'audit_nodes is append-only'); END;

-- A row is a checkpoint that was published: how long the log was and what it hashed to, signed.
CREATE TABLE audit_checkpoints (
    id TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    signed_at TIMESTAMP NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT audit_checkpoints_size_key UNIQUE (size),
    CONSTRAINT audit_checkpoints_size_check CHECK (size > 0)
) WITHOUT ROWID;

CREATE TRIGGER audit_checkpoints_update_refuse BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'audit_checkpoints is append-only'); END;
CREATE TRIGGER audit_checkpoints_delete_refuse BEFORE DELETE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'audit_checkpoints is append-only'); END;

-- A row is the state that a key entered: it waits to be used, is in use in the place of another of its
-- purpose (which is accepted from then on), or is dropped. The first key of a purpose is in use from
-- the beginning, so it has no step before it is dropped.
CREATE TABLE key_steps (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    key_id TEXT NOT NULL,
    public_key TEXT,
    entered TEXT NOT NULL,
    taken_at TIMESTAMP NOT NULL,
    CONSTRAINT key_steps_key_id_entered_key UNIQUE (key_id, entered),
    CONSTRAINT key_steps_key_id_check CHECK (LENGTH(key_id) = 16),
    CONSTRAINT key_steps_entered_check CHECK (entered IN ('next', 'in_use', 'dropped')),
    CONSTRAINT key_steps_public_key_check CHECK (
        (purpose = 'tokens' AND public_key IS NULL)
        OR (purpose IN ('checkpoints', 'certificates') AND public_key IS NOT NULL))
);

CREATE TRIGGER key_steps_update_refuse BEFORE UPDATE ON key_steps
BEGIN SELECT RAISE(ABORT, 'key_steps is append-only'); END;
CREATE TRIGGER key_steps_delete_refuse BEFORE DELETE ON key_steps
BEGIN SELECT RAISE(ABORT, 'key_steps is append-only'); END;

-- A row is another password for a person who forgot theirs, as a hash: entered by an administrator,
-- approved by another person.
CREATE TABLE password_resets (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    reason TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    approved_by TEXT,
    approved_at TIMESTAMP,
    CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT password_resets_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id),
    CONSTRAINT password_resets_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES users (id),
    CONSTRAINT password_resets_entered_by_check CHECK (entered_by <> user_id),
    CONSTRAINT password_resets_approved_by_check CHECK (
        (approved_by IS NULL AND approved_at IS NULL)
        OR (approved_by <> entered_by AND approved_by <> user_id AND approved_at IS NOT NULL))
);

CREATE INDEX password_resets_user_id_idx ON password_resets (user_id);

CREATE TRIGGER password_resets_delete_refuse BEFORE DELETE ON password_resets
BEGIN SELECT RAISE(ABORT, 'password_resets is never deleted from'); END;

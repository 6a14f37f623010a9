-- A row is a role that a person is to be given: entered by the system administrator, in force once the
-- security administrator approved it. Without a previous role it is a newcomer's first.
CREATE TABLE role_grants (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    previous_role TEXT,
    approval_id TEXT NOT NULL,
    state TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    decision TEXT,
    CONSTRAINT role_grants_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT role_grants_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id),
    CONSTRAINT role_grants_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES users (id),
    CONSTRAINT role_grants_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users (id),
    CONSTRAINT role_grants_previous_role_check CHECK (previous_role IS NULL OR previous_role <> role),
    CONSTRAINT role_grants_entered_by_check CHECK (entered_by <> user_id),
    CONSTRAINT role_grants_state_check CHECK (state IN ('entered', 'approved', 'rejected', 'replaced')),
    CONSTRAINT role_grants_decided_at_check CHECK (
        (decided_by IS NULL) = (state = 'entered') AND (decided_at IS NULL) = (state = 'entered')),
    CONSTRAINT role_grants_decided_by_check CHECK (
        state IN ('entered', 'replaced') OR (decided_by <> entered_by AND decided_by <> user_id))
);

-- One at a time for each person: another takes the place of the one that waits.
CREATE UNIQUE INDEX role_grants_user_id_entered_key ON role_grants (user_id) WHERE state = 'entered';
CREATE INDEX role_grants_user_id_idx ON role_grants (user_id, id);
CREATE INDEX role_grants_state_idx ON role_grants (state, id);

-- Who of the same name holds another role.
CREATE INDEX users_display_name_idx ON users (display_name);

CREATE TRIGGER role_grants_delete_refuse BEFORE DELETE ON role_grants
BEGIN SELECT RAISE(ABORT, 'role_grants is never deleted from'); END;

-- A row is a password that a person had from that moment on, hashed: so that one is not taken again,
-- and that it is known how old the present one is.
CREATE TABLE password_changes (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    CONSTRAINT password_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT password_changes_password_hash_check CHECK (password_hash LIKE '$argon2id$%')
);

CREATE INDEX password_changes_user_id_idx ON password_changes (user_id, id);

CREATE TRIGGER password_changes_update_refuse BEFORE UPDATE ON password_changes
BEGIN SELECT RAISE(ABORT, 'password_changes is append-only'); END;
CREATE TRIGGER password_changes_delete_refuse BEFORE DELETE ON password_changes
BEGIN SELECT RAISE(ABORT, 'password_changes is append-only'); END;

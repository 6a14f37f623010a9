-- A row is an organisation: everybody who acts does so for one.
CREATE TABLE organisations (
    id TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    uscc TEXT,
    bank_account TEXT,
    bank_name TEXT,
    related_to TEXT,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT organisations_code_key UNIQUE (code),
    CONSTRAINT organisations_uscc_key UNIQUE (uscc),
    CONSTRAINT organisations_kind_check CHECK (kind IN (
        'operator', 'operations_centre', 'finance_bureau', 'forestry_bureau', 'township',
        'developer', 'assessor', 'bank', 'insurer', 'auditor')),
    CONSTRAINT organisations_region_check CHECK (LENGTH(region) IN (2, 4, 6, 9)),
    CONSTRAINT organisations_uscc_check CHECK (LENGTH(uscc) = 18 OR (uscc IS NULL AND kind = 'operator')),
    CONSTRAINT organisations_bank_account_check CHECK ((bank_account IS NULL) = (bank_name IS NULL)),
    CONSTRAINT organisations_related_to_fkey FOREIGN KEY (related_to) REFERENCES organisations (id)
);

-- Each region has one office of a kind, so that money and duties find it by its region.
CREATE UNIQUE INDEX organisations_kind_region_key ON organisations (kind, region)
WHERE kind IN ('operations_centre', 'finance_bureau', 'forestry_bureau', 'township');

-- A row is a person with a login and one role. Each change of role or password and the end of the
-- account raise standing; tokens that carry another are refused.
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    standing BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT users_username_key UNIQUE (username),
    CONSTRAINT users_password_hash_check CHECK (password_hash LIKE '$argon2id$%'),
    CONSTRAINT users_standing_check CHECK (standing > 0),
    CONSTRAINT users_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE INDEX users_organisation_id_idx ON users (organisation_id);

-- A row is a session: what begins with a login and ends by a logout, by a refresh token that came
-- back after its use, or with the standing under which it began.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    standing BIGINT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_by TEXT,
    CONSTRAINT sessions_ended_by_check CHECK (ended_by IN ('logout', 'reuse')),
    CONSTRAINT sessions_ended_at_check CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);

-- A row is a refresh token, known by its SHA-256 only and good for one use.
CREATE TABLE refresh_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT refresh_tokens_token_hash_check CHECK (LENGTH(token_hash) = 64),
    CONSTRAINT refresh_tokens_expires_at_check CHECK (expires_at > issued_at),
    CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id)
);

-- A row is a username, known by its SHA-256, under which logins failed lately. Names that nobody
-- has are counted too, so that they cannot be told apart. Rows are forgotten after a quiet time;
-- they are no part of the audit chain, which keeps a count of failures by minute.
CREATE TABLE login_failures (
    id TEXT NOT NULL PRIMARY KEY,
    username_hash TEXT NOT NULL,
    failures BIGINT NOT NULL,
    unrecorded BIGINT NOT NULL,
    failed_at TIMESTAMP NOT NULL,
    retry_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP,
    CONSTRAINT login_failures_username_hash_key UNIQUE (username_hash),
    CONSTRAINT login_failures_failures_check CHECK (failures > 0 AND unrecorded >= 0)
);

CREATE INDEX login_failures_failed_at_idx ON login_failures (failed_at);

-- A row is the id of a key that lies in the data folder; the key itself is never here.
CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    key_id TEXT NOT NULL,
    public_key TEXT,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT keys_purpose_key UNIQUE (purpose),
    CONSTRAINT keys_purpose_check CHECK (purpose IN ('tokens', 'checkpoints')),
    CONSTRAINT keys_key_id_check CHECK (LENGTH(key_id) = 16)
);

CREATE TRIGGER keys_update_refuse BEFORE UPDATE ON keys
BEGIN SELECT RAISE(ABORT, 'keys is append-only'); END;
CREATE TRIGGER keys_delete_refuse BEFORE DELETE ON keys
BEGIN SELECT RAISE(ABORT, 'keys is append-only'); END;

-- A row is one act that waits for a second person, bound to its exact content; it is used once.
CREATE TABLE approvals (
    id TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    initiator_id TEXT NOT NULL,
    initiator_roles TEXT NOT NULL,
    approver_roles TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    approver_id TEXT,
    approved_at TIMESTAMP,
    CONSTRAINT approvals_content_hash_check CHECK (LENGTH(content_hash) = 64),
    CONSTRAINT approvals_approver_id_check CHECK (approver_id <> initiator_id),
    CONSTRAINT approvals_approved_at_check CHECK ((approver_id IS NULL) = (approved_at IS NULL)
        AND (approved_at IS NULL OR approved_at < expires_at)),
    CONSTRAINT approvals_initiator_id_fkey FOREIGN KEY (initiator_id) REFERENCES users (id),
    CONSTRAINT approvals_approver_id_fkey FOREIGN KEY (approver_id) REFERENCES users (id)
);

CREATE TRIGGER approvals_update_refuse BEFORE UPDATE ON approvals
WHEN OLD.approver_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a used approval does not change'); END;
CREATE TRIGGER approvals_delete_refuse BEFORE DELETE ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals are kept'); END;

-- A row is one place where money or credits of one holder can be: a bucket of a fee account or of
-- a batch. The house (id 0) holds what belongs to nobody: the bank, suspense, what is not issued.
CREATE TABLE accounts (
    id UUID NOT NULL PRIMARY KEY,
    holder_id UUID NOT NULL,
    asset TEXT NOT NULL,
    asset_id UUID NOT NULL,
    bucket TEXT NOT NULL,
    CONSTRAINT accounts_asset_check CHECK (asset IN ('money', 'credits'))
);

CREATE INDEX accounts_asset_id_holder_id_idx ON accounts (asset_id, holder_id);
CREATE INDEX accounts_holder_id_idx ON accounts (holder_id);

CREATE TRIGGER accounts_change_refuse BEFORE UPDATE OR DELETE ON accounts
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what an account holds now; it can be computed from the transfers.
CREATE TABLE balances (
    account_id UUID NOT NULL PRIMARY KEY,
    balance BIGINT NOT NULL,
    version BIGINT NOT NULL,
    contra BOOLEAN NOT NULL,
    CONSTRAINT balances_balance_check CHECK (contra OR balance >= 0),
    CONSTRAINT balances_version_check CHECK (version > 0)
) WITH (fillfactor = 50);

-- A row is one business event with its transfers; contents_hash is SHA-256 of them.
CREATE TABLE journals (
    id UUID NOT NULL PRIMARY KEY,
    event TEXT NOT NULL,
    subject_id UUID NOT NULL,
    effective_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    reverses_id UUID,
    contents_hash BYTEA NOT NULL,
    CONSTRAINT journals_contents_hash_check CHECK (LENGTH(contents_hash) = 32)
);

CREATE TRIGGER journals_change_refuse BEFORE UPDATE OR DELETE ON journals
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a positive amount that moved from one account to another, with both accounts' balances
-- before and after: its two entries.
CREATE TABLE transfers (
    journal_id UUID NOT NULL,
    n INTEGER NOT NULL,
    from_account_id UUID NOT NULL,
    to_account_id UUID NOT NULL,
    amount BIGINT NOT NULL,
    from_before BIGINT NOT NULL,
    from_after BIGINT NOT NULL,
    from_version BIGINT NOT NULL,
    to_before BIGINT NOT NULL,
    to_after BIGINT NOT NULL,
    to_version BIGINT NOT NULL,
    CONSTRAINT transfers_journal_id_n_key PRIMARY KEY (journal_id, n),
    CONSTRAINT transfers_from_account_id_from_version_key UNIQUE (from_account_id, from_version),
    CONSTRAINT transfers_to_account_id_to_version_key UNIQUE (to_account_id, to_version),
    CONSTRAINT transfers_amount_check CHECK (amount > 0),
    CONSTRAINT transfers_to_account_id_check CHECK (from_account_id <> to_account_id),
    CONSTRAINT transfers_from_after_check CHECK (from_after = from_before - amount),
    CONSTRAINT transfers_to_after_check CHECK (to_after = to_before + amount)
);

CREATE TRIGGER transfers_change_refuse BEFORE UPDATE OR DELETE ON transfers
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the effect of one transfer on one account.
CREATE VIEW entries AS
SELECT from_account_id AS account_id, from_version AS version, journal_id, n, -amount AS amount,
       from_before AS balance_before, from_after AS balance_after
FROM transfers
UNION ALL
SELECT to_account_id, to_version, journal_id, n, amount, to_before, to_after
FROM transfers;

-- A row is a run of serial numbers that moved from one account to another: the truth about lots.
CREATE TABLE lot_moves (
    journal_id UUID NOT NULL,
    n INTEGER NOT NULL,
    batch_id UUID NOT NULL,
    first_serial BIGINT NOT NULL,
    last_serial BIGINT NOT NULL,
    from_account_id UUID NOT NULL,
    to_account_id UUID NOT NULL,
    CONSTRAINT lot_moves_journal_id_n_key PRIMARY KEY (journal_id, n),
    CONSTRAINT lot_moves_last_serial_check CHECK (first_serial > 0 AND last_serial >= first_serial)
);

CREATE TRIGGER lot_moves_change_refuse BEFORE UPDATE OR DELETE ON lot_moves
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a run of serial numbers of one batch in one account now. The last serial is its key:
-- what is taken is taken from the front.
CREATE TABLE lots (
    batch_id UUID NOT NULL,
    last_serial BIGINT NOT NULL,
    first_serial BIGINT NOT NULL,
    account_id UUID NOT NULL,
    CONSTRAINT lots_batch_id_last_serial_key PRIMARY KEY (batch_id, last_serial),
    CONSTRAINT lots_last_serial_check CHECK (first_serial > 0 AND last_serial >= first_serial)
) WITH (fillfactor = 80);

CREATE INDEX lots_account_id_last_serial_idx ON lots (account_id, last_serial);

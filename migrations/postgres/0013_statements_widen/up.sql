-- A row is one version of how a bank lays out its statements, kept by a finance bureau; the newest
-- version of a name is the one that counts.
CREATE TABLE statement_mappings (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    bank TEXT NOT NULL,
    layout TEXT NOT NULL,
    kept_by UUID NOT NULL,
    kept_at TIMESTAMP NOT NULL,
    CONSTRAINT statement_mappings_organisation_id_name_version_key UNIQUE (organisation_id, name, version),
    CONSTRAINT statement_mappings_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT statement_mappings_version_check CHECK (version > 0)
);

CREATE TRIGGER statement_mappings_change_refuse BEFORE UPDATE OR DELETE ON statement_mappings
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is how the file of one import was read and how far its booking is: running, done, or
-- stopped by the problem that it names.
CREATE TABLE statement_files (
    id UUID NOT NULL PRIMARY KEY,
    statement_id UUID NOT NULL,
    format TEXT NOT NULL,
    encoding TEXT NOT NULL,
    mapping_id UUID,
    transactions BIGINT NOT NULL,
    to_book BIGINT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    CONSTRAINT statement_files_statement_id_key UNIQUE (statement_id),
    CONSTRAINT statement_files_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES statements (id),
    CONSTRAINT statement_files_mapping_id_fkey FOREIGN KEY (mapping_id) REFERENCES statement_mappings (id),
    CONSTRAINT statement_files_to_book_check CHECK (to_book >= 0 AND transactions >= 0),
    CONSTRAINT statement_files_state_check CHECK (
        (state = 'running' AND ended_at IS NULL AND problem IS NULL)
        OR (state = 'done' AND ended_at IS NOT NULL AND problem IS NULL)
        OR (state = 'stopped' AND ended_at IS NOT NULL AND problem IS NOT NULL))
);

-- A row is one transaction of a batch entry, which the bank books as one line.
CREATE TABLE line_transactions (
    id UUID NOT NULL PRIMARY KEY,
    line_id UUID NOT NULL,
    position BIGINT NOT NULL,
    serial TEXT,
    amount_fen BIGINT NOT NULL,
    counterparty_name TEXT NOT NULL,
    counterparty_account TEXT NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT line_transactions_line_id_position_key UNIQUE (line_id, position),
    CONSTRAINT line_transactions_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_lines (id),
    CONSTRAINT line_transactions_amount_fen_check CHECK (amount_fen > 0 AND position > 0)
);

CREATE TRIGGER line_transactions_change_refuse BEFORE UPDATE OR DELETE ON line_transactions
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the person who looks after an exception now.
CREATE TABLE exception_owners (
    id UUID NOT NULL PRIMARY KEY,
    exception_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    given_by UUID NOT NULL,
    owned_since TIMESTAMP NOT NULL,
    CONSTRAINT exception_owners_exception_id_key UNIQUE (exception_id),
    CONSTRAINT exception_owners_exception_id_fkey FOREIGN KEY (exception_id) REFERENCES statement_exceptions (id)
);

CREATE INDEX exception_owners_owner_id_idx ON exception_owners (owner_id);

-- A row is one step in the history of an exception: who gave it to whom, what was said, what was
-- assigned or returned, and what still waited after it.
CREATE TABLE exception_steps (
    id UUID NOT NULL PRIMARY KEY,
    exception_id UUID NOT NULL,
    kind TEXT NOT NULL,
    user_id UUID NOT NULL,
    owner_id UUID,
    amount_fen BIGINT,
    rest_fen BIGINT NOT NULL,
    said TEXT,
    taken_at TIMESTAMP NOT NULL,
    CONSTRAINT exception_steps_exception_id_fkey FOREIGN KEY (exception_id) REFERENCES statement_exceptions (id),
    CONSTRAINT exception_steps_kind_check CHECK (
        (kind = 'owner' AND owner_id IS NOT NULL AND amount_fen IS NULL)
        OR (kind = 'note' AND said IS NOT NULL AND owner_id IS NULL AND amount_fen IS NULL)
        OR (kind IN ('assignment', 'return') AND owner_id IS NULL AND amount_fen > 0 AND said IS NOT NULL))
);

CREATE INDEX exception_steps_exception_id_idx ON exception_steps (exception_id);

CREATE TRIGGER exception_steps_change_refuse BEFORE UPDATE OR DELETE ON exception_steps
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a line of money out by which the bank took back an earlier line of money in: out of what
-- still waited of it, or out of the deposit that it had become. A person has confirmed it.
CREATE TABLE returned_transfers (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    line_id UUID NOT NULL,
    returned_line_id UUID NOT NULL,
    deposit_id UUID,
    organisation_id UUID,
    account TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    journal_id UUID NOT NULL,
    reason TEXT NOT NULL,
    confirmed_by UUID NOT NULL,
    confirmed_at TIMESTAMP NOT NULL,
    CONSTRAINT returned_transfers_line_id_key UNIQUE (line_id),
    CONSTRAINT returned_transfers_deposit_id_key UNIQUE (deposit_id),
    CONSTRAINT returned_transfers_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT returned_transfers_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_lines (id),
    CONSTRAINT returned_transfers_returned_line_id_fkey FOREIGN KEY (returned_line_id) REFERENCES statement_lines (id),
    CONSTRAINT returned_transfers_deposit_id_fkey FOREIGN KEY (deposit_id) REFERENCES deposits (id),
    CONSTRAINT returned_transfers_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT returned_transfers_deposit_id_check CHECK ((deposit_id IS NULL) = (organisation_id IS NULL))
);

CREATE INDEX returned_transfers_fee_account_id_idx ON returned_transfers (fee_account_id);
CREATE INDEX returned_transfers_returned_line_id_idx ON returned_transfers (returned_line_id);

CREATE TRIGGER returned_transfers_change_refuse BEFORE UPDATE OR DELETE ON returned_transfers
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Open references of an account are looked up by what they still wait for.
CREATE INDEX payment_notices_fee_account_id_state_amount_fen_idx ON payment_notices (fee_account_id, state, amount_fen);
CREATE INDEX payouts_line_id_idx ON payouts (line_id);
CREATE INDEX statement_lines_fee_account_id_effective_at_idx ON statement_lines (fee_account_id, effective_at);

-- A row is one reference code that a developer quotes when it transfers money to a fee account.
-- What has arrived for it grows; it is paid once that reaches the amount.
CREATE TABLE payment_notices (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    county TEXT NOT NULL,
    reference TEXT NOT NULL,
    organisation_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    received_fen BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    issued_by UUID NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    paid_at TIMESTAMP,
    CONSTRAINT payment_notices_reference_key UNIQUE (reference),
    CONSTRAINT payment_notices_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT payment_notices_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT payment_notices_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT payment_notices_received_fen_check CHECK (received_fen >= 0),
    CONSTRAINT payment_notices_state_check CHECK (
        (state = 'open' AND received_fen < amount_fen AND paid_at IS NULL)
        OR (state = 'paid' AND received_fen >= amount_fen AND paid_at IS NOT NULL))
);

CREATE INDEX payment_notices_organisation_id_idx ON payment_notices (organisation_id);
CREATE INDEX payment_notices_fee_account_id_idx ON payment_notices (fee_account_id);

-- A row is one import of a bank's file: what the file says and what of it was new here. It is
-- published when its last line is booked.
CREATE TABLE statements (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    period_from DATE NOT NULL,
    period_to DATE NOT NULL,
    opening_fen BIGINT NOT NULL,
    closing_fen BIGINT NOT NULL,
    file_rows BIGINT NOT NULL,
    imported BIGINT NOT NULL,
    already_known BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    state TEXT NOT NULL,
    imported_by UUID NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    CONSTRAINT statements_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT statements_period_to_check CHECK (period_to >= period_from),
    CONSTRAINT statements_imported_check CHECK (imported >= 0 AND already_known >= 0 AND repeated >= 0),
    CONSTRAINT statements_state_check CHECK (state IN ('importing', 'published'))
);

CREATE INDEX statements_fee_account_id_idx ON statements (fee_account_id);

-- A row is one booking of the bank, known by its serial or by its facts, with its place in the
-- account's order and the journal that books it here. Position 0 is the balance with which the
-- account came; it is of no statement.
CREATE TABLE statement_lines (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    statement_id UUID,
    position BIGINT NOT NULL,
    known_by TEXT NOT NULL,
    serial TEXT,
    effective_at TIMESTAMP NOT NULL,
    credit_fen BIGINT NOT NULL,
    debit_fen BIGINT NOT NULL,
    balance_fen BIGINT NOT NULL,
    counterparty_name TEXT NOT NULL,
    counterparty_account TEXT NOT NULL,
    text TEXT NOT NULL,
    journal_id UUID NOT NULL,
    CONSTRAINT statement_lines_fee_account_id_known_by_key UNIQUE (fee_account_id, known_by),
    CONSTRAINT statement_lines_fee_account_id_position_key UNIQUE (fee_account_id, position),
    CONSTRAINT statement_lines_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT statement_lines_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES statements (id),
    CONSTRAINT statement_lines_position_check CHECK (position >= 0 AND (position = 0) = (statement_id IS NULL)),
    CONSTRAINT statement_lines_credit_fen_check CHECK (
        (credit_fen > 0 AND debit_fen = 0) OR (credit_fen = 0 AND debit_fen > 0)),
    CONSTRAINT statement_lines_balance_fen_check CHECK (balance_fen >= 0)
);

CREATE TRIGGER statement_lines_change_refuse BEFORE UPDATE OR DELETE ON statement_lines
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is money of one line that became a developer's cash: at once by its reference, or later
-- by a person who says why. Unused cash goes back only to the accounts named here.
CREATE TABLE deposits (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    line_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    notice_id UUID,
    amount_fen BIGINT NOT NULL,
    account TEXT NOT NULL,
    account_name TEXT NOT NULL,
    journal_id UUID NOT NULL,
    assigned_by UUID,
    reason TEXT,
    deposited_at TIMESTAMP NOT NULL,
    CONSTRAINT deposits_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT deposits_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_lines (id),
    CONSTRAINT deposits_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT deposits_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES payment_notices (id),
    CONSTRAINT deposits_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT deposits_reason_check CHECK ((assigned_by IS NULL) = (reason IS NULL))
);

CREATE INDEX deposits_organisation_id_idx ON deposits (organisation_id);
CREATE INDEX deposits_line_id_idx ON deposits (line_id);

CREATE TRIGGER deposits_change_refuse BEFORE UPDATE OR DELETE ON deposits
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a line that is not what was expected. Money in waits in suspense and counts positive,
-- money out stands in receivable and counts negative; a duplicate was never booked and counts 0.
CREATE TABLE statement_exceptions (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    line_id UUID NOT NULL,
    kind TEXT NOT NULL,
    by_fen BIGINT,
    amount_fen BIGINT NOT NULL,
    rest_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    raised_at TIMESTAMP NOT NULL,
    resolved_by UUID,
    resolved_at TIMESTAMP,
    reason TEXT,
    CONSTRAINT statement_exceptions_line_id_kind_key UNIQUE (line_id, kind),
    CONSTRAINT statement_exceptions_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT statement_exceptions_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_lines (id),
    CONSTRAINT statement_exceptions_kind_check CHECK ((kind = 'duplicate') = (amount_fen = 0)),
    CONSTRAINT statement_exceptions_rest_fen_check CHECK (
        (amount_fen >= 0 AND rest_fen >= 0 AND rest_fen <= amount_fen)
        OR (amount_fen < 0 AND rest_fen <= 0 AND rest_fen >= amount_fen)),
    CONSTRAINT statement_exceptions_state_check CHECK (
        (state = 'open' AND resolved_by IS NULL AND resolved_at IS NULL)
        OR (state = 'resolved' AND rest_fen = 0 AND resolved_by IS NOT NULL AND resolved_at IS NOT NULL
            AND reason IS NOT NULL))
);

CREATE INDEX statement_exceptions_fee_account_id_state_idx ON statement_exceptions (fee_account_id, state);

-- A row is a developer's wish to have unused cash back, to an account that it came from.
CREATE TABLE refund_requests (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    account TEXT NOT NULL,
    account_name TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    CONSTRAINT refund_requests_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT refund_requests_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT refund_requests_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT refund_requests_state_check CHECK (state IN ('open', 'entered', 'declined'))
);

CREATE INDEX refund_requests_fee_account_id_idx ON refund_requests (fee_account_id);
CREATE INDEX refund_requests_organisation_id_idx ON refund_requests (organisation_id);

-- A row is money that is to leave a fee account: part of a share, or a developer's unused cash.
-- One person enters it, another decides; it is paid when the bank's line arrives.
CREATE TABLE payouts (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    share TEXT,
    organisation_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    account TEXT NOT NULL,
    account_name TEXT NOT NULL,
    refund_request_id UUID,
    approval_id UUID NOT NULL,
    state TEXT NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP,
    reason TEXT,
    line_id UUID,
    paid_at TIMESTAMP,
    CONSTRAINT payouts_fee_account_id_number_key UNIQUE (fee_account_id, number),
    CONSTRAINT payouts_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT payouts_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT payouts_refund_request_id_fkey FOREIGN KEY (refund_request_id) REFERENCES refund_requests (id),
    CONSTRAINT payouts_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_lines (id),
    CONSTRAINT payouts_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT payouts_kind_check CHECK (
        (kind = 'share' AND share IS NOT NULL AND refund_request_id IS NULL)
        OR (kind = 'refund' AND share IS NULL AND refund_request_id IS NOT NULL)),
    CONSTRAINT payouts_share_check CHECK (
        share IN ('township_share', 'centre_share', 'treasury_share')),
    CONSTRAINT payouts_state_check CHECK (
        (state = 'entered' AND decided_by IS NULL)
        OR (state = 'approved' AND decided_by IS NOT NULL AND line_id IS NULL)
        OR (state = 'paid' AND decided_by IS NOT NULL AND line_id IS NOT NULL AND paid_at IS NOT NULL)
        OR (state IN ('rejected', 'cancelled') AND decided_by IS NOT NULL AND reason IS NOT NULL)),
    CONSTRAINT payouts_decided_by_check CHECK (
        decided_by IS NULL OR decided_by <> entered_by OR state IN ('cancelled', 'rejected'))
);

CREATE INDEX payouts_fee_account_id_state_idx ON payouts (fee_account_id, state);
CREATE INDEX payouts_organisation_id_idx ON payouts (organisation_id);

-- A row is the balance with which a fee account came, entered by one person and approved by
-- another before its first statement.
CREATE TABLE account_openings (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    opened_on DATE NOT NULL,
    reason TEXT NOT NULL,
    approval_id UUID NOT NULL,
    state TEXT NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    approved_by UUID,
    approved_at TIMESTAMP,
    CONSTRAINT account_openings_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT account_openings_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT account_openings_state_check CHECK (
        (state = 'entered' AND approved_by IS NULL)
        OR (state = 'approved' AND approved_by IS NOT NULL AND approved_at IS NOT NULL)),
    CONSTRAINT account_openings_approved_by_check CHECK (approved_by IS NULL OR approved_by <> entered_by)
);

CREATE INDEX account_openings_fee_account_id_idx ON account_openings (fee_account_id);

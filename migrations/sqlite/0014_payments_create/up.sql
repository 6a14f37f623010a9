-- A row is a day that is not what its weekday says: a public holiday, or a day on which people work
-- to make up for one. It stands above the days that come with the program.
CREATE TABLE calendar_days (
    id TEXT NOT NULL PRIMARY KEY,
    day DATE NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    entered_by TEXT,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT calendar_days_day_key UNIQUE (day),
    CONSTRAINT calendar_days_kind_check CHECK (kind IN ('holiday', 'workday', 'ordinary'))
);

-- A row is a change of the bank account to which an organisation is paid: entered by one person,
-- decided by another, and trusted only from the next working day on.
CREATE TABLE account_changes (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    number TEXT NOT NULL,
    bank_name TEXT NOT NULL,
    previous_number TEXT,
    reason TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    state TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    trusted_from TIMESTAMP,
    decision TEXT,
    CONSTRAINT account_changes_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT account_changes_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id),
    CONSTRAINT account_changes_state_check CHECK (
        (state = 'entered' AND decided_by IS NULL AND trusted_from IS NULL)
        OR (state = 'approved' AND decided_by IS NOT NULL AND decided_by <> entered_by
            AND decided_at IS NOT NULL AND trusted_from > decided_at)
        OR (state = 'rejected' AND decided_by IS NOT NULL AND decided_at IS NOT NULL
            AND trusted_from IS NULL AND decision IS NOT NULL))
);

CREATE INDEX account_changes_organisation_id_idx ON account_changes (organisation_id);

CREATE TRIGGER account_changes_delete_refuse BEFORE DELETE ON account_changes
BEGIN SELECT RAISE(ABORT, 'account_changes is never deleted from'); END;

-- A row is a batch of payouts of shares for a period: entered by one person, decided as a whole by
-- another who sees every amount and account.
CREATE TABLE payout_batches (
    id TEXT NOT NULL PRIMARY KEY,
    fee_account_id TEXT NOT NULL,
    number TEXT NOT NULL,
    period_from DATE NOT NULL,
    period_to DATE NOT NULL,
    payouts BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    approval_id TEXT NOT NULL,
    state TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    reason TEXT,
    CONSTRAINT payout_batches_fee_account_id_number_key UNIQUE (fee_account_id, number),
    CONSTRAINT payout_batches_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT payout_batches_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id),
    CONSTRAINT payout_batches_period_to_check CHECK (period_from <= period_to),
    CONSTRAINT payout_batches_total_fen_check CHECK (payouts > 0 AND total_fen > 0),
    CONSTRAINT payout_batches_state_check CHECK (
        (state = 'entered' AND decided_by IS NULL)
        OR (state = 'approved' AND decided_by IS NOT NULL AND decided_by <> entered_by)
        OR (state IN ('rejected', 'cancelled') AND decided_by IS NOT NULL AND reason IS NOT NULL))
);

CREATE INDEX payout_batches_fee_account_id_idx ON payout_batches (fee_account_id);

CREATE TRIGGER payout_batches_delete_refuse BEFORE DELETE ON payout_batches
BEGIN SELECT RAISE(ABORT, 'payout_batches is never deleted from'); END;

-- A row says of a payout, by its id, which bank keeps its account, which batch it is of, and until
-- when it waits since the account is not trusted yet.
CREATE TABLE payout_terms (
    id TEXT NOT NULL PRIMARY KEY,
    bank_name TEXT,
    batch_id TEXT,
    waits_until TIMESTAMP,
    CONSTRAINT payout_terms_id_fkey FOREIGN KEY (id) REFERENCES payouts (id),
    CONSTRAINT payout_terms_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES payout_batches (id)
);

CREATE INDEX payout_terms_batch_id_idx ON payout_terms (batch_id);

CREATE TRIGGER payout_terms_update_refuse BEFORE UPDATE ON payout_terms
BEGIN SELECT RAISE(ABORT, 'payout_terms is append-only'); END;
CREATE TRIGGER payout_terms_delete_refuse BEFORE DELETE ON payout_terms
BEGIN SELECT RAISE(ABORT, 'payout_terms is append-only'); END;

-- A row is a payout, by its id, that the bank sent back: the line of money in that was it, and the
-- journal that gave the money back to whom it belongs.
CREATE TABLE payout_returns (
    id TEXT NOT NULL PRIMARY KEY,
    line_id TEXT NOT NULL,
    journal_id TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    reason TEXT NOT NULL,
    taken_by TEXT NOT NULL,
    taken_at TIMESTAMP NOT NULL,
    CONSTRAINT payout_returns_id_fkey FOREIGN KEY (id) REFERENCES payouts (id),
    CONSTRAINT payout_returns_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_lines (id),
    CONSTRAINT payout_returns_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journals (id),
    CONSTRAINT payout_returns_amount_fen_check CHECK (amount_fen > 0)
);

CREATE TRIGGER payout_returns_update_refuse BEFORE UPDATE ON payout_returns
BEGIN SELECT RAISE(ABORT, 'payout_returns is append-only'); END;
CREATE TRIGGER payout_returns_delete_refuse BEFORE DELETE ON payout_returns
BEGIN SELECT RAISE(ABORT, 'payout_returns is append-only'); END;

-- A row is how a bank wants its table of payments: the columns in their order, as JSON.
CREATE TABLE payment_templates (
    id TEXT NOT NULL PRIMARY KEY,
    fee_account_id TEXT NOT NULL,
    bank TEXT NOT NULL,
    layout TEXT NOT NULL,
    encoding TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT payment_templates_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT payment_templates_encoding_check CHECK (encoding IN ('utf8_bom', 'gb18030'))
);

CREATE INDEX payment_templates_fee_account_id_idx ON payment_templates (fee_account_id);

CREATE TRIGGER payment_templates_update_refuse BEFORE UPDATE ON payment_templates
BEGIN SELECT RAISE(ABORT, 'payment_templates is append-only'); END;
CREATE TRIGGER payment_templates_delete_refuse BEFORE DELETE ON payment_templates
BEGIN SELECT RAISE(ABORT, 'payment_templates is append-only'); END;

-- A row is what an organisation spent of money that was paid out to it, for a permitted purpose.
CREATE TABLE spendings (
    id TEXT NOT NULL PRIMARY KEY,
    fee_account_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    share TEXT NOT NULL,
    purpose TEXT NOT NULL,
    project_id TEXT,
    amount_fen BIGINT NOT NULL,
    spent_on DATE NOT NULL,
    payee TEXT NOT NULL,
    reason TEXT,
    approval_id TEXT,
    state TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    decision TEXT,
    CONSTRAINT spendings_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT spendings_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT spendings_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id),
    CONSTRAINT spendings_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT spendings_purpose_check CHECK (
        (share = 'township_share' AND project_id IS NULL AND purpose IN (
            'right_holder_compensation', 'later_upkeep', 'other_protection_cost',
            'dispute_mediation', 'other_stability_work'))
        OR (share = 'centre_share' AND project_id IS NULL AND purpose IN (
            'survey', 'publicity', 'expert_review', 'organising_restoration', 'design_tender',
            'budget', 'acceptance', 'other_directly_related'))
        OR (share = 'treasury_share' AND project_id IS NOT NULL AND purpose = 'restoration_cost')),
    CONSTRAINT spendings_reason_check CHECK (
        purpose <> 'other_directly_related' OR (reason IS NOT NULL AND approval_id IS NOT NULL)),
    CONSTRAINT spendings_state_check CHECK (
        (state = 'entered' AND approval_id IS NOT NULL AND decided_by IS NULL)
        OR (state = 'effective' AND (approval_id IS NULL) = (decided_by IS NULL)
            AND (decided_by IS NULL OR decided_by <> entered_by))
        OR (state = 'rejected' AND decided_by IS NOT NULL AND decision IS NOT NULL))
);

CREATE INDEX spendings_fee_account_id_organisation_id_idx ON spendings (fee_account_id, organisation_id);
CREATE INDEX spendings_project_id_idx ON spendings (project_id);

CREATE TRIGGER spendings_delete_refuse BEFORE DELETE ON spendings
BEGIN SELECT RAISE(ABORT, 'spendings is never deleted from'); END;

-- A row is a voucher of a spending; together they are its amount.
CREATE TABLE spending_vouchers (
    id TEXT NOT NULL PRIMARY KEY,
    spending_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    number TEXT NOT NULL,
    issued_on DATE NOT NULL,
    amount_fen BIGINT NOT NULL,
    sha256 TEXT,
    CONSTRAINT spending_vouchers_spending_id_position_key UNIQUE (spending_id, position),
    CONSTRAINT spending_vouchers_spending_id_fkey FOREIGN KEY (spending_id) REFERENCES spendings (id),
    CONSTRAINT spending_vouchers_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT spending_vouchers_sha256_check CHECK (LENGTH(sha256) = 64)
);

CREATE INDEX spending_vouchers_number_idx ON spending_vouchers (number);

CREATE TRIGGER spending_vouchers_update_refuse BEFORE UPDATE ON spending_vouchers
BEGIN SELECT RAISE(ABORT, 'spending_vouchers is append-only'); END;
CREATE TRIGGER spending_vouchers_delete_refuse BEFORE DELETE ON spending_vouchers
BEGIN SELECT RAISE(ABORT, 'spending_vouchers is append-only'); END;

-- A row is a booking that two people undo by a mirror journal that names the original. What was not
-- there any more to be taken back stands in receivable.
CREATE TABLE corrections (
    id TEXT NOT NULL PRIMARY KEY,
    fee_account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    original_journal_id TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    reason TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    state TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    journal_id TEXT,
    receivable_fen BIGINT,
    decision TEXT,
    CONSTRAINT corrections_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT corrections_original_journal_id_fkey FOREIGN KEY (original_journal_id) REFERENCES journals (id),
    CONSTRAINT corrections_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journals (id),
    CONSTRAINT corrections_kind_check CHECK (kind IN ('trade', 'deposit', 'payout')),
    CONSTRAINT corrections_amount_fen_check CHECK (amount_fen > 0 AND receivable_fen >= 0
        AND receivable_fen <= amount_fen),
    CONSTRAINT corrections_state_check CHECK (
        (state = 'entered' AND decided_by IS NULL AND journal_id IS NULL)
        OR (state = 'approved' AND decided_by IS NOT NULL AND decided_by <> entered_by
            AND journal_id IS NOT NULL AND receivable_fen IS NOT NULL)
        OR (state = 'rejected' AND decided_by IS NOT NULL AND journal_id IS NULL
            AND decision IS NOT NULL))
);

-- A booking is undone once.
CREATE UNIQUE INDEX corrections_subject_id_original_journal_id_key
ON corrections (subject_id, original_journal_id) WHERE state <> 'rejected';
CREATE INDEX corrections_fee_account_id_idx ON corrections (fee_account_id);

CREATE TRIGGER corrections_delete_refuse BEFORE DELETE ON corrections
BEGIN SELECT RAISE(ABORT, 'corrections is never deleted from'); END;

-- A row is a receivable paid: out of the organisation's own share or cash, or by a line of the bank.
CREATE TABLE receivable_payments (
    id TEXT NOT NULL PRIMARY KEY,
    fee_account_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    line_id TEXT,
    journal_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    taken_by TEXT NOT NULL,
    taken_at TIMESTAMP NOT NULL,
    CONSTRAINT receivable_payments_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT receivable_payments_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT receivable_payments_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_lines (id),
    CONSTRAINT receivable_payments_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journals (id),
    CONSTRAINT receivable_payments_amount_fen_check CHECK (amount_fen > 0)
);

CREATE INDEX receivable_payments_fee_account_id_idx ON receivable_payments (fee_account_id);

CREATE TRIGGER receivable_payments_update_refuse BEFORE UPDATE ON receivable_payments
BEGIN SELECT RAISE(ABORT, 'receivable_payments is append-only'); END;
CREATE TRIGGER receivable_payments_delete_refuse BEFORE DELETE ON receivable_payments
BEGIN SELECT RAISE(ABORT, 'receivable_payments is append-only'); END;

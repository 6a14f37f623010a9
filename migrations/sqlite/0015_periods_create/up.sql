-- A row is what came into and went out of one account of money on one day in Shanghai, by when it
-- took effect, and what the account held at the end of that day; it can be computed from the
-- transfers.
CREATE TABLE account_days (
    account_id TEXT NOT NULL,
    day DATE NOT NULL,
    came_fen BIGINT NOT NULL,
    went_fen BIGINT NOT NULL,
    balance_fen BIGINT NOT NULL,
    CONSTRAINT account_days_account_id_day_key PRIMARY KEY (account_id, day),
    CONSTRAINT account_days_came_fen_check CHECK (came_fen >= 0 AND went_fen >= 0 AND came_fen + went_fen > 0)
) WITHOUT ROWID;

-- A row says that a journal moved money of a fee account, and when it took effect; it can be
-- computed from the transfers.
CREATE TABLE money_journals (
    fee_account_id TEXT NOT NULL,
    effective_at TIMESTAMP NOT NULL,
    journal_id TEXT NOT NULL,
    CONSTRAINT money_journals_fee_account_id_effective_at_journal_id_key
        PRIMARY KEY (fee_account_id, effective_at, journal_id)
) WITHOUT ROWID;

-- A row is the moment before which nothing more takes effect in a fee account.
CREATE TABLE book_closes (
    id TEXT NOT NULL PRIMARY KEY,
    fee_account_id TEXT NOT NULL,
    closed_before TIMESTAMP NOT NULL,
    closed_at TIMESTAMP NOT NULL,
    CONSTRAINT book_closes_closed_before_check CHECK (closed_before <= closed_at)
);

CREATE INDEX book_closes_fee_account_id_closed_before_idx ON book_closes (fee_account_id, closed_before);

CREATE TRIGGER book_closes_update_refuse BEFORE UPDATE ON book_closes
BEGIN SELECT RAISE(ABORT, 'book_closes is append-only'); END;
CREATE TRIGGER book_closes_delete_refuse BEFORE DELETE ON book_closes
BEGIN SELECT RAISE(ABORT, 'book_closes is append-only'); END;

INSERT INTO account_days (account_id, day, came_fen, went_fen, balance_fen)
SELECT account_id, day, came, went,
       SUM(came - went) OVER (PARTITION BY account_id ORDER BY day)
FROM (
    SELECT e.account_id, DATE(j.effective_at, '+8 hours') AS day,
           SUM(CASE WHEN e.amount > 0 THEN e.amount ELSE 0 END) AS came,
           SUM(CASE WHEN e.amount < 0 THEN -e.amount ELSE 0 END) AS went
    FROM entries e
    JOIN journals j ON j.id = e.journal_id
    JOIN accounts a ON a.id = e.account_id
    WHERE a.asset = 'money'
    GROUP BY e.account_id, DATE(j.effective_at, '+8 hours')
) d;

INSERT INTO money_journals (fee_account_id, effective_at, journal_id)
SELECT DISTINCT a.asset_id, j.effective_at, j.id
FROM journals j
JOIN transfers t ON t.journal_id = j.id
JOIN accounts a ON a.id = t.from_account_id
WHERE a.asset = 'money';

CREATE TRIGGER money_journals_insert_refuse BEFORE INSERT ON money_journals
WHEN EXISTS (SELECT 1 FROM book_closes c
             WHERE c.fee_account_id = NEW.fee_account_id AND c.closed_before > NEW.effective_at)
BEGIN SELECT RAISE(ABORT, 'the period of the fee account is closed'); END;
CREATE TRIGGER money_journals_update_refuse BEFORE UPDATE ON money_journals
BEGIN SELECT RAISE(ABORT, 'money_journals is append-only'); END;
CREATE TRIGGER money_journals_delete_refuse BEFORE DELETE ON money_journals
BEGIN SELECT RAISE(ABORT, 'money_journals is append-only'); END;

-- A row is the close of a day or a month of a fee account, entered by one person and approved by
-- another, with what the account came to at the end of it. A closed one never changes.
CREATE TABLE period_closes (
    id TEXT NOT NULL PRIMARY KEY,
    fee_account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    period_from DATE NOT NULL,
    period_to DATE NOT NULL,
    bank_fen BIGINT NOT NULL,
    cash_fen BIGINT NOT NULL,
    shares_fen BIGINT NOT NULL,
    suspense_fen BIGINT NOT NULL,
    receivable_fen BIGINT NOT NULL,
    journals BIGINT NOT NULL,
    moved_fen BIGINT NOT NULL,
    exceptions BIGINT NOT NULL,
    exceptions_fen BIGINT NOT NULL,
    payouts BIGINT NOT NULL,
    payouts_fen BIGINT NOT NULL,
    approval_id TEXT NOT NULL,
    state TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    closed_by TEXT,
    closed_at TIMESTAMP,
    CONSTRAINT period_closes_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT period_closes_kind_check CHECK (kind IN ('day', 'month')),
    CONSTRAINT period_closes_period_to_check CHECK (period_to >= period_from),
    CONSTRAINT period_closes_bank_fen_check CHECK (bank_fen = cash_fen + shares_fen + suspense_fen - receivable_fen),
    CONSTRAINT period_closes_state_check CHECK (
        (state = 'entered' AND closed_by IS NULL AND closed_at IS NULL)
        OR (state = 'closed' AND closed_by IS NOT NULL AND closed_at IS NOT NULL)),
    CONSTRAINT period_closes_closed_by_check CHECK (closed_by IS NULL OR closed_by <> entered_by)
);

CREATE INDEX period_closes_fee_account_id_idx ON period_closes (fee_account_id);
CREATE UNIQUE INDEX period_closes_fee_account_id_kind_period_to_key
    ON period_closes (fee_account_id, kind, period_to) WHERE state = 'closed';

CREATE TRIGGER period_closes_update_refuse BEFORE UPDATE ON period_closes WHEN OLD.state = 'closed'
BEGIN SELECT RAISE(ABORT, 'a closed period never changes'); END;
CREATE TRIGGER period_closes_delete_refuse BEFORE DELETE ON period_closes
BEGIN SELECT RAISE(ABORT, 'period_closes keeps every row'); END;

CREATE INDEX trades_fee_account_id_traded_at_id_idx ON trades (fee_account_id, traded_at, id);
CREATE INDEX payouts_fee_account_id_paid_at_idx ON payouts (fee_account_id, paid_at);

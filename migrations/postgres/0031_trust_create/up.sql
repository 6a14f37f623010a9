-- A row is a registered account of an organisation that is to be trusted: entered by one person,
-- approved by another, acting from the fourth working day on, and taken off the list by one word.
-- Accounts that are there already are on no list: what leaves for them waits until somebody says so.
CREATE TABLE trusted_accounts (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    number TEXT NOT NULL,
    reason TEXT NOT NULL,
    approval_id UUID NOT NULL,
    state TEXT NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP,
    acts_from TIMESTAMP,
    removed_by UUID,
    removed_at TIMESTAMP,
    decision TEXT,
    CONSTRAINT trusted_accounts_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT trusted_accounts_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id),
    CONSTRAINT trusted_accounts_state_check CHECK (
        (state = 'entered' AND decided_by IS NULL AND decided_at IS NULL AND acts_from IS NULL)
        OR (state = 'rejected' AND decided_by IS NOT NULL AND decided_at IS NOT NULL
            AND acts_from IS NULL AND decision IS NOT NULL)
        OR (state IN ('approved', 'removed') AND decided_by IS NOT NULL AND decided_by <> entered_by
            AND decided_at IS NOT NULL AND acts_from > decided_at)),
    CONSTRAINT trusted_accounts_removed_at_check CHECK (
        (removed_by IS NULL) = (state <> 'removed') AND (removed_at IS NULL) = (state <> 'removed')
        AND (state <> 'removed' OR decision IS NOT NULL))
);

-- An account waits for its second person, or is trusted, once.
CREATE UNIQUE INDEX trusted_accounts_organisation_id_number_key
    ON trusted_accounts (organisation_id, number) WHERE state IN ('entered', 'approved');
CREATE INDEX trusted_accounts_organisation_id_idx ON trusted_accounts (organisation_id, id);

CREATE TRIGGER trusted_accounts_delete_refuse BEFORE DELETE ON trusted_accounts
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row says of a payout, by its id, that its account was not trusted when it was approved, and until
-- when it waits for that.
CREATE TABLE payout_waits (
    id UUID NOT NULL PRIMARY KEY,
    waits_until TIMESTAMP NOT NULL,
    CONSTRAINT payout_waits_id_fkey FOREIGN KEY (id) REFERENCES payouts (id)
);

CREATE TRIGGER payout_waits_change_refuse BEFORE UPDATE OR DELETE ON payout_waits
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is an account to which nothing leaves a fee account: held by one person at once, let go again
-- by two.
CREATE TABLE account_holds (
    id UUID NOT NULL PRIMARY KEY,
    fee_account_id UUID NOT NULL,
    number TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    held_by UUID NOT NULL,
    held_at TIMESTAMP NOT NULL,
    lift_reason TEXT,
    approval_id UUID,
    lift_asked_by UUID,
    lift_asked_at TIMESTAMP,
    lifted_by UUID,
    lifted_at TIMESTAMP,
    CONSTRAINT account_holds_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id),
    CONSTRAINT account_holds_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id),
    CONSTRAINT account_holds_state_check CHECK (
        (state = 'held' AND approval_id IS NULL AND lift_reason IS NULL AND lift_asked_by IS NULL
            AND lift_asked_at IS NULL)
        OR (state IN ('lift_asked', 'lifted') AND approval_id IS NOT NULL AND lift_reason IS NOT NULL
            AND lift_asked_by IS NOT NULL AND lift_asked_at IS NOT NULL)),
    CONSTRAINT account_holds_lifted_at_check CHECK (
        (lifted_by IS NULL) = (state <> 'lifted') AND (lifted_at IS NULL) = (state <> 'lifted')
        AND (state <> 'lifted' OR lifted_by <> lift_asked_by))
);

-- An account is held once at a time.
CREATE UNIQUE INDEX account_holds_fee_account_id_number_key
    ON account_holds (fee_account_id, number) WHERE state <> 'lifted';
CREATE INDEX account_holds_fee_account_id_idx ON account_holds (fee_account_id, id);

CREATE TRIGGER account_holds_delete_refuse BEFORE DELETE ON account_holds
FOR EACH ROW EXECUTE FUNCTION refuse_change();

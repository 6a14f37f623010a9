-- A row is the second factor of a person: the secret of their authenticator, enciphered under a key
-- that is not in the database, and the last step of time whose code was used. Absent secrets were
-- taken back by two people.
CREATE TABLE second_factors (
    id UUID NOT NULL PRIMARY KEY,
    user_id UUID NOT NULL,
    sealed_secret TEXT,
    begun_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    last_step BIGINT,
    CONSTRAINT second_factors_user_id_key UNIQUE (user_id),
    CONSTRAINT second_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT second_factors_confirmed_at_check CHECK (
        confirmed_at IS NULL OR (sealed_secret IS NOT NULL AND last_step IS NOT NULL))
);

CREATE TRIGGER second_factors_delete_refuse BEFORE DELETE ON second_factors
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the wish that a person's second factor be taken back, since they lost it: entered by an
-- administrator, approved by another person.
CREATE TABLE second_factor_resets (
    id UUID NOT NULL PRIMARY KEY,
    user_id UUID NOT NULL,
    reason TEXT NOT NULL,
    approval_id UUID NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    approved_by UUID,
    approved_at TIMESTAMP,
    CONSTRAINT second_factor_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT second_factor_resets_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id),
    CONSTRAINT second_factor_resets_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES users (id),
    CONSTRAINT second_factor_resets_entered_by_check CHECK (entered_by <> user_id),
    CONSTRAINT second_factor_resets_approved_by_check CHECK (
        (approved_by IS NULL AND approved_at IS NULL)
        OR (approved_by <> entered_by AND approved_by <> user_id AND approved_at IS NOT NULL))
);

CREATE INDEX second_factor_resets_user_id_idx ON second_factor_resets (user_id);

CREATE TRIGGER second_factor_resets_delete_refuse BEFORE DELETE ON second_factor_resets
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- How much of an organisation's money or credits one person alone commits; without one there is no
-- limit.
ALTER TABLE organisations ADD COLUMN single_person_limit_fen BIGINT
    CONSTRAINT organisations_single_person_limit_fen_check
    CHECK (single_person_limit_fen BETWEEN 0 AND 1000000000000000);

-- A row is a limit that somebody set for their organisation; without an amount it takes the limit
-- away. One that is lower than before acts at once and has no approval.
CREATE TABLE single_person_limits (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    limit_fen BIGINT,
    previous_fen BIGINT,
    reason TEXT NOT NULL,
    approval_id UUID,
    state TEXT NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP,
    decision TEXT,
    CONSTRAINT single_person_limits_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT single_person_limits_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id),
    CONSTRAINT single_person_limits_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES users (id),
    CONSTRAINT single_person_limits_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users (id),
    CONSTRAINT single_person_limits_limit_fen_check CHECK (limit_fen BETWEEN 0 AND 1000000000000000),
    CONSTRAINT single_person_limits_state_check CHECK (state IN ('entered', 'effective', 'rejected', 'replaced')),
    CONSTRAINT single_person_limits_approval_id_check CHECK (
        approval_id IS NOT NULL
        OR (state = 'effective' AND limit_fen IS NOT NULL AND (previous_fen IS NULL OR limit_fen < previous_fen))),
    CONSTRAINT single_person_limits_decided_at_check CHECK (
        (decided_by IS NULL) = (state = 'entered' OR approval_id IS NULL)
        AND (decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT single_person_limits_decided_by_check CHECK (state <> 'effective' OR decided_by <> entered_by)
);

-- One waits at a time: another takes its place.
CREATE UNIQUE INDEX single_person_limits_organisation_id_entered_key
    ON single_person_limits (organisation_id) WHERE state = 'entered';
CREATE INDEX single_person_limits_organisation_id_idx ON single_person_limits (organisation_id, id);

-- A row is a permit that two people of an organisation gave it to commit more than its limit, once:
-- up to that amount, by that kind of act and about that thing where it names them.
CREATE TABLE commitment_permits (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    kind TEXT,
    subject_id UUID,
    amount_fen BIGINT NOT NULL,
    reason TEXT NOT NULL,
    approval_id UUID NOT NULL,
    state TEXT NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP,
    decision TEXT,
    used_by UUID,
    used_at TIMESTAMP,
    used_for TEXT,
    used_fen BIGINT,
    CONSTRAINT commitment_permits_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT commitment_permits_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id),
    CONSTRAINT commitment_permits_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES users (id),
    CONSTRAINT commitment_permits_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users (id),
    CONSTRAINT commitment_permits_used_by_fkey FOREIGN KEY (used_by) REFERENCES users (id),
    CONSTRAINT commitment_permits_kind_check CHECK (
        kind IN ('purchase', 'order', 'bid', 'negotiated_transfer', 'enforced_sale', 'pledge')),
    CONSTRAINT commitment_permits_subject_id_check CHECK (subject_id IS NULL OR kind IS NOT NULL),
    CONSTRAINT commitment_permits_amount_fen_check CHECK (amount_fen BETWEEN 1 AND 1000000000000000),
    CONSTRAINT commitment_permits_state_check CHECK (state IN ('asked', 'approved', 'rejected', 'used')),
    CONSTRAINT commitment_permits_decided_at_check CHECK (
        (decided_by IS NULL) = (state = 'asked') AND (decided_at IS NULL) = (state = 'asked')),
    CONSTRAINT commitment_permits_decided_by_check CHECK (
        state NOT IN ('approved', 'used') OR decided_by <> asked_by),
    CONSTRAINT commitment_permits_used_at_check CHECK (
        (used_at IS NULL) = (state <> 'used') AND (used_by IS NULL) = (used_at IS NULL)
        AND (used_for IS NULL) = (used_at IS NULL) AND (used_fen IS NULL) = (used_at IS NULL)),
    CONSTRAINT commitment_permits_used_fen_check CHECK (used_fen <= amount_fen AND used_at < expires_at)
);

CREATE INDEX commitment_permits_organisation_id_idx ON commitment_permits (organisation_id, id);
-- What a commitment looks for: few are ever open.
CREATE INDEX commitment_permits_organisation_id_approved_idx
    ON commitment_permits (organisation_id, expires_at) WHERE state = 'approved';

CREATE TRIGGER single_person_limits_delete_refuse BEFORE DELETE ON single_person_limits
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER commitment_permits_delete_refuse BEFORE DELETE ON commitment_permits
FOR EACH ROW EXECUTE FUNCTION refuse_change();

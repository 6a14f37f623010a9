-- A row is the id and public half of a key that signs certificates; the key itself is never here.
CREATE TABLE certificate_keys (
    id UUID NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT certificate_keys_key_id_key UNIQUE (key_id),
    CONSTRAINT certificate_keys_key_id_check CHECK (LENGTH(key_id) = 16)
);

CREATE TRIGGER certificate_keys_change_refuse BEFORE UPDATE OR DELETE ON certificate_keys
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is land that must be restored by a legal duty: what is restored on it earns no credit.
CREATE TABLE duty_lands (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    subject TEXT NOT NULL,
    basis TEXT NOT NULL,
    west BIGINT NOT NULL,
    south BIGINT NOT NULL,
    east BIGINT NOT NULL,
    north BIGINT NOT NULL,
    polygon TEXT NOT NULL,
    area BIGINT NOT NULL,
    entered_by UUID,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT duty_lands_subject_key UNIQUE (subject)
);

CREATE INDEX duty_lands_county_west_idx ON duty_lands (county, west);

CREATE TRIGGER duty_lands_change_refuse BEFORE UPDATE OR DELETE ON duty_lands
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what a region asks of occupations of its wetland; takes effect with its approval.
CREATE TABLE occupation_policies (
    id UUID NOT NULL PRIMARY KEY,
    region TEXT NOT NULL,
    ratio_bp BIGINT NOT NULL,
    general_compensates BOOLEAN NOT NULL,
    types TEXT NOT NULL,
    document TEXT NOT NULL,
    approval_id UUID NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    approved_by UUID,
    approved_at TIMESTAMP,
    CONSTRAINT occupation_policies_ratio_bp_check CHECK (ratio_bp BETWEEN 10000 AND 100000),
    CONSTRAINT occupation_policies_approved_by_check CHECK ((approved_by IS NULL) = (approved_at IS NULL) AND (approved_by IS NULL OR approved_by <> entered_by))
);

CREATE INDEX occupation_policies_region_approved_at_idx ON occupation_policies (region, approved_at);

CREATE TRIGGER occupation_policies_delete_refuse BEFORE DELETE ON occupation_policies
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is an application of a developer to occupy wetland. What never changes of the developer is
-- copied onto it.
CREATE TABLE occupations (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    county TEXT NOT NULL,
    developer_id UUID NOT NULL,
    developer_name TEXT NOT NULL,
    project_name TEXT NOT NULL,
    term TEXT NOT NULL,
    ground TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    level TEXT NOT NULL,
    mangrove BOOLEAN NOT NULL,
    peat BOOLEAN NOT NULL,
    area BIGINT NOT NULL,
    computed_area BIGINT NOT NULL,
    west BIGINT NOT NULL,
    south BIGINT NOT NULL,
    east BIGINT NOT NULL,
    north BIGINT NOT NULL,
    polygon TEXT NOT NULL,
    zone_approvals TEXT NOT NULL,
    provincial_assessment TEXT,
    exempt_document TEXT,
    avoidance_statement TEXT NOT NULL,
    impact_measures TEXT NOT NULL,
    starts_on DATE,
    ends_on DATE,
    submitted_by UUID NOT NULL,
    submitted_at TIMESTAMP NOT NULL,
    CONSTRAINT occupations_number_key UNIQUE (number),
    CONSTRAINT occupations_developer_id_fkey FOREIGN KEY (developer_id) REFERENCES organisations (id),
    CONSTRAINT occupations_area_check CHECK (area > 0),
    CONSTRAINT occupations_term_check CHECK (
        (term = 'permanent' AND starts_on IS NULL AND ends_on IS NULL)
        OR (term = 'temporary' AND starts_on <= ends_on))
);

CREATE INDEX occupations_county_west_idx ON occupations (county, west);
CREATE INDEX occupations_developer_id_idx ON occupations (developer_id);

CREATE TRIGGER occupations_change_refuse BEFORE UPDATE OR DELETE ON occupations
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is how far the application with the same id is, and when it is to be decided.
CREATE TABLE occupation_states (
    id UUID NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    accepted_on DATE,
    accepted_silently BOOLEAN,
    decide_by DATE,
    extended BOOLEAN NOT NULL,
    grade BIGINT,
    exempt BOOLEAN NOT NULL,
    fee_id UUID,
    CONSTRAINT occupation_states_id_fkey FOREIGN KEY (id) REFERENCES occupations (id),
    CONSTRAINT occupation_states_state_check CHECK (state IN ('submitted', 'deficient', 'accepted', 'approved', 'rejected',
        'withdrawn', 'restored')),
    CONSTRAINT occupation_states_grade_check CHECK (grade BETWEEN 1 AND 5)
);

CREATE INDEX occupation_states_state_idx ON occupation_states (state);

CREATE TRIGGER occupation_states_delete_refuse BEFORE DELETE ON occupation_states
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a document that was filed with an application.
CREATE TABLE occupation_documents (
    id UUID NOT NULL PRIMARY KEY,
    occupation_id UUID NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    filed_by UUID NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    CONSTRAINT occupation_documents_occupation_id_fkey FOREIGN KEY (occupation_id) REFERENCES occupations (id),
    CONSTRAINT occupation_documents_sha256_check CHECK (LENGTH(sha256) = 64)
);

CREATE INDEX occupation_documents_occupation_id_idx ON occupation_documents (occupation_id);

CREATE TRIGGER occupation_documents_change_refuse BEFORE UPDATE OR DELETE ON occupation_documents
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the one notice of what is missing of an application.
CREATE TABLE deficiency_notices (
    id UUID NOT NULL PRIMARY KEY,
    occupation_id UUID NOT NULL,
    missing TEXT NOT NULL,
    note TEXT NOT NULL,
    noted_by UUID NOT NULL,
    noted_at TIMESTAMP NOT NULL,
    CONSTRAINT deficiency_notices_occupation_id_key UNIQUE (occupation_id),
    CONSTRAINT deficiency_notices_occupation_id_fkey FOREIGN KEY (occupation_id) REFERENCES occupations (id)
);

CREATE TRIGGER deficiency_notices_change_refuse BEFORE UPDATE OR DELETE ON deficiency_notices
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a grade that the forestry bureau set on the land of an application, from an assessor.
CREATE TABLE occupation_gradings (
    id UUID NOT NULL PRIMARY KEY,
    occupation_id UUID NOT NULL,
    grade BIGINT NOT NULL,
    assessor_id UUID NOT NULL,
    report_number TEXT NOT NULL,
    reported_on DATE NOT NULL,
    author TEXT NOT NULL,
    exempt BOOLEAN NOT NULL,
    graded_by UUID NOT NULL,
    graded_at TIMESTAMP NOT NULL,
    CONSTRAINT occupation_gradings_occupation_id_fkey FOREIGN KEY (occupation_id) REFERENCES occupations (id),
    CONSTRAINT occupation_gradings_assessor_id_fkey FOREIGN KEY (assessor_id) REFERENCES organisations (id),
    CONSTRAINT occupation_gradings_grade_check CHECK (grade BETWEEN 1 AND 5)
);

CREATE INDEX occupation_gradings_occupation_id_idx ON occupation_gradings (occupation_id);

CREATE TRIGGER occupation_gradings_change_refuse BEFORE UPDATE OR DELETE ON occupation_gradings
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is an opinion of the national authority on an application.
CREATE TABLE national_opinions (
    id UUID NOT NULL PRIMARY KEY,
    occupation_id UUID NOT NULL,
    number TEXT NOT NULL,
    authority TEXT NOT NULL,
    given_on DATE NOT NULL,
    favourable BOOLEAN NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT national_opinions_occupation_id_fkey FOREIGN KEY (occupation_id) REFERENCES occupations (id)
);

CREATE INDEX national_opinions_occupation_id_idx ON national_opinions (occupation_id);

CREATE TRIGGER national_opinions_change_refuse BEFORE UPDATE OR DELETE ON national_opinions
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the end of an application: approved, rejected or withdrawn.
CREATE TABLE occupation_decisions (
    id UUID NOT NULL PRIMARY KEY,
    occupation_id UUID NOT NULL,
    outcome TEXT NOT NULL,
    document TEXT,
    reason TEXT,
    area BIGINT NOT NULL,
    retired_m2 BIGINT NOT NULL,
    required_m2 BIGINT NOT NULL,
    decided_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    CONSTRAINT occupation_decisions_occupation_id_key UNIQUE (occupation_id),
    CONSTRAINT occupation_decisions_occupation_id_fkey FOREIGN KEY (occupation_id) REFERENCES occupations (id),
    CONSTRAINT occupation_decisions_outcome_check CHECK (
        (outcome = 'approved' AND document IS NOT NULL AND retired_m2 >= required_m2)
        OR (outcome IN ('rejected', 'withdrawn') AND reason IS NOT NULL))
);

CREATE TRIGGER occupation_decisions_change_refuse BEFORE UPDATE OR DELETE ON occupation_decisions
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a term that runs for an application or a case, and whether it was kept.
CREATE TABLE occupation_clocks (
    id UUID NOT NULL PRIMARY KEY,
    subject_id UUID NOT NULL,
    subject TEXT NOT NULL,
    county TEXT NOT NULL,
    kind TEXT NOT NULL,
    due_on DATE NOT NULL,
    state TEXT NOT NULL,
    ended_at TIMESTAMP,
    CONSTRAINT occupation_clocks_state_check CHECK (state IN ('running', 'kept', 'missed', 'resolved')),
    CONSTRAINT occupation_clocks_ended_at_check CHECK ((state = 'running') = (ended_at IS NULL))
);

CREATE INDEX occupation_clocks_state_due_on_idx ON occupation_clocks (state, due_on);
CREATE INDEX occupation_clocks_subject_id_idx ON occupation_clocks (subject_id);

CREATE TRIGGER occupation_clocks_delete_refuse BEFORE DELETE ON occupation_clocks
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row says that the land of a temporary occupation was restored.
CREATE TABLE land_restorations (
    id UUID NOT NULL PRIMARY KEY,
    occupation_id UUID NOT NULL,
    restored_on DATE NOT NULL,
    report TEXT NOT NULL,
    recorded_by UUID NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT land_restorations_occupation_id_key UNIQUE (occupation_id),
    CONSTRAINT land_restorations_occupation_id_fkey FOREIGN KEY (occupation_id) REFERENCES occupations (id)
);

CREATE TRIGGER land_restorations_change_refuse BEFORE UPDATE OR DELETE ON land_restorations
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is credits that a developer retires for an application: asked for by one person, confirmed by
-- another. `serves_id` is the application that they count for.
CREATE TABLE retirements (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    occupation_id UUID NOT NULL,
    serves_id UUID NOT NULL,
    developer_id UUID NOT NULL,
    county TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    reason TEXT NOT NULL,
    approval_id UUID NOT NULL,
    state TEXT NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    journal_id UUID,
    decided_by UUID,
    decided_at TIMESTAMP,
    CONSTRAINT retirements_number_key UNIQUE (number),
    CONSTRAINT retirements_occupation_id_fkey FOREIGN KEY (occupation_id) REFERENCES occupations (id),
    CONSTRAINT retirements_serves_id_fkey FOREIGN KEY (serves_id) REFERENCES occupations (id),
    CONSTRAINT retirements_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journals (id),
    CONSTRAINT retirements_m2_check CHECK (m2 > 0),
    CONSTRAINT retirements_state_check CHECK (
        (state = 'asked' AND decided_by IS NULL AND journal_id IS NULL AND serves_id = occupation_id)
        OR (state = 'effective' AND decided_by IS NOT NULL AND decided_by <> asked_by
            AND decided_at IS NOT NULL AND journal_id IS NOT NULL)
        OR (state = 'cancelled' AND decided_by IS NOT NULL AND journal_id IS NULL))
);

CREATE INDEX retirements_serves_id_idx ON retirements (serves_id);
CREATE INDEX retirements_developer_id_idx ON retirements (developer_id);

CREATE TRIGGER retirements_delete_refuse BEFORE DELETE ON retirements
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what of one batch is to be retired: so many m², or chosen serials.
CREATE TABLE retirement_parts (
    id UUID NOT NULL PRIMARY KEY,
    retirement_id UUID NOT NULL,
    position BIGINT NOT NULL,
    batch_id UUID NOT NULL,
    m2 BIGINT NOT NULL,
    first_serial BIGINT,
    last_serial BIGINT,
    CONSTRAINT retirement_parts_retirement_id_position_key UNIQUE (retirement_id, position),
    CONSTRAINT retirement_parts_retirement_id_fkey FOREIGN KEY (retirement_id) REFERENCES retirements (id),
    CONSTRAINT retirement_parts_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id),
    CONSTRAINT retirement_parts_m2_check CHECK (m2 > 0 AND (first_serial IS NULL OR last_serial - first_serial + 1 = m2))
);

CREATE TRIGGER retirement_parts_change_refuse BEFORE UPDATE OR DELETE ON retirement_parts
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a run of serials that was retired. What never changes of the batch is copied onto it.
CREATE TABLE retirement_serials (
    id UUID NOT NULL PRIMARY KEY,
    retirement_id UUID NOT NULL,
    position BIGINT NOT NULL,
    batch_id UUID NOT NULL,
    batch_number TEXT NOT NULL,
    county TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade BIGINT NOT NULL,
    first_serial BIGINT NOT NULL,
    last_serial BIGINT NOT NULL,
    m2 BIGINT NOT NULL,
    CONSTRAINT retirement_serials_retirement_id_position_key UNIQUE (retirement_id, position),
    CONSTRAINT retirement_serials_batch_id_last_serial_key UNIQUE (batch_id, last_serial),
    CONSTRAINT retirement_serials_retirement_id_fkey FOREIGN KEY (retirement_id) REFERENCES retirements (id),
    CONSTRAINT retirement_serials_m2_check CHECK (m2 = last_serial - first_serial + 1)
);

CREATE TRIGGER retirement_serials_change_refuse BEFORE UPDATE OR DELETE ON retirement_serials
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row says that retired credits whose application ended without approval go to the next one.
CREATE TABLE retirement_assignments (
    id UUID NOT NULL PRIMARY KEY,
    retirement_id UUID NOT NULL,
    from_id UUID NOT NULL,
    to_id UUID NOT NULL,
    approval_id UUID NOT NULL,
    state TEXT NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP,
    CONSTRAINT retirement_assignments_retirement_id_fkey FOREIGN KEY (retirement_id) REFERENCES retirements (id),
    CONSTRAINT retirement_assignments_from_id_fkey FOREIGN KEY (from_id) REFERENCES occupations (id),
    CONSTRAINT retirement_assignments_to_id_fkey FOREIGN KEY (to_id) REFERENCES occupations (id),
    CONSTRAINT retirement_assignments_to_id_check CHECK (from_id <> to_id),
    CONSTRAINT retirement_assignments_state_check CHECK (
        (state = 'asked' AND decided_by IS NULL)
        OR (state IN ('effective', 'cancelled') AND decided_by IS NOT NULL AND decided_at IS NOT NULL))
);

CREATE INDEX retirement_assignments_retirement_id_idx ON retirement_assignments (retirement_id);

CREATE TRIGGER retirement_assignments_delete_refuse BEFORE DELETE ON retirement_assignments
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a certificate of a retirement: the canonical JSON and the signature over it.
CREATE TABLE certificates (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    retirement_id UUID NOT NULL,
    occupation_id UUID NOT NULL,
    short_code TEXT NOT NULL,
    content TEXT NOT NULL,
    signature TEXT NOT NULL,
    key_id TEXT NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    valid_to DATE NOT NULL,
    CONSTRAINT certificates_number_key UNIQUE (number),
    CONSTRAINT certificates_retirement_id_fkey FOREIGN KEY (retirement_id) REFERENCES retirements (id),
    CONSTRAINT certificates_occupation_id_fkey FOREIGN KEY (occupation_id) REFERENCES occupations (id),
    CONSTRAINT certificates_signature_check CHECK (LENGTH(signature) = 128)
);

CREATE INDEX certificates_retirement_id_idx ON certificates (retirement_id);

CREATE TRIGGER certificates_change_refuse BEFORE UPDATE OR DELETE ON certificates
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a change of what a certificate is worth: frozen, valid again, or void.
CREATE TABLE certificate_marks (
    id UUID NOT NULL PRIMARY KEY,
    certificate_id UUID NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    document TEXT,
    marked_by UUID,
    marked_at TIMESTAMP NOT NULL,
    CONSTRAINT certificate_marks_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES certificates (id),
    CONSTRAINT certificate_marks_state_check CHECK (state IN ('valid', 'frozen', 'void'))
);

CREATE INDEX certificate_marks_certificate_id_idx ON certificate_marks (certificate_id);

CREATE TRIGGER certificate_marks_change_refuse BEFORE UPDATE OR DELETE ON certificate_marks
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the fee that an occupier pays where restoring wetland elsewhere is impossible.
CREATE TABLE restoration_fees (
    id UUID NOT NULL PRIMARY KEY,
    occupation_id UUID NOT NULL,
    county TEXT NOT NULL,
    developer_id UUID NOT NULL,
    m2 BIGINT NOT NULL,
    rate_fen BIGINT NOT NULL,
    multiplier BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    state TEXT NOT NULL,
    notice_by DATE NOT NULL,
    noticed_on DATE,
    reference TEXT,
    pay_by DATE,
    paid_at TIMESTAMP,
    ended_at TIMESTAMP,
    determined_by UUID NOT NULL,
    determined_at TIMESTAMP NOT NULL,
    CONSTRAINT restoration_fees_occupation_id_key UNIQUE (occupation_id),
    CONSTRAINT restoration_fees_occupation_id_fkey FOREIGN KEY (occupation_id) REFERENCES occupations (id),
    CONSTRAINT restoration_fees_amount_fen_check CHECK (amount_fen = m2 * rate_fen * multiplier AND multiplier IN (1, 3)),
    CONSTRAINT restoration_fees_state_check CHECK (
        (state = 'determined' AND noticed_on IS NULL AND paid_at IS NULL)
        OR (state = 'noticed' AND reference IS NOT NULL AND pay_by IS NOT NULL AND paid_at IS NULL)
        OR (state = 'paid' AND paid_at IS NOT NULL AND ended_at IS NULL)
        OR (state IN ('collected', 'refunded') AND paid_at IS NOT NULL AND ended_at IS NOT NULL)
        OR (state = 'dropped' AND paid_at IS NULL AND ended_at IS NOT NULL))
);

CREATE INDEX restoration_fees_state_idx ON restoration_fees (state);

CREATE TRIGGER restoration_fees_delete_refuse BEFORE DELETE ON restoration_fees
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a case of wetland that was occupied without approval, not restored, or reclaimed.
CREATE TABLE violation_cases (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    county TEXT NOT NULL,
    kind TEXT NOT NULL,
    offender TEXT NOT NULL,
    offender_id UUID,
    area BIGINT NOT NULL,
    polygon TEXT,
    basis TEXT NOT NULL,
    found_on DATE NOT NULL,
    state TEXT NOT NULL,
    opened_by UUID NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    rate_yuan BIGINT,
    fine_fen BIGINT,
    document TEXT,
    restore_by DATE,
    decided_by UUID,
    decided_at TIMESTAMP,
    closed_by UUID,
    closed_on DATE,
    closing_report TEXT,
    CONSTRAINT violation_cases_number_key UNIQUE (number),
    CONSTRAINT violation_cases_area_check CHECK (area > 0),
    CONSTRAINT violation_cases_state_check CHECK (
        (state = 'open' AND decided_by IS NULL)
        OR (state = 'decided' AND fine_fen = area * rate_yuan AND document IS NOT NULL
            AND restore_by IS NOT NULL AND decided_by IS NOT NULL AND closed_by IS NULL)
        OR (state = 'closed' AND decided_by IS NOT NULL AND closed_by IS NOT NULL
            AND closed_on IS NOT NULL))
);

CREATE INDEX violation_cases_county_state_idx ON violation_cases (county, state);

CREATE TRIGGER violation_cases_delete_refuse BEFORE DELETE ON violation_cases
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what moved the balance of a county: a release, a retirement or an approved occupation.
CREATE TABLE balance_moves (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    county TEXT NOT NULL,
    occupation_county TEXT,
    moved_at TIMESTAMP NOT NULL,
    centi_m2 BIGINT NOT NULL,
    CONSTRAINT balance_moves_kind_check CHECK (kind IN ('released', 'retired', 'occupied')
        AND (kind = 'retired') = (occupation_county IS NOT NULL))
);

CREATE INDEX balance_moves_county_idx ON balance_moves (county);
CREATE INDEX balance_moves_occupation_county_idx ON balance_moves (occupation_county);
CREATE INDEX balance_moves_kind_subject_id_idx ON balance_moves (kind, subject_id);
CREATE INDEX balance_moves_kind_moved_at_idx ON balance_moves (kind, moved_at);

CREATE TRIGGER balance_moves_change_refuse BEFORE UPDATE OR DELETE ON balance_moves
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the balance of a region at the end of a day on which it changed, in 0.01 m²; it can be
-- computed from `balance_moves`.
CREATE TABLE balance_days (
    region TEXT NOT NULL,
    day DATE NOT NULL,
    released BIGINT NOT NULL,
    retired_elsewhere BIGINT NOT NULL,
    retired_for_it BIGINT NOT NULL,
    occupied BIGINT NOT NULL,
    CONSTRAINT balance_days_region_day_key PRIMARY KEY (region, day)
);

-- A row says which payment notice, by its id, is for which restoration fee, and the journals that
-- held, collected or gave back its money.
CREATE TABLE fee_references (
    id UUID NOT NULL PRIMARY KEY,
    fee_id UUID NOT NULL,
    held_journal_id UUID,
    ended_journal_id UUID,
    CONSTRAINT fee_references_fee_id_key UNIQUE (fee_id),
    CONSTRAINT fee_references_id_fkey FOREIGN KEY (id) REFERENCES payment_notices (id),
    CONSTRAINT fee_references_fee_id_fkey FOREIGN KEY (fee_id) REFERENCES restoration_fees (id),
    CONSTRAINT fee_references_held_journal_id_fkey FOREIGN KEY (held_journal_id) REFERENCES journals (id),
    CONSTRAINT fee_references_ended_journal_id_fkey FOREIGN KEY (ended_journal_id) REFERENCES journals (id)
);

CREATE TRIGGER fee_references_delete_refuse BEFORE DELETE ON fee_references
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What is on offer of one type, the cheapest first.
CREATE INDEX listings_wetland_type_price_fen_per_mu_idx ON listings (wetland_type, price_fen_per_mu);
-- Releases in the order of time, for who follows them.
CREATE INDEX releases_released_at_idx ON releases (released_at);

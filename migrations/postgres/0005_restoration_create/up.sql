-- A row is one restoration project: its land's county and township, its scheme and the organisation
-- that answers for it. Its stage is the newest row of project_stages.
CREATE TABLE projects (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    owner_id UUID NOT NULL,
    mode TEXT NOT NULL,
    contractor TEXT,
    consent_on DATE NOT NULL,
    consent_holders BIGINT NOT NULL,
    consent_objections BIGINT NOT NULL,
    legal_duty BOOLEAN NOT NULL,
    legal_duty_basis TEXT NOT NULL,
    bill_total BIGINT NOT NULL,
    CONSTRAINT projects_number_key UNIQUE (number),
    CONSTRAINT projects_mode_check CHECK (mode IN ('self', 'cooperation', 'entrusted')),
    CONSTRAINT projects_contractor_check CHECK (mode <> 'entrusted' OR contractor IS NOT NULL),
    CONSTRAINT projects_township_check CHECK (LENGTH(township) = 9 AND SUBSTR(township, 1, 6) = county),
    CONSTRAINT projects_consent_holders_check CHECK (consent_holders > 0),
    CONSTRAINT projects_consent_objections_check CHECK (consent_objections = 0),
    CONSTRAINT projects_bill_total_check CHECK (bill_total BETWEEN 0 AND 1000000000000000)
);

CREATE INDEX projects_owner_id_idx ON projects (owner_id);
CREATE INDEX projects_county_idx ON projects (county);

CREATE TRIGGER projects_change_refuse BEFORE UPDATE OR DELETE ON projects
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one parcel of a project, with its township and the area of its polygon in 0.01 m² as they
-- were when the project was proposed. A parcel has at most one project.
CREATE TABLE project_parcels (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    parcel_id UUID NOT NULL,
    parcel_number TEXT NOT NULL,
    township TEXT NOT NULL,
    area BIGINT NOT NULL,
    CONSTRAINT project_parcels_parcel_id_key UNIQUE (parcel_id),
    CONSTRAINT project_parcels_area_check CHECK (area > 0),
    CONSTRAINT project_parcels_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE INDEX project_parcels_project_id_idx ON project_parcels (project_id);

CREATE TRIGGER project_parcels_change_refuse BEFORE UPDATE OR DELETE ON project_parcels
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one line of a project's bill of quantities: quantity in hundredths of its unit, price and
-- amount in fen; the amount is quantity × price, half up.
CREATE TABLE bill_lines (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    position BIGINT NOT NULL,
    item TEXT NOT NULL,
    unit TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    CONSTRAINT bill_lines_project_id_position_key UNIQUE (project_id, position),
    CONSTRAINT bill_lines_quantity_check CHECK (quantity > 0),
    CONSTRAINT bill_lines_unit_price_check CHECK (unit_price >= 0),
    CONSTRAINT bill_lines_amount_check CHECK (amount = (quantity * unit_price + 50) / 100),
    CONSTRAINT bill_lines_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER bill_lines_change_refuse BEFORE UPDATE OR DELETE ON bill_lines
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one species that a project plants or stocks; an alien one has its assessment and approval.
CREATE TABLE project_species (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    latin TEXT NOT NULL,
    origin TEXT NOT NULL,
    assessment TEXT,
    approval_no TEXT,
    CONSTRAINT project_species_project_id_position_key UNIQUE (project_id, position),
    CONSTRAINT project_species_project_id_latin_key UNIQUE (project_id, latin),
    CONSTRAINT project_species_origin_check CHECK (origin IN ('native', 'alien')),
    CONSTRAINT project_species_approval_no_check
        CHECK (origin = 'native' OR (assessment IS NOT NULL AND approval_no IS NOT NULL)),
    CONSTRAINT project_species_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER project_species_change_refuse BEFORE UPDATE OR DELETE ON project_species
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one stage that a project entered, by whom and when. Each stage comes once, at its own place
-- in the order.
CREATE TABLE project_stages (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    position BIGINT NOT NULL,
    stage TEXT NOT NULL,
    entered_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT project_stages_project_id_position_key UNIQUE (project_id, position),
    CONSTRAINT project_stages_position_check CHECK (position = CASE stage
        WHEN 'proposed' THEN 1 WHEN 'scheme_reviewed' THEN 2 WHEN 'approved' THEN 3
        WHEN 'under_construction' THEN 4 WHEN 'completed' THEN 5 WHEN 'accepted' THEN 6
        WHEN 'monitoring' THEN 7 WHEN 'closed' THEN 8 ELSE 0 END),
    CONSTRAINT project_stages_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER project_stages_change_refuse BEFORE UPDATE OR DELETE ON project_stages
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one third-party report on a project: at its completion, and after years of monitoring.
CREATE TABLE assessments (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    kind TEXT NOT NULL,
    assessor_id UUID NOT NULL,
    report_number TEXT NOT NULL,
    reported_on DATE NOT NULL,
    author TEXT NOT NULL,
    CONSTRAINT assessments_project_id_kind_key UNIQUE (project_id, kind),
    CONSTRAINT assessments_kind_check CHECK (kind IN ('completion_assessment', 'post_assessment')),
    CONSTRAINT assessments_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE INDEX assessments_assessor_id_idx ON assessments (assessor_id);

CREATE TRIGGER assessments_change_refuse BEFORE UPDATE OR DELETE ON assessments
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the acceptance of a project's land: the area in 0.01 m² and the days of visit and decision.
CREATE TABLE acceptances (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    accepted_on DATE NOT NULL,
    accepted_area BIGINT NOT NULL,
    inspected_on DATE NOT NULL,
    CONSTRAINT acceptances_project_id_key UNIQUE (project_id),
    CONSTRAINT acceptances_accepted_area_check CHECK (accepted_area > 0),
    CONSTRAINT acceptances_inspected_on_check CHECK (inspected_on <= accepted_on),
    CONSTRAINT acceptances_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER acceptances_change_refuse BEFORE UPDATE OR DELETE ON acceptances
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one person who saw the land before its acceptance.
CREATE TABLE site_inspectors (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT site_inspectors_project_id_position_key UNIQUE (project_id, position),
    CONSTRAINT site_inspectors_project_id_name_key UNIQUE (project_id, name),
    CONSTRAINT site_inspectors_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER site_inspectors_change_refuse BEFORE UPDATE OR DELETE ON site_inspectors
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the plan by which a project's land is watched: one report each year, for so many years after
-- the acceptance.
CREATE TABLE monitoring_plans (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    years BIGINT NOT NULL,
    filed_by UUID NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    CONSTRAINT monitoring_plans_project_id_key UNIQUE (project_id),
    CONSTRAINT monitoring_plans_years_check CHECK (years BETWEEN 1 AND 30),
    CONSTRAINT monitoring_plans_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER monitoring_plans_change_refuse BEFORE UPDATE OR DELETE ON monitoring_plans
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the end of a project: who keeps the land from now on.
CREATE TABLE closures (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    keeper TEXT NOT NULL,
    CONSTRAINT closures_project_id_key UNIQUE (project_id),
    CONSTRAINT closures_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER closures_change_refuse BEFORE UPDATE OR DELETE ON closures
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row asks to turn accepted land of a project into credits: how many m², of which type and grade, and
-- by which method and indicators it was graded.
CREATE TABLE certification_applications (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    project_number TEXT NOT NULL,
    township TEXT NOT NULL,
    owner_id UUID NOT NULL,
    m2 BIGINT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade BIGINT NOT NULL,
    grade_method TEXT NOT NULL,
    grade_indicators TEXT NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT certification_applications_m2_check CHECK (m2 BETWEEN 1 AND 1000000000),
    CONSTRAINT certification_applications_grade_check CHECK (grade BETWEEN 1 AND 5),
    CONSTRAINT certification_applications_wetland_type_check
        CHECK (wetland_type IN ('coastal', 'river', 'lake', 'marsh', 'artificial')),
    CONSTRAINT certification_applications_grade_indicators_check CHECK (grade_indicators <> '{}'),
    CONSTRAINT certification_applications_project_id_fkey
        FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE INDEX certification_applications_project_id_idx ON certification_applications (project_id);

CREATE TRIGGER certification_applications_change_refuse BEFORE UPDATE OR DELETE ON certification_applications
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the one decision on an application: certified, or rejected for a reason.
CREATE TABLE certification_decisions (
    id UUID NOT NULL PRIMARY KEY,
    application_id UUID NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT,
    decided_by UUID NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    CONSTRAINT certification_decisions_application_id_key UNIQUE (application_id),
    CONSTRAINT certification_decisions_outcome_check CHECK (outcome IN ('certified', 'rejected')),
    CONSTRAINT certification_decisions_reason_check CHECK (outcome = 'certified' OR reason IS NOT NULL),
    CONSTRAINT certification_decisions_application_id_fkey
        FOREIGN KEY (application_id) REFERENCES certification_applications (id)
);

CREATE TRIGGER certification_decisions_change_refuse BEFORE UPDATE OR DELETE ON certification_decisions
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a batch of credits, one per certified m²: same project, type, grade and year. Its serials run
-- from 1 to issued_m2; the highest buffer_m2 of them are held back.
CREATE TABLE batches (
    id UUID NOT NULL PRIMARY KEY,
    application_id UUID NOT NULL,
    number TEXT NOT NULL,
    project_id UUID NOT NULL,
    project_number TEXT NOT NULL,
    county TEXT NOT NULL,
    owner_id UUID NOT NULL,
    assessor_id UUID NOT NULL,
    wetland_type TEXT NOT NULL,
    grade BIGINT NOT NULL,
    year BIGINT NOT NULL,
    issued_m2 BIGINT NOT NULL,
    buffer_m2 BIGINT NOT NULL,
    accepted_on DATE NOT NULL,
    certified_at TIMESTAMP NOT NULL,
    CONSTRAINT batches_application_id_key UNIQUE (application_id),
    CONSTRAINT batches_number_key UNIQUE (number),
    CONSTRAINT batches_issued_m2_check CHECK (issued_m2 BETWEEN 1 AND 1000000000),
    CONSTRAINT batches_buffer_m2_check CHECK (buffer_m2 BETWEEN 0 AND issued_m2),
    CONSTRAINT batches_grade_check CHECK (grade BETWEEN 1 AND 5),
    CONSTRAINT batches_application_id_fkey
        FOREIGN KEY (application_id) REFERENCES certification_applications (id),
    CONSTRAINT batches_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE INDEX batches_project_id_idx ON batches (project_id);

CREATE TRIGGER batches_change_refuse BEFORE UPDATE OR DELETE ON batches
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the part of a batch that was certified in one township, fixed at certification; by it the
-- township leg of every trade of the batch is split.
CREATE TABLE batch_townships (
    id UUID NOT NULL PRIMARY KEY,
    batch_id UUID NOT NULL,
    region TEXT NOT NULL,
    organisation_id UUID NOT NULL,
    certified_m2 BIGINT NOT NULL,
    CONSTRAINT batch_townships_batch_id_region_key UNIQUE (batch_id, region),
    CONSTRAINT batch_townships_region_check CHECK (LENGTH(region) = 9),
    CONSTRAINT batch_townships_certified_m2_check CHECK (certified_m2 >= 0),
    CONSTRAINT batch_townships_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id)
);

CREATE TRIGGER batch_townships_change_refuse BEFORE UPDATE OR DELETE ON batch_townships
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one step by which a batch's credits become available, tied to a milestone that was met.
CREATE TABLE releases (
    id UUID NOT NULL PRIMARY KEY,
    batch_id UUID NOT NULL,
    position BIGINT NOT NULL,
    milestone TEXT NOT NULL,
    percent BIGINT NOT NULL,
    cumulative_m2 BIGINT NOT NULL,
    step_m2 BIGINT NOT NULL,
    released_by UUID NOT NULL,
    released_at TIMESTAMP NOT NULL,
    CONSTRAINT releases_batch_id_position_key UNIQUE (batch_id, position),
    CONSTRAINT releases_position_check CHECK (position = CASE milestone
        WHEN 'acceptance' THEN 1 WHEN 'year_1' THEN 2 WHEN 'year_3' THEN 3 ELSE 0 END),
    CONSTRAINT releases_percent_check CHECK (percent BETWEEN 0 AND 100),
    CONSTRAINT releases_step_m2_check CHECK (step_m2 BETWEEN 0 AND cumulative_m2),
    CONSTRAINT releases_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id)
);

CREATE TRIGGER releases_change_refuse BEFORE UPDATE OR DELETE ON releases
FOR EACH ROW EXECUTE FUNCTION refuse_change();

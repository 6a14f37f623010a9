-- A row is one version of a layer over a region: which land is under which protection or plan, by
-- whose authority, as of which day. It goes from draft to approved and is then in force, until a
-- newer version of the same kind and region is; drafts decide nothing.
CREATE TABLE layer_versions (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    in_force BOOLEAN NOT NULL,
    source_authority TEXT NOT NULL,
    source_document TEXT NOT NULL,
    source_date DATE NOT NULL,
    frame TEXT NOT NULL,
    features BIGINT NOT NULL,
    area BIGINT NOT NULL,
    entered_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT layer_versions_kind_region_name_key UNIQUE (kind, region, name),
    CONSTRAINT layer_versions_region_fkey FOREIGN KEY (region) REFERENCES regions (code),
    CONSTRAINT layer_versions_kind_check
        CHECK (kind IN ('zones', 'ecological_red_line', 'basic_farmland', 'urban_planning_area',
                        'mangrove')),
    CONSTRAINT layer_versions_state_check
        CHECK (state IN ('draft', 'consultation', 'argued', 'approved')),
    CONSTRAINT layer_versions_in_force_check CHECK (NOT in_force OR state = 'approved'),
    CONSTRAINT layer_versions_frame_check CHECK (frame = 'EPSG:4490'),
    CONSTRAINT layer_versions_features_check CHECK (features >= 0),
    CONSTRAINT layer_versions_area_check CHECK (area >= 0)
);

CREATE UNIQUE INDEX layer_versions_in_force_key ON layer_versions (kind, region) WHERE in_force;

-- A row is a step of a version: who brought it into the state, when, by which document; the
-- consultation says until when it lasts.
CREATE TABLE layer_steps (
    id UUID NOT NULL PRIMARY KEY,
    version_id UUID NOT NULL,
    state TEXT NOT NULL,
    document TEXT,
    dated DATE,
    closes_on DATE,
    entered_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT layer_steps_version_id_state_key UNIQUE (version_id, state),
    CONSTRAINT layer_steps_version_id_fkey FOREIGN KEY (version_id) REFERENCES layer_versions (id),
    CONSTRAINT layer_steps_state_check
        CHECK (state IN ('draft', 'consultation', 'argued', 'approved')),
    CONSTRAINT layer_steps_document_check CHECK (state IN ('draft', 'consultation') OR document IS NOT NULL),
    CONSTRAINT layer_steps_closes_on_check CHECK ((closes_on IS NOT NULL) = (state = 'consultation'))
);

CREATE TRIGGER layer_steps_change_refuse BEFORE UPDATE OR DELETE ON layer_steps
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what somebody said of a version while it was open to consultation.
CREATE TABLE layer_comments (
    id UUID NOT NULL PRIMARY KEY,
    version_id UUID NOT NULL,
    author TEXT NOT NULL,
    comment TEXT NOT NULL,
    made_on DATE NOT NULL,
    entered_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT layer_comments_version_id_fkey
        FOREIGN KEY (version_id) REFERENCES layer_versions (id)
);

CREATE INDEX layer_comments_version_id_idx ON layer_comments (version_id, id);

CREATE TRIGGER layer_comments_change_refuse BEFORE UPDATE OR DELETE ON layer_comments
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one file of features that was added to a draft, whole or not at all.
CREATE TABLE layer_files (
    id UUID NOT NULL PRIMARY KEY,
    version_id UUID NOT NULL,
    file_sha256 TEXT NOT NULL,
    features BIGINT NOT NULL,
    area BIGINT NOT NULL,
    entered_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT layer_files_version_id_file_sha256_key UNIQUE (version_id, file_sha256),
    CONSTRAINT layer_files_version_id_fkey FOREIGN KEY (version_id) REFERENCES layer_versions (id),
    CONSTRAINT layer_files_file_sha256_check CHECK (LENGTH(file_sha256) = 64),
    CONSTRAINT layer_files_features_check CHECK (features > 0),
    CONSTRAINT layer_files_area_check CHECK (area > 0)
);

CREATE TRIGGER layer_files_change_refuse BEFORE UPDATE OR DELETE ON layer_files
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a polygon of a version with its box in 10^-7 degree. It is found by the level of its size
-- and the row of the grid of that level in which its south lies, so that a search reads little more
-- than what lies near. The approval document is that of a plan by the municipal government.
CREATE TABLE layer_features (
    id UUID NOT NULL PRIMARY KEY,
    version_id UUID NOT NULL,
    file_id UUID NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    zone TEXT,
    approval_by TEXT,
    approval_document TEXT,
    survey_year BIGINT,
    valid_from DATE,
    area BIGINT NOT NULL,
    cell_level BIGINT NOT NULL,
    cell_row BIGINT NOT NULL,
    west BIGINT NOT NULL,
    south BIGINT NOT NULL,
    east BIGINT NOT NULL,
    north BIGINT NOT NULL,
    polygon TEXT NOT NULL,
    CONSTRAINT layer_features_version_id_number_key UNIQUE (version_id, number),
    CONSTRAINT layer_features_version_id_fkey
        FOREIGN KEY (version_id) REFERENCES layer_versions (id),
    CONSTRAINT layer_features_file_id_fkey FOREIGN KEY (file_id) REFERENCES layer_files (id),
    CONSTRAINT layer_features_zone_check CHECK (zone IN ('red', 'yellow')),
    CONSTRAINT layer_features_area_check CHECK (area > 0),
    CONSTRAINT layer_features_cell_level_check CHECK (cell_level BETWEEN 0 AND 4),
    CONSTRAINT layer_features_west_check CHECK (west < east AND west >= 730000000 AND east <= 1360000001),
    CONSTRAINT layer_features_south_check CHECK (south < north AND south >= 30000000 AND north <= 540000001)
);

CREATE INDEX layer_features_cell_idx
    ON layer_features (cell_level, cell_row, west, east, south, north);
CREATE INDEX layer_features_version_id_idx ON layer_features (version_id, id);
CREATE INDEX layer_features_file_id_idx ON layer_features (file_id);

CREATE TRIGGER layer_features_change_refuse BEFORE UPDATE OR DELETE ON layer_features
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is an answer on what touches a piece of land, as it was given to a decision.
CREATE TABLE land_answers (
    id UUID NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    parcel_id UUID NOT NULL,
    content TEXT NOT NULL,
    layer_versions TEXT NOT NULL,
    asked_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    answered_at TIMESTAMP NOT NULL,
    CONSTRAINT land_answers_parcel_id_fkey FOREIGN KEY (parcel_id) REFERENCES parcels (id)
);

CREATE INDEX land_answers_subject_idx ON land_answers (subject, id);
CREATE INDEX land_answers_parcel_id_idx ON land_answers (parcel_id);

CREATE TRIGGER land_answers_change_refuse BEFORE UPDATE OR DELETE ON land_answers
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a change of a parcel: what it said before, by whose authority it changed and why; its
-- number is 1, 2, 3 … over all parcels. A
-- corrected geometry stands here with its box; the one that entered stays in parcel_polygons.
CREATE TABLE parcel_changes (
    id UUID NOT NULL PRIMARY KEY,
    parcel_id UUID NOT NULL,
    version BIGINT NOT NULL,
    number BIGINT NOT NULL,
    change TEXT NOT NULL,
    reason TEXT,
    source TEXT NOT NULL,
    survey_year BIGINT NOT NULL,
    said_before TEXT NOT NULL,
    west BIGINT,
    south BIGINT,
    east BIGINT,
    north BIGINT,
    polygon TEXT,
    changed_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    CONSTRAINT parcel_changes_parcel_id_version_key UNIQUE (parcel_id, version),
    CONSTRAINT parcel_changes_number_key UNIQUE (number),
    CONSTRAINT parcel_changes_parcel_id_fkey FOREIGN KEY (parcel_id) REFERENCES parcels (id),
    CONSTRAINT parcel_changes_version_check CHECK (version > 1),
    CONSTRAINT parcel_changes_change_check
        CHECK (change IN ('land_survey', 'monitoring', 'land_correction', 'monitoring_correction')),
    CONSTRAINT parcel_changes_reason_check
        CHECK (reason IS NOT NULL OR change IN ('land_survey', 'monitoring')),
    CONSTRAINT parcel_changes_polygon_check
        CHECK (polygon IS NULL OR (change = 'land_correction' AND west IS NOT NULL
               AND south IS NOT NULL AND east IS NOT NULL AND north IS NOT NULL))
);

CREATE TRIGGER parcel_changes_change_refuse BEFORE UPDATE OR DELETE ON parcel_changes
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the withdrawal of the parcel with the same id: who, when and why. Its number is not given
-- again, its land is free.
CREATE TABLE parcel_withdrawals (
    id UUID NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    withdrawn_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    withdrawn_at TIMESTAMP NOT NULL,
    CONSTRAINT parcel_withdrawals_id_fkey FOREIGN KEY (id) REFERENCES parcels (id)
);

CREATE TRIGGER parcel_withdrawals_change_refuse BEFORE UPDATE OR DELETE ON parcel_withdrawals
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is where the parcel with the same id lies now, for the search of what overlaps: computed
-- from parcel_polygons, parcel_changes and parcel_withdrawals. cell_level is -1 when the parcel was withdrawn,
-- so that no search finds it; polygon is absent unless the geometry was corrected.
CREATE TABLE parcel_places (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    cell_level BIGINT NOT NULL,
    cell_row BIGINT NOT NULL,
    west BIGINT NOT NULL,
    south BIGINT NOT NULL,
    east BIGINT NOT NULL,
    north BIGINT NOT NULL,
    polygon TEXT,
    CONSTRAINT parcel_places_id_fkey FOREIGN KEY (id) REFERENCES parcels (id),
    CONSTRAINT parcel_places_kind_check CHECK (kind IN ('wetland', 'reserve')),
    CONSTRAINT parcel_places_cell_level_check CHECK (cell_level BETWEEN -1 AND 4),
    CONSTRAINT parcel_places_west_check CHECK (west < east AND west >= 730000000 AND east <= 1360000001),
    CONSTRAINT parcel_places_south_check CHECK (south < north AND south >= 30000000 AND north <= 540000001)
);

INSERT INTO parcel_places (id, kind, cell_level, cell_row, west, south, east, north)
SELECT id, kind, cell_level,
    south / CASE cell_level WHEN 0 THEN 8192 WHEN 1 THEN 131072 WHEN 2 THEN 2097152
        WHEN 3 THEN 33554432 ELSE 1073741824 END,
    west, south, east, north
FROM (SELECT g.*, CASE WHEN east - west <= 8192 AND north - south <= 8192 THEN 0
        WHEN east - west <= 131072 AND north - south <= 131072 THEN 1
        WHEN east - west <= 2097152 AND north - south <= 2097152 THEN 2
        WHEN east - west <= 33554432 AND north - south <= 33554432 THEN 3 ELSE 4 END AS cell_level
      FROM parcel_polygons g) g;

CREATE INDEX parcel_places_cell_idx
    ON parcel_places (cell_level, cell_row, west, east, south, north);

-- A row is the end of a project that was given up before its construction: who, when and why. Its
-- parcels are free for another one.
CREATE TABLE project_withdrawals (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    reason TEXT NOT NULL,
    withdrawn_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    withdrawn_at TIMESTAMP NOT NULL,
    CONSTRAINT project_withdrawals_project_id_key UNIQUE (project_id),
    CONSTRAINT project_withdrawals_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER project_withdrawals_change_refuse BEFORE UPDATE OR DELETE ON project_withdrawals
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is an authority's approval of a project on land of a zone.
CREATE TABLE zone_approvals (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    zone_number TEXT NOT NULL,
    approval_number TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_on DATE NOT NULL,
    entered_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT zone_approvals_project_id_zone_number_key UNIQUE (project_id, zone_number),
    CONSTRAINT zone_approvals_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER zone_approvals_change_refuse BEFORE UPDATE OR DELETE ON zone_approvals
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A parcel had one project for good; now it has one that was not withdrawn. SQLite cannot drop a
-- constraint, so the table is made anew with the same rows, alike on both engines.
CREATE TEMP TABLE project_parcels_kept AS SELECT * FROM project_parcels;
DROP TABLE project_parcels;

-- A row is one parcel of a project, with its township and the area of its polygon in 0.01 m² as they
-- were when the project was proposed. A parcel has at most one project that was not withdrawn.
CREATE TABLE project_parcels (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    parcel_id UUID NOT NULL,
    parcel_number TEXT NOT NULL,
    township TEXT NOT NULL,
    area BIGINT NOT NULL,
    CONSTRAINT project_parcels_project_id_parcel_id_key UNIQUE (project_id, parcel_id),
    CONSTRAINT project_parcels_area_check CHECK (area > 0),
    CONSTRAINT project_parcels_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

INSERT INTO project_parcels SELECT * FROM project_parcels_kept;
DROP TABLE project_parcels_kept;

CREATE INDEX project_parcels_parcel_id_idx ON project_parcels (parcel_id);

CREATE TRIGGER project_parcels_change_refuse BEFORE UPDATE OR DELETE ON project_parcels
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_taken_parcel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM project_parcels p WHERE p.parcel_id = NEW.parcel_id
            AND NOT EXISTS (SELECT 1 FROM project_withdrawals w WHERE w.project_id = p.project_id))
    THEN RAISE EXCEPTION 'the parcel has a project'; END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER project_parcels_taken_refuse BEFORE INSERT ON project_parcels
FOR EACH ROW EXECUTE FUNCTION refuse_taken_parcel();

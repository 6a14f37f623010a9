CREATE TEMP TABLE project_parcels_kept AS SELECT * FROM project_parcels;
DROP TABLE project_parcels;
CREATE TABLE project_parcels (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL,
    parcel_id TEXT NOT NULL,
    parcel_number TEXT NOT NULL,
    township TEXT NOT NULL,
    area BIGINT NOT NULL,
    CONSTRAINT project_parcels_parcel_id_key UNIQUE (parcel_id),
    CONSTRAINT project_parcels_area_check CHECK (area > 0),
    CONSTRAINT project_parcels_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);
INSERT INTO project_parcels SELECT * FROM project_parcels_kept;
DROP TABLE project_parcels_kept;
CREATE INDEX project_parcels_project_id_idx ON project_parcels (project_id);
CREATE TRIGGER project_parcels_update_refuse BEFORE UPDATE ON project_parcels
BEGIN SELECT RAISE(ABORT, 'project_parcels is append-only'); END;
CREATE TRIGGER project_parcels_delete_refuse BEFORE DELETE ON project_parcels
BEGIN SELECT RAISE(ABORT, 'project_parcels is append-only'); END;

DROP TABLE zone_approvals;
DROP TABLE project_withdrawals;
DROP TABLE parcel_places;
DROP TABLE parcel_withdrawals;
DROP TABLE parcel_changes;
DROP TABLE land_answers;
DROP TABLE layer_features;
DROP TABLE layer_files;
DROP TABLE layer_comments;
DROP TABLE layer_steps;
DROP TABLE layer_versions;

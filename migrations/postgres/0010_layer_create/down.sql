CREATE TEMP TABLE project_parcels_kept AS SELECT * FROM project_parcels;
DROP TABLE project_parcels;
DROP FUNCTION refuse_taken_parcel();
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
INSERT INTO project_parcels SELECT * FROM project_parcels_kept;
DROP TABLE project_parcels_kept;
CREATE INDEX project_parcels_project_id_idx ON project_parcels (project_id);
CREATE TRIGGER project_parcels_change_refuse BEFORE UPDATE OR DELETE ON project_parcels
FOR EACH ROW EXECUTE FUNCTION refuse_change();

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

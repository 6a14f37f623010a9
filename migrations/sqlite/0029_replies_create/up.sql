-- A row is what the township whose project it is about says to an objection, before it is decided.
CREATE TABLE objection_replies (
    id TEXT NOT NULL PRIMARY KEY,
    objection_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    text TEXT NOT NULL,
    replied_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    replied_at TIMESTAMP NOT NULL,
    CONSTRAINT objection_replies_objection_id_position_key UNIQUE (objection_id, position),
    CONSTRAINT objection_replies_position_check CHECK (position BETWEEN 1 AND 5),
    CONSTRAINT objection_replies_objection_id_fkey FOREIGN KEY (objection_id) REFERENCES objections (id)
);

CREATE TRIGGER objection_replies_update_refuse BEFORE UPDATE ON objection_replies
BEGIN SELECT RAISE(ABORT, 'objection_replies is append-only'); END;
CREATE TRIGGER objection_replies_delete_refuse BEFORE DELETE ON objection_replies
BEGIN SELECT RAISE(ABORT, 'objection_replies is append-only'); END;

CREATE INDEX price_bands_county_id_idx ON price_bands (county, id);
CREATE INDEX price_floors_county_id_idx ON price_floors (county, id);
CREATE INDEX trading_areas_county_id_idx ON trading_areas (county, id);

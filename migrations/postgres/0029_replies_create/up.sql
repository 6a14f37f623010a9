-- A row is what the township whose project it is about says to an objection, before it is decided.
CREATE TABLE objection_replies (
    id UUID NOT NULL PRIMARY KEY,
    objection_id UUID NOT NULL,
    position BIGINT NOT NULL,
    text TEXT NOT NULL,
    replied_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    replied_at TIMESTAMP NOT NULL,
    CONSTRAINT objection_replies_objection_id_position_key UNIQUE (objection_id, position),
    CONSTRAINT objection_replies_position_check CHECK (position BETWEEN 1 AND 5),
    CONSTRAINT objection_replies_objection_id_fkey FOREIGN KEY (objection_id) REFERENCES objections (id)
);

CREATE TRIGGER objection_replies_change_refuse BEFORE UPDATE OR DELETE ON objection_replies
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE INDEX price_bands_county_id_idx ON price_bands (county, id);
CREATE INDEX price_floors_county_id_idx ON price_floors (county, id);
CREATE INDEX trading_areas_county_id_idx ON trading_areas (county, id);

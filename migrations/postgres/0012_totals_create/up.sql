-- A row is a table of wetland totals as somebody published it, kept to the letter and never
-- corrected (R85): area targets by county and type, or protection rates by year. A corrected
-- publication of the same region and kind is a new version beside the old.
CREATE TABLE published_tables (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    published_on DATE NOT NULL,
    file_sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    imported_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    CONSTRAINT published_tables_region_kind_version_key UNIQUE (region, kind, version),
    CONSTRAINT published_tables_region_kind_file_sha256_key UNIQUE (region, kind, file_sha256),
    CONSTRAINT published_tables_region_fkey FOREIGN KEY (region) REFERENCES regions (code),
    CONSTRAINT published_tables_kind_check CHECK (kind IN ('area_targets', 'protection_rates')),
    CONSTRAINT published_tables_version_check CHECK (version > 0),
    CONSTRAINT published_tables_document_check CHECK (LENGTH(document) BETWEEN 1 AND 200),
    CONSTRAINT published_tables_file_sha256_check CHECK (LENGTH(file_sha256) = 64),
    CONSTRAINT published_tables_content_check CHECK (LENGTH(content) BETWEEN 1 AND 200000)
);

CREATE TRIGGER published_tables_change_refuse BEFORE UPDATE OR DELETE ON published_tables
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what a document demands of a region for a year: at least so many hectares, or percent.
CREATE TABLE wetland_targets (
    id UUID NOT NULL PRIMARY KEY,
    region TEXT NOT NULL,
    year BIGINT NOT NULL,
    measure TEXT NOT NULL,
    at_least TEXT NOT NULL,
    document TEXT NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT wetland_targets_region_year_measure_document_key
        UNIQUE (region, year, measure, document),
    CONSTRAINT wetland_targets_region_fkey FOREIGN KEY (region) REFERENCES regions (code),
    CONSTRAINT wetland_targets_year_check CHECK (year BETWEEN 1990 AND 2999),
    CONSTRAINT wetland_targets_measure_check
        CHECK (measure IN ('wetland_area', 'natural_wetland_area', 'protection_rate')),
    CONSTRAINT wetland_targets_document_check CHECK (LENGTH(document) BETWEEN 1 AND 200)
);

CREATE TRIGGER wetland_targets_change_refuse BEFORE UPDATE OR DELETE ON wetland_targets
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a decision whether a wetland stands on a list of important wetlands, with its document;
-- the newest one of a wetland counts, whose number stays from survey year to survey year. What
-- monitoring says of its level stays beside it (R21, R22).
CREATE TABLE list_decisions (
    id UUID NOT NULL PRIMARY KEY,
    wetland_number TEXT NOT NULL,
    parcel_id UUID NOT NULL,
    outcome TEXT NOT NULL,
    level TEXT NOT NULL,
    document TEXT NOT NULL,
    reason TEXT,
    decided_on DATE NOT NULL,
    recorded_by UUID NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT list_decisions_parcel_id_fkey FOREIGN KEY (parcel_id) REFERENCES parcels (id),
    CONSTRAINT list_decisions_outcome_check CHECK (outcome IN ('listed', 'not_listed')),
    CONSTRAINT list_decisions_level_check
        CHECK (level IN ('national_important', 'provincial_important')),
    CONSTRAINT list_decisions_document_check CHECK (LENGTH(document) BETWEEN 1 AND 200),
    CONSTRAINT list_decisions_reason_check CHECK (outcome = 'listed' OR reason IS NOT NULL)
);

CREATE INDEX list_decisions_wetland_number_idx ON list_decisions (wetland_number, id);

CREATE TRIGGER list_decisions_change_refuse BEFORE UPDATE OR DELETE ON list_decisions
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a list of wetlands of one level of a region as it was published, with its entries as they
-- were on that day (JSON); a later list stands beside it.
CREATE TABLE wetland_lists (
    id UUID NOT NULL PRIMARY KEY,
    region TEXT NOT NULL,
    level TEXT NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    published_on DATE NOT NULL,
    entries TEXT NOT NULL,
    entry_count BIGINT NOT NULL,
    area BIGINT NOT NULL,
    published_by UUID NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT wetland_lists_region_level_version_key UNIQUE (region, level, version),
    CONSTRAINT wetland_lists_region_fkey FOREIGN KEY (region) REFERENCES regions (code),
    CONSTRAINT wetland_lists_level_check
        CHECK (level IN ('national_important', 'provincial_important', 'general')),
    CONSTRAINT wetland_lists_version_check CHECK (version > 0),
    CONSTRAINT wetland_lists_document_check CHECK (LENGTH(document) BETWEEN 1 AND 200),
    CONSTRAINT wetland_lists_entry_count_check CHECK (entry_count > 0),
    CONSTRAINT wetland_lists_area_check CHECK (area > 0)
);

CREATE TRIGGER wetland_lists_change_refuse BEFORE UPDATE OR DELETE ON wetland_lists
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a boundary marker of an important wetland and what is written on it. What it says of
-- level, type and area is what was recorded when it was set, in 0.01 m².
CREATE TABLE wetland_markers (
    id UUID NOT NULL PRIMARY KEY,
    wetland_number TEXT NOT NULL,
    parcel_id UUID NOT NULL,
    county TEXT NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    area BIGINT NOT NULL,
    functions TEXT NOT NULL,
    species TEXT NOT NULL,
    authority TEXT NOT NULL,
    manager TEXT NOT NULL,
    scope TEXT NOT NULL,
    phone TEXT NOT NULL,
    place TEXT NOT NULL,
    set_on DATE NOT NULL,
    recorded_by UUID NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT wetland_markers_number_key UNIQUE (number),
    CONSTRAINT wetland_markers_parcel_id_fkey FOREIGN KEY (parcel_id) REFERENCES parcels (id),
    CONSTRAINT wetland_markers_level_check
        CHECK (level IN ('national_important', 'provincial_important')),
    CONSTRAINT wetland_markers_wetland_type_check
        CHECK (wetland_type IN ('coastal', 'river', 'lake', 'marsh', 'artificial')),
    CONSTRAINT wetland_markers_area_check CHECK (area > 0),
    CONSTRAINT wetland_markers_name_check CHECK (name <> '' AND functions <> '' AND species <> ''
        AND authority <> '' AND manager <> '' AND scope <> '' AND phone <> '' AND place <> '')
);

CREATE INDEX wetland_markers_wetland_number_idx ON wetland_markers (wetland_number, id);

CREATE TRIGGER wetland_markers_change_refuse BEFORE UPDATE OR DELETE ON wetland_markers
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What a map of a whole county reads of its parcels, without their polygons.
CREATE INDEX parcels_county_kind_idx
    ON parcels (county, kind, land_survey_year, level, id);
CREATE INDEX parcel_places_id_box_idx
    ON parcel_places (id, cell_level, west, south, east, north);

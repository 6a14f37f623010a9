-- A row is a province, prefecture, county or township by its GB/T 2260 code; the code of the region
-- above it is the beginning of its own. A region may be renamed.
CREATE TABLE regions (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    parent TEXT,
    CONSTRAINT regions_code_key UNIQUE (code),
    CONSTRAINT regions_parent_fkey FOREIGN KEY (parent) REFERENCES regions (code),
    CONSTRAINT regions_code_check CHECK (LENGTH(code) IN (2, 4, 6, 9)),
    CONSTRAINT regions_name_check CHECK (LENGTH(name) BETWEEN 1 AND 200),
    CONSTRAINT regions_parent_check CHECK ((parent IS NULL) = (LENGTH(code) = 2))
);

-- A row is the boundary of a county as it was handed in; the newest one of a county counts.
CREATE TABLE county_boundaries (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    polygon TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT county_boundaries_county_fkey FOREIGN KEY (county) REFERENCES regions (code),
    CONSTRAINT county_boundaries_county_check CHECK (LENGTH(county) = 6),
    CONSTRAINT county_boundaries_file_sha256_check CHECK (LENGTH(file_sha256) = 64)
);

CREATE INDEX county_boundaries_county_idx ON county_boundaries (county, id);

-- A row is one file of parcels of which something entered, with the report that was given on it.
CREATE TABLE parcel_imports (
    id UUID NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    mode TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    accepted BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    declared_area BIGINT NOT NULL,
    report TEXT NOT NULL,
    region TEXT NOT NULL,
    imported_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    CONSTRAINT parcel_imports_number_key UNIQUE (number),
    CONSTRAINT parcel_imports_kind_check CHECK (kind IN ('wetland', 'reserve')),
    CONSTRAINT parcel_imports_mode_check CHECK (mode IN ('reject', 'accept_valid')),
    CONSTRAINT parcel_imports_file_sha256_check CHECK (LENGTH(file_sha256) = 64),
    CONSTRAINT parcel_imports_accepted_check CHECK (accepted > 0),
    CONSTRAINT parcel_imports_refused_check
        CHECK (refused = 0 OR (refused > 0 AND mode = 'accept_valid')),
    CONSTRAINT parcel_imports_declared_area_check CHECK (declared_area > 0)
);

CREATE TRIGGER parcel_imports_change_refuse BEFORE UPDATE OR DELETE ON parcel_imports
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a parcel: a wetland of the wetland database, one row a survey year, or a reserve parcel.
-- What the land survey says (land_…) and what monitoring says (monitoring_…) have different
-- authorities; each is changed only by its own, with source and survey year (R21). Areas are in
-- 0.01 m². Whoever verified a pond is named as the imported file claims it (R15).
CREATE TABLE parcels (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    township TEXT NOT NULL,
    county TEXT NOT NULL,
    land_source TEXT NOT NULL,
    land_survey_year BIGINT NOT NULL,
    land_class TEXT NOT NULL,
    declared_area BIGINT NOT NULL,
    tenure TEXT,
    entered_class TEXT NOT NULL,
    monitoring_source TEXT NOT NULL,
    monitoring_survey_year BIGINT NOT NULL,
    level TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    water_regime TEXT,
    protected BOOLEAN,
    restorable_basis TEXT,
    restorable_author TEXT,
    restorable_on DATE,
    pond_evidence TEXT,
    pond_verified_by TEXT,
    pond_verified_on DATE,
    submitted_by TEXT,
    computed_area BIGINT NOT NULL,
    import_id UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT parcels_number_land_survey_year_key UNIQUE (number, land_survey_year),
    CONSTRAINT parcels_township_fkey FOREIGN KEY (township) REFERENCES regions (code),
    CONSTRAINT parcels_county_fkey FOREIGN KEY (county) REFERENCES regions (code),
    CONSTRAINT parcels_import_id_fkey FOREIGN KEY (import_id) REFERENCES parcel_imports (id),
    CONSTRAINT parcels_kind_check CHECK (kind IN ('wetland', 'reserve')),
    CONSTRAINT parcels_township_check CHECK (LENGTH(township) = 9),
    CONSTRAINT parcels_county_check CHECK (county = SUBSTR(township, 1, 6)),
    CONSTRAINT parcels_land_survey_year_check CHECK (land_survey_year BETWEEN 1990 AND 9999),
    CONSTRAINT parcels_declared_area_check CHECK (declared_area > 0),
    CONSTRAINT parcels_computed_area_check
        CHECK (ABS(declared_area - computed_area) * 100 <= computed_area),
    CONSTRAINT parcels_level_check
        CHECK (level IN ('national_important', 'provincial_important', 'general')
               AND NOT (land_class = '0303' AND level = 'general')),
    CONSTRAINT parcels_wetland_type_check
        CHECK (wetland_type IN ('coastal', 'river', 'lake', 'marsh', 'artificial')),
    CONSTRAINT parcels_water_regime_check
        CHECK (kind = 'wetland' OR COALESCE(water_regime, '') IN ('seasonal', 'long_term')),
    CONSTRAINT parcels_protected_check CHECK ((protected IS NULL) = (kind = 'reserve')),
    CONSTRAINT parcels_restorable_check
        CHECK (kind = 'wetland' OR (restorable_basis IS NOT NULL AND restorable_author IS NOT NULL
                                    AND restorable_on IS NOT NULL)),
    CONSTRAINT parcels_pond_check
        CHECK (kind = 'wetland' OR entered_class NOT IN ('1104', '1104A', '1104K')
               OR (pond_evidence IS NOT NULL AND pond_verified_by IS NOT NULL
                   AND pond_verified_on IS NOT NULL)),
    CONSTRAINT parcels_pond_verified_by_check
        CHECK (pond_verified_by IS NULL OR submitted_by IS NULL OR pond_verified_by <> submitted_by),
    CONSTRAINT parcels_entered_class_check
        CHECK (kind = 'wetland' OR (entered_class NOT LIKE '01%' AND entered_class NOT LIKE '%K'))
);

-- The number of a reserve parcel is given once; a wetland keeps its number from year to year.
CREATE UNIQUE INDEX parcels_number_key ON parcels (number) WHERE kind = 'reserve';
CREATE INDEX parcels_township_idx ON parcels (township, kind);
CREATE INDEX parcels_import_id_idx ON parcels (import_id);

-- A row is where a parcel lies, with the parcel's own id: GeoJSON in CGCS2000 (EPSG:4490), written
-- in one way only, and the box around it in 10⁻⁷ degree, rounded outwards. It never changes.
CREATE TABLE parcel_polygons (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    west BIGINT NOT NULL,
    south BIGINT NOT NULL,
    east BIGINT NOT NULL,
    north BIGINT NOT NULL,
    polygon TEXT NOT NULL,
    CONSTRAINT parcel_polygons_id_fkey FOREIGN KEY (id) REFERENCES parcels (id),
    CONSTRAINT parcel_polygons_kind_check CHECK (kind IN ('wetland', 'reserve')),
    CONSTRAINT parcel_polygons_west_check CHECK (west < east AND west >= 730000000 AND east <= 1360000001),
    CONSTRAINT parcel_polygons_south_check CHECK (south < north AND south >= 30000000 AND north <= 540000001)
);

CREATE INDEX parcel_polygons_box_idx ON parcel_polygons (kind, west, east, south, north);

CREATE TRIGGER parcel_polygons_change_refuse BEFORE UPDATE OR DELETE ON parcel_polygons
FOR EACH ROW EXECUTE FUNCTION refuse_change();

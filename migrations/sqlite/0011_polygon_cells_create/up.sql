-- A row says in which cell of a grid a polygon lies, with the polygon's own id: of a parcel, or of a
-- feature of a layer. The grid has nine levels; a box goes to the first whose cells are at least as
-- wide and high as itself, and to the cell that holds its south-west corner, so that whatever meets
-- a box is found in few runs of cells. `cell` is level × 2⁴⁴ + row × 2²² + column. Sides and boxes
-- are in 10⁻⁷ degree. It can be computed from the polygons.
CREATE TABLE polygon_cells (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    cell BIGINT NOT NULL,
    west BIGINT NOT NULL,
    south BIGINT NOT NULL,
    east BIGINT NOT NULL,
    north BIGINT NOT NULL,
    CONSTRAINT polygon_cells_cell_check CHECK (cell >= 0),
    CONSTRAINT polygon_cells_west_check CHECK (west < east),
    CONSTRAINT polygon_cells_south_check CHECK (south < north)
);

INSERT INTO polygon_cells
SELECT id, kind,
    level * 17592186044416 + (south / side) * 4194304 + west / side,
    west, south, east, north
FROM (
    SELECT p.*,
        CASE WHEN size <= 1024 THEN 0 WHEN size <= 4096 THEN 1 WHEN size <= 16384 THEN 2
            WHEN size <= 65536 THEN 3 WHEN size <= 262144 THEN 4 WHEN size <= 1048576 THEN 5
            WHEN size <= 4194304 THEN 6 WHEN size <= 16777216 THEN 7 ELSE 8 END AS level,
        CASE WHEN size <= 1024 THEN 1024 WHEN size <= 4096 THEN 4096 WHEN size <= 16384 THEN 16384
            WHEN size <= 65536 THEN 65536 WHEN size <= 262144 THEN 262144
            WHEN size <= 1048576 THEN 1048576 WHEN size <= 4194304 THEN 4194304
            WHEN size <= 16777216 THEN 16777216 ELSE 2147483648 END AS side
    FROM (
        SELECT q.*, CASE WHEN east - west > north - south THEN east - west
            ELSE north - south END AS size
        FROM parcel_polygons q
    ) p
) leveled;

CREATE INDEX polygon_cells_cell_idx ON polygon_cells (cell, kind, west, east, south, north);

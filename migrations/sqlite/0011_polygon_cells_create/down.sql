DROP TABLE polygon_cells;

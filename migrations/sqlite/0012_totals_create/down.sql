DROP INDEX parcel_places_id_box_idx;
DROP INDEX parcels_county_kind_idx;
DROP TABLE wetland_markers;
DROP TABLE wetland_lists;
DROP TABLE list_decisions;
DROP TABLE wetland_targets;
DROP TABLE published_tables;

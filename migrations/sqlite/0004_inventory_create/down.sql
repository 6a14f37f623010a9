DROP TABLE parcel_polygons;
DROP TABLE parcels;
DROP TABLE parcel_imports;
DROP TABLE county_boundaries;
DROP TABLE regions;

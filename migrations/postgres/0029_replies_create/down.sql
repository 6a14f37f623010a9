DROP INDEX trading_areas_county_id_idx;
DROP INDEX price_floors_county_id_idx;
DROP INDEX price_bands_county_id_idx;
DROP TABLE objection_replies;

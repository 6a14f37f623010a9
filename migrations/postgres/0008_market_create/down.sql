DROP TABLE listing_remainders;
DROP TABLE listing_ends;
DROP TABLE listings;

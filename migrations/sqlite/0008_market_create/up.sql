-- A row is credits offered at a fixed price. What never changes of the batch is copied onto it.
CREATE TABLE listings (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    batch_number TEXT NOT NULL,
    county TEXT NOT NULL,
    seller_id TEXT NOT NULL,
    seller_name TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade BIGINT NOT NULL,
    m2 BIGINT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    listed_by TEXT NOT NULL,
    listed_at TIMESTAMP NOT NULL,
    valid_to DATE,
    CONSTRAINT listings_number_key UNIQUE (number),
    CONSTRAINT listings_m2_check CHECK (m2 > 0 AND price_fen_per_mu > 0)
);

CREATE TRIGGER listings_update_refuse BEFORE UPDATE ON listings
BEGIN SELECT RAISE(ABORT, 'listings is append-only'); END;
CREATE TRIGGER listings_delete_refuse BEFORE DELETE ON listings
BEGIN SELECT RAISE(ABORT, 'listings is append-only'); END;

-- A row is the end of a listing before all of it was sold: withdrawn by its seller or expired.
CREATE TABLE listing_ends (
    id TEXT NOT NULL PRIMARY KEY,
    listing_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    freed_m2 BIGINT NOT NULL,
    reason TEXT NOT NULL,
    ended_by TEXT,
    ended_at TIMESTAMP NOT NULL,
    CONSTRAINT listing_ends_listing_id_key UNIQUE (listing_id),
    CONSTRAINT listing_ends_kind_check CHECK (kind IN ('withdrawn', 'expired')),
    CONSTRAINT listing_ends_freed_m2_check CHECK (freed_m2 > 0)
);

CREATE TRIGGER listing_ends_update_refuse BEFORE UPDATE ON listing_ends
BEGIN SELECT RAISE(ABORT, 'listing_ends is append-only'); END;
CREATE TRIGGER listing_ends_delete_refuse BEFORE DELETE ON listing_ends
BEGIN SELECT RAISE(ABORT, 'listing_ends is append-only'); END;

-- A row is what is left of a listing; it can be computed from the listing, its trades and its end.
CREATE TABLE listing_remainders (
    listing_id TEXT NOT NULL PRIMARY KEY,
    left_m2 BIGINT NOT NULL,
    state TEXT NOT NULL,
    valid_to DATE,
    CONSTRAINT listing_remainders_left_m2_check CHECK (left_m2 >= 0),
    CONSTRAINT listing_remainders_state_check CHECK (state IN ('open', 'sold', 'withdrawn', 'expired'))
) WITHOUT ROWID;

CREATE INDEX listing_remainders_state_valid_to_idx ON listing_remainders (state, valid_to);

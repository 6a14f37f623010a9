-- A row is credits offered at a fixed price. What never changes of the batch is copied onto it.
CREATE TABLE listings (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    batch_id UUID NOT NULL,
    batch_number TEXT NOT NULL,
    county TEXT NOT NULL,
    seller_id UUID NOT NULL,
    seller_name TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade BIGINT NOT NULL,
    m2 BIGINT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    listed_by UUID NOT NULL,
    listed_at TIMESTAMP NOT NULL,
    valid_to DATE,
    CONSTRAINT listings_number_key UNIQUE (number),
    CONSTRAINT listings_m2_check CHECK (m2 > 0 AND price_fen_per_mu > 0)
);

CREATE TRIGGER listings_change_refuse BEFORE UPDATE OR DELETE ON listings
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the end of a listing before all of it was sold: withdrawn by its seller or expired.
CREATE TABLE listing_ends (
    id UUID NOT NULL PRIMARY KEY,
    listing_id UUID NOT NULL,
    kind TEXT NOT NULL,
    freed_m2 BIGINT NOT NULL,
    reason TEXT NOT NULL,
    ended_by UUID,
    ended_at TIMESTAMP NOT NULL,
    CONSTRAINT listing_ends_listing_id_key UNIQUE (listing_id),
    CONSTRAINT listing_ends_kind_check CHECK (kind IN ('withdrawn', 'expired')),
    CONSTRAINT listing_ends_freed_m2_check CHECK (freed_m2 > 0)
);

CREATE TRIGGER listing_ends_change_refuse BEFORE UPDATE OR DELETE ON listing_ends
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what is left of a listing; it can be computed from the listing, its trades and its end.
CREATE TABLE listing_remainders (
    listing_id UUID NOT NULL PRIMARY KEY,
    left_m2 BIGINT NOT NULL,
    state TEXT NOT NULL,
    valid_to DATE,
    CONSTRAINT listing_remainders_left_m2_check CHECK (left_m2 >= 0),
    CONSTRAINT listing_remainders_state_check CHECK (state IN ('open', 'sold', 'withdrawn', 'expired'))
);

CREATE INDEX listing_remainders_state_valid_to_idx ON listing_remainders (state, valid_to);

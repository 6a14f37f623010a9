-- A row is a buyer's limit order: what is wanted at which price, and the counties whose credits its
-- cash pays for, each with its own fee account.
CREATE TABLE orders (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    buyer_id UUID NOT NULL,
    buyer_name TEXT NOT NULL,
    place TEXT NOT NULL,
    occupation_id UUID,
    m2 BIGINT NOT NULL,
    limit_fen_per_mu BIGINT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade_max BIGINT NOT NULL,
    area TEXT NOT NULL,
    counties TEXT NOT NULL,
    execution TEXT NOT NULL,
    valid_to DATE,
    shows_buyer BOOLEAN NOT NULL,
    placed_by UUID NOT NULL,
    placed_at TIMESTAMP NOT NULL,
    CONSTRAINT orders_number_key UNIQUE (number),
    CONSTRAINT orders_m2_check CHECK (m2 > 0 AND limit_fen_per_mu > 0),
    CONSTRAINT orders_grade_max_check CHECK (grade_max BETWEEN 1 AND 5),
    CONSTRAINT orders_execution_check
        CHECK (execution IN ('good_till_date', 'fill_or_kill', 'immediate_or_cancel'))
);

CREATE INDEX orders_buyer_id_id_idx ON orders (buyer_id, id);

CREATE TRIGGER orders_change_refuse BEFORE UPDATE OR DELETE ON orders
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is one fill of an order: the trade that it became.
CREATE TABLE order_fills (
    id UUID NOT NULL PRIMARY KEY,
    order_id UUID NOT NULL,
    n BIGINT NOT NULL,
    trade_id UUID NOT NULL,
    listing_id UUID NOT NULL,
    m2 BIGINT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    filled_at TIMESTAMP NOT NULL,
    CONSTRAINT order_fills_order_id_n_key UNIQUE (order_id, n),
    CONSTRAINT order_fills_trade_id_key UNIQUE (trade_id),
    CONSTRAINT order_fills_n_check CHECK (n BETWEEN 1 AND 50),
    CONSTRAINT order_fills_m2_check CHECK (m2 > 0 AND amount_fen > 0),
    CONSTRAINT order_fills_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id)
);

CREATE TRIGGER order_fills_change_refuse BEFORE UPDATE OR DELETE ON order_fills
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is the end of an order before all of it was filled.
CREATE TABLE order_ends (
    id UUID NOT NULL PRIMARY KEY,
    order_id UUID NOT NULL,
    kind TEXT NOT NULL,
    freed_m2 BIGINT NOT NULL,
    reason TEXT NOT NULL,
    ended_by UUID,
    ended_at TIMESTAMP NOT NULL,
    CONSTRAINT order_ends_order_id_key UNIQUE (order_id),
    CONSTRAINT order_ends_kind_check CHECK (kind IN ('cancelled', 'expired', 'unfilled', 'exhausted')),
    CONSTRAINT order_ends_freed_m2_check CHECK (freed_m2 > 0),
    CONSTRAINT order_ends_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id)
);

CREATE TRIGGER order_ends_change_refuse BEFORE UPDATE OR DELETE ON order_ends
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what is left of an order and the cash that is reserved for it in each of its fee
-- accounts; it can be computed from the order, its fills and its end.
CREATE TABLE order_remainders (
    order_id UUID NOT NULL PRIMARY KEY,
    left_m2 BIGINT NOT NULL,
    fills BIGINT NOT NULL,
    reserved_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    valid_to DATE,
    place TEXT NOT NULL,
    area TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade_max BIGINT NOT NULL,
    CONSTRAINT order_remainders_left_m2_check CHECK (left_m2 >= 0 AND reserved_fen >= 0),
    CONSTRAINT order_remainders_fills_check CHECK (fills BETWEEN 0 AND 50),
    CONSTRAINT order_remainders_state_check
        CHECK (state IN ('open', 'filled', 'cancelled', 'expired', 'unfilled', 'exhausted'))
);

-- Most orders are soon over; only those that wait are looked for.
CREATE INDEX order_remainders_order_id_idx ON order_remainders (order_id) WHERE state = 'open';
CREATE INDEX order_remainders_valid_to_idx ON order_remainders (valid_to) WHERE state = 'open';
CREATE INDEX order_remainders_area_order_id_idx
    ON order_remainders (area, order_id) WHERE state = 'open';
CREATE INDEX order_remainders_wetland_type_order_id_idx
    ON order_remainders (wetland_type, order_id) WHERE state = 'open';

-- A row is a county whose credits a waiting order pays for; it stands in the line of its kind.
CREATE TABLE order_purses (
    order_id UUID NOT NULL,
    county TEXT NOT NULL,
    fee_account_id UUID NOT NULL,
    wetland_type TEXT NOT NULL,
    grade_max BIGINT NOT NULL,
    limit_fen_per_mu BIGINT NOT NULL,
    placed_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT order_purses_order_id_county_key PRIMARY KEY (order_id, county)
);

CREATE INDEX order_purses_county_line_idx ON order_purses
    (county, wetland_type, grade_max, limit_fen_per_mu DESC, placed_at, order_id)
    WHERE state = 'open';

-- A row says that a listing is still to be matched with orders that wait: there were more of them
-- than one command fills.
CREATE TABLE listing_matchings (
    id UUID NOT NULL PRIMARY KEY,
    listing_id UUID NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    done_at TIMESTAMP
);

CREATE INDEX listing_matchings_done_at_id_idx ON listing_matchings (done_at, id);

-- What a listing offers stands beside what is left of it, so that the best offers are found by index.
ALTER TABLE listing_remainders ADD COLUMN county TEXT;
ALTER TABLE listing_remainders ADD COLUMN wetland_type TEXT;
ALTER TABLE listing_remainders ADD COLUMN grade BIGINT;
ALTER TABLE listing_remainders ADD COLUMN price_fen_per_mu BIGINT;
ALTER TABLE listing_remainders ADD COLUMN listed_at TIMESTAMP;

UPDATE listing_remainders SET
    county = (SELECT l.county FROM listings l WHERE l.id = listing_id),
    wetland_type = (SELECT l.wetland_type FROM listings l WHERE l.id = listing_id),
    grade = (SELECT l.grade FROM listings l WHERE l.id = listing_id),
    price_fen_per_mu = (SELECT l.price_fen_per_mu FROM listings l WHERE l.id = listing_id),
    listed_at = (SELECT l.listed_at FROM listings l WHERE l.id = listing_id);

CREATE INDEX listing_remainders_state_county_line_idx ON listing_remainders
    (state, county, wetland_type, grade, price_fen_per_mu, listed_at, listing_id);
CREATE INDEX listing_remainders_state_listing_id_idx ON listing_remainders (state, listing_id);

CREATE INDEX listings_county_id_idx ON listings (county, id);
CREATE INDEX listings_seller_id_id_idx ON listings (seller_id, id);

CREATE INDEX trades_traded_on_id_idx ON trades (traded_on, id);
CREATE INDEX trades_county_traded_on_id_idx ON trades (county, traded_on, id);
CREATE INDEX trades_buyer_id_id_idx ON trades (buyer_id, id);
CREATE INDEX trades_seller_id_id_idx ON trades (seller_id, id);
CREATE INDEX trades_batch_id_traded_on_id_idx ON trades (batch_id, traded_on, id);

-- A row is what was traded of one type and grade in a county, prefecture or province on one day,
-- without trades of related parties and those that were undone; turnover is the sum of m² × price.
-- It can be computed from the trades.
CREATE TABLE price_days (
    region TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade BIGINT NOT NULL,
    day DATE NOT NULL,
    trades BIGINT NOT NULL,
    m2 BIGINT NOT NULL,
    turnover BIGINT NOT NULL,
    CONSTRAINT price_days_region_wetland_type_grade_day_key PRIMARY KEY (region, wetland_type, grade, day),
    CONSTRAINT price_days_m2_check CHECK (trades >= 0 AND m2 >= 0 AND turnover >= 0)
);

CREATE INDEX price_days_region_day_idx ON price_days (region, day);

INSERT INTO price_days (region, wetland_type, grade, day, trades, m2, turnover)
SELECT SUBSTR(t.county, 1, r.digits), b.wetland_type, b.grade, t.traded_on,
       SUM(CASE WHEN c.id IS NULL THEN 1 ELSE 0 END),
       CAST(SUM(CASE WHEN c.id IS NULL THEN t.m2 ELSE 0 END) AS BIGINT),
       CAST(SUM(CASE WHEN c.id IS NULL THEN t.m2 * t.price_fen_per_mu ELSE 0 END) AS BIGINT)
FROM trades t
JOIN batches b ON b.id = t.batch_id
CROSS JOIN (SELECT 2 AS digits UNION ALL SELECT 4 UNION ALL SELECT 6) r
LEFT JOIN corrections c ON c.subject_id = t.id AND c.kind = 'trade' AND c.state = 'approved'
WHERE NOT t.related
GROUP BY SUBSTR(t.county, 1, r.digits), b.wetland_type, b.grade, t.traded_on;

CREATE INDEX corrections_subject_id_idx ON corrections (subject_id);

-- A row is what was wanted by waiting orders and what was on offer of one type and grade in a county
-- at the end of a day; it can be computed from orders, listings and what became of them.
CREATE TABLE demand_days (
    county TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade BIGINT NOT NULL,
    day DATE NOT NULL,
    wanted_m2 BIGINT NOT NULL,
    offered_m2 BIGINT NOT NULL,
    CONSTRAINT demand_days_county_wetland_type_grade_day_key PRIMARY KEY (county, wetland_type, grade, day),
    CONSTRAINT demand_days_wanted_m2_check CHECK (wanted_m2 >= 0 AND offered_m2 >= 0)
);

CREATE INDEX demand_days_county_day_idx ON demand_days (county, day);

INSERT INTO demand_days (county, wetland_type, grade, day, wanted_m2, offered_m2)
SELECT county, wetland_type, grade, day, 0,
       CAST(SUM(m2) OVER (PARTITION BY county, wetland_type, grade ORDER BY day) AS BIGINT)
FROM (
    SELECT county, wetland_type, grade, day, SUM(m2) AS m2 FROM (
        SELECT county, wetland_type, grade, CAST(listed_at + INTERVAL '8 hours' AS DATE) AS day, m2 FROM listings
        UNION ALL
        SELECT l.county, l.wetland_type, l.grade, t.traded_on, -t.m2
        FROM trades t JOIN listings l ON l.id = t.source_id AND t.source = 'listing'
        UNION ALL
        SELECT l.county, l.wetland_type, l.grade, CAST(e.ended_at + INTERVAL '8 hours' AS DATE), -e.freed_m2
        FROM listing_ends e JOIN listings l ON l.id = e.listing_id
    ) e GROUP BY county, wetland_type, grade, day
) d;

-- A row is how far from the last index the prices of a county's listings and orders may be, from its
-- approval until the next one; without a percentage there is no band any more.
CREATE TABLE price_bands (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    percent BIGINT,
    document TEXT NOT NULL,
    approval_id UUID NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    approved_by UUID,
    approved_at TIMESTAMP,
    CONSTRAINT price_bands_percent_check CHECK (percent BETWEEN 1 AND 99)
);

CREATE INDEX price_bands_county_approved_at_idx ON price_bands (county, approved_at);

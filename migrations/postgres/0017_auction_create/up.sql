-- A row is one auction of credits of a batch: what is offered on which terms. What never changes of
-- the batch is copied onto it.
CREATE TABLE auctions (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    batch_id UUID NOT NULL,
    batch_number TEXT NOT NULL,
    county TEXT NOT NULL,
    fee_account_id UUID NOT NULL,
    seller_id UUID NOT NULL,
    seller_name TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade BIGINT NOT NULL,
    kind TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    start_fen_per_mu BIGINT NOT NULL,
    step_fen_per_mu BIGINT,
    reserve_fen_per_mu BIGINT,
    reserve_secret BOOLEAN NOT NULL,
    deposit_percent BIGINT NOT NULL,
    extension_s BIGINT NOT NULL,
    notice_days BIGINT NOT NULL,
    announced_by UUID NOT NULL,
    announced_at TIMESTAMP NOT NULL,
    opens_at TIMESTAMP NOT NULL,
    closes_at TIMESTAMP NOT NULL,
    CONSTRAINT auctions_number_key UNIQUE (number),
    CONSTRAINT auctions_kind_check CHECK (kind IN ('open', 'sealed', 'uniform')),
    CONSTRAINT auctions_m2_check CHECK (m2 > 0),
    CONSTRAINT auctions_start_fen_per_mu_check
        CHECK (start_fen_per_mu > 0 AND COALESCE(reserve_fen_per_mu, start_fen_per_mu) >= start_fen_per_mu),
    CONSTRAINT auctions_step_fen_per_mu_check
        CHECK ((kind = 'open') = (step_fen_per_mu IS NOT NULL) AND COALESCE(step_fen_per_mu, 1) > 0),
    CONSTRAINT auctions_closes_at_check CHECK (announced_at < opens_at AND opens_at < closes_at)
);

CREATE TRIGGER auctions_change_refuse BEFORE UPDATE OR DELETE ON auctions
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE INDEX auctions_county_id_idx ON auctions (county, id);
CREATE INDEX auctions_seller_id_id_idx ON auctions (seller_id, id);

-- A row is how far an auction is; its id is that of the auction. What of it is sold or freed is no
-- longer left; due_at is when the clock has something to do.
CREATE TABLE auction_standings (
    id UUID NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    due_at TIMESTAMP,
    left_m2 BIGINT NOT NULL,
    bids BIGINT NOT NULL,
    highest_fen_per_mu BIGINT,
    highest_bid_id UUID,
    last_bid_at TIMESTAMP,
    closed_at TIMESTAMP,
    notice_to DATE,
    ended_by UUID,
    ended_at TIMESTAMP,
    end_reason TEXT,
    CONSTRAINT auction_standings_left_m2_check CHECK (left_m2 >= 0 AND bids >= 0),
    CONSTRAINT auction_standings_state_check CHECK (state IN ('announced', 'open', 'drawing',
        'noticed', 'confirmed', 'ended', 'failed', 'withdrawn', 'cancelled'))
);

CREATE INDEX auction_standings_due_at_idx ON auction_standings (due_at);
CREATE INDEX auction_standings_state_id_idx ON auction_standings (state, id);

-- A row is one bidder of an auction with the deposit that it has put down, and what became of it.
CREATE TABLE auction_bidders (
    id UUID NOT NULL PRIMARY KEY,
    auction_id UUID NOT NULL,
    bidder_id UUID NOT NULL,
    bidder_name TEXT NOT NULL,
    n BIGINT NOT NULL,
    deposit_fen BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    registered_by UUID NOT NULL,
    registered_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    CONSTRAINT auction_bidders_auction_id_bidder_id_key UNIQUE (auction_id, bidder_id),
    CONSTRAINT auction_bidders_auction_id_n_key UNIQUE (auction_id, n),
    CONSTRAINT auction_bidders_deposit_fen_check CHECK (deposit_fen > 0 AND n > 0),
    CONSTRAINT auction_bidders_outcome_check
        CHECK (outcome IN ('held', 'freed', 'part_payment', 'forfeited'))
);

CREATE INDEX auction_bidders_bidder_id_id_idx ON auction_bidders (bidder_id, id);

-- A row is one bid that was valid when it was made.
CREATE TABLE auction_bids (
    id UUID NOT NULL PRIMARY KEY,
    auction_id UUID NOT NULL,
    n BIGINT NOT NULL,
    bidder_id UUID NOT NULL,
    bidder_n BIGINT NOT NULL,
    m2 BIGINT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    bid_by UUID NOT NULL,
    bid_at TIMESTAMP NOT NULL,
    CONSTRAINT auction_bids_auction_id_n_key UNIQUE (auction_id, n),
    CONSTRAINT auction_bids_m2_check CHECK (m2 > 0 AND price_fen_per_mu > 0 AND n > 0)
);

CREATE TRIGGER auction_bids_change_refuse BEFORE UPDATE OR DELETE ON auction_bids
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what one bidder has won in an auction, until it is settled or comes to nothing.
CREATE TABLE auction_awards (
    id UUID NOT NULL PRIMARY KEY,
    auction_id UUID NOT NULL,
    bid_id UUID NOT NULL,
    bidder_id UUID NOT NULL,
    bidder_name TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    due_at TIMESTAMP,
    confirmation_number TEXT,
    confirmed_on DATE,
    complete_by DATE,
    trade_id UUID,
    ended_at TIMESTAMP,
    end_reason TEXT,
    CONSTRAINT auction_awards_auction_id_bidder_id_key UNIQUE (auction_id, bidder_id),
    CONSTRAINT auction_awards_confirmation_number_key UNIQUE (confirmation_number),
    CONSTRAINT auction_awards_m2_check CHECK (m2 > 0 AND price_fen_per_mu > 0 AND amount_fen > 0),
    CONSTRAINT auction_awards_state_check
        CHECK (state IN ('awarded', 'confirmed', 'settled', 'defaulted', 'cancelled')),
    CONSTRAINT auction_awards_trade_id_check CHECK ((state = 'settled') = (trade_id IS NOT NULL))
);

CREATE INDEX auction_awards_due_at_idx ON auction_awards (due_at);
CREATE INDEX auction_awards_bidder_id_id_idx ON auction_awards (bidder_id, id);

-- A row is a decision on the price per mu below which negotiated transfers of a county's credits
-- need a second approval; it takes effect with a second person's approval.
CREATE TABLE price_floors (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    document TEXT NOT NULL,
    approval_id UUID NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    approved_by UUID,
    approved_at TIMESTAMP,
    CONSTRAINT price_floors_price_fen_per_mu_check CHECK (price_fen_per_mu > 0)
);

CREATE INDEX price_floors_county_approved_at_idx ON price_floors (county, approved_at);

-- A row is a sale that a seller and a buyer negotiate, with the terms that were said last.
CREATE TABLE negotiated_transfers (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    batch_id UUID NOT NULL,
    batch_number TEXT NOT NULL,
    county TEXT NOT NULL,
    fee_account_id UUID NOT NULL,
    seller_id UUID NOT NULL,
    seller_name TEXT NOT NULL,
    buyer_id UUID NOT NULL,
    buyer_name TEXT NOT NULL,
    wetland_type TEXT NOT NULL,
    grade BIGINT NOT NULL,
    round BIGINT NOT NULL,
    offered_by TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    valid_to DATE NOT NULL,
    state TEXT NOT NULL,
    due_on DATE,
    reserved_fen BIGINT NOT NULL,
    floor_fen_per_mu BIGINT,
    accepted_by UUID,
    accepted_at TIMESTAMP,
    approved_by UUID,
    trade_id UUID,
    ended_by UUID,
    ended_at TIMESTAMP,
    end_reason TEXT,
    opened_at TIMESTAMP NOT NULL,
    CONSTRAINT negotiated_transfers_number_key UNIQUE (number),
    CONSTRAINT negotiated_transfers_buyer_id_check CHECK (buyer_id <> seller_id),
    CONSTRAINT negotiated_transfers_m2_check
        CHECK (m2 > 0 AND price_fen_per_mu > 0 AND round > 0 AND reserved_fen >= 0),
    CONSTRAINT negotiated_transfers_offered_by_check CHECK (offered_by IN ('seller', 'buyer')),
    CONSTRAINT negotiated_transfers_state_check CHECK (state IN ('offered', 'awaiting_approval',
        'settled', 'declined', 'withdrawn', 'rejected', 'expired')),
    CONSTRAINT negotiated_transfers_trade_id_check
        CHECK ((state = 'settled') = (trade_id IS NOT NULL))
);

CREATE INDEX negotiated_transfers_due_on_idx ON negotiated_transfers (due_on);
CREATE INDEX negotiated_transfers_seller_id_id_idx ON negotiated_transfers (seller_id, id);
CREATE INDEX negotiated_transfers_buyer_id_id_idx ON negotiated_transfers (buyer_id, id);
CREATE INDEX negotiated_transfers_county_id_idx ON negotiated_transfers (county, id);

-- A row is one round of a negotiation: the terms that one side put to the other.
CREATE TABLE negotiated_rounds (
    id UUID NOT NULL PRIMARY KEY,
    negotiated_transfer_id UUID NOT NULL,
    round BIGINT NOT NULL,
    offered_by TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    valid_to DATE NOT NULL,
    said_by UUID NOT NULL,
    said_at TIMESTAMP NOT NULL,
    CONSTRAINT negotiated_rounds_negotiated_transfer_id_round_key
        UNIQUE (negotiated_transfer_id, round),
    CONSTRAINT negotiated_rounds_m2_check CHECK (m2 > 0 AND price_fen_per_mu > 0 AND round > 0),
    CONSTRAINT negotiated_rounds_offered_by_check CHECK (offered_by IN ('seller', 'buyer'))
);

CREATE TRIGGER negotiated_rounds_change_refuse BEFORE UPDATE OR DELETE ON negotiated_rounds
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a county's ban on an organisation from trading, until it is lifted.
CREATE TABLE trading_bans (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    organisation_id UUID NOT NULL,
    reason TEXT NOT NULL,
    banned_by UUID NOT NULL,
    banned_at TIMESTAMP NOT NULL,
    lifted_by UUID,
    lifted_at TIMESTAMP,
    lift_reason TEXT
);

CREATE INDEX trading_bans_organisation_id_county_idx ON trading_bans (organisation_id, county);
CREATE INDEX trading_bans_county_id_idx ON trading_bans (county, id);

-- A row is an objection to the result of an auction: a complaint with its clock, which suspends
-- settlement until it is decided.
CREATE TABLE auction_objections (
    id UUID NOT NULL PRIMARY KEY,
    auction_id UUID NOT NULL,
    number TEXT NOT NULL,
    county TEXT NOT NULL,
    author TEXT NOT NULL,
    contact TEXT NOT NULL,
    said TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    admit_by DATE NOT NULL,
    decide_by DATE,
    state TEXT NOT NULL,
    admitted_by UUID,
    admitted_at TIMESTAMP,
    decided_by UUID,
    decided_at TIMESTAMP,
    answer TEXT,
    CONSTRAINT auction_objections_number_key UNIQUE (number),
    CONSTRAINT auction_objections_state_check
        CHECK (state IN ('made', 'admitted', 'refused', 'dismissed', 'upheld'))
);

CREATE INDEX auction_objections_auction_id_id_idx ON auction_objections (auction_id, id);
CREATE INDEX auction_objections_county_id_idx ON auction_objections (county, id);

-- A row is a draw of the order of equal bids at the margin: its nonce was hashed before the log had
-- the entry that makes the seed, and is revealed after it.
CREATE TABLE auction_draws (
    id UUID NOT NULL PRIMARY KEY,
    auction_id UUID NOT NULL,
    tied TEXT NOT NULL,
    nonce_hash TEXT NOT NULL,
    announced_by UUID NOT NULL,
    organisation_id UUID NOT NULL,
    moment TIMESTAMP NOT NULL,
    reveal_by TIMESTAMP NOT NULL,
    nonce TEXT,
    head_seq BIGINT,
    seed TEXT,
    drawn TEXT,
    drawn_at TIMESTAMP,
    CONSTRAINT auction_draws_drawn_check CHECK ((drawn IS NULL) = (nonce IS NULL))
);

CREATE INDEX auction_draws_auction_id_id_idx ON auction_draws (auction_id, id);

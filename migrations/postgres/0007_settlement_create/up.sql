-- A row is a county's bank account for trading money, with those who get the centre's and the
-- treasury's share.
CREATE TABLE fee_accounts (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    bank TEXT NOT NULL,
    document TEXT NOT NULL,
    centre_id UUID NOT NULL,
    treasury_id UUID NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    CONSTRAINT fee_accounts_county_key UNIQUE (county),
    CONSTRAINT fee_accounts_number_key UNIQUE (number)
);

-- A row is how trades of a county are split in a period, in hundredths of a percent; it takes
-- effect with a second person's approval.
CREATE TABLE fee_schedules (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    township_bp BIGINT NOT NULL,
    centre_bp BIGINT NOT NULL,
    label TEXT NOT NULL,
    approval_id UUID NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    approved_by UUID,
    approved_at TIMESTAMP,
    CONSTRAINT fee_schedules_county_version_key UNIQUE (county, version),
    CONSTRAINT fee_schedules_valid_to_check CHECK (valid_to >= valid_from),
    CONSTRAINT fee_schedules_centre_bp_check
        CHECK (township_bp >= 0 AND centre_bp >= 0 AND township_bp + centre_bp <= 10000)
);

-- A row is how far the credits of a county may go, from its approval until the next one.
CREATE TABLE trading_areas (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    reach TEXT NOT NULL,
    document TEXT NOT NULL,
    approval_id UUID NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    approved_by UUID,
    approved_at TIMESTAMP,
    CONSTRAINT trading_areas_reach_check CHECK (reach IN ('county', 'prefecture', 'province'))
);

CREATE INDEX trading_areas_county_approved_at_idx ON trading_areas (county, approved_at);

-- A row is one settled trade: credits against money, split by the schedule in force.
CREATE TABLE trades (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    journal_id UUID NOT NULL,
    source TEXT NOT NULL,
    source_id UUID NOT NULL,
    county TEXT NOT NULL,
    fee_account_id UUID NOT NULL,
    schedule_id UUID NOT NULL,
    batch_id UUID NOT NULL,
    seller_id UUID NOT NULL,
    buyer_id UUID NOT NULL,
    related BOOLEAN NOT NULL,
    m2 BIGINT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    township_fen BIGINT NOT NULL,
    centre_fen BIGINT NOT NULL,
    treasury_fen BIGINT NOT NULL,
    traded_on DATE NOT NULL,
    traded_at TIMESTAMP NOT NULL,
    CONSTRAINT trades_number_key UNIQUE (number),
    CONSTRAINT trades_buyer_id_check CHECK (buyer_id <> seller_id),
    CONSTRAINT trades_m2_check CHECK (m2 > 0 AND price_fen_per_mu > 0 AND amount_fen > 0),
    CONSTRAINT trades_amount_fen_check CHECK (amount_fen = township_fen + centre_fen + treasury_fen)
);

CREATE TRIGGER trades_change_refuse BEFORE UPDATE OR DELETE ON trades
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is what was traded in a fee account on one day; it can be computed from the trades.
CREATE TABLE trade_days (
    fee_account_id UUID NOT NULL,
    traded_on DATE NOT NULL,
    trades BIGINT NOT NULL,
    m2 BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    township_fen BIGINT NOT NULL,
    centre_fen BIGINT NOT NULL,
    treasury_fen BIGINT NOT NULL,
    CONSTRAINT trade_days_fee_account_id_traded_on_key PRIMARY KEY (fee_account_id, traded_on)
);

-- A row is credits that their holder pledges to a lender for a loan: the terms that both see, and how
-- far it is. m2 of it are under the lien now.
CREATE TABLE pledges (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    batch_id UUID NOT NULL,
    batch_number TEXT NOT NULL,
    county TEXT NOT NULL,
    holder_id UUID NOT NULL,
    holder_name TEXT NOT NULL,
    lender_id UUID NOT NULL,
    lender_name TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    contract_no TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    township_share BOOLEAN NOT NULL,
    treasury_share BOOLEAN NOT NULL,
    haircut_percent BIGINT NOT NULL,
    cover_percent BIGINT NOT NULL,
    state TEXT NOT NULL,
    pledged_m2 BIGINT NOT NULL,
    expires_on DATE,
    requested_by UUID NOT NULL,
    requested_at TIMESTAMP NOT NULL,
    signed_by UUID,
    signed_at TIMESTAMP,
    registered_by UUID,
    registered_at TIMESTAMP,
    journal_id UUID,
    ended_at TIMESTAMP,
    end_reason TEXT,
    below_cover_since TIMESTAMP,
    valued_on DATE,
    CONSTRAINT pledges_number_key UNIQUE (number),
    CONSTRAINT pledges_m2_check CHECK (m2 BETWEEN 1 AND 1000000000 AND pledged_m2 BETWEEN 0 AND m2),
    CONSTRAINT pledges_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT pledges_ends_on_check CHECK (ends_on >= starts_on),
    CONSTRAINT pledges_haircut_percent_check CHECK (haircut_percent BETWEEN 0 AND 99 AND cover_percent BETWEEN 0 AND 1000),
    CONSTRAINT pledges_state_check CHECK (
        state IN ('requested', 'registered', 'ended', 'withdrawn', 'refused', 'expired')
        AND (state = 'registered') = (pledged_m2 > 0)
        AND (expires_on IS NOT NULL) = (state = 'requested')),
    CONSTRAINT pledges_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id),
    CONSTRAINT pledges_holder_id_fkey FOREIGN KEY (holder_id) REFERENCES organisations (id),
    CONSTRAINT pledges_lender_id_fkey FOREIGN KEY (lender_id) REFERENCES organisations (id)
);

CREATE INDEX pledges_holder_id_id_idx ON pledges (holder_id, id);

CREATE INDEX pledges_lender_id_id_idx ON pledges (lender_id, id);

CREATE INDEX pledges_county_id_idx ON pledges (county, id);

CREATE INDEX pledges_expires_on_idx ON pledges (expires_on);

CREATE INDEX pledges_batch_id_state_idx ON pledges (batch_id, state);

CREATE INDEX pledges_valued_on_idx ON pledges (valued_on);

-- A row is credits that leave a lien: released by the lender, or sold to pay it.
CREATE TABLE pledge_departures (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    pledge_id UUID NOT NULL,
    kind TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    left_m2 BIGINT NOT NULL,
    reason TEXT NOT NULL,
    journal_id UUID NOT NULL,
    departed_by UUID NOT NULL,
    departed_at TIMESTAMP NOT NULL,
    CONSTRAINT pledge_departures_number_key UNIQUE (number),
    CONSTRAINT pledge_departures_pledge_id_left_m2_key UNIQUE (pledge_id, left_m2),
    CONSTRAINT pledge_departures_kind_check CHECK (kind IN ('released', 'sold')),
    CONSTRAINT pledge_departures_m2_check CHECK (m2 > 0 AND left_m2 >= 0),
    CONSTRAINT pledge_departures_pledge_id_fkey FOREIGN KEY (pledge_id) REFERENCES pledges (id)
);

CREATE TRIGGER pledge_departures_change_refuse BEFORE UPDATE OR DELETE ON pledge_departures
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a run of serials of a pledge: asked for, put under the lien, or gone from it with a
-- departure.
CREATE TABLE pledge_serials (
    id UUID NOT NULL PRIMARY KEY,
    pledge_id UUID NOT NULL,
    kind TEXT NOT NULL,
    departure_id UUID,
    first_serial BIGINT NOT NULL,
    last_serial BIGINT NOT NULL,
    CONSTRAINT pledge_serials_kind_check CHECK (
        kind IN ('asked', 'pledged', 'departed') AND (kind = 'departed') = (departure_id IS NOT NULL)),
    CONSTRAINT pledge_serials_first_serial_check CHECK (first_serial >= 1 AND last_serial >= first_serial),
    CONSTRAINT pledge_serials_pledge_id_fkey FOREIGN KEY (pledge_id) REFERENCES pledges (id),
    CONSTRAINT pledge_serials_departure_id_fkey FOREIGN KEY (departure_id) REFERENCES pledge_departures (id)
);

CREATE INDEX pledge_serials_pledge_id_idx ON pledge_serials (pledge_id);

CREATE TRIGGER pledge_serials_change_refuse BEFORE UPDATE OR DELETE ON pledge_serials
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a longer term of a pledge, by an agreement that it names.
CREATE TABLE pledge_extensions (
    id UUID NOT NULL PRIMARY KEY,
    pledge_id UUID NOT NULL,
    ends_on_before DATE NOT NULL,
    ends_on DATE NOT NULL,
    contract_no TEXT NOT NULL,
    registered_by UUID NOT NULL,
    registered_at TIMESTAMP NOT NULL,
    CONSTRAINT pledge_extensions_pledge_id_ends_on_key UNIQUE (pledge_id, ends_on),
    CONSTRAINT pledge_extensions_ends_on_check CHECK (ends_on > ends_on_before),
    CONSTRAINT pledge_extensions_pledge_id_fkey FOREIGN KEY (pledge_id) REFERENCES pledges (id)
);

CREATE TRIGGER pledge_extensions_change_refuse BEFORE UPDATE OR DELETE ON pledge_extensions
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a sale of pledged credits that the lender asks for, and how far it is.
CREATE TABLE enforced_sales (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    pledge_id UUID NOT NULL,
    county TEXT NOT NULL,
    batch_id UUID NOT NULL,
    seller_id UUID NOT NULL,
    lender_id UUID NOT NULL,
    buyer_id UUID NOT NULL,
    m2 BIGINT NOT NULL,
    price_fen_per_mu BIGINT NOT NULL,
    claim_fen BIGINT NOT NULL,
    document TEXT NOT NULL,
    approval_id UUID NOT NULL,
    state TEXT NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    approved_by UUID,
    approved_at TIMESTAMP,
    trade_id UUID,
    departure_id UUID,
    ended_by UUID,
    ended_at TIMESTAMP,
    end_reason TEXT,
    CONSTRAINT enforced_sales_number_key UNIQUE (number),
    CONSTRAINT enforced_sales_m2_check CHECK (m2 BETWEEN 1 AND 1000000000),
    CONSTRAINT enforced_sales_claim_fen_check CHECK (claim_fen > 0 AND price_fen_per_mu > 0),
    CONSTRAINT enforced_sales_state_check CHECK (
        state IN ('asked', 'approved', 'settled', 'withdrawn')
        AND (state = 'settled') = (trade_id IS NOT NULL)),
    CONSTRAINT enforced_sales_trade_id_key UNIQUE (trade_id),
    CONSTRAINT enforced_sales_pledge_id_fkey FOREIGN KEY (pledge_id) REFERENCES pledges (id),
    CONSTRAINT enforced_sales_buyer_id_fkey FOREIGN KEY (buyer_id) REFERENCES organisations (id),
    CONSTRAINT enforced_sales_trade_id_fkey FOREIGN KEY (trade_id) REFERENCES trades (id),
    CONSTRAINT enforced_sales_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id)
);

CREATE INDEX enforced_sales_pledge_id_id_idx ON enforced_sales (pledge_id, id);

CREATE INDEX enforced_sales_buyer_id_id_idx ON enforced_sales (buyer_id, id);

CREATE INDEX enforced_sales_county_id_idx ON enforced_sales (county, id);

-- A row is a part of a share of an enforced sale that is bound to the lender: it is paid out to no
-- one else.
CREATE TABLE secured_proceeds (
    id UUID NOT NULL PRIMARY KEY,
    sale_id UUID NOT NULL,
    lender_id UUID NOT NULL,
    fee_account_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    share TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    bound_at TIMESTAMP NOT NULL,
    CONSTRAINT secured_proceeds_sale_id_organisation_id_share_key UNIQUE (sale_id, organisation_id, share),
    CONSTRAINT secured_proceeds_share_check CHECK (share IN ('township_share', 'treasury_share')),
    CONSTRAINT secured_proceeds_amount_fen_check CHECK (amount_fen > 0),
    CONSTRAINT secured_proceeds_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES enforced_sales (id),
    CONSTRAINT secured_proceeds_fee_account_id_fkey FOREIGN KEY (fee_account_id) REFERENCES fee_accounts (id)
);

CREATE INDEX secured_proceeds_organisation_id_share_idx ON secured_proceeds (organisation_id, share);

CREATE INDEX secured_proceeds_fee_account_id_id_idx ON secured_proceeds (fee_account_id, id);

CREATE INDEX secured_proceeds_lender_id_id_idx ON secured_proceeds (lender_id, id);

CREATE TRIGGER secured_proceeds_change_refuse BEFORE UPDATE OR DELETE ON secured_proceeds
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a payout that goes to a lender, to whom its share is bound.
CREATE TABLE secured_payouts (
    id UUID NOT NULL PRIMARY KEY,
    proceeds_id UUID NOT NULL,
    lender_id UUID NOT NULL,
    CONSTRAINT secured_payouts_id_fkey FOREIGN KEY (id) REFERENCES payouts (id),
    CONSTRAINT secured_payouts_proceeds_id_fkey FOREIGN KEY (proceeds_id) REFERENCES secured_proceeds (id)
);

CREATE INDEX secured_payouts_proceeds_id_idx ON secured_payouts (proceeds_id);

CREATE TRIGGER secured_payouts_change_refuse BEFORE UPDATE OR DELETE ON secured_payouts
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is an order of a court or the centre to freeze a project, which waits for its second person,
-- and the freeze that came of it.
CREATE TABLE freeze_orders (
    id UUID NOT NULL PRIMARY KEY,
    project_id UUID NOT NULL,
    project_number TEXT NOT NULL,
    township TEXT NOT NULL,
    authority TEXT NOT NULL,
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    approval_id UUID NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    freeze_id UUID,
    approved_by UUID,
    approved_at TIMESTAMP,
    CONSTRAINT freeze_orders_freeze_id_key UNIQUE (freeze_id),
    CONSTRAINT freeze_orders_authority_check CHECK (authority IN ('court', 'centre')),
    CONSTRAINT freeze_orders_freeze_id_check CHECK ((freeze_id IS NULL) = (approved_at IS NULL)),
    CONSTRAINT freeze_orders_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id),
    CONSTRAINT freeze_orders_freeze_id_fkey FOREIGN KEY (freeze_id) REFERENCES freezes (id),
    CONSTRAINT freeze_orders_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id)
);

CREATE INDEX freeze_orders_township_id_idx ON freeze_orders (township, id);

-- A row is the document by which the thaw of a project is asked for.
CREATE TABLE thaw_documents (
    id UUID NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    CONSTRAINT thaw_documents_id_fkey FOREIGN KEY (id) REFERENCES thaw_requests (id)
);

CREATE TRIGGER thaw_documents_change_refuse BEFORE UPDATE OR DELETE ON thaw_documents
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is an insurance of credits of a holder, as its insurer registered it.
CREATE TABLE insurance_policies (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    policy_no TEXT NOT NULL,
    insurer_id UUID NOT NULL,
    insurer_name TEXT NOT NULL,
    holder_id UUID NOT NULL,
    holder_name TEXT NOT NULL,
    batch_id UUID NOT NULL,
    batch_number TEXT NOT NULL,
    county TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    sum_fen BIGINT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    perils TEXT NOT NULL,
    registered_by UUID NOT NULL,
    registered_at TIMESTAMP NOT NULL,
    remind_on DATE,
    reminded_at TIMESTAMP,
    CONSTRAINT insurance_policies_number_key UNIQUE (number),
    CONSTRAINT insurance_policies_insurer_id_policy_no_key UNIQUE (insurer_id, policy_no),
    CONSTRAINT insurance_policies_sum_fen_check CHECK (sum_fen > 0 AND m2 > 0),
    CONSTRAINT insurance_policies_ends_on_check CHECK (ends_on >= starts_on),
    CONSTRAINT insurance_policies_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id),
    CONSTRAINT insurance_policies_holder_id_fkey FOREIGN KEY (holder_id) REFERENCES organisations (id)
);

CREATE INDEX insurance_policies_batch_id_ends_on_idx ON insurance_policies (batch_id, ends_on);

CREATE INDEX insurance_policies_holder_id_id_idx ON insurance_policies (holder_id, id);

CREATE INDEX insurance_policies_county_id_idx ON insurance_policies (county, id);

CREATE INDEX insurance_policies_remind_on_idx ON insurance_policies (remind_on);

-- A row is a run of serials that an insurance covers.
CREATE TABLE policy_serials (
    id UUID NOT NULL PRIMARY KEY,
    policy_id UUID NOT NULL,
    first_serial BIGINT NOT NULL,
    last_serial BIGINT NOT NULL,
    CONSTRAINT policy_serials_policy_id_first_serial_key UNIQUE (policy_id, first_serial),
    CONSTRAINT policy_serials_first_serial_check CHECK (first_serial >= 1 AND last_serial >= first_serial),
    CONSTRAINT policy_serials_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES insurance_policies (id)
);

CREATE TRIGGER policy_serials_change_refuse BEFORE UPDATE OR DELETE ON policy_serials
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a loss of restored land that was compared with the insurances of its credits.
CREATE TABLE insured_losses (
    id UUID NOT NULL PRIMARY KEY,
    claims BIGINT NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    CONSTRAINT insured_losses_claims_check CHECK (claims >= 0),
    CONSTRAINT insured_losses_id_fkey FOREIGN KEY (id) REFERENCES loss_findings (id)
);

CREATE INDEX insured_losses_decided_at_idx ON insured_losses (decided_at);

CREATE INDEX losses_decided_at_idx ON losses (decided_at);

CREATE TRIGGER insured_losses_change_refuse BEFORE UPDATE OR DELETE ON insured_losses
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A row is a claim on an insurance for credits that a loss took, and how far it is.
CREATE TABLE insurance_claims (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    policy_id UUID NOT NULL,
    policy_no TEXT NOT NULL,
    insurer_id UUID NOT NULL,
    holder_id UUID NOT NULL,
    county TEXT NOT NULL,
    loss_id UUID NOT NULL,
    loss_number TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    opened_by UUID,
    opened_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL,
    amount_fen BIGINT,
    reason TEXT,
    decided_by UUID,
    decided_at TIMESTAMP,
    line_id UUID,
    replacement_id UUID,
    ended_by UUID,
    ended_at TIMESTAMP,
    CONSTRAINT insurance_claims_number_key UNIQUE (number),
    CONSTRAINT insurance_claims_policy_id_loss_id_key UNIQUE (policy_id, loss_id),
    CONSTRAINT insurance_claims_line_id_key UNIQUE (line_id),
    CONSTRAINT insurance_claims_replacement_id_key UNIQUE (replacement_id),
    CONSTRAINT insurance_claims_m2_check CHECK (m2 > 0),
    CONSTRAINT insurance_claims_state_check CHECK (
        state IN ('open', 'accepted', 'refused', 'paid', 'replaced')
        AND (state = 'paid') = (line_id IS NOT NULL)
        AND (state = 'replaced') = (replacement_id IS NOT NULL)
        AND (state <> 'refused' OR reason IS NOT NULL)),
    CONSTRAINT insurance_claims_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES insurance_policies (id),
    CONSTRAINT insurance_claims_loss_id_fkey FOREIGN KEY (loss_id) REFERENCES loss_findings (id)
);

CREATE INDEX insurance_claims_insurer_id_id_idx ON insurance_claims (insurer_id, id);

CREATE INDEX insurance_claims_holder_id_id_idx ON insurance_claims (holder_id, id);

CREATE INDEX insurance_claims_county_id_idx ON insurance_claims (county, id);

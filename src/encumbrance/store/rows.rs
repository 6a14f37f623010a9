//! The rows.

use chrono::NaiveDate;

use crate::encumbrance::model::{
    DepartureId, DepartureKind, EncumbrancePartId, EnforcedSaleId, EnforcedSaleState, PledgeId,
    PledgeState, ProceedsId, RunKind, SecuredShare,
};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{RawId, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::{Fen, PricePerMu};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::{BatchId, FeeAccountId, JournalId};
use crate::settlement::TradeId;

record! {
    /// A row is credits that their holder pledges to a lender, and how far it is.
    pub(crate) struct PledgeRow in pledges {
        id: PledgeId as Id,
        number: String as Text,
        batch_id: BatchId as Id,
        batch_number: String as Text,
        county: RegionCode as Text,
        holder_id: OrganisationId as Id,
        holder_name: String as Text,
        lender_id: OrganisationId as Id,
        lender_name: String as Text,
        m2: SquareMetres as BigInt,
        amount_fen: Fen as BigInt,
        contract_no: Label as Text,
        starts_on: NaiveDate as Date,
        ends_on: NaiveDate as Date,
        township_share: bool as Bool,
        treasury_share: bool as Bool,
        haircut_percent: i64 as BigInt,
        cover_percent: i64 as BigInt,
        state: PledgeState as Text,
        pledged_m2: i64 as BigInt,
        expires_on: Option<NaiveDate> as Nullable<Date>,
        requested_by: UserId as Id,
        requested_at: Time as Timestamp,
        signed_by: Option<UserId> as Nullable<Id>,
        signed_at: Option<Time> as Nullable<Timestamp>,
        registered_by: Option<UserId> as Nullable<Id>,
        registered_at: Option<Time> as Nullable<Timestamp>,
        journal_id: Option<JournalId> as Nullable<Id>,
        ended_at: Option<Time> as Nullable<Timestamp>,
        end_reason: Option<Label> as Nullable<Text>,
        below_cover_since: Option<Time> as Nullable<Timestamp>,
        valued_on: Option<NaiveDate> as Nullable<Date>,
    }
}

impl PledgeRow {
    /// The shares that secure the loan, in the order in which they pay it.
    pub(crate) fn shares(&self) -> Vec<SecuredShare> {
        let township = self.township_share.then_some(SecuredShare::Township);
        let treasury = self.treasury_share.then_some(SecuredShare::Treasury);
        township.into_iter().chain(treasury).collect()
    }
}

record! {
    /// A row is a run of serials of a pledge: asked for, under the lien, or gone from it.
    pub(crate) struct SerialsRow in pledge_serials {
        id: EncumbrancePartId as Id,
        pledge_id: PledgeId as Id,
        kind: RunKind as Text,
        departure_id: Option<DepartureId> as Nullable<Id>,
        first_serial: i64 as BigInt,
        last_serial: i64 as BigInt,
    }
}

record! {
    /// A row is credits that leave a lien.
    pub(crate) struct DepartureRow in pledge_departures {
        id: DepartureId as Id,
        number: String as Text,
        pledge_id: PledgeId as Id,
        kind: DepartureKind as Text,
        m2: SquareMetres as BigInt,
        left_m2: i64 as BigInt,
        reason: Label as Text,
        journal_id: JournalId as Id,
        departed_by: UserId as Id,
        departed_at: Time as Timestamp,
    }
}

record! {
    /// A row is a longer term of a pledge.
    pub(crate) struct ExtensionRow in pledge_extensions {
        id: EncumbrancePartId as Id,
        pledge_id: PledgeId as Id,
        ends_on_before: NaiveDate as Date,
        ends_on: NaiveDate as Date,
        contract_no: Label as Text,
        registered_by: UserId as Id,
        registered_at: Time as Timestamp,
    }
}

record! {
    /// A row is a sale of pledged credits that the lender asks for, and how far it is.
    pub(crate) struct EnforcedSaleRow in enforced_sales {
        id: EnforcedSaleId as Id,
        number: String as Text,
        pledge_id: PledgeId as Id,
        county: RegionCode as Text,
        batch_id: BatchId as Id,
        seller_id: OrganisationId as Id,
        lender_id: OrganisationId as Id,
        buyer_id: OrganisationId as Id,
        m2: SquareMetres as BigInt,
        price_fen_per_mu: PricePerMu as BigInt,
        claim_fen: Fen as BigInt,
        document: Label as Text,
        approval_id: RawId as Id,
        state: EnforcedSaleState as Text,
        asked_by: UserId as Id,
        asked_at: Time as Timestamp,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
        trade_id: Option<TradeId> as Nullable<Id>,
        departure_id: Option<DepartureId> as Nullable<Id>,
        ended_by: Option<UserId> as Nullable<Id>,
        ended_at: Option<Time> as Nullable<Timestamp>,
        end_reason: Option<Label> as Nullable<Text>,
    }
}

record! {
    /// A row is a part of a share that is bound to a lender.
    pub(crate) struct ProceedsRow in secured_proceeds {
        id: ProceedsId as Id,
        sale_id: EnforcedSaleId as Id,
        lender_id: OrganisationId as Id,
        fee_account_id: FeeAccountId as Id,
        organisation_id: OrganisationId as Id,
        share: SecuredShare as Text,
        amount_fen: Fen as BigInt,
        bound_at: Time as Timestamp,
    }
}

//! Balances and the reconciliation.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{own_fee_account, payable_of};
use super::super::model::{PayoutKind, Share};
use super::super::rules::FinanceRefusal;
use super::super::store;
use super::exceptions::{StatementExceptionView, exception_views};
use super::payouts::{PayoutView, payout_views};
use crate::identity;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{Fen, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{self, Account, AsOf, FeeAccountId, Holder, MoneyBucket, Place};
use crate::settlement;
use crate::web::Problems;

/// Exceptions and payouts that one reconciliation shows; the sums are of all.
const SHOWN_MAX: i64 = 1_000;

/// Payouts of money that went back to whom it came from.
const WENT_BACK: [PayoutKind; 2] = [PayoutKind::Refund, PayoutKind::Return];

pub(super) fn operations() -> Operations {
    operations![
        get_reconciliation,
        get_fee_account_balances,
        list_cash_balances,
        list_share_balances
    ]
}

/// The period of a reconciliation, both days included.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PeriodQuery {
    #[param(example = "2026-09-01")]
    from: NaiveDate,
    #[param(example = "2026-09-30")]
    to: NaiveDate,
}

/// The bank and the ledger side by side: a period's movements, and what is open now.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ReconciliationView {
    fee_account_id: FeeAccountId,
    #[schema(example = "2026-09-01")]
    from: NaiveDate,
    #[schema(example = "2026-09-30")]
    to: NaiveDate,
    /// The bank's balance before the period.
    opening: Fen,
    /// Money in over distinct lines.
    total_credits: Fen,
    /// Money out over distinct lines.
    total_debits: Fen,
    /// The bank's balance at the end of the period.
    closing: Fen,
    /// The bank's balance at the end of the period by the ledger.
    ledger_bank: Fen,
    /// `closing` less `ledger_bank`.
    #[schema(example = "0.00")]
    difference: String,
    trades: TradesView,
    /// Shares that left the account in the period.
    paid_out: Fen,
    /// Unused cash, and money of unknown payers, that went back in the period.
    refunded: Fen,
    /// Lines that wait for a person now.
    exceptions: Vec<StatementExceptionView>,
    /// What the open exceptions add up to: money in less money out.
    #[schema(example = "88000.00")]
    exceptions_sum: String,
    /// Approved payouts that the bank has not shown yet.
    ledger_only_payouts: Vec<PayoutView>,
    identity: IdentityView,
}

/// What was traded in the period and how it was split.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct TradesView {
    #[schema(example = 3)]
    count: i64,
    #[schema(example = 37201)]
    m2: i64,
    amount: Fen,
    township_share: Fen,
    centre_share: Fen,
    treasury_share: Fen,
}

/// Now: bank = closing = cash + shares + suspense − receivable.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct IdentityView {
    /// The bank by the ledger.
    bank_balance: Fen,
    /// The balance of the bank's newest line.
    closing: Fen,
    cash: Fen,
    shares: Fen,
    suspense: Fen,
    /// Money that left the account and is not explained yet, or is owed back to it.
    receivable: Fen,
    #[schema(example = true)]
    holds: bool,
}

/// Reconciles a fee account with its bank over a period
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/reconciliation", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PeriodQuery),
    responses((status = 200, body = ReconciliationView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_reconciliation(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    period: Query<PeriodQuery>,
) -> Answer<HttpResponse> {
    let (asker, period) = (actor.clone(), period.into_inner());
    let now = db.clock().now();
    if period.from > period.to {
        return Err(FinanceRefusal::PeriodBackwards.into());
    }
    let view = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        reconciliation(c, account.id, &period, now)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

fn reconciliation(
    c: &mut Conn,
    account: FeeAccountId,
    period: &PeriodQuery,
    now: Time,
) -> Answer<ReconciliationView> {
    let day_after = period.to.succ_opt().ok_or(FinanceRefusal::PeriodBackwards)?;
    let (from, before) = (Time::in_shanghai(period.from, 0), Time::in_shanghai(day_after, 0));
    let bank = store::period_totals(c, account, from, before)?;
    let clearing = Account::money(Holder::House, account, MoneyBucket::Clearing);
    let end = AsOf::Effective(before.plus_seconds(-1));
    let ledger_bank = -ledger::balance_as_of(c, &clearing, end)?;
    let trades = settlement::totals(c, account, period.from, period.to)?;
    let open = store::open_exceptions(c, account, SHOWN_MAX)?;
    let under_way = store::ledger_only_payouts(c, account, SHOWN_MAX)?;
    Ok(ReconciliationView {
        fee_account_id: account,
        from: period.from,
        to: period.to,
        opening: bank.opening,
        total_credits: fen(bank.credits_fen)?,
        total_debits: fen(bank.debits_fen)?,
        closing: bank.closing,
        ledger_bank: fen(ledger_bank)?,
        difference: cny(bank.closing.get() - ledger_bank),
        trades: TradesView {
            count: trades.count,
            m2: trades.m2,
            amount: fen(trades.amount)?,
            township_share: fen(trades.township_share)?,
            centre_share: fen(trades.centre_share)?,
            treasury_share: fen(trades.treasury_share)?,
        },
        paid_out: fen(store::paid_fen(c, account, &[PayoutKind::Share], from, before)?)?,
        refunded: fen(store::paid_fen(c, account, &WENT_BACK, from, before)?)?,
        exceptions: exception_views(c, open, now)?,
        exceptions_sum: cny(store::open_exceptions_fen(c, account)?),
        ledger_only_payouts: payout_views(c, under_way)?,
        identity: identity_of(c, account)?,
    })
}

fn identity_of(c: &mut Conn, account: FeeAccountId) -> Answer<IdentityView> {
    let (mut bank, mut cash, mut shares, mut suspense, mut receivable) = (0, 0, 0, 0, 0);
    for (held, balance) in ledger::balances_of_fee_account(c, account)? {
        let Place::Money(_, bucket) = held.place else { continue };
        match bucket {
            MoneyBucket::Clearing => bank -= balance,
            MoneyBucket::Available | MoneyBucket::Reserved => cash += balance,
            MoneyBucket::TownshipShare | MoneyBucket::CentreShare | MoneyBucket::TreasuryShare => {
                shares += balance
            }
            MoneyBucket::Suspense => suspense += balance,
            MoneyBucket::Receivable => receivable -= balance,
        }
    }
    let closing = store::last_line(c, account)?.map_or(Fen::ZERO, |line| line.balance_fen);
    let holds = bank == closing.get() && bank == cash + shares + suspense - receivable;
    Ok(IdentityView {
        bank_balance: fen(bank)?,
        closing,
        cash: fen(cash)?,
        shares: fen(shares)?,
        suspense: fen(suspense)?,
        receivable: fen(receivable)?,
        holds,
    })
}

fn fen(fen: i64) -> Answer<Fen> {
    Fen::of(fen).map_err(|_| Failure::broken("an amount of the books is not negative"))
}

/// One bucket of one holder.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FeeAccountBalance)]
struct BalanceView {
    /// Absent for the fee account's own buckets: suspense and receivable.
    organisation_id: Option<OrganisationId>,
    #[schema(example = "DEV01")]
    organisation_code: Option<String>,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    organisation_name: Option<String>,
    bucket: MoneyBucket,
    #[schema(example = "58740.00")]
    balance: String,
}

/// All money of a fee account: the bank, and whose it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct FeeAccountBalancesView {
    fee_account_id: FeeAccountId,
    identity: IdentityView,
    balances: Vec<BalanceView>,
}

/// Shows all money of a fee account by holder and bucket
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/balances", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)),
    responses((status = 200, body = FeeAccountBalancesView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_fee_account_balances(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let view = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        Ok(FeeAccountBalancesView {
            fee_account_id: account.id,
            identity: identity_of(c, account.id)?,
            balances: balance_views(c, account.id)?,
        })
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

fn balance_views(c: &mut Conn, account: FeeAccountId) -> Answer<Vec<BalanceView>> {
    let all = ledger::balances_of_fee_account(c, account)?;
    let holder = |account: &Account| match account.holder {
        Holder::Organisation(id) => Some(id),
        Holder::House => None,
    };
    let mut ids: Vec<OrganisationId> = all.iter().filter_map(|(held, _)| holder(held)).collect();
    ids.sort_unstable();
    ids.dedup();
    let organisations = identity::organisations(c, &ids)?;
    let mut views = Vec::with_capacity(all.len());
    for (held, balance) in all {
        let Place::Money(_, bucket) = held.place else { continue };
        if bucket == MoneyBucket::Clearing {
            continue;
        }
        let organisation_id = holder(&held);
        let organisation = organisations.iter().find(|one| Some(one.id) == organisation_id);
        views.push(BalanceView {
            organisation_id,
            organisation_code: organisation.map(|one| one.code.clone()),
            organisation_name: organisation.map(|one| one.name.clone()),
            bucket,
            balance: cny(balance),
        });
    }
    Ok(views)
}

/// A developer's cash in one county.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CashBalanceView {
    county: RegionCode,
    fee_account_id: FeeAccountId,
    available: Fen,
    reserved: Fen,
}

/// Lists a developer's own cash, by county
#[utoipa::path(
    get, path = "/api/v1/cash-balances", tag = "finance",
    responses((status = 200, body = Vec<CashBalanceView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_cash_balances(db: Data<Db>, actor: Actor) -> Answer<HttpResponse> {
    let developer = actor.organisation_id;
    let views = db.read_snapshot(Some(&actor), move |c| {
        let accounts = store::fee_accounts_with_cash_of(c, developer)?;
        let view = |id| {
            let held = |c: &mut Conn, bucket| {
                fen(ledger::balance(c, &Account::money(developer, id, bucket))?)
            };
            Ok(CashBalanceView {
                county: settlement::fee_account(c, id)?.county,
                fee_account_id: id,
                available: held(c, MoneyBucket::Available)?,
                reserved: held(c, MoneyBucket::Reserved)?,
            })
        };
        accounts.into_iter().map(view).collect::<Answer<Vec<_>>>()
    });
    Ok(HttpResponse::Ok().json(views.await?))
}

/// A share of an organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ShareBalanceView {
    county: RegionCode,
    fee_account_id: FeeAccountId,
    share: Share,
    balance: Fen,
    /// What may still be entered as a payout: the balance less open payouts.
    payable: Fen,
}

/// Lists the shares of one's own organisation
#[utoipa::path(
    get, path = "/api/v1/share-balances", tag = "finance",
    responses((status = 200, body = Vec<ShareBalanceView>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director",
            "finance_officer", "finance_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_share_balances(db: Data<Db>, actor: Actor) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let views = db.read_snapshot(Some(&actor), move |c| {
        let county = asker.region.county().ok_or_else(Failure::not_found)?;
        let account = settlement::fee_account_of_county(c, &county)?;
        let mut views = Vec::new();
        for share in Share::ALL {
            let (balance, payable) = payable_of(c, account.id, asker.organisation_id, *share)?;
            if !balance.is_zero() {
                views.push(ShareBalanceView {
                    county: county.clone(),
                    fee_account_id: account.id,
                    share: *share,
                    balance,
                    payable,
                });
            }
        }
        Ok(views)
    });
    Ok(HttpResponse::Ok().json(views.await?))
}

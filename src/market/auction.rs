//! When auctions may be announced, which bids are valid, when an auction ends and who wins (R49 to
//! R57). Pure: rows, times and the draw come in as arguments.

mod dates;
mod objections;
mod sealed;
#[cfg(test)]
mod tests;

pub(super) use dates::{Course, confirmation_day, last_day_to_complete, last_notice_day};
pub(super) use objections::{
    CannotObject, admit_by, check_made, check_step, decide_by, is_overdue,
};
pub(super) use sealed::{Sealed, Uniform, best, uniform};

use super::auctions::model::{Auction, AuctionKind, AuctionState, Offer, Settings};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{Fen, NoSuchAmount, PricePerMu, amount, cny};
use crate::kernel::region::RegionCode;

/// A bid may be worth this many times what its deposit stands for, which is the deposit at its
/// percentage: beyond that somebody has slipped a digit.
const BID_TIMES_MAX: i64 = 10;
/// A lower deposit binds nobody.
const DEPOSIT_PERCENT_MIN: i64 = 10;
/// No auction runs longer, so that credits and deposits are not held without end.
const DAYS_OPEN_MAX: i64 = 90;
const DAY_S: i64 = 86_400;

/// Why an auction refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotAuction {
    #[error("an auction is announced at least {0} days before it opens")]
    AnnouncedTooLate(i64),
    #[error("bidding ends after it begins and within {DAYS_OPEN_MAX} days of it")]
    PeriodOdd,
    #[error("an open auction has a step, a sealed one has none")]
    StepOdd,
    #[error("the reserve price lies below the start price")]
    ReserveTooLow,
    #[error("a secret reserve price is a price")]
    ReserveMissing,
    #[error("the deposit is 10 to 100 percent")]
    DepositPercentOdd,
    #[error("a period of the timed stage lasts 30 to 3600 seconds")]
    ExtensionOdd,
    #[error("a result is notified for {0} to 30 days")]
    NoticeOdd(i64),
    #[error("you have {available_m2} m² of this batch available, {asked} were to be auctioned")]
    NotEnoughCredits { asked: SquareMetres, available_m2: i64 },
    #[error("the auction has not opened yet")]
    NotYetOpen,
    #[error("the auction is closed: this came after its end")]
    Closed,
    #[error("the auction is {0}")]
    NotInState(AuctionState),
    #[error("an auction is withdrawn before it opens")]
    AlreadyOpen,
    #[error("the seller cannot bid on its own credits")]
    OwnLot,
    #[error("put down a deposit first: only a bidder with a confirmed deposit may bid")]
    NoDeposit,
    #[error("the deposit is {deposit} CNY, at least {needed} CNY are needed")]
    DepositTooSmall { deposit: String, needed: String },
    #[error(
        "the bid is worth more than ten times what a deposit of {deposit} CNY stands for: \
         {needed} CNY are needed"
    )]
    BidOverDeposit { deposit: String, needed: String },
    #[error("the first bid is at least the start price {0}")]
    BelowStart(PricePerMu),
    #[error("a bid exceeds the highest, {highest}, by a whole multiple of the step {step}")]
    OffStep { highest: PricePerMu, step: PricePerMu },
    #[error("this bid is for all of it: {0}")]
    WholeLotOnly(SquareMetres),
    #[error("{asked} are more than the {offered} on offer")]
    MoreThanOffered { asked: SquareMetres, offered: SquareMetres },
    #[error("a sealed bid is made once and stands")]
    AlreadyBid,
    #[error("an auction has at most {0} bidders")]
    TooManyBidders(i64),
    #[error("the award is not to be completed now: it is {0}")]
    AwardNotOpen(&'static str),
    #[error("{0}")]
    Amount(NoSuchAmount),
    #[error("{due} CNY are due beside the deposit, {available} CNY are available")]
    NotEnoughCash { due: String, available: String },
    #[error("your organisation is banned from trading in {0}")]
    Banned(RegionCode),
    #[error("a draw is announced already: its nonce can still be revealed")]
    DrawRuns,
    #[error("the time to reveal the nonce has passed: the draw is void, announce another")]
    DrawVoid,
    #[error("this is not the nonce whose hash was announced")]
    OtherNonce,
    #[error("the log has no entry after the announcement yet: wait for one")]
    NoEntryYet,
    #[error("a nonce has 16 to 64 bytes, its hash 32, as hexadecimal digits")]
    NonceOdd,
    #[error("the organisation is banned already")]
    AlreadyBanned,
    #[error("the ban was lifted before")]
    AlreadyLifted,
}

/// Checks what a seller announces (R49, R50, R52, R54).
pub(super) fn check_announcement(
    it: &Offer,
    settings: &Settings,
    available_m2: i64,
    now: Time,
) -> Result<(), CannotAuction> {
    if it.opens_at < now.plus_seconds(settings.lead_days * DAY_S) {
        return Err(CannotAuction::AnnouncedTooLate(settings.lead_days));
    }
    if it.closes_at <= it.opens_at || it.closes_at > it.opens_at.plus_seconds(DAYS_OPEN_MAX * DAY_S)
    {
        return Err(CannotAuction::PeriodOdd);
    }
    if (it.kind == AuctionKind::Open) != it.step.is_some() {
        return Err(CannotAuction::StepOdd);
    }
    match it.reserve {
        Some(reserve) if reserve < it.start => return Err(CannotAuction::ReserveTooLow),
        None if it.reserve_secret => return Err(CannotAuction::ReserveMissing),
        Some(_) | None => {}
    }
    if !(DEPOSIT_PERCENT_MIN.max(settings.deposit_percent)..=100).contains(&it.deposit_percent) {
        return Err(CannotAuction::DepositPercentOdd);
    }
    if !(30..=3600).contains(&it.extension_s) {
        return Err(CannotAuction::ExtensionOdd);
    }
    if !(settings.notice_days..=30).contains(&it.notice_days) {
        return Err(CannotAuction::NoticeOdd(settings.notice_days));
    }
    amount(it.area, it.reserve.unwrap_or(it.start)).map_err(CannotAuction::Amount)?;
    if it.area.get() > available_m2 {
        return Err(CannotAuction::NotEnoughCredits { asked: it.area, available_m2 });
    }
    Ok(())
}

/// Returns percent of area × price, half up, at least a fen (R54).
pub(super) fn deposit_fen(
    area: SquareMetres,
    price: PricePerMu,
    percent: i64,
) -> Result<i64, CannotAuction> {
    let thrice = i128::from(area.get()) * i128::from(price.fen()) * 3 * i128::from(percent);
    let too_large = CannotAuction::Amount(NoSuchAmount::TooLarge);
    let fen = i64::try_from((thrice + 100_000) / 200_000).map_err(|_| too_large.clone())?;
    Fen::of(fen.max(1)).map(Fen::get).map_err(|_| too_large)
}

/// The least deposit with which one may register; where bids are for parts, a bid says how much
/// more it needs.
pub(super) fn least_deposit_fen(offer: &Offer) -> Result<i64, CannotAuction> {
    match offer.kind {
        AuctionKind::Open | AuctionKind::Sealed => {
            deposit_fen(offer.area, offer.start, offer.deposit_percent)
        }
        AuctionKind::Uniform => Ok(1),
    }
}

/// Checks who registers, and with how much (R54).
pub(super) fn check_registration(
    auction: &Auction,
    organisation: OrganisationId,
    deposit_fen: i64,
    now: Time,
) -> Result<(), CannotAuction> {
    if organisation == auction.seller {
        return Err(CannotAuction::OwnLot);
    }
    check_running(auction, now)?;
    let needed = least_deposit_fen(&auction.offer)?;
    if deposit_fen < needed {
        let (deposit, needed) = (cny(deposit_fen), cny(needed));
        return Err(CannotAuction::DepositTooSmall { deposit, needed });
    }
    Ok(())
}

/// When bidding ends as things stand: in the timed stage a valid bid opens a new period, and a
/// period without a bid ends it (R51). It begins where the free stage ends.
pub(super) fn ends_at(offer: &Offer, last_bid_at: Option<Time>) -> Time {
    match offer.kind {
        AuctionKind::Sealed | AuctionKind::Uniform => offer.closes_at,
        AuctionKind::Open => {
            let began = last_bid_at.unwrap_or(offer.closes_at).max(offer.closes_at);
            began.plus_seconds(offer.extension_s)
        }
    }
}

/// Checks that the auction is neither over nor beyond its end at that moment; the clock may not
/// have come to close it yet.
pub(super) fn check_running(auction: &Auction, now: Time) -> Result<(), CannotAuction> {
    match auction.standing.state {
        AuctionState::Announced | AuctionState::Open => {}
        state => return Err(CannotAuction::NotInState(state)),
    }
    if now < ends_at(&auction.offer, auction.standing.last_bid_at) {
        Ok(())
    } else {
        Err(CannotAuction::Closed)
    }
}

/// What somebody bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NewBid {
    pub(super) bidder: OrganisationId,
    pub(super) area: SquareMetres,
    pub(super) price: PricePerMu,
    pub(super) deposit_fen: Option<i64>,
    pub(super) has_bid: bool,
    pub(super) at: Time,
}

/// Checks a bid against the auction as it stands (R50, R51, R53, R54).
pub(super) fn check_bid(auction: &Auction, bid: &NewBid) -> Result<(), CannotAuction> {
    if bid.bidder == auction.seller {
        return Err(CannotAuction::OwnLot);
    }
    check_running(auction, bid.at)?;
    if bid.at < auction.offer.opens_at {
        return Err(CannotAuction::NotYetOpen);
    }
    let deposit_fen = bid.deposit_fen.ok_or(CannotAuction::NoDeposit)?;
    let offer = &auction.offer;
    match offer.kind {
        AuctionKind::Open => check_price(offer, auction.standing.highest, bid.price)?,
        AuctionKind::Sealed | AuctionKind::Uniform if bid.has_bid => {
            return Err(CannotAuction::AlreadyBid);
        }
        AuctionKind::Sealed | AuctionKind::Uniform => check_price(offer, None, bid.price)?,
    }
    if bid.area > offer.area {
        let (asked, offered) = (bid.area, offer.area);
        return Err(CannotAuction::MoreThanOffered { asked, offered });
    }
    if offer.kind != AuctionKind::Uniform && bid.area != offer.area {
        return Err(CannotAuction::WholeLotOnly(offer.area));
    }
    amount(bid.area, bid.price).map_err(CannotAuction::Amount)?;
    check_covered(offer, bid, deposit_fen)
}

/// The first bid is at least the start price; each later one exceeds the highest by a whole
/// multiple of the step (R50).
fn check_price(
    offer: &Offer,
    highest: Option<PricePerMu>,
    price: PricePerMu,
) -> Result<(), CannotAuction> {
    let (Some(highest), Some(step)) = (highest, offer.step) else {
        let fits = price >= offer.start;
        return if fits { Ok(()) } else { Err(CannotAuction::BelowStart(offer.start)) };
    };
    let above = price.fen() - highest.fen();
    if above > 0 && above % step.fen() == 0 {
        Ok(())
    } else {
        Err(CannotAuction::OffStep { highest, step })
    }
}

/// A deposit covers its percentage of the start price, and of a tenth of what is bid.
fn check_covered(offer: &Offer, bid: &NewBid, held_fen: i64) -> Result<(), CannotAuction> {
    let least = deposit_fen(bid.area, offer.start, offer.deposit_percent)?;
    if held_fen < least {
        let (deposit, needed) = (cny(held_fen), cny(least));
        return Err(CannotAuction::DepositTooSmall { deposit, needed });
    }
    let whole = deposit_fen(bid.area, bid.price, offer.deposit_percent)?;
    let needed = (whole + BID_TIMES_MAX - 1) / BID_TIMES_MAX;
    if held_fen < needed {
        let (deposit, needed) = (cny(held_fen), cny(needed));
        return Err(CannotAuction::BidOverDeposit { deposit, needed });
    }
    Ok(())
}

/// Checks that its seller may still take the auction back.
pub(super) fn check_withdrawal(auction: &Auction, now: Time) -> Result<(), CannotAuction> {
    match auction.standing.state {
        AuctionState::Announced if now < auction.offer.opens_at => Ok(()),
        AuctionState::Announced | AuctionState::Open => Err(CannotAuction::AlreadyOpen),
        state => Err(CannotAuction::NotInState(state)),
    }
}

/// Whether a price is below what the seller has reserved (R52).
pub(super) fn is_below_reserve(offer: &Offer, price: PricePerMu) -> bool {
    offer.reserve.is_some_and(|reserve| price < reserve)
}

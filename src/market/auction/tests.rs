//! The rules of auctions beside a naive reading of them.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::sealed::Filled;
use super::*;
use crate::kernel::calendar::{Calendar, DayKind};
use crate::kernel::ids::UserId;
use crate::ledger::{BatchId, FeeAccountId};
use crate::market::auctions::model::{AuctionId, Standing};

fn m2(m2: i64) -> SquareMetres {
    m2.try_into().unwrap()
}

fn price(text: &str) -> PricePerMu {
    text.parse().unwrap()
}

fn fen(fen: i64) -> PricePerMu {
    PricePerMu::of_fen(fen).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn noon(day: &str) -> Time {
    Time::in_shanghai(date(day), 12)
}

fn offer(kind: AuctionKind) -> Offer {
    Offer {
        kind,
        area: m2(1_000),
        start: price("94200.00"),
        step: (kind == AuctionKind::Open).then(|| price("100.00")),
        reserve: None,
        reserve_secret: false,
        deposit_percent: 10,
        extension_s: 180,
        notice_days: 3,
        opens_at: noon("2026-09-08"),
        closes_at: noon("2026-09-09"),
    }
}

fn auction(kind: AuctionKind) -> Auction {
    Auction {
        id: AuctionId::new(),
        number: "PM-2026-0001".into(),
        batch: BatchId::new(),
        batch_number: "360124-2023-B0001".into(),
        county: "360124".parse().unwrap(),
        fee_account: FeeAccountId::new(),
        seller: OrganisationId::new(),
        seller_name: "五里垦殖场".into(),
        wetland_type: "marsh".into(),
        grade: 2,
        offer: offer(kind),
        announced_by: UserId::new(),
        announced_at: noon("2026-09-01"),
        suspended: false,
        standing: Standing {
            state: AuctionState::Open,
            due_at: None,
            left_m2: 1_000,
            bids: 0,
            highest: None,
            highest_bid: None,
            last_bid_at: None,
            closed_at: None,
            notice_to: None,
            ended_by: None,
            ended_at: None,
            end_reason: None,
        },
    }
}

#[track_caller]
fn announced(change: impl FnOnce(&mut Offer), expected: Result<(), &str>) {
    let mut it = offer(AuctionKind::Open);
    change(&mut it);
    let now = noon("2026-09-01");
    let answer = check_announcement(&it, &Settings::default(), 1_000, now);
    assert_eq!(answer.map_err(|e| e.to_string()), expected.map_err(str::to_owned));
}

#[test]
fn r49_an_auction_is_announced_seven_days_before_it_opens() {
    announced(|_| {}, Ok(()));
    let late = "an auction is announced at least 7 days before it opens";
    announced(|it| it.opens_at = it.opens_at.just_before(), Err(late));
    let odd = "bidding ends after it begins and within 90 days of it";
    announced(|it| it.closes_at = it.opens_at, Err(odd));
    announced(|it| it.closes_at = it.opens_at.plus_seconds(90 * DAY_S + 1), Err(odd));
}

#[test]
fn r52_a_reserve_price_is_no_lower_than_the_start_price() {
    announced(|it| it.reserve = Some(it.start), Ok(()));
    let low = "the reserve price lies below the start price";
    announced(|it| it.reserve = Some(price("94199.99")), Err(low));
    announced(|it| it.reserve_secret = true, Err("a secret reserve price is a price"));
}

#[test]
fn r54_the_deposit_is_ten_percent_of_the_start_price_half_up() {
    let ten = |area: i64, text: &str| deposit_fen(m2(area), price(text), 10).unwrap();
    // 11,333 m² at 94,200.00 are 1,601,352.90.
    assert_eq!(ten(11_333, "94200.00"), 16_013_529);
    assert_eq!(ten(1, "336.66"), 5);
    assert_eq!(ten(1, "366.67"), 6, "5.50005 fen");
    assert_eq!(ten(1, "0.01"), 1, "never nothing");
    let odd = "the deposit is 10 to 100 percent";
    announced(|it| it.deposit_percent = 9, Err(odd));
    announced(|it| it.deposit_percent = 101, Err(odd));
    announced(|it| it.deposit_percent = 100, Ok(()));
}

#[test]
fn what_is_announced_has_a_step_and_is_there() {
    announced(|it| it.step = None, Err("an open auction has a step, a sealed one has none"));
    let short = "you have 1000 m² of this batch available, 1001 m² were to be auctioned";
    announced(|it| it.area = m2(1_001), Err(short));
    let odd = "a period of the timed stage lasts 30 to 3600 seconds";
    announced(|it| it.extension_s = 29, Err(odd));
    announced(|it| it.notice_days = 2, Err("a result is notified for 3 to 30 days"));
}

fn bid(text: &str) -> NewBid {
    NewBid {
        bidder: OrganisationId::new(),
        area: m2(1_000),
        price: price(text),
        // 1,000 m² at 94,200.00 are 141,300.00.
        deposit_fen: Some(2_000_000),
        has_bid: false,
        at: noon("2026-09-08"),
    }
}

#[track_caller]
fn check(auction: &Auction, bid: &NewBid, expected: Result<(), &str>) {
    let answer = check_bid(auction, bid).map_err(|e| e.to_string());
    assert_eq!(answer, expected.map_err(str::to_owned));
}

#[test]
fn r50_each_bid_exceeds_the_highest_by_a_whole_multiple_of_the_step() {
    let mut open = auction(AuctionKind::Open);
    check(&open, &bid("94200.00"), Ok(()));
    check(&open, &bid("94200.01"), Ok(()));
    check(&open, &bid("94199.99"), Err("the first bid is at least the start price 94200.00"));
    open.standing.highest = Some(price("95000.00"));
    check(&open, &bid("95100.00"), Ok(()));
    check(&open, &bid("95300.00"), Ok(()));
    let off = "a bid exceeds the highest, 95000.00, by a whole multiple of the step 100.00";
    for text in ["95000.00", "95050.00", "94900.00", "95100.01"] {
        check(&open, &bid(text), Err(off));
    }
}

#[test]
fn r51_a_period_without_a_bid_ends_the_timed_stage() {
    let mut open = auction(AuctionKind::Open);
    let closes_at = open.offer.closes_at;
    assert_eq!(ends_at(&open.offer, None), closes_at.plus_seconds(180));
    assert_eq!(ends_at(&open.offer, Some(closes_at.just_before())), closes_at.plus_seconds(180));
    let last = closes_at.plus_seconds(179);
    assert_eq!(ends_at(&open.offer, Some(last)), last.plus_seconds(180));
    assert_eq!(ends_at(&offer(AuctionKind::Sealed), Some(last)), closes_at);

    open.standing.last_bid_at = Some(last);
    let at = |at: Time| NewBid { at, ..bid("94200.00") };
    check(&open, &at(last.plus_seconds(180).just_before()), Ok(()));
    let late = "the auction is closed: this came after its end";
    check(&open, &at(last.plus_seconds(180)), Err(late));
    check(&open, &at(open.offer.opens_at.just_before()), Err("the auction has not opened yet"));
}

#[test]
fn r54_only_a_bidder_with_a_deposit_that_covers_the_bid_may_bid() {
    let open = auction(AuctionKind::Open);
    let none = "put down a deposit first: only a bidder with a confirmed deposit may bid";
    check(&open, &NewBid { deposit_fen: None, ..bid("94200.00") }, Err(none));
    let with =
        |deposit_fen: i64, text: &str| NewBid { deposit_fen: Some(deposit_fen), ..bid(text) };
    check(&open, &with(1_413_000, "94200.00"), Ok(()));
    let small = "the deposit is 14129.99 CNY, at least 14130.00 CNY are needed";
    check(&open, &with(1_412_999, "94200.00"), Err(small));
    check(&open, &with(1_413_000, "942000.00"), Ok(()));
    let over = "the bid is worth more than ten times what a deposit of 14130.00 CNY stands for: \
                14131.50 CNY are needed";
    check(&open, &with(1_413_000, "942100.00"), Err(over));
    let own = NewBid { bidder: open.seller, ..bid("94200.00") };
    check(&open, &own, Err("the seller cannot bid on its own credits"));
    let whole = "this bid is for all of it: 1000 m²";
    check(&open, &NewBid { area: m2(999), ..bid("94200.00") }, Err(whole));
}

#[test]
fn a_sealed_bid_is_made_once_and_for_no_more_than_is_offered() {
    let uniform = auction(AuctionKind::Uniform);
    check(&uniform, &NewBid { area: m2(10), ..bid("94200.00") }, Ok(()));
    let more = "1001 m² are more than the 1000 m² on offer";
    check(&uniform, &NewBid { area: m2(1_001), ..bid("94200.00") }, Err(more));
    let again = NewBid { has_bid: true, ..bid("94200.00") };
    check(&auction(AuctionKind::Sealed), &again, Err("a sealed bid is made once and stands"));
}

#[test]
fn an_auction_is_withdrawn_before_it_opens() {
    let mut open = auction(AuctionKind::Open);
    open.standing.state = AuctionState::Announced;
    let opens_at = open.offer.opens_at;
    assert_eq!(check_withdrawal(&open, opens_at.just_before()), Ok(()));
    assert_eq!(check_withdrawal(&open, opens_at), Err(CannotAuction::AlreadyOpen));
    open.standing.state = AuctionState::Noticed;
    let noticed = CannotAuction::NotInState(AuctionState::Noticed);
    assert_eq!(check_withdrawal(&open, opens_at), Err(noticed));
}

fn sealed(bids: &[(i64, i64)]) -> Vec<Sealed> {
    let bids = (1..).zip(bids);
    bids.map(|(n, (m2, price))| Sealed { n, m2: *m2, price: fen(*price) }).collect()
}

#[test]
fn r51_of_equal_sealed_bids_the_earlier_wins() {
    let bids = sealed(&[(5, 100), (5, 120), (5, 120), (5, 90)]);
    assert_eq!(best(&bids, None).map(|bid| bid.n), Some(2));
    assert_eq!(best(&bids, Some(fen(120))).map(|bid| bid.n), Some(2));
    assert_eq!(best(&[], None), None);
}

#[test]
fn r52_below_the_reserve_price_there_is_no_sale() {
    let bids = sealed(&[(5, 100), (5, 120)]);
    assert_eq!(best(&bids, Some(fen(121))), None);
    assert_eq!(uniform(10, &bids, Some(fen(121)), None), Uniform::NoSale);
    let mut it = offer(AuctionKind::Open);
    assert!(!is_below_reserve(&it, it.start));
    it.reserve = Some(price("95000.00"));
    assert!(is_below_reserve(&it, price("94999.99")));
    assert!(!is_below_reserve(&it, price("95000.00")));
}

#[track_caller]
fn clears(offered: i64, bids: &[(i64, i64)], drawn: Option<&[i64]>, at: i64, gets: &[(i64, i64)]) {
    let filled = gets.iter().map(|(n, m2)| Filled { n: *n, m2: *m2 }).collect();
    let expected = Uniform::Cleared { price: fen(at), filled };
    assert_eq!(uniform(offered, &sealed(bids), None, drawn), expected);
}

#[test]
fn r53_the_clearing_price_is_where_demand_covers_the_offer() {
    clears(100, &[(60, 300), (60, 200), (60, 100)], None, 200, &[(1, 60), (2, 40)]);
    clears(100, &[(60, 300), (40, 200), (60, 100)], None, 200, &[(1, 60), (2, 40)]);
    // Less demand than offer: all of it at the lowest.
    clears(100, &[(10, 300), (20, 200)], None, 200, &[(1, 10), (2, 20)]);
    assert_eq!(uniform(100, &[], None, None), Uniform::NoSale);
    let below = uniform(100, &sealed(&[(60, 300), (60, 200)]), Some(fen(250)), None);
    let filled = vec![Filled { n: 1, m2: 60 }];
    assert_eq!(below, Uniform::Cleared { price: fen(300), filled });
}

#[test]
fn r53_equal_bids_at_the_margin_wait_for_a_draw() {
    let bids = [(60, 300), (30, 200), (30, 200), (30, 200)];
    assert_eq!(uniform(100, &sealed(&bids), None, None), Uniform::Tied(vec![2, 3, 4]));
    clears(100, &bids, Some(&[4, 2, 3]), 200, &[(1, 60), (4, 30), (2, 10)]);
    // Equal bids that are all covered need no draw.
    clears(120, &[(60, 300), (30, 200), (30, 200)], None, 200, &[(1, 60), (2, 30), (3, 30)]);
}

/// Shares out one m² after the other, each to the first who still wants one.
fn naive(offered: i64, bids: &[Sealed], reserve: i64, order: &[i64]) -> (i64, Vec<(i64, i64)>) {
    let mut queue: Vec<(i64, usize, i64)> = Vec::new();
    for bid in bids.iter().filter(|bid| bid.price.fen() >= reserve) {
        let place = order.iter().position(|n| *n == bid.n).unwrap();
        (0..bid.m2).for_each(|_| queue.push((-bid.price.fen(), place, bid.n)));
    }
    queue.sort_unstable();
    queue.truncate(usize::try_from(offered).unwrap());
    let mut gets = std::collections::BTreeMap::new();
    queue.iter().for_each(|(_, _, n)| *gets.entry(*n).or_insert(0) += 1);
    (queue.last().map_or(0, |(price, _, _)| -price), gets.into_iter().collect())
}

proptest! {
    #[test]
    fn r53_clearing_agrees_with_sharing_out_one_square_metre_after_the_other(
        offered in 1_i64..60,
        wanted in prop::collection::vec((1_i64..25, 1_i64..6), 0..12),
        reserve in 1_i64..6,
        seed in any::<u64>(),
    ) {
        let bids = sealed(&wanted);
        let mut order: Vec<i64> = bids.iter().map(|bid| bid.n).collect();
        order.sort_by_key(|n| n.unsigned_abs().wrapping_mul(seed | 1).rotate_left(17));
        let (price, gets) = naive(offered, &bids, reserve, &order);
        match uniform(offered, &bids, Some(fen(reserve)), Some(&order)) {
            Uniform::NoSale => prop_assert!(gets.is_empty()),
            Uniform::Tied(_) => prop_assert!(false, "the order was drawn"),
            Uniform::Cleared { price: at, filled } => {
                let mut ours: Vec<_> = filled.iter().map(|one| (one.n, one.m2)).collect();
                ours.sort_unstable();
                prop_assert_eq!((at.fen(), ours), (price, gets));
            }
        }
    }

    /// The naive reading looks at each second of the auction and hears its bids.
    #[test]
    fn r50_r51_the_open_auction_agrees_with_listening_to_every_second(
        bids in prop::collection::vec((0_i64..900, 0_i64..12), 0..40),
    ) {
        let mut open = auction(AuctionKind::Open);
        (open.offer.opens_at, open.offer.closes_at) = (noon("2026-09-08"), noon("2026-09-08").plus_seconds(300));
        let (opens_at, start) = (open.offer.opens_at, open.offer.start.fen());
        let mut bids = bids;
        bids.sort_by_key(|(second, _)| *second);
        let rich = NewBid { deposit_fen: Some(10_000_000), ..bid("94200.00") };
        let mut ours = Vec::new();
        for (second, halves) in &bids {
            let one = NewBid { price: fen(start + halves * 5_000), at: opens_at.plus_seconds(*second), ..rich };
            if check_bid(&open, &one).is_ok() {
                ours.push((*second, one.price.fen()));
                (open.standing.highest, open.standing.last_bid_at) = (Some(one.price), Some(one.at));
            }
        }
        let (mut heard, mut silence): (Vec<(i64, i64)>, i64) = (Vec::new(), 0);
        for second in 0..2_000 {
            if second > 300 {
                silence += 1;
            }
            if silence == 180 {
                break;
            }
            for (_, halves) in bids.iter().filter(|(at, _)| *at == second) {
                let asked = start + halves * 5_000;
                let taken = match heard.last() {
                    None => true,
                    Some((_, highest)) => (1..1_000).any(|steps| highest + steps * 10_000 == asked),
                };
                if taken {
                    heard.push((second, asked));
                    silence = 0;
                }
            }
        }
        prop_assert_eq!(ours, heard);
    }
}

fn course(decided_on: Option<&str>, is_contested: bool) -> Course {
    Course { notice_to: date("2023-09-27"), decided_on: decided_on.map(date), is_contested }
}

#[test]
fn r57_a_result_is_notified_for_three_calendar_days_and_an_objection_suspends_it() {
    assert_eq!(last_notice_day(date("2023-09-24"), 3), date("2023-09-27"));
    let calendar = Calendar::published();
    assert_eq!(confirmation_day(&course(None, true), &calendar), None);
    assert_eq!(confirmation_day(&course(Some("2023-09-26"), true), &calendar), None);
}

#[test]
fn r56_deals_are_confirmed_on_the_first_working_day_after_the_notice() {
    let calendar = Calendar::published();
    let day = |course| confirmation_day(&course, &calendar).unwrap().to_string();
    assert_eq!(day(course(None, false)), "2023-09-28");
    // The 28th is followed by the National Day, and a Saturday makes up for it.
    assert_eq!(day(course(Some("2023-09-28"), false)), "2023-10-07");
    assert_eq!(day(course(Some("2023-09-20"), false)), "2023-09-28");
}

#[test]
fn r56_five_working_days_follow_the_deal_confirmation() {
    let calendar = Calendar::published();
    let (last, over) = last_day_to_complete(date("2023-09-28"), 5, &calendar).unwrap();
    assert_eq!(last, date("2023-10-11"));
    assert_eq!(over, Time::in_shanghai(date("2023-10-12"), 0));
    let closed = calendar.with([(date("2023-10-09"), DayKind::Holiday)]);
    let (last, _) = last_day_to_complete(date("2023-09-28"), 5, &closed).unwrap();
    assert_eq!(last, date("2023-10-12"));
}

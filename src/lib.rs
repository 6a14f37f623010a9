//! The exchange on which a county or a province runs its wetland bank (湿地占补平衡指标交易).
//!
//! A township restores land outside the wetland database, the operations centre certifies it, and
//! every certified square metre becomes one credit. A developer who occupies wetland buys credits;
//! at that moment the credits change hands and the money is split between township, centre and
//! county. This document is for who reads the code for the first time; the rules with their tests
//! stand in `tests/rules.md`.
//!
//! # The folders, in reading order
//!
//! A folder uses only folders above it. What happens above and matters below is pulled by the lower
//! one; there are no callbacks and no event bus.
//!
//! | folder | holds |
//! |---|---|
//! | [`kernel`] | areas, money, time, ids, people, problems, and the database with its one writer |
//! | [`web`] | the border to HTTP: guard, bodies, problem texts, how pages are made; no business words |
//! | [`audit`] | reading the chained log, `verify`, signed checkpoints |
//! | [`ledger`] | journals, transfers, accounts and lots, of money and of credits |
//! | [`identity`] | organisations, people, tokens, keys, the second person, working days |
//! | [`documents`] | files that were attached to something, by their content and hash |
//! | [`inventory`] | regions, parcels and layers; published totals, targets, lists of wetlands |
//! | [`census`] | survey tasks of townships, and land that was assembled with its right holders |
//! | [`notices`] | public notices with frozen content, and objections to them |
//! | [`experts`] | the pool, panels from a draw that anybody can repeat, their votes |
//! | [`restoration`] | projects through their stages, with scheme and bill of quantities |
//! | [`certification`] | from accepted land to a batch of credits, its buffer and its releases |
//! | [`settlement`] | delivery versus payment; `fees.rs` splits an amount |
//! | [`market`] | listings, orders, auctions, negotiated transfers, demand, bands, the live view |
//! | [`occupation`] | applications to occupy wetland, the gate, retirements and certificates |
//! | [`encumbrance`] | pledges of credits for loans, their enforced sales and value; insurances and claims |
//! | [`finance`] | bank statements, reconciliation, payouts, spending and corrections |
//! | [`disclosure`] | what everybody may see: register, tape, price index, balances, maps |
//! | [`site`] | the pages of each person, made of what the operations answer |
//!
//! At the top stand `app` (builds the server from its settings, the same for `main` and tests),
//! `cli`, `config`, `openapi`, `demo`, `due` (what the clock asks for), and `schema` (the tables as
//! diesel sees them).
//!
//! A capability has at most these files: `model.rs` nouns, `rules.rs` decisions, `store.rs` SQL,
//! `actions.rs` use cases, `api.rs` the wire, and `mod.rs`, which says what the others may call. A
//! role over 400 lines is a folder of the same name.
//!
//! # How a request travels
//!
//! ```text
//! HTTP → api      parse once into valid types, who is acting
//!      → db.write(|tx| actions::buy(tx, command))      or db.read(|conn| …)
//!          store loads → rules decide → store saves → ledger posts → tx.record
//!      ← typed view, or a Refusal turned into problem+json at the border
//! ```
//!
//! All writes go through one writer thread. It takes every waiting command, runs each in a
//! savepoint (the hot ones together, with one load and one save per table), appends their audit
//! entries, commits once and only then answers. So history is strictly serial on both engines and
//! many trades share one fsync. Reads have a pool of their own.
//!
//! # Words
//!
//! | 中文 | word | meaning |
//! |---|---|---|
//! | 图斑 / 地块 | parcel | a polygon with a land-class code; `wetland` or `reserve` |
//! | 修复项目 | restoration project | parcels, scheme and bill of quantities through their stages |
//! | 核算认定 | certification | the decision that turns accepted area into credits |
//! | 指标 | credit | one m² of certified restored wetland |
//! | 批次 | batch | the credits of one certification, with one block of serials |
//! | 编号区间 | lot | a run of serials of one batch in one hand |
//! | 缓冲储备 | buffer | the part of a batch held back against loss |
//! | 灭失 / 补建 | loss / replacement | restored land that is gone, and what its owner gives for it |
//! | 挂牌 | listing | an offer at a fixed price |
//! | 买单 / 求购 | order / demand | what a buyer wants at what price; orders that wait are demand |
//! | 竞价 / 保证金 / 出价 | auction, deposit, bid | bids in the open or sealed, with money held to bid |
//! | 成交确认书 | deal confirmation | what a winner has to complete in five working days |
//! | 协议转让 | negotiated transfer | terms put to one another until one side accepts |
//! | 成交 | trade | credits against money, settled |
//! | 凭证 | journal | one business event in the books |
//! | – | transfer | a positive amount from one account to another |
//! | 分录 | entry | the effect of a transfer on one account |
//! | 乡镇 / 中心 / 县财政 | township, centre, treasury share | the legs of the split |
//! | 交易费用管理账户 | fee account | the county's bank account that the money is in |
//! | 暂收款 | suspense | money whose owner is not known yet |
//! | 银行流水 | statement line | one line of the bank's statement |
//! | 占用 / 先补后占 | occupation / compensate first | wetland given up, after credits for it |
//! | 核销 / 核销证明 | retirement / certificate | credits used up for one occupation, and its paper |
//! | 湿地恢复费 | restoration fee | what is paid where wetland cannot be restored elsewhere |
//! | 质押 / 解除质押 | pledge / release | credits under a lien until their lender lets them go |
//! | 处置 | enforced sale | pledged credits sold for their lender |
//! | 折扣率 / 覆盖率 | haircut / cover | what is kept off a value, and what the value has to be of a loan |
//! | 保险 / 索赔 | insurance policy / claim | who pays when insured credits are lost |
//! | 拨付 | payout | money leaving a share to its bank account |
//! | 受信账户 / 暂停付款 | trusted account, hold | an account to which payouts need not wait, or may not leave |
//! | 单人办理限额 | single-person limit | how much of its organisation one person alone commits |
//! | 超限许可 | permit | two people's word to commit more than that, once |
//! | 动态验证码 | code, second factor | what an authenticator app shows for thirty seconds |
//! | 检查点 | checkpoint, note | the signed end of the log, for everybody to keep |
//!
//! # What is never here
//!
//! Each line names what holds it: a test of `tests/tidy` (T), a constraint or trigger of the
//! database (DB), a lint (L), a test of the rules (R), or `verify` (V).
//!
//! - A folder never uses one below it, and only `disclosure` reads others' tables. T `imports`
//! - `rules.rs` never sees a database, a clock, HTTP, serde, or a float. T `roles`
//! - `api.rs` never writes but through an action, and never sees SQL. T `roles`
//! - Nothing but [`kernel::clock`] asks the machine what time it is. L `disallowed-methods`
//! - Nothing is written but through `tx`, which digests each row into the audit chain; readers of
//!   SQLite cannot write at all. `query_only`, V
//! - No row is changed, removed or added behind the program's back unseen, not even consistently
//!   in all tables. V, R93
//! - A journal never fails to balance: a transfer has two ends and one amount. DB, V
//! - No balance is ever negative but of the named contra accounts. DB `balances_balance_check`, V
//! - No serial number is in two hands or in none. DB, V
//! - No row of an append-only table is ever changed or deleted; a mistake is mended by a mirror
//!   journal. DB triggers
//! - No credit moves without its money, nor money without its credits. R61, V
//! - No occupation is approved before its credits are retired, and none comes back. R78, R42, V
//! - Nobody approves what they entered, nor without a code of the last five minutes. R35, R71, the
//!   second person of [`identity`]
//! - No checkpoint that was published is taken back, nor disagrees with the log. V, R93
//! - No page reads or acts but by the operations of the API, so none shows or does more. T `imports`
//! - No operation exists without a description, and none is open that does not say so. The guard
//!   denies by default; `tests/it/coverage.rs`
//! - Nothing panics, indexes or casts outside tests. L `unwrap_used` and its like, T `leftovers`
//! - No file has more than 400 lines, and none lies where no `mod` leads. T `leftovers`, `tree`
//! - No migration lacks its twin for the other engine or its way back. T `migrations`
//! - No rule lacks a row, and no row names a test that does not exist. T `rules`
//!
//! # Quirks, not to be copied
//!
//! - JSON lies in text columns on both engines, since the bytes that were digested must be the
//!   bytes that are read back.
//! - Transfers and lot moves have no digests of their own: the journal's `contents_hash` covers
//!   them, so that a trade leaves few audit changes.
//! - The kernel reads `users.standing`, though people belong to [`identity`]: a token is only as
//!   good as its owner's rights at the moment of the write.
//! - An account's id is made from holder, asset and bucket; all other ids are UUIDv7.

pub mod kernel;
pub mod web;
pub mod audit;
pub mod ledger;
pub mod identity;
pub mod documents;
pub mod inventory;
pub mod census;
pub mod notices;
pub mod experts;
pub mod restoration;
pub mod certification;
pub mod settlement;
pub mod market;
pub mod occupation;
pub mod encumbrance;
pub mod finance;
pub mod disclosure;
pub mod site;

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod due;
pub mod openapi;
pub mod schema;
pub mod verify;

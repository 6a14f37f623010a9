//! How fast anybody may ask: a person by their account, a stranger by the address. Whoever is faster
//! for longer than a burst is told when to come again (429), before anything is read or looked up.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::kernel::actor::Actor;
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure, Problem};

/// So many seconds of the allowed rate may come at once.
const BURST_S: u32 = 10;

/// The rates of an instance. Each instance counts for itself.
pub struct Paces {
    accounts: Option<DefaultKeyedRateLimiter<UserId>>,
    addresses: Option<DefaultKeyedRateLimiter<IpAddr>>,
    clock: DefaultClock,
    proxies: Vec<IpAddr>,
}

impl Paces {
    /// Requests per second of one account and of one address; 0 for as many as come. What a proxy
    /// among `proxies` passes on is counted by the address that it names.
    pub fn new(account_rate: u32, address_rate: u32, proxies: Vec<IpAddr>) -> Self {
        Self {
            accounts: quota(account_rate).map(RateLimiter::keyed),
            addresses: quota(address_rate).map(RateLimiter::keyed),
            clock: DefaultClock::default(),
            proxies,
        }
    }

    /// Forgets who has not asked for longer than a burst lasts.
    pub fn forget(&self) {
        if let Some(accounts) = &self.accounts {
            accounts.retain_recent();
        }
        if let Some(addresses) = &self.addresses {
            addresses.retain_recent();
        }
    }

    fn admit(&self, request: &HttpRequest, actor: Option<&Actor>) -> Answer<()> {
        match (actor, self.address_of(request)) {
            (Some(actor), _) => self.count(self.accounts.as_ref(), &actor.user_id),
            (None, Some(address)) => self.count(self.addresses.as_ref(), &address),
            // Asked by this instance itself.
            (None, None) => Ok(()),
        }
    }

    fn count<K: Hash + Eq + Clone>(
        &self,
        limiter: Option<&DefaultKeyedRateLimiter<K>>,
        who: &K,
    ) -> Answer<()> {
        let Some(limiter) = limiter else { return Ok(()) };
        limiter.check_key(who).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Failure::Refused(too_fast(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX) + 1))
        })
    }

    /// The address that the request came from: the last one that a trusted proxy added.
    fn address_of(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip();
        if !self.proxies.contains(&peer) {
            return Some(peer);
        }
        let named = request.headers().get_all(header::X_FORWARDED_FOR).last();
        let named = named.and_then(|header| header.to_str().ok());
        let last = named.and_then(|addresses| addresses.rsplit(',').next());
        Some(last.and_then(|address| address.trim().parse().ok()).unwrap_or(peer))
    }
}

/// Lets the request in if its sender is not too fast. An app without paces lets all in.
pub(super) fn pace(request: &HttpRequest, actor: Option<&Actor>) -> Answer<()> {
    match request.app_data::<Data<Paces>>() {
        Some(paces) => paces.admit(request, actor),
        None => Ok(()),
    }
}

fn quota(rate: u32) -> Option<Quota> {
    let rate = NonZeroU32::new(rate)?;
    Some(Quota::per_second(rate).allow_burst(rate.saturating_mul(NonZeroU32::new(BURST_S)?)))
}

fn too_fast(seconds: u32) -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-requests",
        &format!("too many requests; ask again in {seconds} s"),
        &format!("请求过于频繁，请在 {seconds} 秒后再试"),
    )
    .retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn from(peer: &str, forwarded: &[&str]) -> HttpRequest {
        let peer = format!("{peer}:4000").parse().unwrap();
        let request = TestRequest::default().peer_addr(peer);
        let forwarded = forwarded.iter();
        forwarded
            .fold(request, |it, one| it.append_header(("x-forwarded-for", *one)))
            .to_http_request()
    }

    fn passed(paces: &Paces, request: &HttpRequest, times: usize) -> usize {
        (0..times).filter(|_| paces.admit(request, None).is_ok()).count()
    }

    #[test]
    fn a_stranger_has_a_burst_and_then_waits() {
        let paces = Paces::new(0, 1, Vec::new());
        let (one, other) = (from("10.0.0.1", &[]), from("10.0.0.2", &[]));
        assert_eq!(passed(&paces, &one, 50), 10);
        assert_eq!(passed(&paces, &other, 5), 5, "nobody pays for another");
        let Err(Failure::Refused(problem)) = paces.admit(&one, None) else { panic!("let in") };
        assert!(problem.retry_after_s.is_some_and(|seconds| (1..=2).contains(&seconds)));
    }

    #[test]
    fn nothing_is_counted_where_the_rate_is_zero() {
        assert_eq!(passed(&Paces::new(0, 0, Vec::new()), &from("10.0.0.1", &[]), 5_000), 5_000);
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        let proxy: IpAddr = "10.0.0.9".parse().unwrap();
        let paces = Paces::new(0, 1, vec![proxy]);
        let address = |peer, forwarded: &[&str]| {
            paces.address_of(&from(peer, forwarded)).unwrap().to_string()
        };
        assert_eq!(address("10.0.0.1", &["192.0.2.1"]), "10.0.0.1");
        assert_eq!(address("10.0.0.9", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(address("10.0.0.9", &["8.8.8.8, 192.0.2.1"]), "192.0.2.1");
        assert_eq!(address("10.0.0.9", &["8.8.8.8", "192.0.2.1"]), "192.0.2.1");
        assert_eq!(address("10.0.0.9", &["nonsense"]), "10.0.0.9");
        assert_eq!(address("10.0.0.9", &[]), "10.0.0.9");
    }
}

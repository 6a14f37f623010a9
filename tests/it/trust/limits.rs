//! Who asks too fast is told when to come again, and nobody else waits for it.

use serde_json::Value;
use wetland_exchange::app;
use wetland_exchange::config::Config;
use wetland_exchange::kernel::clock::Clock;

use crate::support::{config, send};

on_both_engines! {
    async fn who_asks_too_fast_is_told_when_to_come_again(town: Town) {
        let config = Config {
            account_rate: 2,
            address_rate: 1,
            ..config(town.database_url(), town.data_dir())
        };
        let clock = Clock::Set(town.clock.clone());
        let second = app::serve(&config, clock).await.unwrap();
        let at = |path: &str| town.http.get(format!("http://{}{path}", second.address));
        let (mut passed, mut refused) = (0, 0);
        let token = town.log_in("dev01.trader").await;
        for _ in 0..60 {
            let answer = send(at("/api/v1/me").bearer_auth(&token)).await;
            match answer.status.as_u16() {
                200 => passed += 1,
                429 => {
                    refused += 1;
                    let seconds: u32 = answer.header("retry-after").parse().unwrap();
                    assert!((1..=2).contains(&seconds), "{seconds}");
                    let problem: Value = serde_json::from_str(&answer.text).unwrap();
                    assert_eq!(problem["type"], "/problems/too-many-requests");
                }
                other => panic!("{other}: {}", answer.text),
            }
        }
        assert!((20..40).contains(&passed) && refused >= 20, "{passed} passed, {refused} refused");
        let other = town.log_in("dev02.trader").await;
        send(at("/api/v1/me").bearer_auth(&other)).await.ok();

        // A stranger is counted by address, also one with a bad token.
        let mut strangers = 0;
        for n in 0..40 {
            let request = at("/api/v1/listings");
            let request = if n % 2 == 0 { request } else { request.bearer_auth("forged") };
            strangers += usize::from(send(request).await.status == 200);
        }
        assert!((10..20).contains(&strangers), "{strangers} passed");
        send(at("/api/v1/me").bearer_auth(&other)).await.ok();
        second.stop().await.unwrap();
    }
}

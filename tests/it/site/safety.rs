//! Sessions, forms and caching: what protects who uses the pages.

use reqwest::StatusCode;
use wetland_exchange::kernel::operations::Callers;
use wetland_exchange::{app, site};

use super::browser::{Browser, value_of};
use crate::coverage::none;
use crate::support::{password_of, send};

#[test]
fn no_page_has_the_address_of_an_operation() {
    let operations = app::operations();
    let paths = operations.by_path();
    for page in site::pages().iter() {
        assert!(!paths.contains_key(page.path), "{} is an operation too", page.path);
        assert!(!page.path.starts_with("/api/"), "{}", page.path);
    }
}

on_both_engines! {
    async fn who_is_not_logged_in_is_led_to_the_login_and_back(town: Town) {
        let mut complaints = Vec::new();
        let stranger = Browser::new(&town);
        for page in site::pages().iter().filter(|page| page.callers != Callers::Public) {
            let answer = stranger.get(&page.path.replace(['{', '}'], "")).await;
            let to = answer.header("location");
            if answer.status != StatusCode::SEE_OTHER || !to.starts_with("/login?to=%2F") {
                complaints.push(format!("{} answered {} {to}", page.path, answer.status));
            }
        }
        none(complaints);
        stranger.get("/login").await;
        let password = password_of("fu.guoping");
        let code = town.next_code("fu.guoping").await;
        let known = [("username", "fu.guoping"), ("password", &*password), ("code", &*code)];
        let fields = [&known[..], &[("to", "/township/parcels")]].concat();
        let answer = stranger.post("/login", &fields).await;
        assert_eq!(answer.header("location"), "/township/parcels");
        let code = town.next_code("fu.guoping").await;
        let known = [("username", "fu.guoping"), ("password", &*password), ("code", &*code)];
        let foreign = [&known[..], &[("to", "//evil.example")]].concat();
        let answer = Browser::new(&town).post("/login", &foreign).await;
        assert_eq!(answer.header("location"), "/home");
    }

    async fn a_wrong_password_is_told_beside_the_form_and_is_never_sent_back(town: Town) {
        let browser = Browser::new(&town);
        let fields = [("username", "fu.guoping"), ("password", "a wrong password")];
        let answer = browser.post("/login", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        assert!(answer.text.contains("value=\"fu.guoping\""), "{}", answer.text);
        assert!(!answer.text.contains("a wrong password"));
        assert!(answer.text.contains("role=\"alert\""));
        assert!(browser.cookie("wetland_access").is_none());
    }

    async fn a_form_that_our_page_did_not_show_is_refused(town: Town) {
        let browser = Browser::of(&town, "fu.guoping").await;
        let page = browser.get("/logout").await;
        let token = value_of(&page.text, "form_token");
        let other = Browser::of(&town, "peng.haoran").await;
        let foreign = value_of(&other.get("/logout").await.text, "form_token");
        for token in ["", "x", &foreign] {
            let answer = browser.post_raw("/logout", &[("form_token", token)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token}");
            assert!(answer.text.contains("<h1>"));
        }
        let mut complaints = Vec::new();
        for page in site::pages().iter().filter(|page| page.posts) {
            let path = page.path.replace(['{', '}'], "");
            let answer = browser.post_raw(&path, &[("form_token", "x")]).await;
            if answer.status != StatusCode::FORBIDDEN {
                complaints.push(format!("{} answered {}", page.path, answer.status));
            }
        }
        none(complaints);
        // The token of before the login is worth nothing after it.
        let stranger = Browser::new(&town);
        let before = value_of(&stranger.get("/login").await.text, "form_token");
        stranger.set_cookie("wetland_access", &browser.cookie("wetland_access").unwrap());
        let answer = stranger.post_raw("/logout", &[("form_token", &before)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let answer = browser.post_raw("/logout", &[("form_token", &token)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert!(browser.cookie("wetland_access").is_none());
        assert_eq!(browser.get("/township").await.status, StatusCode::SEE_OTHER);
    }

    async fn a_session_goes_on_after_its_access_token_ended_also_in_two_tabs(town: Town) {
        let browser = Browser::of(&town, "fu.guoping").await;
        let first = browser.cookie("wetland_renewal").unwrap();
        town.clock.set(town.now().plus_seconds(601));
        assert_eq!(browser.get("/township").await.status, StatusCode::OK);
        let second = browser.cookie("wetland_renewal").unwrap();
        assert_ne!(first, second);
        // The other tab still sends the old one.
        browser.set_cookie("wetland_renewal", &first);
        browser.set_cookie("wetland_access", "old");
        assert_eq!(browser.get("/township").await.status, StatusCode::OK);
        assert_eq!(browser.cookie("wetland_renewal").unwrap(), second);
        // Minutes later it is a stolen one, and ends the session.
        town.clock.set(town.now().plus_seconds(700));
        browser.set_cookie("wetland_renewal", &first);
        assert_eq!(browser.get("/township").await.status, StatusCode::SEE_OTHER);
    }

    async fn only_what_everybody_sees_may_be_kept(town: Town) {
        let stranger = Browser::new(&town);
        assert_eq!(stranger.get("/listings").await.header("cache-control"), "public, max-age=5");
        assert_eq!(stranger.get("/login").await.header("cache-control"), "no-store");
        assert_eq!(stranger.get("/auctions").await.header("cache-control"), "no-store");
        let known = Browser::of(&town, "fu.guoping").await;
        assert_eq!(known.get("/listings").await.header("cache-control"), "no-store");
        let style = stranger.get("/listings").await.text;
        let style = style.split_once("href=\"/assets/").unwrap().1.split('"').next().unwrap();
        let style = stranger.get(&format!("/assets/{style}")).await;
        assert!(style.header("cache-control").contains("immutable"));
        assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    }

    async fn programs_get_a_problem_and_people_a_page(town: Town) {
        let program = town.stranger().get("/nowhere").await;
        program.refused(404, "not-found");
        let page = Browser::new(&town).get("/nowhere").await;
        assert!(page.header("content-type").starts_with("text/html"));
        let answer = town.http.delete(format!("{}/listings", town.url)).header("accept", "text/html");
        let answer = send(answer).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }

    async fn an_address_that_nobody_declared_answers_404(town: Town) {
        let known = Browser::of(&town, "fu.guoping").await;
        let guesses = [
            "/admin", "/.env", "/api", "/api/v1", "/api/v2/listings", "/api/v1/nothing",
            "/assets/site.css", "/assets/../Cargo.toml", "/developer/nothing", "/finance/balances",
            "/index.html", "/listings/", "/login/admin", "/township/", "/users", "//listings",
        ];
        for path in guesses {
            let answer = known.get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn the_language_is_kept_and_comes_back_to_the_page(town: Town) {
        let browser = Browser::new(&town);
        let answer = browser.get("/language/en?back=%2Flistings%3Fstate%3Dsold").await;
        assert_eq!(answer.header("location"), "/listings?state=sold");
        assert!(browser.get("/listings").await.text.contains("<html lang=\"en\">"));
        let answer = browser.get("/language/zh?back=%2F%2Fevil.example").await;
        assert_eq!(answer.header("location"), "/");
        assert_eq!(browser.get("/language/fr").await.status, StatusCode::NOT_FOUND);
    }
}

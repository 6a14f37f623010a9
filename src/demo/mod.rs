//! The demo: a county's wetland bank, from ponds to the payout of the money, on a database of its
//! own.
//!
//! It starts the real server on a clock that it sets, and plays the story of the fixtures over HTTP
//! as the different people do, each on their day. After each step it compares every figure that the
//! story expects with what the API answers. Then it prints what happened, lets the clock go, and
//! serves on.
//!
//! Invariants: nothing is written but over HTTP, except for the three administrators · no figure is
//! taken from anywhere but an answer of the API · a database that the demo did not make is left
//! alone.
#![expect(
    clippy::indexing_slicing,
    reason = "JSON that lacks a member reads as null, which is then a difference of the report"
)]

mod bank_file;
mod checks;
mod deals;
mod expect;
mod history;
mod land;
mod look;
mod money;
mod occupations;
mod people;
mod place;
mod player;
mod report;
mod screen;
mod setup;
mod story;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;

use crate::app::{self, Running};
use crate::config::Config;
use crate::identity::PasswordProfile;
use crate::kernel::clock::{Clock, SetClock, Time};

use people::{Calendar, People};
use player::Player;
use screen::say;
use story::Story;

/// How the demo is run.
#[derive(Debug, Clone, Args)]
pub struct Demo {
    /// End after the report: with status 0, or 1 when a figure differs
    #[arg(long)]
    pub exit: bool,
    /// Play on this database, which must be empty
    #[arg(long, hide = true, value_name = "URL")]
    pub on: Option<String>,
    /// Play this story
    #[arg(long, hide = true, value_name = "FILE")]
    pub story: Option<PathBuf>,
}

/// The server that goes on once the story is played.
pub struct Played {
    /// Absent after `--exit`.
    pub serving: Option<Running>,
}

/// Plays the story and prints the report; the error says how many figures differ.
pub async fn play(config: &Config, demo: &Demo) -> anyhow::Result<Played> {
    let story = Story::read(demo.story.as_deref())?;
    let morning = Time::in_shanghai(story.setup.on, 8);
    let clock = SetClock::at(morning);
    let config = settings(config, demo)?;
    let running = app::serve(&config, Clock::Set(clock.clone())).await?;
    let played = tell(&running, story, Calendar::new(clock.clone(), morning)).await;
    let player = match played {
        Ok(player) if !demo.exit => player,
        ended => {
            running.stop().await?;
            let differences = ended?.checks.differences().len();
            anyhow::ensure!(differences == 0, "{differences} figures differ from the story");
            return Ok(Played { serving: None });
        }
    };
    clock.let_go();
    report::accounts(&player, &running.address.to_string())?;
    Ok(Played { serving: Some(running) })
}

/// The demo's own database and keys; its passwords are printed, so hashing them may be cheap.
fn settings(config: &Config, demo: &Demo) -> anyhow::Result<Config> {
    let mut own = config.clone();
    if demo.exit {
        own.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    } else {
        // A port in use is to be known before the old database is gone.
        drop(app::listen(config.listen)?);
    }
    own.database_url = match &demo.on {
        Some(url) => place::empty_server(url)?,
        None => place::fresh_file(&config.data_dir)?,
    };
    own.data_dir = config.data_dir.join("demo-keys");
    own.password_memory_kib = 8;
    own.password_passes = 1;
    // Its passwords are printed for everybody to use.
    own.password_profile = PasswordProfile::Standard;
    Ok(own)
}

async fn tell(running: &Running, story: Story, calendar: Calendar) -> anyhow::Result<Player> {
    say("进贤县湿地占补平衡指标交易演示 — the wetland bank of a county (fictional)")?;
    let mut people = People::new(format!("http://{}", running.address), calendar)?;
    let world = setup::found(&running.house, &mut people, &story).await?;
    say(&format!(
        "[ 0/{}] {} 基础数据 setup: {} 区划 regions, {} 单位 bodies, {} 人 people",
        story.steps.len(),
        story.setup.on,
        world.regions.len(),
        world.organisations.len(),
        world.people.len(),
    ))?;
    let mut player = Player::new(running.house.db.clone(), story, people, world)?;
    let state = player.play().await?;
    report::print(&mut player, &state).await?;
    Ok(player)
}

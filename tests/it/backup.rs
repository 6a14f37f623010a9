//! The drill: a backup made beside a running service, restored into nothing, and started.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use wetland_exchange::audit::Checkpoint;

use crate::support::{Served, Town, empty_postgres, http, send, text};
use crate::tampering::history::History;

/// Runs the program on a database, in a thread of its own.
pub(crate) async fn exchange(url: &str, data_dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"));
    command.args(args).arg(format!("--database-url={url}"));
    command.arg(format!("--data-dir={}", data_dir.display()));
    actix_web::rt::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[track_caller]
pub(crate) fn said(output: Output) -> String {
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
pub(crate) fn refused(output: Output, expected: &str) {
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.starts_with("error: ") && complaint.lines().count() == 1, "{complaint}");
    assert!(complaint.contains(expected), "{complaint}");
}

async fn public(url: &str, path: &str) -> Value {
    send(http().get(format!("{url}{path}"))).await.ok()
}

/// An empty place beside the town's, of the same engine.
pub(crate) struct Bare {
    pub(crate) url: String,
    folder: tempfile::TempDir,
    _place: Option<Box<dyn std::any::Any>>,
}

impl Bare {
    pub(crate) fn beside(town: &Town) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if town.database_url().starts_with("sqlite://") {
            let url = format!("sqlite://{}", folder.path().join("exchange.db").display());
            return Self { url, folder, _place: None };
        }
        let place = empty_postgres().unwrap();
        Self { url: place.url.clone(), folder, _place: Some(Box::new(place)) }
    }

    pub(crate) fn data_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) async fn restore(&self, from: &Path) -> Output {
        exchange(&self.url, &self.data_dir(), &["restore", text(from)]).await
    }
}

on_both_engines! {
    async fn a_backup_of_a_running_service_comes_back_whole(town: Town) {
        let history = History::of(&town).await;
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("monday");
        // The service goes on selling meanwhile.
        let backup = ["backup", text(&to)];
        let (made, ()) = tokio::join!(
            exchange(town.database_url(), town.data_dir(), &backup),
            async {
                for _ in 0..20 {
                    history.buy(1).await;
                }
            },
        );
        assert!(said(made).contains("proved"));
        let again = exchange(town.database_url(), town.data_dir(), &backup).await;
        refused(again, "exists already");

        let bare = Bare::beside(&town);
        assert!(said(bare.restore(&to).await).contains("are back and proved"));
        refused(bare.restore(&to).await, "already");
        let note = to.join("checkpoint.note");
        let signed: Checkpoint = std::fs::read_to_string(&note).unwrap().parse().unwrap();
        let args = ["verify", "--against", text(&note)];
        assert!(said(exchange(&bare.url, &bare.data_dir(), &args).await).contains("nothing is wrong"));
        // The one that went on continues it too.
        said(exchange(town.database_url(), town.data_dir(), &args).await);

        let served = Served::start(&bare.url, &bare.data_dir());
        let now = public(&served.url, "/api/v1/audit/checkpoint").await;
        assert_eq!(now["origin"], signed.origin);
        assert!(now["size"].as_i64().unwrap() >= signed.size);
        let trades = public(&served.url, "/api/v1/public/trades").await;
        let count = trades["items"].as_array().unwrap().len();
        assert!((2..=22).contains(&count), "{count} trades came back");
    }

    async fn a_backup_that_is_not_whole_is_not_restored(town: Town) {
        History::of(&town).await;
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good");
        said(exchange(town.database_url(), town.data_dir(), &["backup", text(&good)]).await);
        let bare = Bare::beside(&town);
        refused(bare.restore(&folder.path().join("none")).await, "no backup");

        let names: Vec<String> = std::fs::read_dir(&good).unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(names.iter().filter(|name| name.ends_with(".key")).count(), 3, "{names:?}");
        for name in names.iter().filter(|name| *name != "manifest.json") {
            let path = good.join(name);
            let content = std::fs::read(&path).unwrap();
            let mut changed = content.clone();
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            std::fs::write(&path, changed).unwrap();
            refused(bare.restore(&good).await, "is not as it was backed up");
            std::fs::remove_file(&path).unwrap();
            refused(bare.restore(&good).await, "is missing");
            std::fs::write(&path, content).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(&path, mode).unwrap();
        }
        assert!(!bare.data_dir().join("tokens.key").exists());
        said(bare.restore(&good).await);
    }

    async fn a_backup_without_the_keys_of_the_service_is_refused(town: Town) {
        let (folder, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let to = folder.path().join("monday");
        let made = exchange(town.database_url(), empty.path(), &["backup", text(&to)]).await;
        refused(made, "there are no keys");
        assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0, "none were made");
    }

    async fn a_database_with_a_wrong_row_gives_no_backup(town: Town) {
        History::of(&town).await;
        let mut hand = crate::tampering::hand::Hand::of(&town);
        hand.run("UPDATE trades SET m2 = m2 + 1");
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("monday");
        let made = exchange(town.database_url(), town.data_dir(), &["backup", text(&to)]).await;
        refused(made, "wrong");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

//! The two engines, and the state that every town starts from, made once for each.

use std::path::{Path, PathBuf};

use tokio::sync::OnceCell;

use super::cluster::{Cluster, Database};
use super::town::Town;

/// An engine that a story is played on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

static SQLITE: OnceCell<Start> = OnceCell::const_new();
static POSTGRES: OnceCell<Start> = OnceCell::const_new();

/// The data folder of a town that has its regions, organisations and people, and on PostgreSQL its
/// database too.
struct Start {
    files: Vec<(PathBuf, Vec<u8>)>,
    database: Option<Database>,
}

/// Where the data of one town lie; gone with it.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) folder: tempfile::TempDir,
    _database: Option<Database>,
}

impl Engine {
    /// Plays a story in a town of its own; says so where the engine is not installed.
    pub(crate) async fn play<F: Future<Output = ()>>(self, story: impl FnOnce(Town) -> F) {
        if self == Self::Postgres && Cluster::get().is_none() {
            eprintln!("not run: postgres");
            return;
        }
        story(Town::new(self).await).await;
    }

    /// Whether it is installed; says so where it is not.
    pub(crate) fn is_here(self) -> bool {
        let is_here = self == Self::Sqlite || Cluster::get().is_some();
        if !is_here {
            eprintln!("not run: postgres");
        }
        is_here
    }

    /// A copy of the start, for one town.
    pub(super) async fn place(self) -> Place {
        self.place_in(&std::env::temp_dir()).await
    }

    /// The same in a folder inside that one.
    pub(super) async fn place_in(self, root: &Path) -> Place {
        let start = match self {
            Self::Sqlite => SQLITE.get_or_init(|| Start::make(self)).await,
            Self::Postgres => POSTGRES.get_or_init(|| Start::make(self)).await,
        };
        let template = start.database.as_ref().map(|database| &*database.name);
        let place = self.empty_place_in(root, template);
        for (name, bytes) in &start.files {
            put(&place.folder.path().join(name), bytes);
        }
        place
    }

    /// The start on PostgreSQL, with its tables on a disk of its own; its keys lie elsewhere.
    pub(super) async fn postgres_on(disk: &Path) -> Place {
        let start = POSTGRES.get_or_init(|| Start::make(Self::Postgres)).await;
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in &start.files {
            put(&folder.path().join(name), bytes);
        }
        let template = &start.database.as_ref().unwrap().name;
        let database = Cluster::get().unwrap().create_database_in(disk, template);
        Place { url: database.url.clone(), folder, _database: Some(database) }
    }

    /// A place with nothing in it.
    pub(super) fn empty_place(self, template: Option<&str>) -> Place {
        self.empty_place_in(&std::env::temp_dir(), template)
    }

    fn empty_place_in(self, root: &Path, template: Option<&str>) -> Place {
        let folder = tempfile::tempdir_in(root).unwrap();
        match self {
            Self::Sqlite => {
                let url = format!("sqlite://{}", folder.path().join("exchange.db").display());
                Place { url, folder, _database: None }
            }
            Self::Postgres => {
                let database = Cluster::get().unwrap().create_database(template);
                Place { url: database.url.clone(), folder, _database: Some(database) }
            }
        }
    }
}

impl Start {
    async fn make(engine: Engine) -> Self {
        let Place { url, folder, _database } = engine.empty_place(None);
        super::town::found(&url, folder.path()).await;
        let mut files = Vec::new();
        take(folder.path(), Path::new(""), &mut files);
        Self { files, database: _database }
    }
}

/// Reads every file of the folder `root`/`inside`.
fn take(root: &Path, inside: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(root.join(inside)).unwrap() {
        let entry = entry.unwrap();
        let name = inside.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            take(root, &name, files);
        } else {
            files.push((name, std::fs::read(entry.path()).unwrap()));
        }
    }
}

/// Writes a file as keys are written: its owner alone may read it.
fn put(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// A database with nothing in it but the start; `None` where PostgreSQL is not installed.
pub(crate) async fn postgres() -> Option<Place> {
    if Cluster::get().is_none() {
        eprintln!("not run: postgres");
        return None;
    }
    Some(Engine::Postgres.place().await)
}

/// The same on SQLite.
pub(crate) async fn sqlite() -> Place {
    Engine::Sqlite.place().await
}

/// A PostgreSQL database without any table; `None` where PostgreSQL is not installed.
pub(crate) fn empty_postgres() -> Option<Place> {
    if Cluster::get().is_none() {
        eprintln!("not run: postgres");
        return None;
    }
    Some(Engine::Postgres.empty_place(None))
}

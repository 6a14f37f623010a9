//! `user add`: the first administrator, and whoever else is added at the machine itself.

use std::io::{BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};

use clap::Args;

use crate::config::Config;
use crate::identity::{
    self, CreateOrganisation, CreateUser, Organisation, OrganisationKind, Passwords, Secret,
    step_at,
};
use crate::kernel::actor::{Doing, Role};
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::kernel::region::RegionCode;

/// Who is added; the password is asked for, or read from standard input.
#[derive(Debug, Clone, Args)]
pub struct NewUser {
    /// Name to log in with: 3 to 40 of a-z, 0-9, dot, hyphen and underscore
    #[arg(long)]
    pub username: String,
    /// Name that others see; the username when absent
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// What they may do
    #[arg(long, default_value = "administrator")]
    pub role: Role,
    /// Code of their organisation; the operator of the service is made when it is not there yet
    #[arg(long, value_name = "CODE", default_value = "OPERATOR")]
    pub organisation: String,
    /// Seat of the operator, when it is made
    #[arg(long, value_name = "REGION")]
    pub region: Option<RegionCode>,
}

/// Adds a user, and for the first administrator the operator's organisation.
pub(super) async fn add_user(config: &Config, user: NewUser) -> anyhow::Result<String> {
    let password = read_password(&user.username)?;
    let passwords = Passwords::new(config.hashing())?.with_profile(config.password_profile);
    let db = Db::open(&config.database()?, Clock::Machine, config.db_limits())?;
    let added = add(&db, &passwords, user, password).await;
    db.close().await;
    added.map_err(in_one_line)
}

/// The present code of an authenticator with that secret.
pub(super) fn code(secret: &str) -> anyhow::Result<String> {
    let secret = Secret::of_text(secret);
    let secret = secret.ok_or_else(|| anyhow::anyhow!("a secret has 32 letters and digits"))?;
    Ok(secret.code(step_at(Clock::Machine.now())))
}

async fn add(db: &Db, passwords: &Passwords, user: NewUser, password: String) -> Answer<String> {
    passwords.check(&password, &user.username)?;
    let organisation = organisation(db, &user).await?;
    let command = CreateUser {
        id: UserId::new(),
        display_name: user.display_name.unwrap_or_else(|| user.username.clone()),
        username: user.username,
        organisation_id: organisation.id,
        role: user.role,
        password_hash: passwords.hash(password).await?,
    };
    let doing = Doing::system("user_add");
    let added = db.write(doing, move |tx| identity::create_user(tx, &command)).await?;
    Ok(format!("{} is added to {} as {}", added.username, organisation.code, added.role))
}

async fn organisation(db: &Db, user: &NewUser) -> Answer<Organisation> {
    let code = user.organisation.clone();
    match db.read(None, move |c| identity::organisation_by_code(c, &code)).await {
        Err(Failure::Refused(problem)) if problem.status == 404 => {}
        known => return known,
    }
    let (Role::Administrator, Some(region)) = (user.role, &user.region) else {
        return Err(Failure::Refused(organisation_unknown()));
    };
    let command = CreateOrganisation {
        id: OrganisationId::new(),
        code: user.organisation.clone(),
        kind: OrganisationKind::Operator,
        name: user.organisation.clone(),
        region: region.clone(),
        uscc: None,
        bank: None,
        related_to: None,
    };
    let doing = Doing::system("user_add");
    db.write(doing, move |tx| identity::create_organisation(tx, &command)).await
}

fn organisation_unknown() -> Problem {
    Problem::new(
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
        "organisation-unknown",
        "there is no organisation with this code; for the first administrator say where the \
         operator has its seat, such as --region 360124",
        "没有该代码的机构；添加首个管理员时请用 --region 指明运营方所在地",
    )
}

fn in_one_line(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Broken(cause) => cause,
        Failure::Refused(problem) => anyhow::anyhow!("{}", problem.english),
    }
}

/// One line from standard input; at a terminal it is asked for and not shown.
fn read_password(username: &str) -> anyhow::Result<String> {
    let input = std::io::stdin();
    let asked = input.is_terminal();
    if asked {
        write!(std::io::stderr(), "Password of {username}: ")?;
        show_typing(false);
    }
    let mut line = String::new();
    let read = input.lock().read_line(&mut line);
    if asked {
        show_typing(true);
        writeln!(std::io::stderr())?;
    }
    read?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Where `stty` is missing, the password is seen while it is typed.
fn show_typing(shown: bool) {
    let mut stty = Command::new("stty");
    let _ = stty.arg(if shown { "echo" } else { "-echo" }).stderr(Stdio::null()).status();
}

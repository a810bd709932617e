//! `psql` as the shell of a session that was set up by us.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

use pgrecall_postgres::{Conninfo, Environment, Literal, Template};
use pgrecall_timetravel::Setup;
use tokio::process::Command;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure, Local};

/// The `search_path` with which sessions of `psql` begin: nothing is found but what stands in for tables.
/// Only the setup sets another one, so that a session in which it failed, or one that `psql` began anew
/// when the connection was lost, reads no table of today.
const NOTHING: &str = "-c search_path=pg_temp";

/// Starts `psql` on the database that the arguments name, in a session that sees a moment.
pub(crate) async fn run(
    connection: &Connection,
    setup: &Setup,
    prompt: &str,
) -> Result<Exit, Failure> {
    let environment = Environment::from_process();
    let mut file = tempfile::NamedTempFile::new().map_err(Local::Output)?;
    file.write_all(startup(&environment, setup, prompt).as_bytes()).map_err(Local::Output)?;
    let mut psql = Command::new("psql");
    psql.env("PSQLRC", file.path()).env_remove("PGSERVICE").stdin(Stdio::inherit());
    for (name, value) in Conninfo::variables(connection.url.as_deref(), &environment)? {
        match (name, value) {
            ("PGOPTIONS", Some(own)) => psql.env(name, format!("{own} {NOTHING}")),
            ("PGOPTIONS", None) => psql.env(name, NOTHING),
            (name, Some(value)) => psql.env(name, value),
            (name, None) => psql.env_remove(name),
        };
    }
    let status = psql.status().await.map_err(Local::NoPsql)?;
    Ok(if status.success() { Exit::Ok } else { Exit::Failed })
}

/// What `psql` reads first: the user's own settings, then the setup in a transaction.
fn startup(environment: &Environment, setup: &Setup, prompt: &str) -> String {
    let own: Option<PathBuf> =
        environment.home().map(|home| home.join(".psqlrc")).filter(|file| file.is_file());
    let own = own.map_or_else(String::new, |file| {
        format!("\\i '{}'\n", file.display().to_string().replace('\'', "''"))
    });
    let prompt = prompt.replace('\'', "''").replace('%', "%%");
    let session = Template::new(include_str!("../sql/psql.sql"))
        .with("search_path", &Literal(&setup.search_path))
        .with_checked_sql("setup", &setup.sql)
        .sql();
    format!(
        "{own}\\set QUIET on\n\\unset ON_ERROR_ROLLBACK\n{session}\n\\set QUIET off\n\
         \\set PROMPT1 '%/ {prompt}%R%x%# '\n"
    )
}

use clap::Args;
use pgrecall_journal::{Installed, VERSION, belongs_to_superuser, install};
use serde_json::json;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Make the journal in the database
///
/// Creates the schema `recall`, and nothing else. No table is recorded before `pgrecall track`.
/// Running it again does no harm.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut database = session::connect(connection).await?;
    let installed = install(&mut database).await?;
    let created = installed == Installed::Created;
    if belongs_to_superuser(&database).await? {
        output::say(
            "note: the journal belongs to a superuser, and whoever owns a tracked table can make it run code with\n\
             its rights; where you do not trust every owner, install as the role that owns the tables",
        );
    }
    if arguments.json {
        output::json(&json!({ "created": created, "version": VERSION }))?;
    } else if created {
        output::say(
            "The journal is installed. Choose what it records with `pgrecall track 'public.*'`.",
        );
    } else {
        output::say("The journal was installed already; nothing was changed.");
    }
    Ok(Exit::Ok)
}

use clap::Args;
use pgrecall_journal::{Installed, VERSION, install};
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

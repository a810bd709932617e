use clap::Args;
use pgrecall_journal::{
    EventTriggers, Installed, Journal, VERSION, belongs_to_superuser, install, missing_roles,
};
use serde_json::json;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Make the journal in the database
///
/// Creates the schema `recall`, and where that is permitted the roles `recall_admin`,
/// `recall_auditor` and `recall_viewer`, which the whole server shares, and event triggers. No table is recorded before
/// `pgrecall track`. Running it again does no harm.
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
    let missing = missing_roles(&database).await?;
    if !missing.is_empty() {
        output::say(format!(
            "note: nobody but the owner can read the journal: {} may not be created by this user; let a role with\n\
             CREATEROLE make them (`CREATE ROLE recall_auditor` and so on), then run `pgrecall install` again",
            missing.join(", ")
        ));
    }
    let event_triggers = Journal::open(database).await?.event_triggers().await?;
    if event_triggers != EventTriggers::Present {
        output::say(
            "note: without event triggers, which only a superuser may make, new tables and schema changes are noticed\n\
             by `pgrecall reconcile` instead of at once; let a superuser run `pgrecall install` again to have them",
        );
    }
    if arguments.json {
        output::json(&json!({
            "created": created, "version": VERSION, "roles_missing": missing,
            "event_triggers": event_triggers == EventTriggers::Present,
        }))?;
    } else if created {
        output::say(
            "The journal is installed. Choose what it records with `pgrecall track 'public.*'`.",
        );
    } else {
        output::say("The journal was installed already; nothing was changed.");
    }
    Ok(Exit::Ok)
}

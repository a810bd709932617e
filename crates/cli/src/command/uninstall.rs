use clap::Args;
use pgrecall_journal::uninstall;
use serde_json::json;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Take pgRecall out of the database
///
/// Removes the triggers from all tables and the schema `recall` with everything that was recorded.
/// Calls of `recall.set_context()` in the application fail afterwards.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Stop recording, but keep what was recorded
    #[arg(long)]
    keep_journal: bool,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut database = session::connect(connection).await?;
    if !arguments.yes {
        let name = session::database_name(connection)?;
        let what = if arguments.keep_journal {
            "recording"
        } else {
            "the journal and all it has recorded"
        };
        output::confirm("uninstall", &format!("This removes {what} from the database."), &name)?;
    }
    let done = uninstall(&mut database, arguments.keep_journal).await?;
    if arguments.json {
        output::json(
            &json!({ "triggers_removed": done.triggers, "journal_removed": done.journal }),
        )?;
    } else {
        let triggers = output::counted(done.triggers, "trigger");
        let journal = if done.journal { "the journal is gone" } else { "the journal is kept" };
        output::say(format!("{triggers} removed, {journal}."));
    }
    Ok(Exit::Ok)
}

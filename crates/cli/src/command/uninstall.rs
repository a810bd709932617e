use clap::Args;
use pgrecall_journal::{Leave, uninstall};
use serde_json::json;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Take pgRecall out of the database
///
/// Removes the triggers from all tables and the schema `recall` with everything that was recorded.
/// Calls of `recall.set_context()` in the application fail afterwards. The roles for access to the
/// journal go with the last journal of the server.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct Arguments {
    /// Stop recording, but keep what was recorded
    #[arg(long)]
    keep_journal: bool,

    /// Leave the roles `recall_admin`, `recall_auditor` and `recall_viewer`
    #[arg(long)]
    keep_roles: bool,

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
    let leave = Leave { journal: arguments.keep_journal, roles: arguments.keep_roles };
    let done = uninstall(&mut database, leave).await?;
    let wanted = arguments.keep_journal || arguments.keep_roles;
    if arguments.json {
        output::json(&json!({
            "triggers_removed": done.triggers, "journal_removed": done.journal, "roles_left": done.roles_left
        }))?;
    } else {
        let triggers = output::counted(done.triggers, "trigger");
        let journal = if done.journal { "the journal is gone" } else { "the journal is kept" };
        output::say(format!("{triggers} removed, {journal}."));
        if !wanted && !done.roles_left.is_empty() {
            let roles = done.roles_left.join(", ");
            output::say(format!(
                "note: {roles} stay: something else on the server uses them, or made them"
            ));
        }
    }
    Ok(Exit::Ok)
}

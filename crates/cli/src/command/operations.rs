use clap::Args;
use pgrecall_journal::ManualOperation;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::json::OperationLine;
use crate::{clock, output, session};

/// Show work done by hand, and what it changed
///
/// An operation goes from `recall.track_operation()` to `recall.complete_operation()`. The latest
/// first.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// At most so many operations; 0 for all
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: u32,

    /// Print a line of JSON per operation
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let journal = session::open(connection).await?;
    let operations = journal.operations(output::one_more(arguments.limit)).await?;
    for operation in output::limited(&operations, arguments.limit) {
        if arguments.json {
            output::json(&OperationLine::from(operation))?;
        } else {
            output::line(text(operation))?;
        }
    }
    if operations.is_empty() {
        output::say(
            "note: there is none; begin one with `SELECT recall.track_operation('…', '…')`",
        );
    }
    Ok(Exit::Ok)
}

fn text(operation: &ManualOperation) -> String {
    let who = operation.actor.clone();
    let who = who.unwrap_or_else(|| format!("database user {}", operation.database_user));
    let until = operation.completed_at.map_or_else(|| "now".to_owned(), clock::shown);
    let mut lines = vec![
        format!(
            "operation {}  {}  {}  ({})",
            operation.id, operation.status, operation.name, operation.kind
        ),
        format!("  {who}, from {} to {until}", clock::shown(operation.started_at)),
    ];
    lines.extend(operation.message.as_ref().map(|message| format!("  “{message}”")));
    let count = usize::try_from(operation.transactions).unwrap_or_default();
    let changes: Vec<String> =
        operation.changes.iter().map(|(table, count)| format!("{table}: {count}")).collect();
    let changes = if changes.is_empty() { "no change".to_owned() } else { changes.join(", ") };
    lines.push(format!("  {}; {changes}", output::counted(count, "transaction")));
    lines.join("\n")
}

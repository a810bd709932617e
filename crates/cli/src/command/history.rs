use clap::Args;

use crate::arguments::Connection;
use crate::command::log::Printer;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Show one record from its birth to now
///
/// A record is followed when its key is changed.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall history prizes 42\n  \
    pgrecall history app.seat event=7,row=C --json")]
pub(crate) struct Arguments {
    /// The table
    table: String,

    /// The record's key: `42`, `id=42`, `a=1,b=x`
    key: String,

    /// Print a line of JSON per change
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let journal = session::open(connection).await?;
    let table = journal.table(&arguments.table).await?;
    session::warn_of_gaps(&journal, std::slice::from_ref(&table)).await?;
    let key = journal.key(&table, &arguments.key).await?;
    let changes = journal.history(&table, &key.text).await?;
    let mut printer = Printer::new(arguments.json, journal.undone().await?);
    for change in &changes {
        printer.print(change)?;
    }
    if changes.is_empty() {
        output::say(format!("note: the record was not changed since {}", table.relation.since_at));
    }
    Ok(Exit::Ok)
}

use clap::Args;

use pgrecall_journal::Filter;
use pgrecall_model::Change;

use crate::arguments::Connection;
use crate::command::log::{self, Printer};
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Show one record from its birth to now
///
/// A record is followed when its key is changed.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall history prizes 42\n  \
    pgrecall history app.seat event=7,row=C --json\n  \
    pgrecall history prizes 42 --since -7d --limit 5")]
pub(crate) struct Arguments {
    /// The table
    table: String,

    /// The record's key: `42`, `id=42`, `a=1,b=x`
    key: String,

    /// From this moment on: a time, `-15m`, `before:tx:ID`, `after:tx:ID`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    since: Option<String>,

    /// Up to this moment
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    until: Option<String>,

    /// Only so many changes, the latest; 0 for all
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    limit: u32,

    /// Print a line of JSON per change
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let since = session::moment(arguments.since.as_ref())?;
    let until = session::moment(arguments.until.as_ref())?;
    let journal = session::open(connection).await?;
    let mut stretch = Filter::default();
    log::add_moments(&mut stretch, &journal, since, until).await?;
    let table = journal.table(&arguments.table).await?;
    session::warn_of_gaps(&journal, std::slice::from_ref(&table)).await?;
    let key = journal.key(&table, &arguments.key).await?;
    let changes = journal.history(&table, &key.text).await?;
    if changes.is_empty() {
        output::say(format!("note: the record was not changed since {}", table.relation.since_at));
        return Ok(Exit::Ok);
    }
    let within: Vec<&Change> =
        changes.iter().filter(|change| stretch.is_within(change.tx, change.at)).collect();
    if within.is_empty() {
        output::say("note: the record was not changed in that time");
    }
    let mut printer = Printer::new(arguments.json, journal.undone().await?);
    for change in latest(&within, arguments.limit) {
        printer.print(change)?;
    }
    Ok(Exit::Ok)
}

/// The last `limit`, 0 for all; says when there are more.
fn latest<'c, 'd>(changes: &'c [&'d Change], limit: u32) -> &'c [&'d Change] {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    if limit == 0 || changes.len() <= most {
        return changes;
    }
    output::say(format!(
        "note: there are {} earlier changes; `--limit 0` shows all",
        changes.len() - most
    ));
    &changes[changes.len() - most..]
}

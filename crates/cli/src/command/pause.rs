use clap::Args;
use pgrecall_journal::{Journal, JournalError, TrackedTable};
use pgrecall_model::{Explain, Pattern};
use serde_json::json;

use crate::arguments::Connection;
use crate::command::track::parsed;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Record nothing of tables for the time being
///
/// The emergency switch: it waits for no lock on a table. A gap is noted, which `pgrecall resume`
/// closes. Without pgRecall at hand: `SELECT recall.pause()`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall pause --all --reason 'disk is full'\n  \
    pgrecall pause orders 'app.*'")]
pub(crate) struct Arguments {
    #[command(flatten)]
    tables: Meant,

    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Print a line of JSON per table
    #[arg(long)]
    json: bool,
}

/// Which tables are meant.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Meant {
    /// Tables: `prizes`, `public.*`, `'app.order*'`
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,

    /// All tables
    #[arg(long)]
    all: bool,
}

impl Meant {
    /// The tracked tables among them.
    ///
    /// # Errors
    /// When a pattern fits none.
    pub(crate) async fn tables(&self, journal: &Journal) -> Result<Vec<TrackedTable>, Failure> {
        let patterns = parsed::<Pattern>(&self.patterns)?;
        let mut tables = journal.tables().await?;
        // A table that was restored is recorded although it has another number now.
        tables
            .retain(|table| table.relation.tracked || table.paused || table.relation.oid.is_none());
        for pattern in &patterns {
            if !tables.iter().any(|table| pattern.matches(&table.relation.name)) {
                return Err(JournalError::NothingTracked(pattern.clone()).into());
            }
        }
        let meant = |table: &TrackedTable| {
            self.all || patterns.iter().any(|pattern| pattern.matches(&table.relation.name))
        };
        tables.retain(meant);
        Ok(tables)
    }
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut journal = session::open(connection).await?;
    let tables = arguments.tables.tables(&journal).await?;
    let paused = journal.pause(&tables, arguments.reason.as_deref()).await?;
    for table in &tables {
        let name = table.relation.name.to_string();
        if paused.contains(&name) {
            print(arguments.json, &name, "paused")?;
        } else if table.paused {
            print(arguments.json, &name, "unchanged")?;
        }
    }
    if !paused.is_empty() {
        output::say("note: nothing of these tables is recorded until `pgrecall resume`");
    }
    Ok(Exit::Ok)
}

pub(crate) fn print(json: bool, table: &str, status: &str) -> Result<(), Failure> {
    if json {
        return output::json(&json!({ "table": table, "status": status }));
    }
    output::line(format!("{status:<16} {table}"))
}

/// Resumes one table; one that fails does not keep the others from being resumed.
pub(crate) async fn resume(
    journal: &mut Journal,
    table: &TrackedTable,
    json: bool,
) -> Result<bool, Failure> {
    let name = table.relation.name.to_string();
    let status = match journal.resume(table).await {
        Ok(true) => "resumed",
        Ok(false) => "unchanged",
        Err(error) if error.code() == "server/disconnected" => return Err(error.into()),
        Err(error) => {
            output::say(format!("{name}:"));
            Failure::from(error).report();
            if json {
                print(json, &name, "failed")?;
            }
            return Ok(false);
        }
    };
    print(json, &name, status)?;
    Ok(true)
}

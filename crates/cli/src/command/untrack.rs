use clap::Args;
use pgrecall_journal::TrackedTable;
use pgrecall_model::Pattern;
use serde_json::json;

use crate::arguments::Connection;
use crate::command::track::parsed;
use crate::failure::{Exit, Failure, Local};
use crate::{output, session};

/// Stop recording tables
///
/// Patterns that `pgrecall track` remembers are forgotten; a table that another one covers is
/// remembered as an exception from it.
///
/// What was recorded stays. From here on changes are missing from the journal: a gap is noted, and
/// answers that cross it say so.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Tables: `prizes`, `public.*`, `'app.order*'`
    #[arg(required = true, value_name = "PATTERN")]
    patterns: Vec<String>,

    /// Leave these tables out
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<String>,

    /// Show which tables are meant, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Print a line of JSON per table
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let patterns = parsed::<Pattern>(&arguments.patterns)?;
    let excluded = parsed::<Pattern>(&arguments.exclude)?;
    let mut journal = session::open(connection).await?;
    let tables = journal.tables().await?;
    let saved = journal.patterns().await?;
    let mut meant: Vec<&TrackedTable> = Vec::new();
    for pattern in &patterns {
        let mut fitting =
            tables.iter().filter(|table| pattern.matches(&table.relation.name)).peekable();
        let remembered = saved.iter().any(|saved| saved.text == pattern.to_string());
        if fitting.peek().is_none() && !remembered {
            return Err(Local::Usage(format!("no tracked table fits `{pattern}`")).into());
        }
        meant.extend(fitting.filter(|table| table.relation.tracked));
    }
    meant.retain(|table| !excluded.iter().any(|pattern| pattern.matches(&table.relation.name)));
    meant.sort_by_key(|table| table.relation.id);
    meant.dedup_by_key(|table| table.relation.id);
    if !arguments.dry_run {
        let named = meant.iter().map(|table| (table.relation.name.clone(), table.relation.oid));
        journal.forget(&patterns, &named.collect::<Vec<_>>()).await?;
    }
    for table in meant {
        let status = if arguments.dry_run { "would be untracked" } else { "untracked" };
        if !arguments.dry_run {
            journal.untrack(table).await?;
        }
        let name = table.relation.name.to_string();
        if arguments.json {
            output::json(&json!({ "table": name, "status": status }))?;
        } else {
            output::line(format!("{status:<18} {name}"))?;
        }
    }
    Ok(Exit::Ok)
}

use clap::Args;
use pgrecall_journal::{
    AfterImage, ForEach, GuardOptions, Journal, JournalError, Outcome, TrackOptions, resolve,
};
use pgrecall_model::{ColumnName, Explain, Pattern};
use pgrecall_postgres::catalogue::{self, Table};
use serde_json::json;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure, Local};
use crate::{guards, output, selectivity, session};

/// Record tables from now on
///
/// Patterns are remembered: a table that is made later and fits one is recorded by itself, at once
/// where pgRecall may make event triggers, else with the next `pgrecall reconcile`.
///
/// Each table is its own transaction that waits for locks two seconds at most and is tried five
/// times. Tables that are recorded already are left as they are, and columns that were excluded or
/// hashed stay so unless they are named.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  pgrecall track 'public.*' --exclude 'public.session*'\n  \
    pgrecall track customers --exclude-column customers.notes --hash-column customers.iban\n  \
    pgrecall track customers --baseline\n  pgrecall track imports --for-each statement"
)]
pub(crate) struct Arguments {
    /// Tables: `prizes`, `public.*`, `'app.order*'`, `'"Odd Name"'`
    #[arg(required = true, value_name = "PATTERN")]
    patterns: Vec<String>,

    /// Leave these tables out
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<String>,

    /// Never record this column
    #[arg(long, value_name = "TABLE.COLUMN")]
    exclude_column: Vec<String>,

    /// Record only a hash of this column: equal values stay recognisable
    #[arg(long, value_name = "TABLE.COLUMN")]
    hash_column: Vec<String>,

    /// Record this column as it is again
    #[arg(long, value_name = "TABLE.COLUMN")]
    include_column: Vec<String>,

    /// What to keep of a row after an update: `full`, all of it, or `changed`, the values that changed.
    /// The row before is always kept whole
    #[arg(long, value_name = "KIND")]
    image: Option<AfterImage>,

    /// What triggers record: each `row` by itself, or all rows of a `statement` at its end
    ///
    /// For each statement is far cheaper where statements change many rows, as imports do, and dearer where
    /// they change one. It is done where it is sure to come to the same: for single commands that a client
    /// sends, on tables without partitions, inheritance and other triggers. All else goes by row.
    #[arg(long, value_name = "WHAT")]
    for_each: Option<ForEach>,

    #[command(flatten)]
    selectivity: selectivity::SelectivityFlags,

    #[command(flatten)]
    guards: guards::GuardFlags,

    /// Copy all rows into the journal, too, so that it alone can tell what they were
    ///
    /// Also of tables that are recorded already. Then dropped tables, and columns that were dropped or got
    /// another type, can be read as of moments before. Nobody who writes waits for it.
    #[arg(long)]
    baseline: bool,

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
    let options = TrackOptions {
        excluded: parsed::<ColumnName>(&arguments.exclude_column)?,
        hashed: parsed::<ColumnName>(&arguments.hash_column)?,
        included: parsed::<ColumnName>(&arguments.include_column)?,
        selectivity: arguments.selectivity.options(),
        on_failure: arguments.selectivity.on_failure(),
        after_image: arguments.image,
        for_each: arguments.for_each,
    };
    let guards = arguments.guards.options()?;
    let mut journal = session::open(connection).await?;
    let tables = catalogue::tables(journal.client()).await?;
    let matched = resolve(&tables, &patterns, &excluded)?;
    options.check(&journal, &matched.tables).await?;
    if matched.partitions > 0 {
        let partitions = output::counted(matched.partitions, "partition");
        output::say(format!("note: {partitions} recorded with the partitioned table"));
    }
    if matched.tables.is_empty() {
        output::say("note: there is no table to track");
    }
    if !arguments.dry_run {
        journal.prepare_guards(&guards).await?;
        let options = (&options, &guards);
        journal.remember(&patterns, &excluded, options, &matched.tables).await?;
    }
    let mut failed = 0;
    for table in &matched.tables {
        if arguments.dry_run {
            print(arguments.json, table, "would be tracked", None)?;
            continue;
        }
        let tracking =
            Tracking { options: &options, guards: &guards, baseline: arguments.baseline };
        if !track(&mut journal, table, &tracking, arguments.json).await? {
            failed += 1;
        }
    }
    Ok(match failed {
        0 => Exit::Ok,
        all if all == matched.tables.len() => Exit::Failed,
        _ => Exit::Partly,
    })
}

/// How tables are to be tracked.
struct Tracking<'o> {
    options: &'o TrackOptions,
    guards: &'o GuardOptions,
    baseline: bool,
}

/// Tracks one table; one that fails does not keep the others from being tracked.
async fn track(
    journal: &mut Journal,
    table: &Table,
    tracking: &Tracking<'_>,
    json: bool,
) -> Result<bool, Failure> {
    let (outcome, copied) = match track_and_copy(journal, table, tracking).await {
        Ok(done) => done,
        Err(error) if error.code() == "server/disconnected" => return Err(error.into()),
        Err(error) => {
            output::say(format!("{}:", table.name));
            Failure::from(error).report();
            if json {
                output::json(&json!({ "table": table.name.to_string(), "status": "failed" }))?;
            }
            return Ok(false);
        }
    };
    let status = match outcome {
        Outcome::Started => "tracked",
        Outcome::Changed => "changed",
        Outcome::Unchanged => "unchanged",
    };
    print(json, table, status, copied)?;
    if tracking.options.for_each == Some(ForEach::Statement)
        && let Some(reason) = journal.why_by_row(table).await?
    {
        output::say(format!("note: {} goes by row: {reason}", table.name));
    }
    Ok(true)
}

/// What tracking came to, and how many rows were copied into the journal.
async fn track_and_copy(
    journal: &mut Journal,
    table: &Table,
    tracking: &Tracking<'_>,
) -> Result<(Outcome, Option<u64>), JournalError> {
    let outcome = journal.track(table, tracking.options).await?;
    let guarded = journal.guard(table, tracking.guards).await?;
    let changed = guarded && outcome == Outcome::Unchanged;
    let outcome = if changed { Outcome::Changed } else { outcome };
    if !tracking.baseline {
        return Ok((outcome, None));
    }
    if output::is_terminal() {
        output::say(format!("Copying the rows of {} into the journal.", table.name));
    }
    let known = journal.tables().await?;
    let known = known.iter().find(|known| known.relation.oid == Some(table.oid));
    let known = known.ok_or_else(|| JournalError::NotTracked(table.name.clone()))?;
    Ok((outcome, Some(journal.take_baseline(known).await?)))
}

fn print(json: bool, table: &Table, status: &str, copied: Option<u64>) -> Result<(), Failure> {
    let key: Vec<String> = table.key.iter().map(ToString::to_string).collect();
    if json {
        let mut line = json!({ "table": table.name.to_string(), "key": key, "status": status });
        if let Some(copied) = copied {
            line["baseline_rows"] = copied.into();
        }
        return output::json(&line);
    }
    let copied = match copied {
        Some(1) => ", a baseline of 1 row".to_owned(),
        Some(rows) => format!(", a baseline of {rows} rows"),
        None => String::new(),
    };
    let identified = if key.is_empty() {
        "no key: rows are told apart by all their values".to_owned()
    } else {
        format!("key: {}", key.join(", "))
    };
    output::line(format!("{:<16} {}  ({identified}{copied})", status, table.name))
}

/// Parses each of what the user gave.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    texts: &[String],
) -> Result<Vec<T>, Failure> {
    let parse = |text: &String| {
        text.parse().map_err(|error: T::Err| Local::Usage(error.to_string()).into())
    };
    texts.iter().map(parse).collect()
}

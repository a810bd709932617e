use clap::Args;
use pgrecall_journal::{EventTriggers, Finding, Journal, JournalError, Mending, Reconciled};
use serde_json::json;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Bring the journal up to date with the tables
///
/// Compares every table that is tracked, or fits a pattern that `pgrecall track` was given, with what
/// the journal knows of it, and puts right what differs: altered, renamed, moved, dropped and new
/// tables, partitions, triggers that are missing or disabled, functions that somebody changed. What
/// may have been missed is noted as a gap. `pgrecall maintain` does it, too.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Check the changes themselves, too: each against the one before it, and the newest against the row
    #[arg(long)]
    deep: bool,

    /// With `--deep`: only these tables
    #[arg(value_name = "TABLE", requires = "deep")]
    tables: Vec<String>,

    /// Show what differs, and change nothing; exit code 6 if anything does
    #[arg(long)]
    dry_run: bool,

    /// Print a line of JSON per difference
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut journal = session::open(connection).await?;
    let mut tally = Tally::default();
    event_triggers(&mut journal, arguments, &mut tally).await?;
    for table in journal.reconcile(arguments.dry_run).await? {
        tally.add(&table.outcome);
        print(arguments.json, &table)?;
    }
    if arguments.deep {
        deep(&mut journal, arguments, &mut tally).await?;
    }
    if !arguments.json && tally.found == 0 {
        output::say("Everything is as the journal has it.");
    }
    Ok(tally.exit(arguments.dry_run))
}

/// What was found, and what of it could not be put right.
#[derive(Debug, Default)]
struct Tally {
    found: usize,
    failed: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Mending) {
        self.found += 1;
        self.failed += usize::from(matches!(outcome, Mending::Failed(_)));
    }

    fn exit(&self, dry_run: bool) -> Exit {
        match (self.failed, dry_run && self.found > 0) {
            (0, true) => Exit::Conflict,
            (0, false) => Exit::Ok,
            (all, _) if all == self.found => Exit::Failed,
            _ => Exit::Partly,
        }
    }
}

async fn event_triggers(
    journal: &mut Journal,
    arguments: &Arguments,
    tally: &mut Tally,
) -> Result<(), Failure> {
    if journal.event_triggers().await? != EventTriggers::Missing {
        return Ok(());
    }
    if !arguments.dry_run {
        journal.create_event_triggers().await?;
    }
    tally.found += 1;
    let status = if arguments.dry_run { "would be made" } else { "made" };
    if arguments.json {
        output::json(&json!({ "event_triggers": "missing", "status": status }))
    } else {
        output::line(format!("{status:<16} the event triggers, which were missing"))
    }
}

async fn deep(
    journal: &mut Journal,
    arguments: &Arguments,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let tables = match session::named_tables(journal, &arguments.tables).await? {
        Some(tables) => tables,
        None => journal.tables().await?,
    };
    for table in tables.iter().filter(|table| table.relation.tracked) {
        let name = &table.relation.name;
        let Some(broken) = journal.check_chain(table, arguments.dry_run).await? else {
            output::say(format!("note: {name} has no key, or is hidden by policies: not checked"));
            continue;
        };
        if broken.keys == 0 {
            continue;
        }
        tally.found += 1;
        if arguments.json {
            output::json(&json!({ "table": name.to_string(), "broken": broken }))?;
        } else {
            let rows = output::counted(usize::try_from(broken.keys).unwrap_or_default(), "row");
            output::line(format!("{:<16} {name}: {rows} changed unseen", "bypassed"))?;
        }
    }
    Ok(())
}

fn print(json: bool, table: &Reconciled) -> Result<(), Failure> {
    let (status, error) = match &table.outcome {
        Mending::Shown => ("would be mended", None),
        Mending::Mended => ("mended", None),
        Mending::Failed(error) => ("failed", Some(error)),
    };
    if json {
        let because = error.map(ToString::to_string);
        return output::json(&json!({
            "table": table.table.to_string(), "status": status, "found": table.found, "because": because,
        }));
    }
    let words: Vec<String> = table.found.iter().map(Finding::words).collect();
    let because = error.map(|error: &JournalError| error.to_string());
    let words = words.into_iter().chain(because).collect::<Vec<_>>().join("; ");
    output::line(format!("{status:<16} {}  ({words})", table.table))
}

use clap::{Args, Subcommand};
use pgrecall_journal::{Checkpoint, Journal, JournalError, TrackedTable};
use pgrecall_model::{Explain, Pattern};

use crate::arguments::Connection;
use crate::command::track::parsed;
use crate::failure::{Exit, Failure};
use crate::json::{CheckpointLine, CheckpointPolicyLine};
use crate::{clock, output, session};

/// Copy tables, so that looks at earlier moments are faster
///
/// What `pgrecall at` costs for a whole table goes with the number of changes since the moment. A
/// checkpoint is a copy of a table at a moment: looks at moments before it begin there, and read the
/// changes between only. Answers are the same with and without. Nobody who writes waits for one; whoever
/// would alter or truncate the table does. A copy takes about as much space as the table.
#[derive(Debug, Args)]
#[command(
    disable_help_subcommand = true,
    after_long_help = "Examples:\n  pgrecall checkpoint take orders\n  \
    pgrecall checkpoint every 500000 'public.*' --keep 5\n  pgrecall checkpoint drop --table orders"
)]
pub(crate) struct Arguments {
    /// What to do with checkpoints
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Copy tables as they are now
    Take {
        /// Tables: `prizes`, `public.*`, `'app.order*'`
        #[arg(value_name = "PATTERN", required_unless_present = "all")]
        patterns: Vec<String>,
        /// Every tracked table of which there can be a checkpoint
        #[arg(long, conflicts_with = "patterns")]
        all: bool,
        /// Print a line of JSON per table
        #[arg(long)]
        json: bool,
    },
    /// List the checkpoints
    List {
        /// After how many changes the upkeep takes them, instead
        #[arg(long)]
        policies: bool,
        /// Print a line of JSON each
        #[arg(long)]
        json: bool,
    },
    /// Drop checkpoints
    Drop {
        /// Their numbers, as `list` shows them
        #[arg(value_name = "ID", required_unless_present_any = ["table", "all"])]
        ids: Vec<i64>,
        /// Those of these tables: `prizes`, `'app.session*'`; may be repeated
        #[arg(long, value_name = "PATTERN", conflicts_with = "ids")]
        table: Vec<String>,
        /// All of them
        #[arg(long, conflicts_with_all = ["ids", "table"])]
        all: bool,
        /// Print a line of JSON per checkpoint
        #[arg(long)]
        json: bool,
    },
    /// Let the upkeep take one whenever so many changes were recorded since the last
    Every {
        /// After how many changes
        #[arg(value_name = "CHANGES", value_parser = clap::value_parser!(i64).range(1..))]
        changes: i64,
        /// Tables: `prizes`, `public.*`, `'app.order*'`
        #[arg(value_name = "PATTERN", required = true)]
        patterns: Vec<String>,
        /// How many are kept of each table; older ones go
        #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(i32).range(1..))]
        keep: i32,
        /// Print a line of JSON per table
        #[arg(long)]
        json: bool,
    },
    /// Let the upkeep take no more of them; those that are there stay
    Never {
        /// Tables: `prizes`, `public.*`, `'app.order*'`
        #[arg(value_name = "PATTERN", required = true)]
        patterns: Vec<String>,
        /// Print a line of JSON per table
        #[arg(long)]
        json: bool,
    },
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut journal = session::open(connection).await?;
    match &arguments.action {
        Action::Take { patterns, all, json } => take(&mut journal, patterns, *all, *json).await,
        Action::List { policies: true, json } => policies(&journal, *json).await,
        Action::List { json, .. } => list(&journal, *json).await,
        Action::Drop { ids, table, json, .. } => drop(&journal, ids, table, *json).await,
        Action::Every { changes, patterns, keep, json } => {
            for table in tables(&journal, patterns).await? {
                journal.checkpoint_every(&table, *changes, *keep).await?;
                let name = table.relation.name.to_string();
                policy_shown(&name, Some((*changes, *keep)), *json)?;
            }
            Ok(Exit::Ok)
        }
        Action::Never { patterns, json } => {
            for table in tables(&journal, patterns).await? {
                journal.checkpoint_never(table.relation.id).await?;
                policy_shown(&table.relation.name.to_string(), None, *json)?;
            }
            Ok(Exit::Ok)
        }
    }
}

/// The tracked tables that the patterns mean.
async fn tables(journal: &Journal, patterns: &[String]) -> Result<Vec<TrackedTable>, Failure> {
    let patterns = parsed::<Pattern>(patterns)?;
    let known = journal.tables().await?;
    let tracked = || known.iter().filter(|table| table.relation.tracked);
    for pattern in &patterns {
        if !tracked().any(|table| pattern.matches(&table.relation.name)) {
            return Err(JournalError::NothingTracked(pattern.clone()).into());
        }
    }
    let meant = |table: &&TrackedTable| patterns.iter().any(|p| p.matches(&table.relation.name));
    Ok(tracked().filter(meant).cloned().collect())
}

async fn take(
    journal: &mut Journal,
    patterns: &[String],
    all: bool,
    json: bool,
) -> Result<Exit, Failure> {
    let meant = if all {
        let known = journal.tables().await?;
        known.into_iter().filter(|table| table.relation.tracked).collect()
    } else {
        tables(journal, patterns).await?
    };
    let (mut taken, mut failed) = (0, 0);
    for table in &meant {
        let name = table.relation.name.to_string();
        if output::is_terminal() {
            output::say(format!("Copying {name}."));
        }
        match journal.take_checkpoint(table).await {
            Ok(checkpoint) => {
                shown(&name, &checkpoint, json)?;
                taken += 1;
            }
            Err(error) if error.code() == "server/disconnected" => return Err(error.into()),
            Err(JournalError::NoCheckpoint { reason, .. }) if all => {
                output::say(format!("note: none of {name}: {}", reason.reason()));
            }
            Err(error) if meant.len() == 1 => return Err(error.into()),
            // One that fails does not keep the others from being copied.
            Err(error) => {
                output::say(format!("{name}:"));
                Failure::from(error).report();
                failed += 1;
            }
        }
    }
    Ok(match (taken, failed) {
        (_, 0) => Exit::Ok,
        (0, _) => Exit::Failed,
        _ => Exit::Partly,
    })
}

fn shown(table: &str, checkpoint: &Checkpoint, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&CheckpointLine::new(table, checkpoint));
    }
    let rows = output::counted(usize::try_from(checkpoint.rows).unwrap_or_default(), "row");
    let note = if checkpoint.usable { "" } else { "  (not used any more)" };
    output::line(format!(
        "{:>5}  {}  tick {}  {table}: {rows}, {} KiB{note}",
        checkpoint.id,
        clock::shown(checkpoint.at),
        checkpoint.tick,
        checkpoint.bytes / 1024,
    ))
}

async fn list(journal: &Journal, json: bool) -> Result<Exit, Failure> {
    let checkpoints = journal.checkpoints().await?;
    let names = journal.names().await?;
    for checkpoint in &checkpoints {
        let name = names.get(&checkpoint.relation).map_or("-".to_owned(), ToString::to_string);
        shown(&name, checkpoint, json)?;
    }
    if checkpoints.is_empty() {
        output::say(
            "note: there are no checkpoints; take one with `pgrecall checkpoint take TABLE`",
        );
    }
    Ok(Exit::Ok)
}

async fn policies(journal: &Journal, json: bool) -> Result<Exit, Failure> {
    let policies = journal.checkpoint_policies().await?;
    let names = journal.names().await?;
    for policy in &policies {
        let name = names.get(&policy.relation).map_or("-".to_owned(), ToString::to_string);
        policy_shown(&name, Some((policy.changes, policy.keep)), json)?;
    }
    if policies.is_empty() {
        output::say(
            "note: the upkeep takes none; let it with `pgrecall checkpoint every CHANGES TABLE`",
        );
    }
    Ok(Exit::Ok)
}

fn policy_shown(table: &str, policy: Option<(i64, i32)>, json: bool) -> Result<(), Failure> {
    if json {
        let (every, keep) = policy.unzip();
        return output::json(&CheckpointPolicyLine { table, every, keep });
    }
    output::line(match policy {
        Some((changes, keep)) => format!("{table}: every {changes} changes, {keep} kept"),
        None => format!("{table}: never"),
    })
}

async fn drop(
    journal: &Journal,
    ids: &[i64],
    patterns: &[String],
    json: bool,
) -> Result<Exit, Failure> {
    let patterns = parsed::<Pattern>(patterns)?;
    let names = journal.names().await?;
    let checkpoints = journal.checkpoints().await?;
    if let Some(id) = ids.iter().find(|id| !checkpoints.iter().any(|one| one.id == **id)) {
        return Err(JournalError::UnknownCheckpoint(*id).into());
    }
    let name = |checkpoint: &Checkpoint| names.get(&checkpoint.relation);
    let is_meant = |one: &Checkpoint| match (ids, patterns.as_slice()) {
        ([], []) => true,
        ([], patterns) => name(one).is_some_and(|name| patterns.iter().any(|p| p.matches(name))),
        (ids, _) => ids.contains(&one.id),
    };
    let mut dropped = 0;
    for one in checkpoints.iter().filter(|one| is_meant(one)) {
        journal.drop_checkpoints(&[one.id]).await?;
        dropped += 1;
        if json {
            output::json(&serde_json::json!({ "id": one.id, "dropped": true }))?;
        }
    }
    if !json {
        output::say(format!("{} dropped.", output::counted(dropped, "checkpoint")));
    }
    Ok(Exit::Ok)
}

use clap::{Args, ValueEnum};
use pgrecall_journal::{Journal, JournalError};
use pgrecall_model::{Ident, Moment, RecordSelection, Selection, TxId};
use pgrecall_undo::{Applied, Options, Prepared, Triggers, UndoError, apply, plan, preview};

use crate::arguments::Connection;
use crate::failure::{Exit, Failure, Local};
use crate::json::{ConflictObject, PlanObject, StepObject, UndoObject};
use crate::{diff, output, session};

/// How many steps of a plan are shown with their fields.
const SHOWN_STEPS: usize = 20;

/// Take changes back
///
/// Makes a plan, tries it in a transaction that is rolled back, shows it, asks, and applies it in
/// one transaction. If anything was changed later, nothing is done (exit code 6).
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall undo --tx 8841 --preview\n  \
    pgrecall undo --tx 8841 --tx 8842 --reason 'wrong import'\n  \
    pgrecall undo --table payments --key 7 --column amount --to -1h")]
pub(crate) struct Arguments {
    /// A transaction to take back; several are taken back together
    #[arg(long, value_name = "ID", conflicts_with = "table")]
    tx: Vec<TxId>,

    /// The table of a record to take back
    #[arg(long, value_name = "TABLE", requires = "key")]
    table: Option<String>,

    /// The record's key: `42`, `id=42`, `a=1,b=x`
    #[arg(long, value_name = "KEY", requires = "table")]
    key: Option<String>,

    /// Only this column of the record
    #[arg(long, value_name = "COLUMN", requires = "table")]
    column: Option<String>,

    /// The record as of this moment, instead of before its latest change
    #[arg(long, value_name = "MOMENT", requires = "table", allow_hyphen_values = true)]
    to: Option<String>,

    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Whether the tables' own triggers fire
    #[arg(long, value_enum, default_value_t = TriggerMode::Suppress, value_name = "MODE")]
    triggers: TriggerMode,

    /// Only show what would be done
    #[arg(long, conflicts_with = "yes")]
    preview: bool,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Whether the tables' own triggers fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TriggerMode {
    /// They rest: what they did was recorded and is taken back itself
    Suppress,
    /// They fire, as for any other change
    Fire,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    if !arguments.preview && !arguments.yes {
        output::require_terminal("undo")?;
    }
    let moment = session::moment(arguments.to.as_ref())?;
    let mut journal = session::open(connection).await?;
    let selection = selection(&journal, arguments, moment).await?;
    let prepared = plan(&journal, selection).await?;
    let tables: Vec<_> = prepared.tables().cloned().collect();
    session::warn_of_gaps(&journal, &tables).await?;
    if !prepared.plan.conflicts.is_empty() {
        return refuse(&prepared, arguments);
    }
    let options = Options {
        triggers: match arguments.triggers {
            TriggerMode::Suppress => Triggers::Suppress,
            TriggerMode::Fire => Triggers::Fire,
        },
        reason: arguments.reason.clone(),
    };
    let previewed = match preview(&mut journal, &prepared, &options).await {
        Err(UndoError::Conflicts(conflicts)) => {
            return refuse(&with(prepared, conflicts), arguments);
        }
        previewed => previewed?,
    };
    if !arguments.json {
        show(&prepared, &previewed)?;
    }
    if arguments.preview {
        return finish(&prepared, None, arguments);
    }
    if !arguments.yes {
        output::confirm("undo", "This changes the rows above.", "undo")?;
    }
    let applied = match apply(&mut journal, &prepared, &options).await {
        Err(UndoError::Conflicts(conflicts)) => {
            return refuse(&with(prepared, conflicts), arguments);
        }
        applied => applied?,
    };
    finish(&prepared, Some(&applied), arguments)
}

async fn selection(
    journal: &Journal,
    arguments: &Arguments,
    to: Option<Moment>,
) -> Result<Selection, Failure> {
    let (Some(table), Some(key)) = (&arguments.table, &arguments.key) else {
        if arguments.tx.is_empty() {
            let what = "say what to undo: `--tx ID`, or `--table TABLE --key KEY`";
            return Err(Local::Usage(what.to_owned()).into());
        }
        return Ok(Selection::Transactions(arguments.tx.clone()));
    };
    let table = journal.table(table).await?;
    let key = journal.key(&table, key).await?.values;
    let column = match &arguments.column {
        Some(column) if !table.has_column(column) => {
            let (table, column) = (table.relation.name, column.clone());
            return Err(JournalError::NoSuchColumn { table, column }.into());
        }
        Some(column) => {
            Some(Ident::new(column.as_str()).map_err(|error| Local::Usage(error.to_string()))?)
        }
        None => None,
    };
    Ok(Selection::Record(RecordSelection { table: table.relation.name, key, column, to }))
}

fn with(mut prepared: Prepared, conflicts: Vec<pgrecall_model::Conflict>) -> Prepared {
    prepared.plan.conflicts = conflicts;
    prepared
}

/// Tells what stands in the way; nothing was changed.
fn refuse(prepared: &Prepared, arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.json {
        finish(prepared, None, arguments)?;
    }
    Err(UndoError::Conflicts(prepared.plan.conflicts.clone()).into())
}

fn show(prepared: &Prepared, previewed: &Applied) -> Result<(), Failure> {
    for step in prepared.plan.steps.iter().take(SHOWN_STEPS) {
        output::line(diff::step(step).trim_end())?;
    }
    let hidden = prepared.plan.steps.len().saturating_sub(SHOWN_STEPS);
    if hidden > 0 {
        output::line(format!(
            "  and {} (`--json` shows all)",
            output::counted(hidden, "more row")
        ))?;
    }
    output::line("")?;
    for (table, counts) in &previewed.rows {
        output::line(format!(
            "{table}: {} brought back, {} set back, {} removed",
            counts.inserted, counts.updated, counts.deleted
        ))?;
    }
    for (table, key) in &previewed.side_effects {
        let key = key.as_ref().map_or_else(String::new, |key| format!("({key})"));
        output::say(format!("warning: a trigger would leave {table}{key} other than planned"));
    }
    Ok(())
}

fn finish(
    prepared: &Prepared,
    applied: Option<&Applied>,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let plan = &prepared.plan;
    let hash = plan.hash().map_err(std::io::Error::from).map_err(Local::Output)?;
    let tx = applied.and_then(|applied| applied.tx);
    if arguments.json {
        let object = UndoObject {
            plan: PlanObject {
                hash,
                reverses: &plan.reverses,
                steps: plan.steps.iter().map(StepObject::from).collect(),
                conflicts: plan.conflicts.iter().map(ConflictObject::from).collect(),
            },
            applied: applied.is_some(),
            tx,
        };
        output::json(&object)?;
    } else if let Some(tx) = tx {
        output::say(format!(
            "Undone in transaction {tx}; `pgrecall undo --tx {tx}` would take that back."
        ));
    } else {
        output::say("Only a preview, nothing was changed.");
    }
    Ok(Exit::Ok)
}

use clap::Args;
use pgrecall_journal::{Journal, Retained, RetentionPlan, Term};
use pgrecall_model::{Pattern, RelationId};
use serde_json::json;

use crate::arguments::Connection;
use crate::command::track::parsed;
use crate::failure::{Exit, Failure, Local};
use crate::json::{RetentionObject, RetentionStepObject};
use crate::{clock, output, session};

/// Remove old changes from the journal
///
/// Shows what would go, asks, and removes it, without letting anybody wait who writes. What is said
/// for all tables goes by whole months; with --table or --exact to the moment. Without --keep it
/// lists the terms that were saved.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[command(after_long_help = "Examples:\n  pgrecall retain --keep 365d --dry-run\n  \
    pgrecall retain --keep 7y --table payments --save\n  pgrecall retain --keep forever --save")]
pub(crate) struct Arguments {
    /// How long changes are kept: `365d`, `52w`, `12mo`, `1y`, or `forever` with --save
    #[arg(long, value_name = "TERM")]
    keep: Option<String>,

    /// Only changes of these tables: `prizes`, `'app.session*'`; may be repeated
    #[arg(long, value_name = "PATTERN", requires = "keep")]
    table: Vec<String>,

    /// To the moment, not by whole months
    #[arg(long, requires = "keep")]
    exact: bool,

    /// Let `pgrecall maintain` keep to it from now on
    #[arg(long, requires = "keep", conflicts_with = "exact")]
    save: bool,

    /// Show what would go, and change nothing
    #[arg(long, requires = "keep")]
    dry_run: bool,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// What the arguments say about the term.
enum Wish {
    Keep(Term),
    Forever,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let Some(keep) = &arguments.keep else {
        return list(&session::open(connection).await?, arguments.json).await;
    };
    let wish = wish(keep, arguments)?;
    let patterns = parsed::<Pattern>(&arguments.table)?;
    if !arguments.yes && !arguments.dry_run && matches!(wish, Wish::Keep(_)) {
        output::require_terminal("retain")?;
    }
    let mut journal = session::open(connection).await?;
    let tables = named(&journal, &patterns).await?;
    match wish {
        Wish::Forever => {
            save(&journal, tables.as_deref(), None).await?;
            said(arguments.json, &json!({ "keep": "forever", "saved": true }), "Saved.")
        }
        Wish::Keep(term) => remove(&mut journal, arguments, term, tables.as_deref()).await,
    }
}

fn wish(keep: &str, arguments: &Arguments) -> Result<Wish, Failure> {
    match (keep, arguments.save && !arguments.dry_run) {
        ("forever", true) => Ok(Wish::Forever),
        ("forever", false) => {
            let text = "`--keep forever` only makes sense with `--save`, and not with `--dry-run`";
            Err(Local::Usage(text.to_owned()).into())
        }
        (term, _) => {
            Ok(Wish::Keep(term.parse().map_err(|error| Local::Usage(format!("{error}")))?))
        }
    }
}

async fn remove(
    journal: &mut Journal,
    arguments: &Arguments,
    term: Term,
    tables: Option<&[RelationId]>,
) -> Result<Exit, Failure> {
    let plan = journal.plan_retention(term, tables, arguments.exact).await?;
    if !arguments.json {
        show(&plan)?;
    }
    let nothing = plan.steps.is_empty() && !arguments.save;
    if arguments.dry_run || nothing {
        return finish(arguments, term, &plan, None);
    }
    if !arguments.yes {
        output::confirm("retain", "What is removed cannot be brought back.", "retain")?;
    }
    if arguments.save {
        save(journal, tables, Some(term)).await?;
    }
    let retained = journal.retain(&plan).await?;
    finish(arguments, term, &plan, Some(retained))
}

fn finish(
    arguments: &Arguments,
    term: Term,
    plan: &RetentionPlan,
    retained: Option<Retained>,
) -> Result<Exit, Failure> {
    let applied = retained.is_some();
    let done = retained.unwrap_or_default();
    let exit = if done.waiting.is_empty() { Exit::Ok } else { Exit::Partly };
    if arguments.json {
        output::json(&RetentionObject {
            keep: term.to_string(),
            steps: plan.steps.iter().map(RetentionStepObject::from).collect(),
            saved: applied && arguments.save,
            applied,
            changes_removed: done.changes,
            transactions_removed: done.transactions,
            events_removed: done.events,
            partitions_dropped: done.partitions,
            waiting: done.waiting,
        })?;
        return Ok(exit);
    }
    for reason in &done.waiting {
        output::say(format!("note: {reason}; run it again at a quieter time"));
    }
    if applied {
        output::say(format!(
            "{} and {} removed.",
            output::counted(usize::try_from(done.changes).unwrap_or_default(), "change"),
            output::counted(usize::try_from(done.transactions).unwrap_or_default(), "transaction"),
        ));
    }
    Ok(exit)
}

fn show(plan: &RetentionPlan) -> Result<(), Failure> {
    for step in &plan.steps {
        let how = if step.whole { "whole" } else { "part" };
        output::line(format!(
            "{}  {:<5}  {}: {}, {} kB, {} to {}, tx {} to {}",
            step.partition,
            how,
            step.table,
            output::counted(usize::try_from(step.changes).unwrap_or_default(), "change"),
            step.bytes / 1024,
            clock::shown(step.from_at),
            clock::shown(step.until_at),
            step.from_tx,
            step.until_tx,
        ))?;
    }
    if plan.steps.is_empty() {
        output::say("Nothing is old enough to go.");
    }
    Ok(())
}

async fn list(journal: &Journal, json: bool) -> Result<Exit, Failure> {
    let names = journal.names().await?;
    let terms = journal.terms().await?;
    for term in &terms {
        let name = term.relation.and_then(|id| names.get(&id)).map(ToString::to_string);
        if json {
            output::json(&json!({
                "table": name, "keep": term.keep, "set_by": term.set_by, "set_at": term.set_at
            }))?;
        } else {
            let name = name.unwrap_or_else(|| "every other table".to_owned());
            output::line(format!("{:<16} {name}", term.keep))?;
        }
    }
    if terms.is_empty() {
        output::say(
            "note: everything is kept forever; say otherwise with `pgrecall retain --keep 365d --save`",
        );
    }
    Ok(Exit::Ok)
}

/// The tables that the patterns mean, gone ones too; none for all.
async fn named(
    journal: &Journal,
    patterns: &[Pattern],
) -> Result<Option<Vec<RelationId>>, Failure> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let tables = journal.tables().await?;
    let mut ids = Vec::new();
    for pattern in patterns {
        let before = ids.len();
        let fitting = tables.iter().filter(|table| pattern.matches(&table.relation.name));
        ids.extend(fitting.map(|table| table.relation.id));
        if ids.len() == before {
            return Err(
                Local::Usage(format!("the journal knows no table that fits `{pattern}`")).into()
            );
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

async fn save(
    journal: &Journal,
    tables: Option<&[RelationId]>,
    term: Option<Term>,
) -> Result<(), Failure> {
    match tables {
        None => journal.keep(None, term).await?,
        Some(ids) => {
            for id in ids {
                journal.keep(Some(*id), term).await?;
            }
        }
    }
    Ok(())
}

fn said(json: bool, object: &serde_json::Value, text: &str) -> Result<Exit, Failure> {
    if json {
        output::json(object)?;
    } else {
        output::say(text);
    }
    Ok(Exit::Ok)
}

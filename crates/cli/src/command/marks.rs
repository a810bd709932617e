use clap::Args;
use pgrecall_journal::Journal;
use pgrecall_model::MarkName;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::json::MarkLine;
use crate::{clock, output, session};

/// List the moments that have names
///
/// The newest first.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only those that this fits: `deploy-1`, `'deploy-*'`
    #[arg(value_name = "PATTERN")]
    pattern: Option<String>,

    /// Take this name away; what the journal knows of the moment stays
    #[arg(long, value_name = "NAME", conflicts_with = "pattern")]
    delete: Option<String>,

    /// Print a line of JSON per mark
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    if let Some(name) = &arguments.delete {
        let name = MarkName::new(name.as_str())?;
        session::open(connection).await?.unmark(&name).await?;
        output::say(format!("The name {name} is free again."));
        return Ok(Exit::Ok);
    }
    let pattern = arguments.pattern.as_deref().map(MarkName::new).transpose()?;
    let journal = session::open(connection).await?;
    list(&journal, pattern.as_ref(), arguments.json).await
}

async fn list(journal: &Journal, pattern: Option<&MarkName>, json: bool) -> Result<Exit, Failure> {
    let marks = journal.marks(pattern).await?;
    for mark in &marks {
        if json {
            output::json(&MarkLine::from(mark))?;
            continue;
        }
        let by = mark.actor.as_deref().unwrap_or(&mark.database_user);
        let reason = mark.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        output::line(format!(
            "{}  tick {}  {}  by {by}{reason}",
            clock::shown(mark.at),
            mark.tick,
            mark.name
        ))?;
    }
    if marks.is_empty() {
        output::say("note: there are no marks");
    }
    Ok(Exit::Ok)
}

use clap::Args;
use pgrecall_model::MarkName;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::json::MarkedObject;
use crate::{output, session};

/// Give this moment a name
///
/// `mark:NAME` then means this moment exactly, wherever a moment is asked for.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall mark deploy-42 --reason 'release 4.2'\n  \
    pgrecall at 'mark:deploy-*' \"SELECT count(*) FROM orders\"")]
pub(crate) struct Arguments {
    /// The name; each is given once
    #[arg(value_name = "NAME")]
    name: String,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let name = MarkName::new(arguments.name.as_str())?;
    let mut journal = session::open(connection).await?;
    let tick = journal.mark(&name, arguments.reason.as_deref()).await?;
    if arguments.json {
        output::json(&MarkedObject { name: name.as_str(), tick: tick.0 })?;
    } else {
        output::say(format!("Marked as {name}, tick {tick}."));
    }
    Ok(Exit::Ok)
}

use clap::Args;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{clock, output, session};

/// Show how the journal stands, in numbers
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print an object of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let journal = session::open(connection).await?;
    let standing = journal.standing().await?;
    if arguments.json {
        output::json(&standing)?;
        return Ok(Exit::Ok);
    }
    let time = |at: Option<jiff::Timestamp>| at.map_or_else(|| "-".to_owned(), clock::shown);
    let lines = [
        ("tables tracked", standing.tracked.to_string()),
        ("patterns", standing.patterns.to_string()),
        ("changes", format!("about {}", standing.changes)),
        ("size", format!("{} KiB", standing.bytes / 1024)),
        ("oldest change", time(standing.oldest)),
        ("gaps", format!("{} ({} open)", standing.gaps, standing.open_gaps)),
        ("refusals", standing.refusals.to_string()),
        ("unfinished undos", standing.unfinished_undos.to_string()),
        (
            "checkpoints",
            format!("{} ({} KiB)", standing.checkpoints, standing.checkpoint_bytes / 1024),
        ),
        ("last upkeep", time(standing.maintained_at)),
    ];
    for (name, value) in lines {
        output::line(format!("{name:<16} {value}"))?;
    }
    Ok(Exit::Ok)
}

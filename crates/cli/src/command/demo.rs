use clap::Args;

use crate::demo::{self, Talk};
use crate::failure::{Exit, Failure};

/// Watch pgRecall at work on a private PostgreSQL
///
/// Starts a PostgreSQL server of its own in a folder of yours, makes a small application in it,
/// plays a working day and an accident, and walks you through finding and undoing it. No other
/// server is touched. Each run makes the database `demo` anew; the server keeps running, so that
/// you can look around.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that the user may give")]
#[command(after_long_help = "Examples:\n  pgrecall demo\n  pgrecall demo --no-pause\n  \
    pgrecall demo --clean")]
pub(crate) struct Arguments {
    /// Do not wait for Enter between the steps
    #[arg(long)]
    no_pause: bool,

    /// Stop the server, and keep its data
    #[arg(long, conflicts_with_all = ["clean", "no_pause"])]
    stop: bool,

    /// Stop the server, and delete it with all its data
    #[arg(long, conflicts_with = "no_pause")]
    clean: bool,

    /// Print one JSON object; what happens is told on stderr
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.stop {
        demo::stop(arguments.json)?;
    } else if arguments.clean {
        demo::clean(arguments.json)?;
    } else {
        demo::play(&Talk::new(arguments.json, arguments.no_pause)).await?;
    }
    Ok(Exit::Ok)
}

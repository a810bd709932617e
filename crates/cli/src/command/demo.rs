use clap::Args;

use crate::demo::{self, Talk};
use crate::failure::{Exit, Failure};

/// Watch pgRecall at work on a private PostgreSQL
///
/// Starts a PostgreSQL server of its own in a folder of yours, makes a small application in it,
/// plays a working day and an accident, and walks you through finding and undoing it. Then it
/// happens again, and a link leads to the console, where you can take it back yourself. No other
/// server is touched. Each run makes the database `demo` anew; the servers keep running, so that
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

    /// What the demo calls itself with, to keep the console running
    #[arg(long, hide = true, value_name = "FOLDER", conflicts_with_all = ["stop", "clean"])]
    keep_console: Option<std::path::PathBuf>,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if let Some(folder) = &arguments.keep_console {
        demo::keep(folder).await?;
    } else if arguments.stop {
        demo::stop(arguments.json).await?;
    } else if arguments.clean {
        demo::clean(arguments.json).await?;
    } else {
        demo::play(&Talk::new(arguments.json, arguments.no_pause)).await?;
    }
    Ok(Exit::Ok)
}

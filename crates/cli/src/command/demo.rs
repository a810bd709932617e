use clap::Args;

use crate::failure::{Exit, Failure};

/// Watch pgRecall at work on a private PostgreSQL
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let _ = arguments.json;
    Ok(Exit::Ok)
}

use clap::Args;
use pgrecall_journal::{Installed, VERSION, upgrade};
use serde_json::json;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Bring the journal to the version of this program
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut database = session::connect(connection).await?;
    let installed = upgrade(&mut database).await?;
    let from = match installed {
        Installed::Upgraded { from } => Some(from),
        Installed::Created | Installed::AlreadyThere => None,
    };
    match (arguments.json, from) {
        (true, _) => output::json(&json!({ "from": from.unwrap_or(VERSION), "version": VERSION }))?,
        (false, Some(from)) => {
            output::say(format!("The journal was brought from version {from} to {VERSION}."));
        }
        (false, None) => {
            output::say(format!("The journal has version {VERSION}, which is the newest."));
        }
    }
    Ok(Exit::Ok)
}

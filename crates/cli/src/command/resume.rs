use clap::Args;

use crate::arguments::Connection;
use crate::command::pause::{Meant, resume};
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Record tables again that were paused
///
/// Just as before, each table in its own transaction, which waits for those who write to it two
/// seconds at most and is tried five times. Without pgRecall at hand: `SELECT recall.resume()`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall resume --all\n  pgrecall resume orders")]
pub(crate) struct Arguments {
    #[command(flatten)]
    tables: Meant,

    /// Print a line of JSON per table
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut journal = session::open(connection).await?;
    let mut tables = arguments.tables.tables(&journal).await?;
    tables.retain(|table| table.paused);
    if tables.is_empty() {
        output::say("note: none of these tables is paused");
    }
    let (mut failed, mut altered) = (0, false);
    for table in &tables {
        if !resume(&mut journal, table, arguments.json).await? {
            failed += 1;
        }
        altered |= table.present_shape().is_none();
    }
    if altered {
        output::say("note: tables were altered meanwhile; run `pgrecall track` for them, too");
    }
    Ok(match failed {
        0 => Exit::Ok,
        all if all == tables.len() => Exit::Failed,
        _ => Exit::Partly,
    })
}

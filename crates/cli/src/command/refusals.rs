use clap::Args;
use pgrecall_journal::Refusal;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{clock, output, session};

/// Show what guards refused
///
/// Guards are set with `pgrecall track`. The latest refusal first. Where more than 16 came between
/// two looks, the oldest of them are lost; the numbers show how many.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// At most so many refusals; 0 for all
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: u32,

    /// Print a line of JSON per refusal
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let journal = session::open(connection).await?;
    let refusals = journal.refusals(output::one_more(arguments.limit)).await?;
    for refusal in output::limited(&refusals, arguments.limit) {
        if arguments.json {
            output::json(refusal)?;
        } else {
            output::line(text(refusal))?;
        }
    }
    if refusals.is_empty() {
        output::say("note: nothing was refused");
    }
    Ok(Exit::Ok)
}

fn text(refusal: &Refusal) -> String {
    let Refusal { id, guard, op, .. } = refusal;
    let table = refusal.table.as_deref().unwrap_or("a table that is gone");
    let user = refusal.database_user.as_deref().unwrap_or("a user that is gone");
    let mut parts = vec![
        format!("#{id}"),
        clock::shown(refusal.at),
        format!("{guard:<10}"),
        format!("{op} {table}"),
        format!("database user {user}"),
    ];
    parts.extend(refusal.detail.clone());
    parts.join("  ")
}

use clap::Args;
use pgrecall_model::Moment;
use pgrecall_timetravel::{Boundary, Past, Rows, at};

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{clock, output, session};

/// Run a SELECT as of a moment
///
/// Your own SQL, with joins, views and aggregates, over the tables as they were. Nothing can be
/// written, and no table is locked.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall at -15m \"SELECT count(*) FROM prizes\"\n  \
    pgrecall at before:tx:8841 \"SELECT * FROM payments WHERE id = 7\" --json\n\n\
    Moments:\n  now, 2026-03-01T09:30:00Z, '2026-03-01 09:30' (your time zone), -15m,\n  \
    '15 minutes ago', before:tx:ID, after:tx:ID")]
pub(crate) struct Arguments {
    /// The moment
    #[arg(value_name = "MOMENT", allow_hyphen_values = true)]
    moment: String,

    /// The query
    #[arg(value_name = "SELECT")]
    sql: String,

    /// Print the rows as CSV with a header
    #[arg(long, conflicts_with = "json")]
    csv: bool,

    /// Print a line of JSON per row
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let moment = Moment::parse(&arguments.moment, &clock::now())?;
    let mut journal = session::open(connection).await?;
    let past = at(&journal, moment, &arguments.sql).await?;
    announce(&past);
    if arguments.csv {
        past.csv(&mut journal, output::bytes).await?;
    } else if arguments.json {
        past.json(&mut journal, |line| output::line(line)).await?;
    } else {
        table(&past.rows(&mut journal).await?)?;
    }
    Ok(Exit::Ok)
}

fn announce(past: &Past) {
    match past.boundary {
        Boundary::Present => output::say("As it is now."),
        Boundary::After { tx, time: Some(time) } => {
            output::say(format!("As of {}, after transaction {tx}.", clock::shown(time)));
        }
        Boundary::After { tx, time: None } => {
            output::say(format!("As of the end of transaction {tx}."));
        }
    }
    for warning in &past.warnings {
        output::say(format!("warning: {warning}"));
    }
}

fn table(rows: &Rows) -> Result<(), Failure> {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY).set_header(&rows.columns);
    for row in &rows.rows {
        table.add_row(row.iter().map(|value| value.as_deref().unwrap_or("∅")));
    }
    output::line(&table)?;
    output::say(format!("({})", output::counted(rows.rows.len(), "row")));
    Ok(())
}

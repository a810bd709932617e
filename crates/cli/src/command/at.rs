use clap::Args;
use comfy_table::ContentArrangement;
use pgrecall_model::Moment;
use pgrecall_timetravel::{Boundary, Certainty, Cut, Past, Rows, at};

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{clock, output, session};

/// The widest table on a terminal, in characters; longer values go over several lines.
const LINE_WIDTH: u16 = 100;

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
    let past = at(&journal, moment.clone(), &arguments.sql).await?;
    announce(&moment, &past);
    if arguments.csv {
        past.csv(&mut journal, output::bytes).await?;
    } else if arguments.json {
        past.json(&mut journal, |line| output::line(line)).await?;
    } else {
        table(&past.rows(&mut journal).await?)?;
    }
    Ok(Exit::Ok)
}

fn announce(moment: &Moment, past: &Past) {
    output::say(format!("{}{}.", shown(moment, &past.boundary), certainty(&past.boundary)));
    for warning in &past.warnings {
        output::say(format!("warning: {warning}"));
    }
}

fn shown(moment: &Moment, boundary: &Boundary) -> String {
    if let Boundary::Past(Cut { tick: Some(tick), mark, .. }) = boundary {
        let at = clock::shown(tick.at);
        return match mark {
            Some(mark) => format!("As of mark {mark}, tick {}, at {at}", tick.id),
            None => format!("As of tick {}, at {at}", tick.id),
        };
    }
    match moment {
        Moment::Time(time) => format!("As of {}", clock::shown(*time)),
        Moment::Before(tx) => format!("As it was just before transaction {tx}"),
        Moment::After(tx) => format!("As it was just after transaction {tx}"),
        Moment::Change(change) => {
            format!("As it was just after the transaction of change {change}")
        }
        Moment::Now | Moment::Tick(_) | Moment::Mark(_) => "As it is now".to_owned(),
    }
}

/// How well it is known what belonged to the moment, in the words of every answer.
fn certainty(boundary: &Boundary) -> String {
    let Boundary::Past(cut) = boundary else { return String::new() };
    match cut.certainty {
        Certainty::Exact => " (exact)".to_owned(),
        Certainty::Within(slack) => {
            format!(" (approximate within {:.3} s)", slack.as_secs_f64())
        }
        Certainty::ByNumber => " (approximate: transactions count by their numbers)".to_owned(),
    }
}

fn table(rows: &Rows) -> Result<(), Failure> {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY).set_header(&rows.columns);
    if output::is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(LINE_WIDTH);
    }
    for row in &rows.rows {
        table.add_row(row.iter().map(|value| value.as_deref().unwrap_or("∅")));
    }
    output::line(&table)?;
    output::say(format!("({})", output::counted(rows.rows.len(), "row")));
    Ok(())
}

use clap::Args;
use comfy_table::ContentArrangement;
use pgrecall_journal::Journal;
use pgrecall_model::Moment;
use pgrecall_timetravel::{Boundary, Cut, Rows, Terms, Warning, at_with, setup};

use crate::arguments::Connection;
use crate::failure::{Exit, Failure, Local};
use crate::{clock, output, psql, session};

/// The widest table on a terminal, in characters; longer values go over several lines.
const LINE_WIDTH: u16 = 100;

/// Run a SELECT as of a moment
///
/// Your own SQL, with joins, views and aggregates, over the tables as they were, under their names
/// and with their columns of then. Nothing can be written, and no table is locked.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall at -15m \"SELECT count(*) FROM prizes\"\n  \
    pgrecall at before:tx:8841 \"SELECT * FROM payments WHERE id = 7\" --json\n  \
    pgrecall at mark:deploy-42                     # psql, as of that mark\n\n\
    Moments:\n  now, 2026-03-01T09:30:00Z, '2026-03-01 09:30' (your time zone), -15m,\n  \
    '15 minutes ago', before:tx:ID, after:tx:ID, change:ID, tick:ID, mark:NAME,\n  'mark:deploy-*' (the newest that fits)")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Arguments {
    /// The moment
    #[arg(value_name = "MOMENT", allow_hyphen_values = true)]
    moment: String,

    /// The query; without one, `psql` starts in a session that sees the moment
    #[arg(value_name = "SELECT")]
    sql: Option<String>,

    /// Print the statements that lead a session to the moment, instead of starting `psql`
    ///
    /// For other clients. `CALL recall.leave()` goes back to the present.
    #[arg(long, conflicts_with_all = ["sql", "csv", "json"])]
    print_setup: bool,

    /// Read what is not tracked as it is now, instead of refusing the query
    #[arg(long)]
    allow_untracked: bool,

    /// Do without values and rows that nobody knows any more, instead of refusing the query
    ///
    /// Values of columns that were dropped or got another type since are null, and of a dropped table
    /// only those rows are there that were changed while it was recorded. A warning says which.
    #[arg(long)]
    allow_incomplete: bool,

    /// Answer from the journal alone, without the tables of today
    ///
    /// From the rows that `pgrecall track --baseline` copied, and the changes between them and the moment.
    #[arg(long)]
    from_journal: bool,

    /// Refuse an answer that is approximate, crosses a gap or has to be warned of otherwise
    #[arg(long)]
    strict: bool,

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
    let terms = Terms {
        strict: arguments.strict,
        allow_untracked: arguments.allow_untracked,
        allow_incomplete: arguments.allow_incomplete,
        from_journal: arguments.from_journal,
    };
    let Some(sql) = &arguments.sql else {
        return whole_session(connection, &journal, (moment, terms), arguments).await;
    };
    let past = at_with(&journal, moment.clone(), sql, terms).await?;
    announce(&moment, &past.boundary, &past.warnings);
    if arguments.csv {
        past.csv(&mut journal, output::bytes).await?;
    } else if arguments.json {
        past.json(&mut journal, |line| output::line(line)).await?;
    } else {
        table(&past.rows(&mut journal).await?)?;
    }
    Ok(Exit::Ok)
}

/// Leads a whole session to the moment.
async fn whole_session(
    connection: &Connection,
    journal: &Journal,
    (moment, terms): (Moment, Terms),
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    if arguments.csv || arguments.json {
        let missing = "`--csv` and `--json` need a query";
        return Err(Local::Usage(missing.to_owned()).into());
    }
    let setup = setup(journal, moment.clone(), terms).await?;
    announce(&moment, &setup.boundary, &setup.warnings);
    for (name, why) in &setup.refused {
        output::say(format!("note: {name} is refused: {why}"));
    }
    output::say("note: names with a schema still mean the tables of today");
    if arguments.print_setup {
        output::line(&setup.sql)?;
        return Ok(Exit::Ok);
    }
    psql::run(connection, &setup, &arguments.moment).await
}

fn announce(moment: &Moment, boundary: &Boundary, warnings: &[Warning]) {
    output::say(format!("{}.", sentence(moment, boundary)));
    for warning in warnings {
        output::say(format!("warning: {warning}"));
    }
}

/// What a moment came to, and how certain that is, without a full stop.
pub(crate) fn sentence(moment: &Moment, boundary: &Boundary) -> String {
    match boundary {
        Boundary::Present => shown(moment, boundary),
        Boundary::Past(cut) => format!("{} ({})", shown(moment, boundary), cut.certainty),
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

use clap::Args;
use pgrecall_model::{Moment, TxId};
use pgrecall_timetravel::{Blame, Blamed, Boundary, Evidence, Fate, Setter, Since, blame};

use crate::arguments::Connection;
use crate::command::at;
use crate::failure::{Exit, Failure};
use crate::json::BlameLine;
use crate::{clock, diff, output, session};

/// Show who set each column of a record, when and why
///
/// A record is followed when its key is changed. Of one that was deleted the columns are those that
/// it had at last.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall blame prizes 42\n  \
    pgrecall blame app.seat event=7,row=C --at -1d\n  pgrecall blame prizes 42 --json")]
pub(crate) struct Arguments {
    /// The table
    table: String,

    /// The record's key: `42`, `id=42`, `a=1,b=x`
    key: String,

    /// The record as of this moment, instead of now
    #[arg(long, value_name = "MOMENT", default_value = "now", allow_hyphen_values = true)]
    at: String,

    /// Print a line of JSON per column
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let moment = Moment::parse(&arguments.at, &clock::now())?;
    let journal = session::open(connection).await?;
    let table = journal.table(&arguments.table).await?;
    let key = journal.key(&table, &arguments.key).await?;
    let boundary = Boundary::of(&journal, moment.clone()).await?;
    let found = blame(&journal, &table, &key, &boundary, Evidence::Rows).await?;
    if moment == Moment::Now {
        session::warn_of_gaps(&journal, std::slice::from_ref(&table)).await?;
    } else {
        output::say(format!("{}.", at::sentence(&moment, &boundary)));
        for gap in &found.gaps {
            output::say(format!("warning: {}", gap.sentence(&table.relation.name)));
        }
    }
    announce(&found);
    if arguments.json {
        for column in &found.columns {
            output::json(&BlameLine::new(column, &found.fate))?;
        }
        return Ok(Exit::Ok);
    }
    output::line(format!("{} {}", table.relation.name, found.key))?;
    let names = found.columns.iter().map(|column| column.column.chars().count());
    let values = found.columns.iter().map(|column| shown(column).chars().count());
    let (names, values) = (names.max().unwrap_or(0), values.max().unwrap_or(0));
    for column in &found.columns {
        let (name, value, origin) = (&column.column, shown(column), origin(column, &found));
        output::line(format!("  {name:<names$}  {value:<values$}  {origin}"))?;
    }
    Ok(Exit::Ok)
}

fn announce(found: &Blame) {
    match &found.fate {
        Fate::Present => {}
        Fate::Deleted(setter) => {
            output::say(format!("note: the record is gone, by {} of {}", setter.op, by(setter)));
        }
        Fate::Missing => output::say("note: the record is gone, and the journal does not tell how"),
    }
    for column in found.columns.iter().filter(|column| column.hashed) {
        let name = &column.column;
        output::say(format!("note: of column {name} only a hash is recorded, which is shown"));
    }
}

fn shown(column: &Blamed) -> String {
    diff::value(column.value.as_ref())
}

fn origin(column: &Blamed, found: &Blame) -> String {
    match (&column.setter, column.since) {
        (Some(setter), _) => by(setter),
        (None, Since::NotRecorded) => "not recorded".to_owned(),
        (None, Since::BeforeTracking) => {
            format!("before {}, when tracking began", clock::shown(found.known_since))
        }
        (None, _) => "unknown: no change that you can see gave it this value".to_owned(),
    }
}

/// A change in one line.
fn by(setter: &Setter) -> String {
    let mut parts = vec![format!("tx {}", setter.tx), clock::shown(setter.at)];
    parts.extend(diff::who(&setter.context));
    if !setter.undoes.is_empty() {
        let undone: Vec<String> = setter.undoes.iter().map(TxId::to_string).collect();
        parts.push(format!("(undo of tx {})", undone.join(", ")));
    }
    parts.join("  ")
}

use clap::Args;
use pgrecall_journal::{Event, EventFilter};
use pgrecall_model::TxId;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::json::EventLine;
use crate::session::Point;
use crate::{clock, diff, output, session};

/// Show what the application logged with `recall.log_action()`
///
/// Events are what happened in the application and is no change of a row. The newest first; all
/// filters must fit.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall events --action export --since -2h\n  \
    pgrecall events --actor support-7 --json")]
pub(crate) struct Arguments {
    /// Events with this action
    #[arg(long)]
    action: Option<String>,

    /// Events by this actor
    #[arg(long)]
    actor: Option<String>,

    /// Events of this transaction
    #[arg(long, value_name = "ID")]
    tx: Option<TxId>,

    /// From this moment on: a time, `-15m`, `before:tx:ID`, `after:tx:ID`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    since: Option<String>,

    /// At most so many events; 0 for all
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: u32,

    /// Print a line of JSON per event
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut filter = EventFilter {
        action: arguments.action.clone(),
        actor: arguments.actor.clone(),
        tx: arguments.tx,
        limit: output::one_more(arguments.limit),
        ..EventFilter::default()
    };
    let since = session::moment(arguments.since.as_ref())?;
    let journal = session::open(connection).await?;
    if let Some(moment) = since {
        match session::point(&journal, moment).await? {
            Point::Time(time) => filter.since = Some(time),
            Point::After(tx) => filter.after = Some(tx),
        }
    }
    let events = journal.events(&filter).await?;
    for event in output::limited(&events, arguments.limit) {
        if arguments.json {
            output::json(&EventLine::from(event))?;
        } else {
            output::line(text(event))?;
        }
    }
    if events.is_empty() {
        output::say("note: no event fits");
    }
    Ok(Exit::Ok)
}

/// An event on one line.
pub(crate) fn text(event: &Event) -> String {
    let mut parts = vec![format!("tx {}", event.tx), clock::shown(event.at), event.action.clone()];
    let record = event.key.as_ref().map_or_else(String::new, |key| {
        let values: Vec<String> =
            key.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!(" {}", values.join(","))
    });
    parts.extend(event.table.as_ref().map(|table| format!("{table}{record}")));
    if !event.details.is_empty() {
        parts.push(serde_json::to_string(&event.details).unwrap_or_default());
    }
    parts.extend(diff::who(&event.context));
    parts.join("  ")
}

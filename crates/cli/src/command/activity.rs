use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use pgrecall_journal::{Bulk, Dimension, Filter, Group, Journal, Unusual};
use pgrecall_model::Operation;

use crate::arguments::Connection;
use crate::command::log;
use crate::failure::{Exit, Failure, Local};
use crate::json::{ActivityLine, BulkLine, UnusualLine};
use crate::{clock, output, session};

/// How far back the activity is shown where the user names no beginning, in days.
const DAYS: i64 = 7;

/// Show how much was changed, by whom, where and when
///
/// The most first, so that `--by hour` begins with the busiest hours. All filters must fit.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall activity\n  \
    pgrecall activity --by hour,actor --since -1d --table payments\n  \
    pgrecall activity --bulk 1000 --since -30d\n  pgrecall activity --unusual --by table")]
pub(crate) struct Arguments {
    /// What to count by; without it `actor,table`, with `--unusual` all changes together
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    by: Vec<By>,

    /// Stretches in which somebody made more than so many changes within a minute
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["by", "unusual"])]
    bulk: Option<u32>,

    /// Hours with many more changes than the same hour of the weeks before
    #[arg(long)]
    unusual: bool,

    /// Changes of this table
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,

    /// Changes by this actor
    #[arg(long)]
    actor: Option<String>,

    /// Changes for this tenant
    #[arg(long)]
    tenant: Option<String>,

    /// Changes in this session of the application
    #[arg(long)]
    session: Option<String>,

    /// Changes of this kind: `insert`, `update`, `delete` or `truncate`
    #[arg(long, value_name = "OP")]
    op: Vec<Operation>,

    /// From this moment on: a time, `-15m`, `before:tx:ID`, `after:tx:ID`; without it the last 7 days
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    since: Option<String>,

    /// Up to this moment
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    until: Option<String>,

    /// At most so many lines; 0 for all
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: u32,

    /// Print a line of JSON per line
    #[arg(long)]
    json: bool,
}

/// What changes can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Actor,
    Table,
    Hour,
    Day,
    Operation,
    Application,
    Tenant,
    Session,
}

impl From<By> for Dimension {
    fn from(by: By) -> Self {
        match by {
            By::Actor => Self::Actor,
            By::Table => Self::Table,
            By::Hour => Self::Hour,
            By::Day => Self::Day,
            By::Operation => Self::Operation,
            By::Application => Self::Application,
            By::Tenant => Self::Tenant,
            By::Session => Self::Session,
        }
    }
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut filter = filter(arguments)?;
    let by = dimensions(arguments)?;
    let since = session::moment(arguments.since.as_ref())?;
    let until = session::moment(arguments.until.as_ref())?;
    let journal = session::open(connection).await?;
    log::add_moments(&mut filter, &journal, since, until).await?;
    if let Some(tables) = session::named_tables(&journal, &arguments.table).await? {
        session::warn_of_gaps(&journal, &tables).await?;
        filter.tables = Some(tables.iter().map(|table| table.relation.id).collect());
    }
    let shown = if let Some(count) = arguments.bulk {
        bulk(&journal, &filter, arguments, count).await?
    } else if arguments.unusual {
        unusual(&journal, &filter, arguments, &by).await?
    } else {
        counted(&journal, &filter, arguments, &by).await?
    };
    if !shown {
        output::say("note: no change fits");
    }
    Ok(Exit::Ok)
}

fn filter(arguments: &Arguments) -> Result<Filter, Failure> {
    let mut filter = Filter {
        actor: arguments.actor.clone(),
        tenant: arguments.tenant.clone(),
        session: arguments.session.clone(),
        operations: arguments.op.clone(),
        limit: output::one_more(arguments.limit),
        ..Filter::default()
    };
    if arguments.since.is_none() {
        let days = Span::new().days(DAYS);
        let since =
            clock::now().checked_sub(days).map_err(|error| Local::Usage(error.to_string()))?;
        filter.since = Some(since.timestamp());
    }
    Ok(filter)
}

fn dimensions(arguments: &Arguments) -> Result<Vec<Dimension>, Failure> {
    let mut by: Vec<Dimension> = arguments.by.iter().copied().map(Dimension::from).collect();
    by.sort_unstable();
    by.dedup();
    let of_time = |dimension: &Dimension| [Dimension::Hour, Dimension::Day].contains(dimension);
    if arguments.unusual && by.iter().any(of_time) {
        let what = "`--unusual` compares hours; `--by` says by what else";
        return Err(Local::Usage(what.to_owned()).into());
    }
    if by.is_empty() && !arguments.unusual {
        by = vec![Dimension::Actor, Dimension::Table];
    }
    Ok(by)
}

/// The user's own, as the server knows it.
fn time_zone() -> String {
    TimeZone::system().iana_name().unwrap_or("UTC").to_owned()
}

async fn counted(
    journal: &Journal,
    filter: &Filter,
    arguments: &Arguments,
    by: &[Dimension],
) -> Result<bool, Failure> {
    let found = journal.activity(filter, by, &time_zone()).await?;
    let found = output::limited(&found, arguments.limit);
    let groups: Vec<String> = found.iter().map(|activity| words(&activity.group)).collect();
    let width = groups.iter().map(|group| group.chars().count()).max().unwrap_or(0);
    for (activity, group) in found.iter().zip(&groups) {
        if arguments.json {
            output::json(&ActivityLine::new(activity, by))?;
            continue;
        }
        let operations = [
            (activity.inserts, "inserted"),
            (activity.updates, "updated"),
            (activity.deletes, "deleted"),
            (activity.truncates, "truncated"),
        ];
        let operations: Vec<String> = operations
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let changes = if activity.changes == 1 { "change " } else { "changes" };
        let (count, transactions) = (activity.changes, activity.transactions);
        output::line(format!(
            "{group:<width$}  {count:>8} {changes} in {transactions} tx: {}",
            operations.join(", ")
        ))?;
    }
    Ok(!found.is_empty())
}

async fn bulk(
    journal: &Journal,
    filter: &Filter,
    arguments: &Arguments,
    count: u32,
) -> Result<bool, Failure> {
    let found = journal.bulk_changes(filter, i64::from(count)).await?;
    for bulk in output::limited(&found, arguments.limit) {
        if arguments.json {
            output::json(&BulkLine::from(bulk))?;
        } else {
            output::line(sentence(bulk))?;
        }
    }
    Ok(!found.is_empty())
}

fn sentence(bulk: &Bulk) -> String {
    let who = who(bulk.who.actor.as_deref(), bulk.who.database_user.as_deref());
    let tables: Vec<String> = bulk.tables.iter().map(ToString::to_string).collect();
    let ops: Vec<&str> = bulk.ops.iter().map(|op| op.as_str()).collect();
    format!(
        "{}  {who}  {} changes in {} tx ({} to {}), up to {} a minute: {} of {}",
        clock::shown(bulk.first_at),
        bulk.changes,
        bulk.transactions,
        bulk.first_tx,
        bulk.last_tx,
        bulk.in_a_minute,
        ops.join(", "),
        tables.join(", "),
    )
}

async fn unusual(
    journal: &Journal,
    filter: &Filter,
    arguments: &Arguments,
    by: &[Dimension],
) -> Result<bool, Failure> {
    let Some(since) = filter.since else {
        let what = "`--unusual` needs a time for `--since`, not a transaction";
        return Err(Local::Usage(what.to_owned()).into());
    };
    say_whether_enough(journal, filter, since).await?;
    let found = journal.unusual_activity(filter, since, by, &time_zone()).await?;
    for unusual in output::limited(&found, arguments.limit) {
        if arguments.json {
            output::json(&UnusualLine::new(unusual, by))?;
            continue;
        }
        output::line(format!(
            "{}  {} changes; {} ± {:.0} in the {} weeks before",
            words(&unusual.group),
            unusual.changes,
            unusual.median,
            unusual.deviation,
            unusual.weeks
        ))?;
    }
    if found.is_empty() {
        output::say("note: nothing stands out");
    }
    Ok(true)
}

/// Without some weeks of history nothing can be told apart from what is usual.
async fn say_whether_enough(
    journal: &Journal,
    filter: &Filter,
    since: Timestamp,
) -> Result<(), Failure> {
    let recorded = journal.recorded_since(filter.tables.as_deref()).await?;
    let needed = Unusual::needed_history();
    if let Some(recorded) = recorded.filter(|&recorded| since.duration_since(recorded) < needed) {
        output::say(format!(
            "note: what is usual shows after {} weeks; the journal begins at {}",
            needed.as_hours() / (7 * 24),
            clock::shown(recorded)
        ));
    }
    Ok(())
}

/// What changes have in common, in one line.
fn words(group: &Group) -> String {
    let known = |value: &Option<Option<String>>, noun: &str| {
        value.as_ref().map(|value| match value {
            Some(value) => format!("{noun} {value}"),
            None => format!("no {noun}"),
        })
    };
    let parts = [
        group.hour.or(group.day).map(clock::shown),
        group.who.as_ref().map(|by| who(by.actor.as_deref(), by.database_user.as_deref())),
        group.table.as_ref().map(ToString::to_string),
        group.op.map(|op| op.as_str().to_owned()),
        known(&group.application, "application"),
        known(&group.tenant, "tenant"),
        known(&group.session, "session"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("  ")
}

fn who(actor: Option<&str>, database_user: Option<&str>) -> String {
    match (actor, database_user) {
        (Some(actor), _) => actor.to_owned(),
        (None, Some(user)) => format!("database user {user}"),
        (None, None) => "unknown".to_owned(),
    }
}

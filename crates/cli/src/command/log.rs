use std::time::Duration;

use clap::Args;
use futures_util::{StreamExt, pin_mut};
use pgrecall_journal::{Changes, Filter, Journal, JournalError, News, Undone};
use pgrecall_model::{Change, Moment, Operation, TxId};

use crate::arguments::Connection;
use crate::failure::{Exit, Failure, Local};
use crate::json::ChangeLine;
use crate::session::Point;
use crate::{diff, output, session};

/// How often a followed journal is looked at.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);

/// Show what was changed, by whom
///
/// The newest first. All filters must fit.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall log --table prizes --op delete --since -2h\n  \
    pgrecall log --actor support-7 --since '2026-03-01 09:00' --json")]
pub(crate) struct Arguments {
    /// Changes of this table
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,

    /// Changes of the record with this key: `42`, `id=42`, `a=1,b=x`
    #[arg(long, value_name = "KEY", requires = "table")]
    key: Option<String>,

    /// Changes by this actor
    #[arg(long)]
    actor: Option<String>,

    /// Changes for this tenant
    #[arg(long)]
    tenant: Option<String>,

    /// Changes in this session of the application
    #[arg(long)]
    session: Option<String>,

    /// Changes of this transaction
    #[arg(long, value_name = "ID")]
    tx: Vec<TxId>,

    /// Changes of this kind: `insert`, `update`, `delete` or `truncate`
    #[arg(long, value_name = "OP")]
    op: Vec<Operation>,

    /// Changes made under this operation (see `pgrecall operations`)
    #[arg(long, value_name = "ID")]
    operation: Option<i64>,

    /// Updates that changed this column
    #[arg(long, value_name = "COLUMN")]
    column: Option<String>,

    /// From this moment on: a time, `-15m`, `before:tx:ID`, `after:tx:ID`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    since: Option<String>,

    /// Up to this moment
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    until: Option<String>,

    /// At most so many changes; 0 for all
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: u32,

    /// Begin with the oldest change
    #[arg(long)]
    oldest_first: bool,

    /// Keep waiting, and show changes as they are committed
    #[arg(long, short, conflicts_with_all = ["since", "until", "limit", "oldest_first", "tx"])]
    follow: bool,

    /// Print a line of JSON per change
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut filter = filter(arguments);
    let since = session::moment(arguments.since.as_ref())?;
    let until = session::moment(arguments.until.as_ref())?;
    let journal = session::open(connection).await?;
    add_moments(&mut filter, &journal, since, until).await?;
    let changes = journal.changes().await?;
    add_table(&mut filter, &journal, arguments).await?;
    if arguments.follow {
        return follow(&journal, filter, arguments.json).await;
    }
    if !arguments.tx.is_empty() {
        for id in &arguments.tx {
            journal.transaction(*id).await?;
        }
    }
    let limit = i64::from(arguments.limit);
    // One more than is shown tells whether there are more.
    filter.limit = (limit > 0).then_some(limit + 1);
    let mut printer = Printer::new(arguments.json, journal.undone().await?);
    let stream = changes.stream(&journal, &filter).await?;
    pin_mut!(stream);
    let mut shown = 0;
    while let Some(change) = stream.next().await {
        if limit > 0 && shown == limit {
            output::say(format!("note: there are more than {limit}; `--limit 0` shows all"));
            break;
        }
        printer.print(&change?)?;
        shown += 1;
    }
    if shown == 0 {
        output::say("note: no change fits");
    }
    Ok(Exit::Ok)
}

/// The part of the filter that needs no database.
fn filter(arguments: &Arguments) -> Filter {
    Filter {
        actor: arguments.actor.clone(),
        tenant: arguments.tenant.clone(),
        session: arguments.session.clone(),
        transactions: (!arguments.tx.is_empty()).then(|| arguments.tx.clone()),
        operations: arguments.op.clone(),
        column: arguments.column.clone(),
        operation: arguments.operation,
        oldest_first: arguments.oldest_first || arguments.follow,
        ..Filter::default()
    }
}

/// Keeps to what lies between two moments.
pub(crate) async fn add_moments(
    filter: &mut Filter,
    journal: &Journal,
    since: Option<Moment>,
    until: Option<Moment>,
) -> Result<(), Failure> {
    if let Some(moment) = since {
        match session::point(journal, moment).await? {
            Point::Time(time) => filter.since = Some(time),
            Point::After(tx) => filter.after = Some(tx),
        }
    }
    if let Some(moment) = until.filter(|moment| *moment != Moment::Now) {
        match session::point(journal, moment).await? {
            Point::Time(time) => filter.until = Some(time),
            Point::After(tx) => filter.up_to = Some(tx),
        }
    }
    Ok(())
}

async fn add_table(
    filter: &mut Filter,
    journal: &Journal,
    arguments: &Arguments,
) -> Result<(), Failure> {
    let Some(tables) = session::named_tables(journal, &arguments.table).await? else {
        return session::warn_of_pauses(journal).await;
    };
    if let Some(column) = &arguments.column {
        let missing =
            tables.iter().find(|table| !table.columns.is_empty() && !table.has_column(column));
        if let Some(table) = missing {
            let (table, column) = (table.relation.name.clone(), column.clone());
            return Err(JournalError::NoSuchColumn { table, column }.into());
        }
    }
    if let Some(key) = &arguments.key {
        if arguments.table.len() > 1 {
            return Err(Local::Usage("`--key` needs exactly one `--table`".to_owned()).into());
        }
        // A dropped table of the same name yields to the one that is there.
        let present = tables.iter().find(|table| table.relation.oid.is_some()).or(tables.first());
        let Some(table) = present else { return Ok(()) };
        filter.key = Some(journal.key(table, key).await?.text);
    }
    session::warn_of_gaps(journal, &tables).await?;
    filter.tables = Some(tables.iter().map(|table| table.relation.id).collect());
    Ok(())
}

async fn follow(journal: &Journal, filter: Filter, json: bool) -> Result<Exit, Failure> {
    let mut news = News::default();
    news.next(journal).await?;
    output::say("Waiting for changes; stop with Ctrl-C.");
    let mut printer = Printer::new(json, Undone::default());
    loop {
        tokio::time::sleep(FOLLOW_EVERY).await;
        let transactions = news.next(journal).await?;
        if transactions.is_empty() {
            continue;
        }
        let changes: Changes = journal.changes().await?;
        let filter = Filter { transactions: Some(transactions), ..filter.clone() };
        let stream = changes.stream(journal, &filter).await?;
        pin_mut!(stream);
        while let Some(change) = stream.next().await {
            printer.print(&change?)?;
        }
    }
}

/// Prints changes, with a heading where another transaction begins.
pub(crate) struct Printer {
    json: bool,
    undone: Undone,
    heading: Option<TxId>,
}

impl Printer {
    pub(crate) fn new(json: bool, undone: Undone) -> Self {
        Self { json, undone, heading: None }
    }

    pub(crate) fn print(&mut self, change: &Change) -> Result<(), Failure> {
        if self.json {
            return output::json(&ChangeLine::new(change, &self.undone));
        }
        if self.heading != Some(change.tx) {
            if self.heading.is_some() {
                output::line("")?;
            }
            output::line(diff::heading(change))?;
            self.heading = Some(change.tx);
        }
        output::line(diff::change(change, &self.undone.by(change.id)).trim_end())
    }
}

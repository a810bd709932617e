use clap::Args;
use pgrecall_journal::{EventFilter, Filter};
use pgrecall_model::{Transaction, TxId};

use crate::arguments::Connection;
use crate::command::events;
use crate::command::log::Printer;
use crate::failure::{Exit, Failure};
use crate::json::TransactionObject;
use crate::{clock, output, session};

/// Show one transaction with its context and everything it changed
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The transaction, as `log` shows it
    #[arg(value_name = "TX")]
    tx: TxId,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let journal = session::open(connection).await?;
    let transaction = journal.transaction(arguments.tx).await?;
    let filter =
        Filter { transactions: Some(vec![arguments.tx]), oldest_first: true, ..Filter::default() };
    let changes = journal.changes().await?.read(&journal, &filter).await?;
    let logged = EventFilter { tx: Some(arguments.tx), ..EventFilter::default() };
    let undone = journal.undone().await?;
    let mut events = journal.events(&logged).await?;
    events.reverse();
    if arguments.json {
        output::json(&TransactionObject::new(&transaction, (&changes, &undone), &events))?;
        return Ok(Exit::Ok);
    }
    for (name, value) in facts(&transaction) {
        output::line(format!("{name:<14} {value}"))?;
    }
    output::line("")?;
    let mut printer = Printer::new(false, undone);
    for change in &changes {
        printer.print(change)?;
    }
    for event in &events {
        output::line(format!("event  {}", events::text(event)))?;
    }
    Ok(Exit::Ok)
}

/// What is known about the transaction, in the order in which it is shown.
fn facts(transaction: &Transaction) -> Vec<(&'static str, String)> {
    let context = &transaction.context;
    let ids = |ids: &[TxId]| {
        let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    };
    let extra = (!context.extra.is_empty())
        .then(|| serde_json::to_string(&context.extra).unwrap_or_default());
    let known = [
        ("transaction", Some(format!("{} (xid {})", transaction.id, transaction.xid))),
        ("began", Some(clock::shown(transaction.started_at))),
        ("first change", Some(clock::shown(transaction.at))),
        ("actor", context.actor.clone()),
        ("e-mail", context.actor_email.clone()),
        ("tenant", context.tenant.clone()),
        ("session", context.session.clone()),
        ("request", context.request.clone()),
        ("reason", context.reason.clone()),
        ("database user", context.database_user.clone()),
        ("database role", context.database_role.clone()),
        ("application", context.application.clone()),
        ("ip", context.ip.clone()),
        ("user agent", context.user_agent.clone()),
        ("further", extra),
        ("undoes", ids(&transaction.undoes)),
        ("undone by", ids(&transaction.undone_by)),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

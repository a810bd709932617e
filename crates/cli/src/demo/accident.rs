//! The accident: two statements of somebody at the support desk, each a little too wide.

use futures_util::TryStreamExt;
use pgrecall_journal::{Filter, Journal};
use pgrecall_model::TxId;
use pgrecall_postgres::{Database, ServerError};
use serde_json::{Value, json};

use super::cluster::Stage;
use super::error::DemoError;
use super::kind::{DESK_USER_AGENT, Program};
use super::traffic;
use crate::failure::Failure;

/// The session in which it happens first: the one that the walk takes back.
pub(super) const SESSION: &str = "desk-7c21";
/// The session in which it happens again: the one that is left to whoever looks at the console.
pub(super) const AGAIN: &str = "desk-7d03";
/// The tenant whose data it is.
pub(super) const TENANT: &str = "northwind-events";

/// The transactions of the accident.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accident {
    /// Payments were overwritten.
    pub(super) overwriting: TxId,
    /// Prizes were deleted, and their winners with them.
    pub(super) deletion: TxId,
}

/// Lets it happen.
pub(super) async fn happen(
    stage: &Stage,
    journal: &Journal,
    session: &str,
) -> Result<Accident, Failure> {
    let mut desk = traffic::log_in(stage.connect(Program::Desk.name()).await?).await?;
    let overwriting = context(session, "refund for Ruth Zeman", 418);
    run(&mut desk, &overwriting, include_str!("sql/accident/overwrite_payments.sql")).await?;
    let deletion = context(session, "clean up test prizes", 421);
    run(&mut desk, &deletion, include_str!("sql/accident/delete_prizes.sql")).await?;
    desk.close().await;
    find(journal, session).await
}

fn context(session: &str, reason: &str, request: u32) -> Value {
    json!({
        "actor": "support-7",
        "actor_email": "support-7@eventdesk.example",
        "tenant": TENANT,
        "session": session,
        "request": format!("{session}/{request}"),
        "reason": reason,
        "ip": "198.51.100.21",
        "user_agent": DESK_USER_AGENT,
        "application": Program::Desk.name(),
    })
}

async fn run(desk: &mut Database, context: &Value, sql: &str) -> Result<(), ServerError> {
    let transaction = traffic::begin(desk, context).await?;
    transaction.execute(sql, &[]).await?;
    transaction.commit().await?;
    Ok(())
}

/// Its transactions, as the journal numbers them.
async fn find(journal: &Journal, session: &str) -> Result<Accident, Failure> {
    let filter =
        Filter { session: Some(session.to_owned()), oldest_first: true, ..Filter::default() };
    let changes = journal.changes().await?;
    let stream = changes.stream(journal, &filter).await?;
    let mut transactions: Vec<TxId> = stream.map_ok(|change| change.tx).try_collect().await?;
    transactions.dedup();
    match transactions[..] {
        [overwriting, deletion] => Ok(Accident { overwriting, deletion }),
        _ => Err(DemoError::NotRecorded("the accident").into()),
    }
}

use jiff::Timestamp;
use pgrecall_model::{Context, Row, TxId};
use pgrecall_postgres::ServerError;
use serde_json::Value;

use crate::log::context;
use crate::{Journal, JournalError};

/// What happened in the application and is no change of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its number; ascending.
    pub id: i64,
    /// The transaction it belongs to.
    pub tx: TxId,
    /// When it was logged.
    pub at: Timestamp,
    /// What was done, in the words of the application.
    pub action: String,
    /// The table it is about.
    pub table: Option<String>,
    /// The record it is about.
    pub key: Option<Row>,
    /// Whatever else the application gave.
    pub details: Row,
    /// Who and why.
    pub context: Context,
}

/// Which events are asked for. What is `None` lets everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// With this action.
    pub action: Option<String>,
    /// By this actor.
    pub actor: Option<String>,
    /// In this transaction.
    pub tx: Option<TxId>,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// After this transaction.
    pub after: Option<TxId>,
    /// At most so many.
    pub limit: Option<i64>,
}

impl Journal {
    /// The events that pass a filter, the latest first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn events(&self, filter: &EventFilter) -> Result<Vec<Event>, JournalError> {
        let rows = self
            .client()
            .query(
                include_str!("../sql/read/events.sql"),
                &[
                    &filter.action,
                    &filter.actor,
                    &filter.tx.map(|tx| tx.0),
                    &filter.since,
                    &filter.after.map(|tx| tx.0),
                    &filter.limit,
                ],
            )
            .await?;
        Ok(rows.iter().map(event).collect::<Result<_, _>>()?)
    }
}

fn event(row: &tokio_postgres::Row) -> Result<Event, ServerError> {
    Ok(Event {
        id: row.try_get("id")?,
        tx: TxId(row.try_get("tx")?),
        at: row.try_get("at")?,
        action: row.try_get("action")?,
        table: row.try_get("table_name")?,
        key: object(row, "key")?,
        details: object(row, "details")?.unwrap_or_default(),
        context: context(row)?,
    })
}

/// A column that holds a JSON object.
pub(crate) fn object(row: &tokio_postgres::Row, column: &str) -> Result<Option<Row>, ServerError> {
    match row.try_get::<_, Option<Value>>(column)? {
        Some(Value::Object(object)) => Ok(Some(object)),
        _ => Ok(None),
    }
}

//! A whole answer with one message there and one back: beginning and ending a transaction by themselves
//! takes longer than to find a single record.

use futures_util::{FutureExt, TryStreamExt, pin_mut};
use pgrecall_model::RelationName;
use pgrecall_postgres::Template;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use crate::TimeTravelError;
use crate::at::{self, Rows};
use crate::resolve::refused;

/// How many statements come before the one that holds the copies.
const BEFORE_COPIES: usize = 3;

/// Why there is no answer, and how many statements were done before.
struct Interrupted {
    done: usize,
    error: Error,
}

/// The answer to a query; `otherwise` is what to run instead if one of these copies, which the query reads,
/// was dropped since it was made.
pub(crate) async fn rows(
    client: &Client,
    query: &str,
    otherwise: Option<&(String, Vec<RelationName>)>,
) -> Result<Rows, TimeTravelError> {
    let copies = otherwise.map_or(&[][..], |(_, copies)| copies);
    let answer = match (answer(client, &message(copies, query).sql()).await, otherwise) {
        (Err(Interrupted { done: BEFORE_COPIES, .. }), Some((query, _))) => {
            self::answer(client, &message(&[], query).sql()).await
        }
        (answer, _) => answer,
    };
    answer.map_err(|interrupted| refused(interrupted.error))
}

fn message(copies: &[RelationName], query: &str) -> Template {
    let hold = if copies.is_empty() {
        Template::new("")
    } else {
        Template::new(include_str!("../sql/hold_copies_at_once.sql")).with_all(
            "copies",
            copies.iter().cloned(),
            ", ",
        )
    };
    Template::new(include_str!("../sql/at_once.sql"))
        .with("hold_retention", &Template::new(at::HOLD_RETENTION))
        .with("settle", &Template::new(at::SETTLE))
        .with("hold_copies", &hold)
        .with_checked_sql("query", query)
}

async fn answer(client: &Client, message: &str) -> Result<Rows, Interrupted> {
    let unfinished = Unfinished(Some(client));
    let mut done = 0;
    let interrupted = |done| move |error| Interrupted { done, error };
    let messages = client.simple_query_raw(message).await.map_err(interrupted(done))?;
    pin_mut!(messages);
    let mut answer = Rows::default();
    while let Some(message) = messages.try_next().await.map_err(interrupted(done))? {
        match message {
            SimpleQueryMessage::CommandComplete(_) => done += 1,
            // Of the statements that give columns, the query is the last.
            SimpleQueryMessage::RowDescription(columns) => {
                let columns = columns.iter().map(|column| column.name().to_owned()).collect();
                answer = Rows { columns, rows: Vec::new() };
            }
            SimpleQueryMessage::Row(row) => {
                let row = (0..row.len()).map(|at| row.get(at).map(str::to_owned));
                answer.rows.push(row.collect());
            }
            _ => {}
        }
    }
    unfinished.ended();
    Ok(answer)
}

/// A transaction that a message began, and may not have ended: because a statement failed, or because
/// nobody waits for the answer any more.
struct Unfinished<'c>(Option<&'c Client>);

impl Unfinished<'_> {
    fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(client) = self.0 {
            // It is sent at once. Nothing is to be heard from it, so nobody waits.
            drop(client.batch_execute("ROLLBACK").now_or_never());
        }
    }
}

use pgrecall_access::Right;
use pgrecall_journal::Filter;
use pgrecall_model::{ChangeId, TxId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::input::{Path, Query};
use crate::problem::{Problem, Refusal};
use crate::search::Search;
use crate::visitor::Visitor;
use crate::wire::{Change, Transaction};

/// How many changes an answer holds at most.
const MOST: usize = 1_000;
const USUAL: usize = 100;

/// Which part of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// Where to go on: `next` of the answer before.
    cursor: Option<String>,
    /// How many, 1000 at most; 100 without it.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Begin with the oldest.
    oldest_first: bool,
}

/// A part of a list of changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangePage {
    /// The changes, newest first unless asked otherwise.
    changes: Vec<Change>,
    /// What to give as `cursor` for more; null at the end.
    next: Option<String>,
}

/// Search changes
///
/// The newest first. All that is asked for must fit. A viewer finds the changes of its tenant only.
#[utoipa::path(
    get, path = "/v1/targets/{target}/changes", tag = "changes",
    params(("target" = String, Path, description = "The target"), Search, Paging),
    responses((status = 200, body = ChangePage, description = "Changes"), Problems)
)]
pub(super) async fn list_changes(
    visitor: Visitor,
    Path(target): Path<String>,
    Query(search): Query<Search>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<ChangePage>, Problem> {
    let limit = paging.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::malformed("`limit` lies between 1 and 1000").into());
    }
    let beyond = paging.cursor.as_deref().map(place).transpose()?;
    let view = visitor.view(Right::Read, &target).await?;
    let filter = Filter {
        beyond,
        oldest_first: paging.oldest_first,
        // One more tells whether there are more.
        limit: i64::try_from(limit + 1).ok(),
        ..search.filter(&view).await?
    };
    let journal = view.journal();
    // What has nothing to do with one another is on its way at the same time.
    let (undone, changes) = tokio::try_join!(journal.undone(), journal.changes())?;
    let mut found = changes.read(journal, &filter).await?;
    let is_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| is_more).map(|last| format!("{}-{}", last.tx, last.id));
    let changes = found.iter().map(|change| Change::new(change, &undone)).collect();
    Ok(axum::Json(ChangePage { changes, next }))
}

fn place(cursor: &str) -> Result<(TxId, ChangeId), Refusal> {
    let place = cursor
        .split_once('-')
        .and_then(|(tx, change)| Some((tx.parse().ok()?, change.parse().ok()?)));
    place.ok_or_else(|| Refusal::malformed("`cursor` is not one that an answer gave"))
}

/// One transaction with its changes
///
/// Of its changes, those that may be seen.
#[utoipa::path(
    get, path = "/v1/targets/{target}/transactions/{tx}", tag = "changes",
    params(
        ("target" = String, Path, description = "The target"),
        ("tx" = i64, Path, description = "Its number in the journal"),
    ),
    responses((status = 200, body = Transaction, description = "The transaction"), Problems)
)]
pub(super) async fn get_transaction(
    visitor: Visitor,
    Path((target, tx)): Path<(String, i64)>,
) -> Result<axum::Json<Transaction>, Problem> {
    let view = visitor.view(Right::Read, &target).await?;
    let transaction = view.transaction(TxId(tx)).await?;
    let filter = view.narrowed(Filter {
        transactions: Some(vec![transaction.id]),
        oldest_first: true,
        limit: i64::try_from(MOST + 1).ok(),
        ..Filter::default()
    })?;
    let journal = view.journal();
    // What has nothing to do with one another is on its way at the same time.
    let (undone, changes) = tokio::try_join!(journal.undone(), journal.changes())?;
    let mut found = changes.read(journal, &filter).await?;
    let is_more = found.len() > MOST;
    found.truncate(MOST);
    let changes = found.iter().map(|change| Change::new(change, &undone)).collect();
    Ok(axum::Json(Transaction::new(&transaction, changes, is_more)))
}

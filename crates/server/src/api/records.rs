use pgrecall_access::Right;
use pgrecall_model::Moment;
use pgrecall_timetravel::{Evidence, Fate, blame};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::clock;
use crate::input::{Path, Query};
use crate::problem::Problem;
use crate::search::moment;
use crate::visitor::Visitor;
use crate::wire::{BlamedColumn, Change, Gap};

/// Which record.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Record {
    /// The record's key: `42`, `id=42`, `a=1,b=x`.
    key: String,
}

/// What happened to a record.
#[derive(Serialize, ToSchema)]
pub(crate) struct History {
    /// Its changes, oldest first.
    changes: Vec<Change>,
    /// Where changes may be missing.
    gaps: Vec<Gap>,
}

/// Everything that happened to a record
///
/// The record is followed where its key was changed.
#[utoipa::path(
    get, path = "/v1/targets/{target}/tables/{table}/history", tag = "changes",
    params(
        ("target" = String, Path, description = "The target"),
        ("table" = String, Path, description = "The table"),
        Record,
    ),
    responses((status = 200, body = History, description = "Its changes"), Problems)
)]
pub(super) async fn get_history(
    visitor: Visitor,
    Path((target, table)): Path<(String, String)>,
    Query(record): Query<Record>,
) -> Result<axum::Json<History>, Problem> {
    let view = visitor.view(Right::Read, &target).await?;
    let table = view.table(&table).await?;
    let key = view.key(&table, &record.key).await?;
    let journal = view.journal();
    let undone = journal.undone().await?;
    let changes = journal.history(&table, &key.text).await?;
    let gaps = journal.gaps(table.relation.id).await?;
    Ok(axum::Json(History {
        changes: changes.iter().map(|change| Change::new(change, &undone)).collect(),
        gaps: gaps.iter().map(|gap| Gap::new(&table, gap)).collect(),
    }))
}

/// Which record, and when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordAt {
    /// The record's key: `42`, `id=42`, `a=1,b=x`.
    key: String,
    /// As of this moment; now without it.
    at: Option<String>,
}

/// Who made a record what it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Blame {
    /// `present`, `deleted` or `missing`.
    fate: &'static str,
    /// Its columns.
    columns: Vec<BlamedColumn>,
    /// Where changes may be missing.
    gaps: Vec<Gap>,
}

/// Who set each column of a record, when and why
#[utoipa::path(
    get, path = "/v1/targets/{target}/tables/{table}/blame", tag = "past",
    params(
        ("target" = String, Path, description = "The target"),
        ("table" = String, Path, description = "The table"),
        RecordAt,
    ),
    responses((status = 200, body = Blame, description = "Its columns"), Problems)
)]
pub(super) async fn get_blame(
    visitor: Visitor,
    Path((target, table)): Path<(String, String)>,
    Query(record): Query<RecordAt>,
) -> Result<axum::Json<Blame>, Problem> {
    let at = record.at.as_deref().map(|at| moment(at, &clock::now())).transpose()?;
    let boundary = visitor.boundary(Right::Query, &target, at.unwrap_or(Moment::Now)).await?;
    let view = visitor.view(Right::Query, &target).await?;
    let table = view.table(&table).await?;
    let key = view.key(&table, &record.key).await?;
    let evidence = if view.sees_rows() { Evidence::Rows } else { Evidence::Changes };
    let found = blame(view.journal(), &table, &key, &boundary, evidence).await?;
    Ok(axum::Json(Blame {
        fate: match found.fate {
            Fate::Present => "present",
            Fate::Deleted(_) => "deleted",
            Fate::Missing => "missing",
        },
        columns: found.columns.iter().map(BlamedColumn::from).collect(),
        gaps: found.gaps.iter().map(|gap| Gap::new(&table, gap)).collect(),
    }))
}

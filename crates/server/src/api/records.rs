use pgrecall_access::Right;
use pgrecall_model::Moment;
use pgrecall_timetravel::{Boundary, Evidence, Fate, Ground, blame, record_at, record_seen};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::clock;
use crate::input::{Path, Query};
use crate::problem::Problem;
use crate::search::moment;
use crate::view::View;
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

/// A record as it was.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordThen {
    /// Its columns, as they were recorded; null if there was no such record.
    #[schema(value_type = Option<Object>)]
    record: Option<pgrecall_model::Row>,
    /// `rows` where the rows of today and all changes since tell it; `changes` where only those changes
    /// do that the user may see.
    told_by: &'static str,
    /// Whether anything tells of the record; false only where no change that the user may see does.
    known: bool,
    /// `now`, `exact`, or how far the moment may be off.
    certainty: String,
    /// What a reader should know, such as gaps.
    warnings: Vec<String>,
}

/// One record as of a moment
///
/// For a user who sees one tenant, and with a viewer token that is for one, it is told by the changes of
/// that tenant alone: what a change for no tenant did to the record is not known there, and `warnings`
/// says so.
#[utoipa::path(
    get, path = "/v1/targets/{target}/tables/{table}/record", tag = "past",
    params(
        ("target" = String, Path, description = "The target"),
        ("table" = String, Path, description = "The table"),
        RecordAt,
    ),
    responses((status = 200, body = RecordThen, description = "The record"), Problems)
)]
pub(super) async fn get_record(
    visitor: Visitor,
    Path((target, table)): Path<(String, String)>,
    Query(record): Query<RecordAt>,
) -> Result<axum::Json<RecordThen>, Problem> {
    let at = record.at.as_deref().map(|at| moment(at, &clock::now())).transpose()?;
    let boundary = visitor.boundary(Right::Read, &target, at.unwrap_or(Moment::Now)).await?;
    let view = visitor.view(Right::Read, &target).await?;
    let table = view.table(&table).await?;
    let key = view.key(&table, &record.key).await?;
    let gaps = boundary.check(view.journal(), &table).await?;
    let mut warnings: Vec<String> =
        gaps.iter().map(|gap| gap.sentence(&table.relation.name)).collect();
    let by_rows = view.sees_rows() && table.relation.oid.is_some();
    let (record, known) = if by_rows {
        (record_at(view.journal(), &table, &key, &boundary).await?, true)
    } else {
        let seen = record_seen(view.journal(), &table, &key, &boundary).await?;
        warnings.extend(doubt(&view, seen.ground).map(str::to_owned));
        (seen.record, seen.ground != Ground::Nothing)
    };
    let told_by = if by_rows { "rows" } else { "changes" };
    let certainty = match &boundary {
        Boundary::Present => "now".to_owned(),
        Boundary::Past(cut) => cut.certainty.to_string(),
    };
    Ok(axum::Json(RecordThen { record, told_by, known, certainty, warnings }))
}

/// What is to be said where changes may lie between those that are seen.
fn doubt(view: &View, ground: Ground) -> Option<&'static str> {
    match ground {
        Ground::Confirmed => None,
        Ground::OneSided if view.sees_rows() => None,
        Ground::OneSided => Some("changes that you may not see can have changed it between"),
        Ground::Contradicted => Some(
            "a change that is not shown lies between: it is as the last one that is shown left it",
        ),
        Ground::Nothing => Some("no change that you may see tells of this record"),
    }
}

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::SignedDuration;
use pgrecall_access::Right;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::caller::Caller;
use crate::clock;
use crate::etag::tagged;
use crate::input::{Path, Query};
use crate::problem::{Problem, Refusal};
use crate::view::View;
use crate::visitor::Visitor;
use crate::wire::{Gap, Table, TableColumn, Uncovered};

/// The tables that are or were recorded, with their gaps
#[utoipa::path(
    get, path = "/v1/targets/{target}/tables", tag = "targets",
    params(("target" = String, Path, description = "The target")),
    responses((status = 200, body = Vec<Table>, description = "The tables"),
        (status = 304, description = "It is as it was"), Problems)
)]
pub(super) async fn list_tables(
    visitor: Visitor,
    headers: HeaderMap,
    Path(target): Path<String>,
) -> Result<Response, Problem> {
    let view = visitor.view(Right::Read, &target).await?;
    let classification = view.journal().classification().await?;
    let mut tables = Vec::new();
    for table in view.tables().await? {
        let gaps = view.journal().gaps(table.relation.id).await?;
        let gaps = gaps.iter().map(|gap| Gap::new(&table, gap)).collect();
        tables.push(Table::new(&table, gaps, &classification));
    }
    Ok(tagged(&headers, &tables)?)
}

/// A table with the types of its columns.
#[derive(Serialize, ToSchema)]
pub(crate) struct TableInFull {
    #[serde(flatten)]
    table: Table,
    /// Its columns of today with their types, in its order; none if it was dropped.
    fields: Vec<TableColumn>,
}

/// One table, with its columns and their types
#[utoipa::path(
    get, path = "/v1/targets/{target}/tables/{table}", tag = "targets",
    params(
        ("target" = String, Path, description = "The target"),
        ("table" = String, Path, description = "The table"),
    ),
    responses((status = 200, body = TableInFull, description = "The table"), Problems)
)]
pub(super) async fn get_table(
    visitor: Visitor,
    Path((target, table)): Path<(String, String)>,
) -> Result<axum::Json<TableInFull>, Problem> {
    let view = visitor.view(Right::Read, &target).await?;
    let table = view.table(&table).await?;
    let gaps = view.journal().gaps(table.relation.id).await?;
    let gaps = gaps.iter().map(|gap| Gap::new(&table, gap)).collect();
    let classification = view.journal().classification().await?;
    let fields = TableColumn::all(&table, &classification);
    let table = Table::new(&table, gaps, &classification);
    Ok(axum::Json(TableInFull { table, fields }))
}

/// How far back.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// How many days, 3660 at most; 30 without it.
    #[param(minimum = 1, maximum = 3660)]
    days: Option<i64>,
}

/// What a table added to the journal.
#[derive(Serialize, ToSchema)]
pub(crate) struct Growth {
    /// Day by day, the oldest first; days without a change are left out.
    days: Vec<DayOfTable>,
    /// How many percent of the journal were looked at, where it is too large to be counted; null where
    /// all was counted.
    sampled_percent: Option<f64>,
}

/// What a table added to the journal on a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct DayOfTable {
    /// The day, in UTC.
    #[schema(format = "date")]
    day: String,
    /// How many changes.
    changes: i64,
    /// How large they are, without indexes.
    bytes: i64,
}

/// What a table added to the journal, day by day
#[utoipa::path(
    get, path = "/v1/targets/{target}/tables/{table}/growth", tag = "targets",
    params(
        ("target" = String, Path, description = "The target"),
        ("table" = String, Path, description = "The table"),
        Days,
    ),
    responses((status = 200, body = Growth, description = "What it added"), Problems)
)]
pub(super) async fn get_growth(
    caller: Caller,
    Path((target, table)): Path<(String, String)>,
    Query(asked): Query<Days>,
) -> Result<axum::Json<Growth>, Problem> {
    let days = asked.days.unwrap_or(30);
    if !(1..=3_660).contains(&days) {
        return Err(Refusal::malformed("`days` lies between 1 and 3660").into());
    }
    let seat = caller.seat(Right::Query, &target).await?;
    let table = seat.table(&table).await?;
    let since = clock::now().timestamp() - SignedDuration::from_hours(24 * days);
    let found = seat.growth(table.relation.id, since).await?;
    let day = |day: pgrecall_journal::DayOfTable| DayOfTable {
        day: day.day,
        changes: day.changes,
        bytes: day.bytes,
    };
    let days = found.counts.into_iter().map(day).collect();
    Ok(axum::Json(Growth { days, sampled_percent: found.percent }))
}

/// Where changes may be missing, in all tables
#[utoipa::path(
    get, path = "/v1/targets/{target}/gaps", tag = "targets",
    params(("target" = String, Path, description = "The target")),
    responses((status = 200, body = Vec<Gap>, description = "The gaps"), Problems)
)]
pub(super) async fn list_gaps(
    visitor: Visitor,
    Path(target): Path<String>,
) -> Result<axum::Json<Vec<Gap>>, Problem> {
    let view = visitor.view(Right::Read, &target).await?;
    Ok(axum::Json(gaps(&view).await?))
}

async fn gaps(view: &View) -> Result<Vec<Gap>, Problem> {
    let mut all = Vec::new();
    for table in view.tables().await? {
        let gaps = view.journal().gaps(table.relation.id).await?;
        all.extend(gaps.iter().map(|gap| Gap::new(&table, gap)));
    }
    Ok(all)
}

/// The tables that are not recorded, those that are written most first
#[utoipa::path(
    get, path = "/v1/targets/{target}/uncovered", tag = "targets",
    params(("target" = String, Path, description = "The target")),
    responses((status = 200, body = Vec<Uncovered>, description = "The tables"), Problems)
)]
pub(super) async fn list_uncovered(
    caller: Caller,
    Path(target): Path<String>,
) -> Result<axum::Json<Vec<Uncovered>>, Problem> {
    let seat = caller.seat(Right::Query, &target).await?;
    let tables = seat.uncovered().await?;
    Ok(axum::Json(tables.into_iter().map(Uncovered::from).collect()))
}

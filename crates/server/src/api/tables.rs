use pgrecall_access::Right;

use super::Problems;
use crate::caller::Caller;
use crate::input::Path;
use crate::problem::Problem;
use crate::view::View;
use crate::visitor::Visitor;
use crate::wire::{Gap, Table, Uncovered};

/// The tables that are or were recorded, with their gaps
#[utoipa::path(
    get, path = "/v1/targets/{target}/tables", tag = "targets",
    params(("target" = String, Path, description = "The target")),
    responses((status = 200, body = Vec<Table>, description = "The tables"), Problems)
)]
pub(super) async fn list_tables(
    visitor: Visitor,
    Path(target): Path<String>,
) -> Result<axum::Json<Vec<Table>>, Problem> {
    let view = visitor.view(Right::Read, &target).await?;
    let mut tables = Vec::new();
    for table in view.tables().await? {
        let gaps = view.journal().gaps(table.relation.id).await?;
        let gaps = gaps.iter().map(|gap| Gap::new(&table, gap)).collect();
        tables.push(Table::new(&table, gaps));
    }
    Ok(axum::Json(tables))
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

use pgrecall_access::Right;
use pgrecall_journal::{Dimension, Filter};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Problems;
use crate::input::{Path, Query};
use crate::problem::{Problem, Refusal};
use crate::search::Search;
use crate::visitor::Visitor;
use crate::wire::Activity;

/// How many groups an answer holds at most.
const MOST: i64 = 1_000;

/// By what changes are counted.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Grouping {
    /// `actor`, `table`, `hour`, `day`, `op`, `application`, `tenant`, `session`, several with
    /// commas between them; `actor` without it.
    by: Option<String>,
    /// The time zone of days; `UTC` without it.
    time_zone: Option<String>,
}

/// How much was changed, the most first
#[utoipa::path(
    get, path = "/v1/targets/{target}/activity", tag = "changes",
    params(("target" = String, Path, description = "The target"), Search, Grouping),
    responses((status = 200, body = Vec<Activity>, description = "Counts"), Problems)
)]
pub(super) async fn get_activity(
    visitor: Visitor,
    Path(target): Path<String>,
    Query(search): Query<Search>,
    Query(grouping): Query<Grouping>,
) -> Result<axum::Json<Vec<Activity>>, Problem> {
    let by = grouping.by.as_deref().unwrap_or("actor");
    let by: Vec<Dimension> = by.split(',').map(dimension).collect::<Result<_, _>>()?;
    let view = visitor.view(Right::Read, &target).await?;
    let filter = Filter { limit: Some(MOST), ..search.filter(&view).await? };
    let zone = grouping.time_zone.as_deref().unwrap_or("UTC");
    let found = view.journal().activity(&filter, &by, zone).await?;
    Ok(axum::Json(found.into_iter().map(Activity::from).collect()))
}

fn dimension(word: &str) -> Result<Dimension, Refusal> {
    Ok(match word {
        "actor" => Dimension::Actor,
        "table" => Dimension::Table,
        "hour" => Dimension::Hour,
        "day" => Dimension::Day,
        "op" => Dimension::Operation,
        "application" => Dimension::Application,
        "tenant" => Dimension::Tenant,
        "session" => Dimension::Session,
        _ => {
            return Err(Refusal::malformed("`by` names something that changes are not counted by"));
        }
    })
}

use jiff::{SignedDuration, Timestamp};
use pgrecall_access::Right;
use pgrecall_journal::Filter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::clock;
use crate::input::{Path, Query};
use crate::problem::{Problem, Refusal};
use crate::search::{Search, point_in_time};
use crate::view::View;
use crate::visitor::Visitor;

/// The most stretches.
const MOST_BUCKETS: u32 = 1_000;
/// How many stretches where nobody says.
const USUAL_BUCKETS: u32 = 100;
/// How far back it goes where nobody says: a day for a curve, four weeks for hours of the week.
const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEKS: SignedDuration = SignedDuration::from_hours(4 * 7 * 24);

/// Into how many stretches the time is parted.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Buckets {
    /// How many, 1000 at most; 100 without it.
    #[param(minimum = 1, maximum = 1000)]
    buckets: Option<u32>,
}

/// How many changes there were when.
#[derive(Serialize, ToSchema)]
pub(crate) struct Density {
    /// Where the first stretch begins.
    #[schema(format = "date-time")]
    since: String,
    /// Where the last stretch ends.
    #[schema(format = "date-time")]
    until: String,
    /// How many changes there are in each stretch; all are as long.
    changes: Vec<i64>,
    /// How many percent of the journal were looked at, where they are too many to be counted one by
    /// one; null where all were counted.
    sampled_percent: Option<f64>,
}

/// How many changes there were when
///
/// In stretches of the same length between `since` (a day ago without it) and `until` (now without it).
/// Of very many changes a sample is counted.
#[utoipa::path(
    get, path = "/v1/targets/{target}/changes/density", tag = "changes",
    params(("target" = String, Path, description = "The target"), Search, Buckets),
    responses((status = 200, body = Density, description = "Counts"), Problems)
)]
pub(super) async fn get_density(
    visitor: Visitor,
    Path(target): Path<String>,
    Query(search): Query<Search>,
    Query(asked): Query<Buckets>,
) -> Result<axum::Json<Density>, Problem> {
    let buckets = asked.buckets.unwrap_or(USUAL_BUCKETS);
    if !(1..=MOST_BUCKETS).contains(&buckets) {
        return Err(Refusal::malformed("`buckets` lies between 1 and 1000").into());
    }
    let view = visitor.view(Right::Read, &target).await?;
    let (filter, since, until) = within(search, &view, DAY).await?;
    let edges = edges(since, until, buckets)?;
    let found = view.journal().density(&filter, &edges).await?;
    Ok(axum::Json(Density {
        since: since.to_string(),
        until: until.to_string(),
        changes: found.counts,
        sampled_percent: found.percent,
    }))
}

/// A time zone.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Zone {
    /// The time zone of days and hours; `UTC` without it.
    time_zone: Option<String>,
}

/// How many changes were made in which hours of the week.
#[derive(Serialize, ToSchema)]
pub(crate) struct Week {
    /// From when on they are counted.
    #[schema(format = "date-time")]
    since: String,
    /// Up to when.
    #[schema(format = "date-time")]
    until: String,
    /// The hours in which there are any.
    hours: Vec<HourOfWeek>,
    /// How many percent of the journal were looked at, where they are too many to be counted one by
    /// one; null where all were counted.
    sampled_percent: Option<f64>,
}

/// How many changes were made in an hour of the week.
#[derive(Serialize, ToSchema)]
pub(crate) struct HourOfWeek {
    /// The day, from 1 for Monday to 7 for Sunday.
    weekday: i32,
    /// The hour, from 0 to 23.
    hour: i32,
    /// How many.
    changes: i64,
}

/// How many changes were made in which hours of the week
///
/// Between `since` (four weeks ago without it) and `until` (now without it). Of very many changes a
/// sample is counted.
#[utoipa::path(
    get, path = "/v1/targets/{target}/activity/hours", tag = "changes",
    params(("target" = String, Path, description = "The target"), Search, Zone),
    responses((status = 200, body = Week, description = "Counts"), Problems)
)]
pub(super) async fn get_hours(
    visitor: Visitor,
    Path(target): Path<String>,
    Query(search): Query<Search>,
    Query(zone): Query<Zone>,
) -> Result<axum::Json<Week>, Problem> {
    let view = visitor.view(Right::Read, &target).await?;
    let (filter, since, until) = within(search, &view, WEEKS).await?;
    let zone = zone.time_zone.as_deref().unwrap_or("UTC");
    let filter = Filter { since: Some(since), until: Some(until), ..filter };
    let found = view.journal().hours_of_week(&filter, zone).await?;
    let hour = |hour: pgrecall_journal::HourOfWeek| HourOfWeek {
        weekday: hour.weekday,
        hour: hour.hour,
        changes: hour.changes,
    };
    Ok(axum::Json(Week {
        since: since.to_string(),
        until: until.to_string(),
        hours: found.counts.into_iter().map(hour).collect(),
        sampled_percent: found.percent,
    }))
}

/// What is searched for, and between which times.
async fn within(
    search: Search,
    view: &View,
    usual: SignedDuration,
) -> Result<(Filter, Timestamp, Timestamp), Problem> {
    let mut search = search.understood()?;
    let now = clock::now().timestamp();
    let (since, until) = (search.since.take(), search.until.take());
    let until = match until {
        Some(until) => point_in_time(view.journal(), &until).await?,
        None => now,
    };
    let since = match since {
        Some(since) => point_in_time(view.journal(), &since).await?,
        None => until.checked_sub(usual).unwrap_or(Timestamp::MIN),
    };
    if since >= until {
        return Err(Refusal::malformed("`since` lies before `until`").into());
    }
    Ok((search.filter(view).await?, since, until))
}

fn edges(since: Timestamp, until: Timestamp, buckets: u32) -> Result<Vec<Timestamp>, Refusal> {
    let whole = until.duration_since(since).as_nanos();
    let edge = |at: u32| {
        let nanos = whole * i128::from(at) / i128::from(buckets);
        i64::try_from(nanos)
            .ok()
            .and_then(|nanos| since.checked_add(SignedDuration::from_nanos(nanos)).ok())
    };
    let edges: Option<Vec<_>> = (0..=buckets).map(edge).collect();
    edges.ok_or_else(|| Refusal::malformed("`since` lies too far back"))
}

use std::time::Duration;

use pgrecall_access::{Reach, Right};
use pgrecall_journal::{Journal, JournalError, TrackedTable};
use pgrecall_model::Moment;
use pgrecall_timetravel::{Between, Boundary, Terms, TimeTravelError, at_with, check_effects};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::caller::Caller;
use crate::clock;
use crate::input::{Json, Path, Query};
use crate::problem::{Problem, Refusal};
use crate::search::moment;
use crate::seats::Seat;
use crate::wire::{Diff, RowDiff};

/// A query as of a moment.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PastQuery {
    /// The moment: a time, `2h`, `before:tx:ID`, `mark:NAME`.
    moment: String,
    /// A `SELECT` over tracked tables.
    sql: String,
    /// Refuse an answer that is approximate, or that anything else is to be said about.
    #[serde(default)]
    strict: bool,
    /// Do without values and rows that nobody knows any more, instead of refusing the query.
    #[serde(default)]
    allow_incomplete: bool,
    /// Answer from the journal alone, without the tables of today: from the rows that
    /// `track --baseline` copied, and the changes between them and the moment.
    #[serde(default)]
    from_journal: bool,
}

/// What it gave.
#[derive(Serialize, ToSchema)]
pub(crate) struct PastRows {
    /// The rows, as many as one answer holds.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<Value>,
    /// Whether there are more.
    truncated: bool,
    /// `now`, `exact`, or how far it may be off.
    certainty: String,
    /// What a reader should know, such as gaps.
    warnings: Vec<String>,
}

/// Why no more rows are taken.
enum Stop {
    Enough,
    Failed(TimeTravelError),
}

impl From<TimeTravelError> for Stop {
    fn from(error: TimeTravelError) -> Self {
        Self::Failed(error)
    }
}

/// Run a SELECT as of a moment
///
/// Over tracked tables only, in a read-only transaction, with a limit of time and rows, as the user
/// that the target has for queries. Functions that may do more than compute are refused. What was asked
/// is written into the log.
#[utoipa::path(
    post, path = "/v1/targets/{target}/query", tag = "past", request_body = PastQuery,
    params(("target" = String, Path, description = "The target")),
    responses((status = 200, body = PastRows, description = "Its rows"), Problems)
)]
pub(super) async fn query_past(
    caller: Caller,
    Path(target): Path<String>,
    Json(asked): Json<PastQuery>,
) -> Result<axum::Json<PastRows>, Problem> {
    let moment = moment(&asked.moment, &clock::now())?;
    let (desk, reach) = caller.reach(Right::Query, &target).await?;
    if reach != Reach::Everything {
        return Err(Refusal::Forbidden.into());
    }
    let mut deed = caller.deed("query", Some(&target), None);
    deed.details = serde_json::json!({ "moment": asked.moment, "sql": asked.sql });
    caller.service().note(deed).await?;
    let mut seat = desk.seats.take_for_query().await?;
    let canceller = seat.database().canceller();
    let limits = &caller.service().config.limits;
    let time = Duration::from_secs(limits.query_seconds);
    let functions = &desk.target.query_functions;
    let answer = async {
        check_effects(&seat, &asked.sql, functions).await?;
        run(&mut seat, moment, &asked, limits.rows).await
    };
    let answer = tokio::time::timeout(time, answer).await;
    let Ok(rows) = answer else {
        // The server's own limit stops it in any case.
        let _ = canceller.cancel().await;
        return Err(Refusal::TimeOut.into());
    };
    Ok(axum::Json(rows?))
}

async fn run(
    seat: &mut Seat,
    moment: Moment,
    asked: &PastQuery,
    limit: usize,
) -> Result<PastRows, Problem> {
    let terms = Terms {
        strict: asked.strict,
        allow_incomplete: asked.allow_incomplete,
        from_journal: asked.from_journal,
        // What is not tracked is none of the business of who may ask about the past.
        allow_untracked: false,
    };
    let past = at_with(seat, moment, &asked.sql, terms).await?;
    let mut rows = Vec::new();
    let taken = past
        .json(seat, |line| {
            if rows.len() == limit {
                return Err(Stop::Enough);
            }
            rows.push(serde_json::from_str(line).unwrap_or(Value::Null));
            Ok(())
        })
        .await;
    let truncated = match taken {
        Ok(()) => false,
        Err(Stop::Enough) => true,
        Err(Stop::Failed(error)) => return Err(error.into()),
    };
    Ok(PastRows {
        rows,
        truncated,
        certainty: match &past.boundary {
            Boundary::Present => "now".to_owned(),
            Boundary::Past(cut) => cut.certainty.to_string(),
        },
        warnings: past.warnings.iter().map(ToString::to_string).collect(),
    })
}

/// Two moments, and what is compared.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Moments {
    /// The moment that counts as the one before.
    from: String,
    /// The moment that counts as the one after; now without it.
    to: Option<String>,
    /// Only these tables, with commas between them; all that are tracked without it.
    tables: Option<String>,
    /// Refuse an answer that is approximate, or that anything else is to be said about.
    #[serde(default)]
    strict: bool,
}

/// What differs between two moments, row by row
#[utoipa::path(
    get, path = "/v1/targets/{target}/diff", tag = "past",
    params(("target" = String, Path, description = "The target"), Moments),
    responses((status = 200, body = Diff, description = "The differences"), Problems)
)]
pub(super) async fn get_diff(
    caller: Caller,
    Path(target): Path<String>,
    Query(moments): Query<Moments>,
) -> Result<axum::Json<Diff>, Problem> {
    let now = clock::now();
    let from = moment(&moments.from, &now)?;
    let to = moments.to.as_deref().map_or(Ok(Moment::Now), |to| moment(to, &now))?;
    let mut seat = caller.seat(Right::Query, &target).await?;
    let tables = compared(&seat, moments.tables.as_deref()).await?;
    let between = Between::of(&seat, from, to).await?;
    let mut warnings = Vec::new();
    for table in &tables {
        let told = between.check(&seat, table).await?;
        warnings.extend(told);
    }
    if moments.strict {
        between.check_certain(&warnings)?;
    }
    let limit = caller.service().config.limits.rows;
    let mut rows: Vec<RowDiff> = Vec::new();
    let taken = between
        .rows(&mut seat, &tables, |row| {
            if rows.len() == limit {
                return Err(Stop::Enough);
            }
            rows.push(RowDiff::from(row));
            Ok(())
        })
        .await;
    let truncated = match taken {
        Ok(()) => false,
        Err(Stop::Enough) => true,
        Err(Stop::Failed(error)) => return Err(error.into()),
    };
    let warnings = warnings.iter().map(ToString::to_string).collect();
    Ok(axum::Json(Diff { rows, truncated, warnings }))
}

/// The tables of these names, or all that are tracked.
async fn compared(
    journal: &Journal,
    names: Option<&str>,
) -> Result<Vec<TrackedTable>, JournalError> {
    let Some(names) = names else {
        let mut all = journal.tables().await?;
        all.retain(|table| table.relation.tracked);
        return Ok(all);
    };
    let mut tables = Vec::new();
    for name in names.split(',') {
        tables.push(journal.table(name.trim()).await?);
    }
    Ok(tables)
}

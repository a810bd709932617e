use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use pgrecall_access::{KeptPlan, NewPlan, Outcome, PlanStatus, Right};
use pgrecall_journal::Journal;
use pgrecall_model::{
    ChangeId, ChangeSelection, Explain as _, Ident, Moment, Policies, Selection, TxRange,
};
use pgrecall_postgres::ServerError;
use pgrecall_undo::{
    Applied, Decisions, Options, Planning, Prepared, UndoError, apply, carried_out, plan_with,
    preview,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use crate::caller::Caller;
use crate::clock;
use crate::input::{Json, Path};
use crate::problem::{Problem, Refusal};
use crate::search::moment;
use crate::seats::Seat;
use crate::service::Service;
use crate::wire::{Conflict, Effects, Plan, RowCounts, Step};

/// How many steps an answer holds at most.
const STEPS: usize = 200;
/// The longest idempotency key.
const LONGEST_KEY: usize = 200;
/// How often something is tried that had to wait too long for a lock.
const ATTEMPTS: u32 = 3;
/// By how much clocks of databases may differ.
const SKEW: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
/// How long others get to finish in between.
const PAUSE: Duration = Duration::from_millis(500);

/// Tries again what gave up because somebody else held a lock; nothing was changed then.
macro_rules! patiently {
    ($attempt:expr) => {{
        let mut attempt = 1;
        loop {
            match $attempt.await {
                Err(error) if error.code() == "server/locked" && attempt < ATTEMPTS => {
                    attempt += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                done => break done,
            }
        }
    }};
}

/// Which changes are to be taken back: those that have everything in common that is given here.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Wish {
    /// Transactions: `100`, or `100..120`.
    transactions: Vec<String>,
    /// Changes, by their numbers.
    changes: Vec<i64>,
    /// In this session of the application.
    session: Option<String>,
    /// By this actor.
    actor: Option<String>,
    /// For this tenant.
    tenant: Option<String>,
    /// In this request.
    request: Option<String>,
    /// Under this operation.
    operation: Option<i64>,
    /// Of one of these tables.
    tables: Vec<String>,
    /// Of the record with this key, in the one table that is given.
    key: Option<String>,
    /// Only these columns, where updates changed them.
    columns: Vec<String>,
    /// `insert`, `update`, `delete`, `truncate`.
    operations: Vec<String>,
    /// From this moment on.
    since: Option<String>,
    /// Up to this moment.
    until: Option<String>,
    /// What is done about conflicts: `skip`, `merge`, `overwrite`, `cascade`, or `KIND=POLICY`.
    on_conflict: Vec<String>,
}

/// What makes a plan again.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Recipe {
    selection: Selection,
    on_conflict: Policies,
}

/// A plan with what it would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanWithSteps {
    /// The plan.
    plan: Plan,
    /// What stands in its way.
    conflicts: Vec<Conflict>,
    /// Its first steps.
    steps: Vec<Step>,
    /// How many steps it has.
    total_steps: u64,
    /// What it came to when it was tried; null where it was not.
    effects: Option<Effects>,
}

/// Plan to take changes back
///
/// Nothing is changed. The plan is kept for a while; preview it, then apply it.
#[utoipa::path(
    post, path = "/v1/targets/{target}/plans", tag = "undo", request_body = Wish,
    params(("target" = String, Path, description = "The target")),
    responses((status = 201, body = PlanWithSteps, description = "The plan"), Problems)
)]
pub(super) async fn make_plan(
    caller: Caller,
    Path(target): Path<String>,
    Json(wish): Json<Wish>,
) -> Result<(StatusCode, axum::Json<PlanWithSteps>), Problem> {
    let seat = own_seat(&caller, &target).await?;
    let recipe = Recipe { on_conflict: policies(&wish)?, selection: selection(&seat, wish).await? };
    let prepared = again(&seat, &recipe).await?;
    let service = caller.service();
    let plan = NewPlan {
        target: target.clone(),
        hash: prepared.plan.hash.to_string(),
        request: json(&recipe)?,
        rows: json(&RowCounts::all(&prepared.plan.rows))?,
        conflicts: conflicts_of(&prepared),
        created_by: caller.principal.name.clone(),
        minutes: service.config.limits.plan_minutes,
    };
    let kept = service.control.keep_plan(plan).await?;
    service.note(caller.deed("plan.make", Some(&target), Some(&kept.id))).await?;
    let shown = with_steps(&seat, &prepared, (kept, None)).await?;
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

/// A plan, and how far it has come
#[utoipa::path(
    get, path = "/v1/targets/{target}/plans/{plan}", tag = "undo",
    params(
        ("target" = String, Path, description = "The target"),
        ("plan" = String, Path, description = "The plan"),
    ),
    responses((status = 200, body = Plan, description = "The plan"), Problems)
)]
pub(super) async fn get_plan(
    caller: Caller,
    Path((target, plan)): Path<(String, String)>,
) -> Result<axum::Json<Plan>, Problem> {
    caller.reach(Right::Undo, &target).await?;
    Ok(axum::Json(caller.service().control.plan(&target, &plan).await?.into()))
}

/// Try a plan, and take everything back again
///
/// The constraints and triggers of the database have their say. If rows or the journal have changed
/// since the plan was made, it is refused.
#[utoipa::path(
    post, path = "/v1/targets/{target}/plans/{plan}/preview", tag = "undo",
    params(
        ("target" = String, Path, description = "The target"),
        ("plan" = String, Path, description = "The plan"),
    ),
    responses((status = 200, body = PlanWithSteps, description = "What it would do"), Problems)
)]
pub(super) async fn preview_plan(
    caller: Caller,
    Path((target, plan)): Path<(String, String)>,
) -> Result<axum::Json<PlanWithSteps>, Problem> {
    let mut seat = own_seat(&caller, &target).await?;
    let kept = caller.service().control.plan(&target, &plan).await?;
    let prepared = just_that(&seat, &kept).await?;
    let options = Options::default();
    let tried: Applied = patiently!(preview(&mut seat, &prepared, &options))?;
    let effects = Effects::from(&tried);
    caller.service().control.plan_previewed(&kept).await?;
    caller.service().note(caller.deed("plan.preview", Some(&target), Some(&plan))).await?;
    let kept = caller.service().control.plan(&target, &plan).await?;
    Ok(axum::Json(with_steps(&seat, &prepared, (kept, Some(effects))).await?))
}

/// Why, and which plan exactly.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct Decision {
    /// The hash that the preview showed.
    hash: String,
    /// Why, for the journal.
    #[schema(min_length = 1)]
    reason: String,
}

/// Apply a plan that was previewed
///
/// In one transaction, and only if it is still exactly the plan that was previewed. The same
/// `Idempotency-Key` again gives the same answer and does nothing twice, also after the server was
/// killed meanwhile.
#[utoipa::path(
    post, path = "/v1/targets/{target}/plans/{plan}/apply", tag = "undo", request_body = Decision,
    params(
        ("target" = String, Path, description = "The target"),
        ("plan" = String, Path, description = "The plan"),
        ("idempotency-key" = String, Header, description = "A text that is new for each attempt that is meant"),
    ),
    responses((status = 200, body = Plan, description = "It is applied"), Problems)
)]
pub(super) async fn apply_plan(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Path((target, plan)): Path<(String, String)>,
    headers: HeaderMap,
    Json(decision): Json<Decision>,
) -> Result<axum::Json<Plan>, Problem> {
    let (desk, _) = caller.reach(Right::Undo, &target).await?;
    if desk.target.require_approval {
        return Err(Refusal::NeedsApproval.into());
    }
    let key = idempotency_key(&headers)?;
    let kept = service.control.plan(&target, &plan).await?;
    if decision.hash != kept.hash {
        return Err(Refusal::OtherPlan.into());
    }
    if decision.reason.trim().is_empty() {
        return Err(Refusal::malformed("say why in `reason`").into());
    }
    if kept.status == PlanStatus::Applied {
        return if kept.apply_key.as_deref() == Some(&key) {
            Ok(axum::Json(kept.into()))
        } else {
            Err(Refusal::OtherKey.into())
        };
    }
    let claimant = (caller.principal.name.as_str(), key.as_str());
    let resumed = kept.claimed_at.filter(|_| kept.status == PlanStatus::Applying);
    service.control.claim_plan(&kept, claimant, &decision.reason).await?;
    // Whoever asked may go away; what was begun is brought to its end.
    let work = Application { caller, target, kept, resumed, reason: decision.reason };
    let done = tokio::spawn(work.carry_out()).await;
    let done = done.map_err(|_| Refusal::Busy)??;
    Ok(axum::Json(done.into()))
}

/// A plan that this server is to apply.
struct Application {
    caller: Caller,
    target: String,
    kept: KeptPlan,
    /// When a server that was killed began to apply it.
    resumed: Option<jiff::Timestamp>,
    reason: String,
}

impl Application {
    async fn carry_out(self) -> Result<KeptPlan, Problem> {
        let control = &self.caller.service().control;
        let plan = &self.kept.id;
        let mut deed = self.caller.deed("plan.apply", Some(&self.target), Some(plan));
        deed.details = serde_json::json!({ "hash": self.kept.hash });
        let done = self.apply().await;
        match &done {
            Ok(tx) => {
                control.plan_applied(plan, *tx).await?;
                deed.details["tx"] = (*tx).into();
            }
            Err(problem) => {
                control.plan_failed(plan).await?;
                deed.outcome = Outcome::Failed;
                deed.details["code"] = problem.code().into();
            }
        }
        self.caller.service().note(deed).await?;
        done?;
        Ok(control.plan(&self.target, plan).await?)
    }

    async fn apply(&self) -> Result<Option<i64>, Problem> {
        let mut seat = own_seat(&self.caller, &self.target).await?;
        // The time is that of the home database, whose clock may differ from the target's.
        if let Some(since) = self.resumed.and_then(|since| since.checked_sub(SKEW).ok())
            && let Some(tx) = carried_out(&seat, &self.kept.hash, since).await?
        {
            return Ok(Some(tx.0));
        }
        let prepared = just_that(&seat, &self.kept).await?;
        let reason = Some(self.reason.clone());
        let options = Options { reason, ..Options::default() };
        let applied: Applied = patiently!(apply(&mut seat, &prepared, &options))?;
        Ok(applied.tx.map(|tx| tx.0))
    }
}

/// Planning leaves its steps on the connection, and may take long.
async fn own_seat(caller: &Caller, target: &str) -> Result<Seat, Problem> {
    let (desk, _) = caller.reach(Right::Undo, target).await?;
    Ok(desk.seats.take_own().await?.acting_as(&caller.principal.name))
}

async fn again(journal: &Journal, recipe: &Recipe) -> Result<Prepared, UndoError> {
    let decisions = Decisions { policies: recipe.on_conflict.clone(), each: Vec::new() };
    let planning = Planning { decisions, ..Planning::default() };
    plan_with(journal, recipe.selection.clone(), &planning).await
}

/// The kept plan, made again; it must be the same to the last step.
async fn just_that(journal: &Journal, kept: &KeptPlan) -> Result<Prepared, Problem> {
    let recipe: Recipe =
        serde_json::from_value(kept.request.clone()).map_err(ServerError::unexpected)?;
    let prepared = again(journal, &recipe).await?;
    if prepared.plan.hash.to_string() != kept.hash {
        return Err(Refusal::OtherPlan.into());
    }
    Ok(prepared)
}

async fn with_steps(
    journal: &Journal,
    prepared: &Prepared,
    (kept, effects): (KeptPlan, Option<Effects>),
) -> Result<PlanWithSteps, Problem> {
    let steps = prepared.steps(journal, 0, STEPS).await?;
    Ok(PlanWithSteps {
        plan: kept.into(),
        conflicts: prepared.plan.conflicts.iter().map(Conflict::from).collect(),
        steps: steps.into_iter().map(Step::from).collect(),
        total_steps: prepared.size(),
        effects,
    })
}

fn conflicts_of(prepared: &Prepared) -> i32 {
    let count = prepared.plan.conflicts.len().saturating_add(prepared.plan.more_conflicts);
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn idempotency_key(headers: &HeaderMap) -> Result<String, Refusal> {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    match key {
        Some(key) if (1..=LONGEST_KEY).contains(&key.len()) => Ok(key.to_owned()),
        _ => Err(Refusal::malformed("send a header `Idempotency-Key` of 1 to 200 characters")),
    }
}

fn policies(wish: &Wish) -> Result<Policies, Refusal> {
    let mut policies = Policies::default();
    for text in &wish.on_conflict {
        policies.add(text).map_err(Refusal::malformed)?;
    }
    Ok(policies)
}

/// What is meant, with names and keys as the journal has them.
async fn selection(journal: &Journal, wish: Wish) -> Result<Selection, Problem> {
    let transactions: Result<Vec<TxRange>, _> =
        wish.transactions.iter().map(|text| text.parse()).collect();
    let columns: Result<Vec<Ident>, _> = wish.columns.into_iter().map(Ident::new).collect();
    let operations: Result<Vec<_>, String> =
        wish.operations.iter().map(|text| text.parse()).collect();
    let mut selection = ChangeSelection {
        transactions: transactions.map_err(Refusal::malformed)?,
        changes: wish.changes.into_iter().map(ChangeId).collect(),
        session: wish.session,
        actor: wish.actor,
        tenant: wish.tenant,
        request: wish.request,
        operation: wish.operation,
        columns: columns.map_err(Refusal::malformed)?,
        operations: operations.map_err(Refusal::Malformed)?,
        ..ChangeSelection::default()
    };
    let now = clock::now();
    match wish.since.as_deref().map(|text| moment(text, &now)).transpose()? {
        Some(Moment::Now) => selection.since = Some(now.timestamp()),
        Some(Moment::Time(time)) => selection.since = Some(time),
        other => selection.from = other,
    }
    match wish.until.as_deref().map(|text| moment(text, &now)).transpose()? {
        None | Some(Moment::Now) => {}
        Some(Moment::Time(time)) => selection.until = Some(time),
        other => selection.to = other,
    }
    let narrow = ChangeSelection { columns: Vec::new(), ..selection.clone() };
    let mut known = Vec::new();
    for name in &wish.tables {
        known.push(journal.table(name).await?);
    }
    if narrow.is_everything() && known.is_empty() {
        return Err(Refusal::malformed("say which changes are meant").into());
    }
    if let Some(key) = &wish.key {
        let [table] = known.as_slice() else {
            return Err(Refusal::malformed("`key` needs exactly one table").into());
        };
        selection.key = Some(journal.key(table, key).await?.values);
    }
    selection.tables = known.into_iter().map(|table| table.relation.name).collect();
    Ok(selection.into())
}

fn json(value: &impl Serialize) -> Result<serde_json::Value, ServerError> {
    serde_json::to_value(value).map_err(ServerError::unexpected)
}

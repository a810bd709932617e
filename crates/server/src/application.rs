//! Applying a plan: one server at a time, to its end, and what became of it is written down. A server
//! that is killed in between leaves the plan to whoever asks again with the same key, or to the keeper.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pgrecall_access::{Asked, Claim, Claimed, Deed, KeptPlan, Outcome, PlanStatus, Proof, Settled};
use pgrecall_journal::Journal;
use pgrecall_model::Explain as _;
use pgrecall_undo::{Applied, Options, apply, carried_out};

use crate::caller::Caller;
use crate::config::Needs;
use crate::problem::Problem;
use crate::recipe::just_that;
use crate::seats::{Seat, server_error};
use crate::service::{Desk, Service};

/// How often something is tried that had to wait too long for a lock.
pub(crate) const ATTEMPTS: u32 = 3;
/// How long others get to finish in between.
pub(crate) const PAUSE: Duration = Duration::from_millis(500);
/// By how much clocks of databases may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// Tries again what gave up because somebody else held a lock; nothing was changed then.
macro_rules! patiently {
    ($attempt:expr) => {{
        let mut attempt = 1;
        loop {
            match $attempt.await {
                Err(error)
                    if error.code() == "server/locked"
                        && attempt < $crate::application::ATTEMPTS =>
                {
                    attempt += 1;
                    tokio::time::sleep($crate::application::PAUSE).await;
                }
                done => break done,
            }
        }
    }};
}
pub(crate) use patiently;

/// A plan that somebody wants to apply.
pub(crate) struct Application {
    pub(crate) caller: Caller,
    pub(crate) target: String,
    pub(crate) kept: KeptPlan,
    /// The version of the plan that was seen, if that matters.
    pub(crate) version: Option<i32>,
    pub(crate) key: String,
    pub(crate) reason: String,
    pub(crate) needs: Needs,
    /// For how many days the review may wait, where it is applied without the approval.
    pub(crate) break_glass: Option<i32>,
    pub(crate) proof: Option<Proof>,
}

impl Application {
    /// Applies it, or takes up what a server was killed over.
    pub(crate) async fn carry_out(self) -> Result<KeptPlan, Problem> {
        let service = self.caller.service();
        let desk = service.desk(&self.target)?;
        let mut seat = desk.seats.take_own().await?.acting_as(&self.caller.principal.name);
        if !lock(&seat, &self.kept.id).await? {
            return Err(pgrecall_access::AccessError::PlanNotReady("applying").into());
        }
        let done = self.carry_out_alone(&mut seat).await;
        // Else it would be taken to be at work until the connection has ended.
        unlock(&seat, &self.kept.id).await;
        done?;
        Ok(service.control.plan(&self.target, &self.kept.id).await?)
    }

    async fn carry_out_alone(&self, seat: &mut Seat) -> Result<(), Problem> {
        let resumed = match self.claim().await? {
            Claimed::Done => return Ok(()),
            Claimed::Fresh => None,
            Claimed::Resumed(since) => Some(since),
        };
        let done = self.apply(seat, resumed).await;
        let settled = match &done {
            Ok(tx) => Settled::Applied(*tx),
            // Whether it was done, the journal will tell who asks again.
            Err(problem) if problem.is_unanswered() => return done.map(drop),
            Err(problem) if problem.is_outdated_plan() => Settled::Outdated,
            Err(problem) if problem.code() == "server/locked" => Settled::Held,
            Err(_) => Settled::Failed,
        };
        let mut deed = self.caller.deed("plan.apply", Some(&self.target), Some(&self.kept.id));
        deed.details = settled.details(&self.kept.hash);
        if let Err(problem) = &done {
            deed.outcome = Outcome::Failed;
            deed.details["code"] = problem.code().into();
        }
        self.caller.service().control.settle_plan(&self.kept.id, settled, &deed).await?;
        done.map(drop)
    }

    async fn claim(&self) -> Result<Claimed, Problem> {
        let Needs { approvers, second_factor, rules } = &self.needs;
        let claim = Claim {
            target: &self.target,
            plan: &self.kept.id,
            version: self.version,
            user: &self.caller.principal.name,
            key: &self.key,
            reason: &self.reason,
            needs: Asked { approvers: *approvers, second_factor: *second_factor, rules },
            break_glass: self.break_glass,
            shown: self.caller.shown(self.proof.as_ref()),
        };
        let action = if self.break_glass.is_some() { "break_glass.use" } else { "plan.apply" };
        let deed = self.caller.deed(action, Some(&self.target), Some(&self.kept.id));
        match self.caller.service().control.claim_plan(&claim, &deed).await {
            Ok(claimed) => Ok(claimed),
            Err(error) => {
                self.caller.note_refusal(&deed, &error).await?;
                Err(error.into())
            }
        }
    }

    async fn apply(
        &self,
        seat: &mut Seat,
        resumed: Option<Timestamp>,
    ) -> Result<Option<i64>, Problem> {
        if let Some(since) = resumed
            && let Some(tx) = done_since(seat, &self.kept, since).await?
        {
            return Ok(Some(tx));
        }
        let prepared = just_that(seat, &self.kept).await?;
        let reason = Some(self.reason.clone());
        let options = Options { reason, ..Options::default() };
        let applied: Applied = patiently!(apply(seat, &prepared, &options))?;
        Ok(applied.tx.map(|tx| tx.0))
    }
}

/// Finds out what became of plans that a server was at when it was killed, and that nobody took up.
/// What was done is noted as done; what was not may be previewed anew.
pub(crate) async fn settle_abandoned(
    service: &Arc<Service>,
    desk: &Arc<Desk>,
) -> Result<(), Problem> {
    let target = desk.name.as_str();
    for plan in service.control.abandoned_plans(target).await? {
        let seat = desk.seats.take_own().await?;
        if !lock(&seat, &plan).await? {
            continue;
        }
        let kept = service.control.plan(target, &plan).await?;
        let (PlanStatus::Applying, Some(since)) = (kept.status, kept.claimed_at) else { continue };
        let settled = match done_since(&seat, &kept, since).await? {
            Some(tx) => Settled::Applied(Some(tx)),
            None => Settled::Failed,
        };
        let deed = Deed::by_itself(kept.claimed_by.clone(), "plan.apply", target);
        let mut deed = deed.about("plan.apply", &plan, settled.details(&kept.hash));
        if settled == Settled::Failed {
            deed.outcome = Outcome::Failed;
            deed.details["code"] = "plan/abandoned".into();
        }
        service.control.settle_plan(&plan, settled, &deed).await?;
    }
    Ok(())
}

/// The transaction in which a plan was applied that somebody began to apply at this time.
async fn done_since(
    journal: &Journal,
    kept: &KeptPlan,
    since: Timestamp,
) -> Result<Option<i64>, Problem> {
    // The time is that of the home database, whose clock may differ from the target's.
    let since = since.checked_sub(SKEW).unwrap_or(since);
    Ok(carried_out(journal, &kept.hash, since).await?.map(|tx| tx.0))
}

/// Whether nobody else is at the plan; from now on nobody is.
async fn lock(journal: &Journal, plan: &str) -> Result<bool, Problem> {
    let lock = include_str!("../sql/lock_plan.sql");
    let row = journal.client().query_one(lock, &[&plan]).await;
    row.and_then(|row| row.try_get("alone")).map_err(server_error)
}

async fn unlock(journal: &Journal, plan: &str) {
    let unlock = include_str!("../sql/unlock_plan.sql");
    // A connection that is gone holds no lock.
    let _ = journal.client().query_one(unlock, &[&plan]).await;
}

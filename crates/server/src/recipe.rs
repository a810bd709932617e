//! What makes a kept plan again: its steps are not kept, so whoever looks at them or applies them
//! plans once more, and must come to the same.

use pgrecall_access::{KeptPlan, Right};
use pgrecall_journal::Journal;
use pgrecall_model::{Policies, Selection};
use pgrecall_postgres::ServerError;
use pgrecall_undo::{Decisions, Planning, Prepared, UndoError, plan_with};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::problem::{Problem, Refusal};
use crate::seats::Seat;

/// What is selected, and what is done about conflicts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Recipe {
    pub(crate) selection: Selection,
    pub(crate) on_conflict: Policies,
}

impl Recipe {
    pub(crate) async fn plan(&self, journal: &Journal) -> Result<Prepared, UndoError> {
        let decisions = Decisions { policies: self.on_conflict.clone(), each: Vec::new() };
        let planning = Planning { decisions, ..Planning::default() };
        plan_with(journal, self.selection.clone(), &planning).await
    }
}

/// A seat for one of several rights. Planning leaves its steps on the connection, and may take long.
pub(crate) async fn own_seat(
    caller: &Caller,
    rights: &[Right],
    target: &str,
) -> Result<Seat, Problem> {
    let (desk, _) = caller.reach_by_any(rights, target).await?;
    Ok(desk.seats.take_own().await?.acting_as(&caller.principal.name))
}

/// The kept plan, made again; it must be the same to the last step.
pub(crate) async fn just_that(journal: &Journal, kept: &KeptPlan) -> Result<Prepared, Problem> {
    let recipe: Recipe =
        serde_json::from_value(kept.request.clone()).map_err(ServerError::unexpected)?;
    let prepared = recipe.plan(journal).await?;
    if prepared.plan.hash.to_string() != kept.hash {
        return Err(Refusal::OtherPlan.into());
    }
    Ok(prepared)
}

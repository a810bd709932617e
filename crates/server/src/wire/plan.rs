use std::collections::BTreeMap;

use pgrecall_access::KeptPlan;
use pgrecall_model::{Counts, RelationName};
use pgrecall_postgres::ServerError;
use pgrecall_undo::Applied;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::config;

/// A plan to take changes back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Plan {
    /// Its name.
    id: String,
    /// What names exactly this plan: SHA-256 over what is selected and all steps.
    hash: String,
    /// `planned`, `previewed`, `applying`, `applied` or `failed`.
    status: String,
    /// How many rows will be brought back, set and removed, by table.
    rows: Vec<RowCounts>,
    /// How much stands in its way; a plan with conflicts cannot be applied.
    conflicts: i32,
    /// What it came to when it was last tried; null where it was not.
    effects: Option<Effects>,
    /// What it needs before it can be applied, at this moment.
    needs: Needs,
    /// Its latest approval; null where nobody asked for one.
    approval: Option<PlanApproval>,
    /// Who made it.
    created_by: String,
    /// When.
    #[schema(format = "date-time")]
    created_at: String,
    /// Until when it can be applied.
    #[schema(format = "date-time")]
    expires_at: String,
    /// Who applies or applied it.
    applied_by: Option<String>,
    /// Why.
    reason: Option<String>,
    /// When it was applied.
    #[schema(format = "date-time")]
    applied_at: Option<String>,
    /// The undo's own transaction in the journal.
    tx: Option<i64>,
}

/// What a plan needs before it can be applied.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Needs {
    /// How many users have to approve; 0 if it can be applied at once.
    approvers: i32,
    /// Whether they, and who applies, have to show a second factor then.
    second_factor: bool,
    /// The rules that ask for it, in words.
    rules: Vec<String>,
    /// Whether it may be applied without the approval, to be reviewed afterwards.
    break_glass: bool,
}

/// How far the approval of a plan has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanApproval {
    /// Its number.
    id: i64,
    /// `requested`, `approved`, `applying`, or how it ended: `rejected`, `expired`, `cancelled`,
    /// `outdated`, `applied`, `failed`.
    status: String,
}

impl Plan {
    pub(crate) fn new(plan: KeptPlan, needs: config::Needs, break_glass: bool) -> Self {
        let config::Needs { approvers, second_factor, rules } = needs;
        let break_glass = break_glass && approvers > 0;
        let approval = plan
            .approval
            .map(|(id, status)| PlanApproval { id, status: status.as_str().to_owned() });
        Self {
            id: plan.id,
            hash: plan.hash,
            status: plan.status.as_str().to_owned(),
            rows: serde_json::from_value(plan.rows).unwrap_or_default(),
            conflicts: plan.conflicts,
            effects: plan.effects.and_then(|effects| Effects::read(&effects).ok()),
            needs: Needs { approvers, second_factor, rules, break_glass },
            approval,
            created_by: plan.created_by,
            created_at: plan.created_at.to_string(),
            expires_at: plan.expires_at.to_string(),
            applied_by: plan.claimed_by,
            reason: plan.reason,
            applied_at: plan.applied_at.map(|at| at.to_string()),
            tx: plan.applied_tx,
        }
    }
}

/// Rows of one table by what is done to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RowCounts {
    /// The table.
    table: String,
    /// Brought back.
    inserted: u64,
    /// Set.
    updated: u64,
    /// Removed.
    deleted: u64,
}

impl RowCounts {
    pub(crate) fn new(table: &RelationName, counts: Counts) -> Self {
        Self {
            table: table.to_string(),
            inserted: counts.inserted,
            updated: counts.updated,
            deleted: counts.deleted,
        }
    }

    pub(crate) fn table(&self) -> &str {
        &self.table
    }

    pub(crate) fn total(&self) -> u64 {
        self.inserted.saturating_add(self.updated).saturating_add(self.deleted)
    }
}

/// One row brought from what is expected to what it should be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Step {
    /// The table.
    table: String,
    /// Which row.
    #[schema(value_type = Option<Object>)]
    key: Option<Value>,
    /// `insert`, `update` or `delete`.
    action: String,
    /// The row that must be found.
    #[schema(value_type = Option<Object>)]
    expected: Option<pgrecall_model::Row>,
    /// The row that is left.
    #[schema(value_type = Option<Object>)]
    target: Option<pgrecall_model::Row>,
    /// The columns that are set.
    columns: Vec<String>,
    /// The changes that are taken back.
    changes: Vec<i64>,
}

impl From<pgrecall_model::Step> for Step {
    fn from(step: pgrecall_model::Step) -> Self {
        Self {
            table: step.table.to_string(),
            key: step.key.and_then(|key| serde_json::to_value(key).ok()),
            action: step.action.to_string(),
            expected: step.expected,
            target: step.target,
            columns: step.columns,
            changes: step.changes.iter().map(|change| change.0).collect(),
        }
    }
}

/// Something that stands in the way of a plan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Conflict {
    /// Of which kind it is, such as `changed later`.
    kind: String,
    /// The table.
    table: String,
    /// The row.
    #[schema(value_type = Option<Object>)]
    key: Option<Value>,
    /// A sentence about it.
    message: String,
    /// The transactions of the later changes behind it.
    later: Vec<i64>,
}

impl From<&pgrecall_model::Conflict> for Conflict {
    fn from(conflict: &pgrecall_model::Conflict) -> Self {
        Self {
            kind: conflict.kind.as_str().to_owned(),
            table: conflict.table.to_string(),
            key: conflict.key.as_ref().and_then(|key| serde_json::to_value(key).ok()),
            message: conflict.message.clone(),
            later: conflict.later.iter().map(|later| later.tx.0).collect(),
        }
    }
}

/// What a plan came to when it was tried or applied.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub(crate) struct Effects {
    /// How many rows are not as planned afterwards, because triggers fired, by table.
    pub(crate) differing: BTreeMap<String, u64>,
    /// How many rows that the plan does not name were changed along with it, by table.
    #[serde(rename = "side_effects")]
    pub(crate) besides: BTreeMap<String, u64>,
    /// The locks that were taken on tables.
    locks: Vec<String>,
    /// How long it took, by the clock of the database's server.
    duration_ms: i64,
}

impl Effects {
    /// As they were kept.
    pub(crate) fn read(kept: &Value) -> Result<Self, ServerError> {
        serde_json::from_value(kept.clone()).map_err(ServerError::unexpected)
    }
}

impl From<&Applied> for Effects {
    fn from(applied: &Applied) -> Self {
        let counted = |rows: &BTreeMap<RelationName, u64>| {
            rows.iter().map(|(table, rows)| (table.to_string(), *rows)).collect()
        };
        Self {
            differing: counted(&applied.differing),
            besides: counted(&applied.side_effects),
            locks: applied.locks.iter().map(|(table, mode)| format!("{table} {mode}")).collect(),
            duration_ms: applied.duration_ms,
        }
    }
}

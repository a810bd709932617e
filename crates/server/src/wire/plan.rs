use std::collections::BTreeMap;

use pgrecall_access::KeptPlan;
use pgrecall_model::{Counts, RelationName};
use pgrecall_undo::Applied;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

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

impl From<KeptPlan> for Plan {
    fn from(plan: KeptPlan) -> Self {
        Self {
            id: plan.id,
            hash: plan.hash,
            status: plan.status.as_str().to_owned(),
            rows: serde_json::from_value(plan.rows).unwrap_or_default(),
            conflicts: plan.conflicts,
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
    pub(crate) fn all(rows: &BTreeMap<RelationName, Counts>) -> Vec<Self> {
        let one = |(table, counts): (&RelationName, &Counts)| Self {
            table: table.to_string(),
            inserted: counts.inserted,
            updated: counts.updated,
            deleted: counts.deleted,
        };
        rows.iter().map(one).collect()
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
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(crate) struct Effects {
    /// How many rows are not as planned afterwards, because triggers fired, by table.
    differing: BTreeMap<String, u64>,
    /// How many rows that the plan does not name were changed along with it, by table.
    #[serde(rename = "side_effects")]
    besides: BTreeMap<String, u64>,
    /// The locks that were taken on tables.
    locks: Vec<String>,
    /// How long it took, by the clock of the database's server.
    duration_ms: i64,
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

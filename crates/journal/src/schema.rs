//! What an installed journal consists of, in the order in which it is made.

/// The version of the journal's schema that this build installs and works with.
pub const VERSION: i32 = 2;

/// Tables, sequences and indexes: made where they are not there, changed by [`UPGRADES`] only.
pub(crate) const TABLES: &[&str] = &[
    include_str!("../sql/schema/schema.sql"),
    include_str!("../sql/schema/setting.sql"),
    include_str!("../sql/schema/incarnation.sql"),
    include_str!("../sql/schema/relation.sql"),
    include_str!("../sql/schema/gap.sql"),
    include_str!("../sql/schema/transaction.sql"),
    include_str!("../sql/schema/shape.sql"),
    include_str!("../sql/schema/change.sql"),
    include_str!("../sql/schema/undo.sql"),
    include_str!("../sql/schema/context_source.sql"),
    include_str!("../sql/schema/operation.sql"),
    include_str!("../sql/schema/event.sql"),
    include_str!("../sql/schema/guard.sql"),
    include_str!("../sql/schema/approval.sql"),
    include_str!("../sql/schema/refusal.sql"),
    include_str!("../sql/schema/viewer.sql"),
    include_str!("../sql/schema/retention.sql"),
    include_str!("../sql/schema/retention_policy.sql"),
    include_str!("../sql/schema/trimmed.sql"),
];

/// Functions and views: replaced by every upgrade.
pub(crate) const ROUTINES: &[&str] = &[
    include_str!("../sql/schema/refuse_change.sql"),
    include_str!("../sql/schema/close_partition.sql"),
    include_str!("../sql/schema/create_partitions.sql"),
    include_str!("../sql/schema/key.sql"),
    include_str!("../sql/schema/hashed.sql"),
    include_str!("../sql/schema/image.sql"),
    include_str!("../sql/schema/pinned_image.sql"),
    include_str!("../sql/schema/row_text.sql"),
    include_str!("../sql/schema/hash.sql"),
    include_str!("../sql/schema/image_key.sql"),
    include_str!("../sql/schema/only.sql"),
    include_str!("../sql/schema/record.sql"),
    include_str!("../sql/schema/write_decode.sql"),
    include_str!("../sql/schema/shape_of.sql"),
    include_str!("../sql/schema/has_its_shape.sql"),
    include_str!("../sql/schema/settle_shape.sql"),
    include_str!("../sql/schema/context_values.sql"),
    include_str!("../sql/schema/given_context.sql"),
    include_str!("../sql/schema/context_document.sql"),
    include_str!("../sql/schema/comment_pairs.sql"),
    include_str!("../sql/schema/statement_comment.sql"),
    include_str!("../sql/schema/context.sql"),
    include_str!("../sql/schema/context_setter.sql"),
    include_str!("../sql/schema/set_context.sql"),
    include_str!("../sql/schema/set_session_context.sql"),
    include_str!("../sql/schema/set_actor.sql"),
    include_str!("../sql/schema/set_tenant.sql"),
    include_str!("../sql/schema/set_reason.sql"),
    include_str!("../sql/schema/system.sql"),
    include_str!("../sql/schema/tx.sql"),
    include_str!("../sql/schema/is_elsewhere.sql"),
    include_str!("../sql/schema/fingerprint.sql"),
    include_str!("../sql/schema/is_altered.sql"),
    include_str!("../sql/schema/is_recorded_above.sql"),
    include_str!("../sql/schema/note_gap.sql"),
    include_str!("../sql/schema/open_operation.sql"),
    include_str!("../sql/schema/begin_transaction.sql"),
    include_str!("../sql/schema/record_undo.sql"),
    include_str!("../sql/schema/tracked.sql"),
    include_str!("../sql/schema/unnoticed.sql"),
    include_str!("../sql/schema/reads_everything.sql"),
    include_str!("../sql/schema/all_changes.sql"),
    include_str!("../sql/schema/own_transactions.sql"),
    include_str!("../sql/schema/own_changes.sql"),
    include_str!("../sql/schema/visible_changes.sql"),
    include_str!("../sql/schema/log.sql"),
    include_str!("../sql/schema/stats.sql"),
    include_str!("../sql/schema/log_action.sql"),
    include_str!("../sql/schema/events.sql"),
    include_str!("../sql/schema/track_operation.sql"),
    include_str!("../sql/schema/complete_operation.sql"),
    include_str!("../sql/schema/operations.sql"),
    include_str!("../sql/guard/refuse.sql"),
    include_str!("../sql/guard/refusals.sql"),
    include_str!("../sql/guard/prepare.sql"),
    include_str!("../sql/guard/address.sql"),
    include_str!("../sql/guard/changes.sql"),
    include_str!("../sql/guard/protection.sql"),
    include_str!("../sql/guard/truncate.sql"),
    include_str!("../sql/guard/approve.sql"),
    include_str!("../sql/schema/grant_viewer.sql"),
    include_str!("../sql/schema/revoke_viewer.sql"),
    include_str!("../sql/schema/horizon.sql"),
    include_str!("../sql/schema/months.sql"),
    include_str!("../sql/schema/cutoffs.sql"),
    include_str!("../sql/schema/retention_plan_of.sql"),
    include_str!("../sql/schema/retention_plan.sql"),
    include_str!("../sql/schema/remove_month.sql"),
    include_str!("../sql/schema/remove_changes.sql"),
    include_str!("../sql/schema/remove_transactions.sql"),
    include_str!("../sql/schema/drop_empty_months.sql"),
    include_str!("../sql/schema/move_from_default.sql"),
    include_str!("../sql/schema/keep.sql"),
    include_str!("../sql/schema/apply_retention.sql"),
    include_str!("../sql/schema/maintain.sql"),
];

/// What takes away the rights that default privileges of the database gave to others.
pub(crate) const CLOSE: &str = include_str!("../sql/schema/close.sql");

/// A step from one version of the schema to the next.
pub(crate) struct Upgrade {
    /// The version that the step starts from.
    pub(crate) from: i32,
    /// What it does to the tables.
    pub(crate) sql: &'static str,
}

/// Every step since version 1, ascending.
pub(crate) const UPGRADES: &[Upgrade] =
    &[Upgrade { from: 1, sql: include_str!("../sql/schema/upgrade_to_2.sql") }];

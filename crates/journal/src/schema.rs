//! What an installed journal consists of, in the order in which it is made.

/// The version of the journal's schema that this build installs and works with.
pub const VERSION: i32 = 1;

/// Tables, sequences and indexes: made once, changed by [`UPGRADES`] only.
pub(crate) const TABLES: &[&str] = &[
    include_str!("../sql/schema/schema.sql"),
    include_str!("../sql/schema/setting.sql"),
    include_str!("../sql/schema/incarnation.sql"),
    include_str!("../sql/schema/relation.sql"),
    include_str!("../sql/schema/gap.sql"),
    include_str!("../sql/schema/transaction.sql"),
    include_str!("../sql/schema/noted.sql"),
    include_str!("../sql/schema/change.sql"),
    include_str!("../sql/schema/undo.sql"),
];

/// Functions and views: replaced by every upgrade.
pub(crate) const ROUTINES: &[&str] = &[
    include_str!("../sql/schema/create_partitions.sql"),
    include_str!("../sql/schema/key.sql"),
    include_str!("../sql/schema/hashed.sql"),
    include_str!("../sql/schema/image.sql"),
    include_str!("../sql/schema/context.sql"),
    include_str!("../sql/schema/context_setter.sql"),
    include_str!("../sql/schema/set_context.sql"),
    include_str!("../sql/schema/set_session_context.sql"),
    include_str!("../sql/schema/set_actor.sql"),
    include_str!("../sql/schema/set_tenant.sql"),
    include_str!("../sql/schema/set_reason.sql"),
    include_str!("../sql/schema/noted_transaction.sql"),
    include_str!("../sql/schema/begin_transaction.sql"),
    include_str!("../sql/schema/tracked.sql"),
    include_str!("../sql/schema/log.sql"),
    include_str!("../sql/schema/stats.sql"),
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
pub(crate) const UPGRADES: &[Upgrade] = &[];

use serde::Serialize;

/// How much is measured.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Scale {
    /// How often every measure is taken of every system.
    pub(crate) rounds: u32,
    /// Rows that are inserted, updated and deleted one by one.
    pub(crate) single_rows: u32,
    /// Transactions that one session makes; the table of single rows has as many rows.
    pub(crate) transactions: u32,
    /// How many of them, the first and the last, are compared.
    pub(crate) compared_transactions: u32,
    /// Rows that one statement changes.
    pub(crate) bulk_rows: u32,
    /// How long such a statement may take before it counts as failed.
    pub(crate) bulk_limit_seconds: u32,
    /// The scale factor of pgbench. The accounts stay below a quarter of the server's shared
    /// buffers, so that reading them once keeps them there.
    pub(crate) pgbench_factor: u32,
    /// How long pgbench runs.
    pub(crate) pgbench_seconds: u32,
    /// How many clients it has.
    pub(crate) pgbench_clients: u32,
}

impl Scale {
    /// What figures are published from.
    pub(crate) const FULL: Self = Self {
        rounds: 5,
        single_rows: 2_000,
        transactions: 20_000,
        compared_transactions: 2_000,
        bulk_rows: 100_000,
        bulk_limit_seconds: 150,
        pgbench_factor: 8,
        pgbench_seconds: 15,
        pgbench_clients: 2,
    };

    /// What shows that everything works.
    pub(crate) const QUICK: Self = Self {
        rounds: 2,
        single_rows: 500,
        transactions: 4_000,
        compared_transactions: 500,
        bulk_rows: 20_000,
        bulk_limit_seconds: 20,
        pgbench_factor: 2,
        pgbench_seconds: 4,
        pgbench_clients: 2,
    };
}

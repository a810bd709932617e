/// How a peer is switched on once its own file has run.
#[derive(Debug)]
pub(crate) struct Adapter {
    pub(crate) name: &'static str,
    /// Run before its file.
    pub(crate) prepare: &'static str,
    /// Whether an error in its file means that it is not installed.
    pub(crate) stops_at_errors: bool,
    /// Run after its file.
    pub(crate) begin: &'static str,
    /// Run for each table; the template knows its names.
    pub(crate) table: &'static str,
    /// Run after the tables.
    pub(crate) end: &'static str,
}

const NOTHING: Adapter =
    Adapter { name: "", prepare: "", stops_at_errors: true, begin: "", table: "", end: "" };

/// The peers that can be measured.
pub(crate) const ADAPTERS: [Adapter; 6] = [
    Adapter {
        name: "audit_trigger",
        table: include_str!("../../sql/peer/audit_trigger/table.sql"),
        ..NOTHING
    },
    Adapter {
        name: "emaj",
        begin: include_str!("../../sql/peer/emaj/begin.sql"),
        table: include_str!("../../sql/peer/emaj/table.sql"),
        end: include_str!("../../sql/peer/emaj/end.sql"),
        ..NOTHING
    },
    Adapter { name: "pghist", table: include_str!("../../sql/peer/pghist/table.sql"), ..NOTHING },
    Adapter {
        name: "pgmemento",
        begin: include_str!("../../sql/peer/pgmemento/begin.sql"),
        ..NOTHING
    },
    Adapter {
        name: "supa_audit",
        prepare: include_str!("../../sql/peer/supa_audit/prepare.sql"),
        // It is made for CREATE EXTENSION, and marks its tables for dumps by a function that works
        // nowhere else. Nothing depends on that.
        stops_at_errors: false,
        table: include_str!("../../sql/peer/supa_audit/table.sql"),
        ..NOTHING
    },
    Adapter {
        name: "temporal_tables",
        table: include_str!("../../sql/peer/temporal_tables/table.sql"),
        ..NOTHING
    },
];

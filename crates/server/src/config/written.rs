//! What may stand in the file. The comments here are the descriptions in its JSON schema.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;

/// The configuration of the server of pgRecall, and of the databases that it looks after.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "pgrecall.toml")]
pub(super) struct Written {
    /// The database in which pgRecall keeps its own state: users, sessions, tokens, plans.
    pub(super) home: Home,
    /// How the server is reached.
    pub(super) server: Server,
    /// How much anybody may ask for.
    pub(super) limits: Limits,
    /// What the server tells about itself while it runs.
    pub(super) log: Log,
    /// The databases that pgRecall looks after, by the names that the API and `--target` use.
    pub(super) targets: BTreeMap<String, Target>,
}

/// The home database: one of the targets, or another one.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Home {
    /// The target whose database it is. Needed where there are several targets and no `url`.
    pub(super) target: Option<String>,
    /// Its connection string, if it is no target's.
    pub(super) url: Option<Secret>,
    /// A file that holds the connection string.
    pub(super) url_file: Option<PathBuf>,
}

/// How the server is reached.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Server {
    /// The address on which it listens, with its port. Default: `127.0.0.1:7788`.
    pub(super) listen: Option<String>,
    /// The address that users type. Default: made of `listen`.
    pub(super) public_url: Option<String>,
    /// What it speaks TLS with; without it, plain HTTP, for a proxy on the same machine.
    pub(super) tls: Option<Tls>,
    /// The origins, such as `https://console.example`, whose pages may ask the API.
    pub(super) allowed_origins: Vec<String>,
    /// The networks, such as `10.0.0.0/8`, whose `X-Forwarded-For` is believed.
    pub(super) trusted_proxies: Vec<String>,
    /// The only networks from which anybody may ask. Default: all. `/healthz` and `/readyz` answer
    /// everybody.
    pub(super) allow_from: Vec<String>,
}

/// PEM files for TLS.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Tls {
    /// The certificate, and those that lead to the authority.
    pub(super) certificate: Option<PathBuf>,
    /// Its key.
    pub(super) key: Option<PathBuf>,
}

/// How much anybody may ask for.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The longest body of a request, in bytes.
    pub body_bytes: usize,
    /// The longest that a request may take, in seconds; streams may take longer.
    pub request_seconds: u64,
    /// The longest that a query as of a moment may run, in seconds.
    pub query_seconds: u64,
    /// The most rows that a query as of a moment, or a difference, may give.
    pub rows: usize,
    /// The most connections to a target for requests.
    pub connections: usize,
    /// The most requests of a user, or of an address without one, in a minute.
    pub requests_per_minute: u32,
    /// The most attempts to sign in from an address in a minute.
    pub sign_ins_per_minute: u32,
    /// After how many failures in a row a user is locked out for a while.
    pub failures: i32,
    /// How long a user is locked out, in minutes.
    pub lockout_minutes: i32,
    /// How long a session lasts, in hours.
    pub session_hours: i32,
    /// After how many minutes without use a session is over.
    pub session_idle_minutes: i32,
    /// How long a plan can be applied, in minutes.
    pub plan_minutes: i32,
    /// The most subscribers to live events.
    pub subscribers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            request_seconds: 60,
            query_seconds: 15,
            rows: 10_000,
            connections: 8,
            requests_per_minute: 600,
            sign_ins_per_minute: 20,
            failures: 10,
            lockout_minutes: 15,
            session_hours: 12,
            session_idle_minutes: 120,
            plan_minutes: 60,
            subscribers: 1_000,
        }
    }
}

/// What the server tells about itself while it runs, on stderr.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// In which form.
    pub format: Format,
    /// How much.
    pub level: Level,
}

/// In which form the server tells about itself.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object per line.
    Json,
}

/// How much the server tells about itself.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What failed.
    Error,
    /// What is amiss, too.
    Warn,
    /// What is done, too.
    #[default]
    Info,
    /// How it is done, too.
    Debug,
}

/// A database that pgRecall looks after. What is left out is found as by other programs of
/// PostgreSQL, but without the `PG…` variables that name a database.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Target {
    /// The connection string: a URI or `keyword=value` pairs.
    pub(super) url: Option<Secret>,
    /// A file that holds the connection string.
    pub(super) url_file: Option<PathBuf>,
    /// The host, or the folder of the Unix socket.
    pub(super) host: Option<String>,
    /// The port.
    pub(super) port: Option<u16>,
    /// The database.
    pub(super) database: Option<String>,
    /// The user.
    pub(super) user: Option<String>,
    /// The password; a file or the environment is a better place for it.
    pub(super) password: Option<Secret>,
    /// A file that holds the password.
    pub(super) password_file: Option<PathBuf>,
    /// `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`.
    pub(super) sslmode: Option<String>,
    /// A PEM file of trusted certificates, or `system`.
    pub(super) sslrootcert: Option<String>,
    /// The connection string of a user that may only read, with which queries as of a moment are run.
    pub(super) query_url: Option<Secret>,
    /// A file that holds it.
    pub(super) query_url_file: Option<PathBuf>,
    /// Whether the server does the upkeep of the journal, and takes ticks. Default: it does.
    pub(super) maintain: Option<bool>,
    /// Every how many seconds a tick is taken. Default: 1.
    pub(super) tick_seconds: Option<u32>,
    /// What an undo asks for.
    pub(super) undo: Undo,
}

/// What an undo asks for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Undo {
    /// Whether a second user has to approve whatever is applied. Default: false.
    pub(super) require_approval: Option<bool>,
    /// When others have to approve. Of several rules that fit, the strictest counts.
    pub(super) rules: Vec<UndoRule>,
    /// Whether an operator may apply without the approval in an emergency, to be reviewed afterwards.
    /// Default: false.
    pub(super) break_glass: Option<bool>,
    /// For how many hours an approval can be decided. Default: 24.
    pub(super) approval_hours: Option<i32>,
    /// For how many minutes a plan can be applied once it is approved. Default: 60.
    pub(super) approved_minutes: Option<i32>,
    /// Within how many days what was applied without an approval has to be reviewed. Default: 3.
    pub(super) review_days: Option<i32>,
}

/// When others have to approve. All conditions that are given must fit; without any, it is always.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UndoRule {
    /// Where more rows than this are changed.
    pub(super) rows_over: Option<u64>,
    /// Where one of these tables is changed: `prizes`, `public.*`, as for `pgrecall track`.
    pub(super) tables: Option<Vec<String>>,
    /// At what time of the day.
    pub(super) hours: Option<Hours>,
    /// How many users have to approve. Default: 1.
    pub(super) approvers: Option<i32>,
    /// Whether they, and who applies, have to show a second factor then. Default: true.
    pub(super) second_factor: Option<bool>,
}

/// At what time of the day a rule holds.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Hours {
    /// Outside of this stretch of each day, such as `08:00-18:00`, or `22:00-06:00` over midnight.
    pub(super) outside: Option<String>,
    /// Whose clock counts, such as `Europe/Vienna`. Default: `UTC`.
    pub(super) time_zone: Option<String>,
}

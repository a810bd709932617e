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
    /// The provider of OpenID Connect with which users may sign in.
    pub(super) openid: Option<OpenId>,
    /// The server that takes mail.
    pub(super) mail: Option<Mail>,
    /// What users and channels are told, and how often it is tried.
    pub(super) notifications: Notifications,
    /// Where many are told at once, by the names that the API uses.
    pub(super) channels: BTreeMap<String, Channel>,
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
    /// The domain for which security keys and passkeys are made: that of `public_url`, or one above
    /// it. Default: that of `public_url`. Keys are good for no other, so change it only before there
    /// are any.
    pub(super) key_domain: Option<String>,
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

/// A provider of OpenID Connect.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OpenId {
    /// Its address, below which lies `.well-known/openid-configuration`.
    pub(super) issuer: Option<String>,
    /// What it calls pgRecall.
    pub(super) client_id: Option<String>,
    /// With what pgRecall shows there who it is; a file is a better place for it.
    pub(super) client_secret: Option<Secret>,
    /// A file that holds it.
    pub(super) client_secret_file: Option<PathBuf>,
    /// What is asked for. Default: `openid`, `profile` and `email`.
    pub(super) scopes: Option<Vec<String>>,
    /// What stands on the button. Default: `OpenID Connect`.
    pub(super) label: Option<String>,
    /// The domains of the verified addresses of mail of those who may come in. Default: all, also
    /// without an address.
    pub(super) allowed_domains: Vec<String>,
    /// Whether users are added who come for the first time. Default: they are not.
    pub(super) create_users: bool,
    /// The claim that new users are called by. Default: `preferred_username`.
    pub(super) name_claim: Option<String>,
    /// The claim, such as `groups` or `realm_access.roles`, that gives roles. Users then have, from
    /// each sign-in on, the roles that `roles` makes of it, and no others.
    pub(super) roles_claim: Option<String>,
    /// What the values of `roles_claim` mean.
    pub(super) roles: Vec<RoleOfClaim>,
    /// Methods in the claim `amr`, such as `mfa`, after which pgRecall asks for no second factor of
    /// its own.
    pub(super) trust_amr: Vec<String>,
    /// The same for the claim `acr`.
    pub(super) trust_acr: Vec<String>,
}

/// The role that a value of a claim gives.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RoleOfClaim {
    /// The value.
    pub(super) value: String,
    /// `viewer`, `auditor`, `operator`, `approver` or `administrator`.
    pub(super) role: String,
    /// The only target for which it holds. Default: all.
    pub(super) target: Option<String>,
    /// The tenant that a viewer sees.
    pub(super) tenant: Option<String>,
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
    /// The longest that a viewer token may be good, in minutes.
    pub viewer_token_minutes: i32,
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
            viewer_token_minutes: 1_440,
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

/// A server that takes mail.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Mail {
    /// Its name or address.
    pub(super) host: Option<String>,
    /// Its port. Default: 587, 465 with `tls`, 25 with `none`.
    pub(super) port: Option<u16>,
    /// How it is spoken to. Default: `starttls`.
    pub(super) security: Option<MailSecurity>,
    /// The user.
    pub(super) user: Option<String>,
    /// The password; a file or the environment is a better place for it.
    pub(super) password: Option<Secret>,
    /// A file that holds the password.
    pub(super) password_file: Option<PathBuf>,
    /// Whom mail is from: `recall@example.com`, or `pgRecall <recall@example.com>`.
    pub(super) from: Option<String>,
    /// A PEM file of an authority that is trusted for this server, beside those of the system.
    pub(super) trusted_certificate: Option<PathBuf>,
}

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// In the open first, then over TLS; without TLS nothing is sent.
    #[default]
    Starttls,
    /// Over TLS.
    Tls,
    /// In the open.
    None,
}

impl MailSecurity {
    /// The port that is usual for it.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// What users and channels are told, and how often it is tried.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Notifications {
    /// How often a delivery is tried.
    pub attempts: i32,
    /// The pause after the first attempt, in seconds; each further one is 3.5 times as long.
    pub first_pause_seconds: u32,
    /// How long deliveries are kept once they came to an end, in days.
    pub keep_days: i32,
    /// More changes than these by somebody within a minute are told.
    pub bulk_changes: i64,
    /// The private or special networks to which messages may go.
    pub allow_networks: Vec<String>,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            attempts: 8,
            first_pause_seconds: 30,
            keep_days: 90,
            bulk_changes: 1_000,
            allow_networks: Vec::new(),
        }
    }
}

/// Where many are told at once.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Channel {
    /// What it is.
    pub(super) kind: Option<ChannelKind>,
    /// The address of a webhook, or of Slack.
    pub(super) url: Option<Secret>,
    /// A file that holds the address.
    pub(super) url_file: Option<PathBuf>,
    /// What messages of a webhook are signed with: `whsec_…`.
    pub(super) secret: Option<Secret>,
    /// A file that holds the secret.
    pub(super) secret_file: Option<PathBuf>,
    /// To whom mail goes.
    pub(super) to: Vec<String>,
    /// What it is told. Default: everything.
    pub(super) topics: Option<Vec<String>>,
    /// Of which targets it is told. Default: of all, and of pgRecall itself.
    pub(super) targets: Option<Vec<String>>,
}

/// What a channel is.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum ChannelKind {
    /// JSON with a signature, as Standard Webhooks has it.
    Webhook,
    /// JSON for Slack.
    Slack,
    /// Mail.
    Mail,
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
    /// The functions that queries as of a moment may call although they are the database's own, or do
    /// more than compute: names and patterns such as `app.price_of` and `geo.*`.
    pub(super) query_functions: Vec<String>,
    /// Whether the server does the upkeep of the journal, and takes ticks. Default: it does.
    pub(super) maintain: Option<bool>,
    /// Every how many seconds a tick is taken. Default: 1.
    pub(super) tick_seconds: Option<u32>,
    /// What an undo asks for.
    pub(super) undo: Undo,
    /// What viewer tokens show.
    pub(super) viewers: Viewers,
}

/// What viewer tokens show.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Viewers {
    /// Whether a viewer token may be minted without a tenant, and then shows the changes of all: for
    /// a database whose applications name no tenants. Default: false.
    pub(super) without_tenant: Option<bool>,
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
    /// Where data of one of these classes is changed, as `pgrecall classify` names them: `personal`.
    pub(super) classes: Option<Vec<String>>,
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

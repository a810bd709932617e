use pgrecall_timetravel::Blamed;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A column of a record, and who gave it its value.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BlamedColumn {
    /// The column.
    column: String,
    /// Its value; null where it is not recorded.
    #[schema(value_type = Value)]
    value: Option<Value>,
    /// `change`, `before tracking`, `not recorded` or `unknown`.
    since: String,
    /// The transaction that set it.
    tx: Option<i64>,
    /// When.
    #[schema(format = "date-time")]
    at: Option<String>,
    /// Who.
    actor: Option<String>,
    /// Why.
    reason: Option<String>,
    /// The database user.
    database_user: Option<String>,
}

impl From<&Blamed> for BlamedColumn {
    fn from(column: &Blamed) -> Self {
        let setter = column.setter.as_ref();
        let context = setter.map(|setter| &setter.context);
        let since = serde_json::to_value(column.since).ok();
        Self {
            column: column.column.clone(),
            value: column.value.clone(),
            since: since.and_then(|since| since.as_str().map(str::to_owned)).unwrap_or_default(),
            tx: setter.map(|setter| setter.tx.0),
            at: setter.map(|setter| setter.at.to_string()),
            actor: context.and_then(|context| context.actor.clone()),
            reason: context.and_then(|context| context.reason.clone()),
            database_user: context.and_then(|context| context.database_user.clone()),
        }
    }
}

/// A row that is not at both moments the same.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RowDiff {
    /// The table.
    table: String,
    /// Which row.
    #[schema(value_type = Option<Object>)]
    key: Option<Value>,
    /// `added`, `removed` or `changed`.
    kind: String,
    /// The row at the first moment.
    #[schema(value_type = Option<Object>)]
    before: Option<pgrecall_model::Row>,
    /// The row at the second moment.
    #[schema(value_type = Option<Object>)]
    after: Option<pgrecall_model::Row>,
    /// The columns that differ.
    changed: Vec<String>,
}

impl From<pgrecall_timetravel::RowDiff> for RowDiff {
    fn from(row: pgrecall_timetravel::RowDiff) -> Self {
        Self {
            table: row.table.to_string(),
            key: row.key.and_then(|key| serde_json::to_value(key).ok()),
            kind: row.kind.as_str().to_owned(),
            before: row.before,
            after: row.after,
            changed: row.changed,
        }
    }
}

/// What differs between two moments.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Diff {
    /// The rows that differ, as many as one answer holds.
    pub(crate) rows: Vec<RowDiff>,
    /// Whether there are more.
    pub(crate) truncated: bool,
    /// What a reader should know.
    pub(crate) warnings: Vec<String>,
}

/// A moment with a name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Mark {
    /// Its name.
    name: String,
    /// The tick.
    tick: i64,
    /// When that was.
    #[schema(format = "date-time")]
    at: String,
    /// Why it was marked.
    reason: Option<String>,
    /// Who marked it.
    actor: Option<String>,
    /// The database user that did.
    database_user: String,
}

impl From<pgrecall_journal::Mark> for Mark {
    fn from(mark: pgrecall_journal::Mark) -> Self {
        Self {
            name: mark.name.as_str().to_owned(),
            tick: mark.tick.0,
            at: mark.at.to_string(),
            reason: mark.reason,
            actor: mark.actor,
            database_user: mark.database_user,
        }
    }
}

/// How much was changed by those who have something in common; what was not asked for is left out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Activity {
    /// What the changes have in common, by the dimensions that were asked for.
    #[schema(value_type = Object)]
    group: serde_json::Map<String, Value>,
    /// How many changes.
    changes: i64,
    /// In how many transactions.
    transactions: i64,
    /// How many inserts.
    inserts: i64,
    /// How many updates.
    updates: i64,
    /// How many deletes.
    deletes: i64,
    /// How many rows that went with a TRUNCATE.
    truncates: i64,
    /// The first.
    #[schema(format = "date-time")]
    first_at: String,
    /// The last.
    #[schema(format = "date-time")]
    last_at: String,
}

impl From<pgrecall_journal::Activity> for Activity {
    fn from(activity: pgrecall_journal::Activity) -> Self {
        let group = activity.group;
        let mut words = serde_json::Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            words.extend(value.map(|value| (name.to_owned(), value)));
        };
        put("actor", group.who.as_ref().map(|who| who.actor.clone().into()));
        put("database_user", group.who.and_then(|who| who.database_user).map(Value::from));
        put("table", group.table.map(|table| table.to_string().into()));
        put("hour", group.hour.map(|hour| hour.to_string().into()));
        put("day", group.day.map(|day| day.to_string().into()));
        put("op", group.op.map(|op| op.as_str().into()));
        put("application", group.application.map(Value::from));
        put("tenant", group.tenant.map(Value::from));
        put("session", group.session.map(Value::from));
        Self {
            group: words,
            changes: activity.changes,
            transactions: activity.transactions,
            inserts: activity.inserts,
            updates: activity.updates,
            deletes: activity.deletes,
            truncates: activity.truncates,
            first_at: activity.first_at.to_string(),
            last_at: activity.last_at.to_string(),
        }
    }
}

//! How much was changed: by whom, in which tables, when; in bulk, and out of the ordinary.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use pgrecall_model::{Operation, RelationId, RelationName, TxId};
use pgrecall_postgres::{ServerError, Template};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::log::{Filter, codes, operation};
use crate::{Journal, JournalError};

/// How many weeks an hour is compared with.
const WEEKS: i32 = 8;
/// How many weeks it takes to say what is usual.
const ENOUGH_WEEKS: i32 = 4;
/// How many deviations from the median are out of the ordinary.
const DEVIATIONS: i32 = 5;
/// Fewer changes in an hour than these are never out of the ordinary.
const LEAST_CHANGES: i32 = 20;

/// By what changes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// Who made them.
    Actor,
    /// Of which table they are.
    Table,
    /// In which hour they were made.
    Hour,
    /// On which day they were made.
    Day,
    /// What they did.
    Operation,
    /// Which program made them.
    Application,
    /// For which tenant.
    Tenant,
    /// In which session of the application.
    Session,
}

/// Who is behind changes: an actor, or else the database user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// The application's user.
    pub actor: Option<String>,
    /// The database user, where no actor is known.
    pub database_user: Option<String>,
}

/// What changes that are counted together have in common; `None` for what was not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Who made them.
    pub who: Option<Who>,
    /// Their table.
    pub table: Option<RelationName>,
    /// The beginning of their hour.
    pub hour: Option<Timestamp>,
    /// The beginning of their day, in the time zone that was asked for.
    pub day: Option<Timestamp>,
    /// What they did.
    pub op: Option<Operation>,
    /// The program that made them, if one is known.
    pub application: Option<Option<String>>,
    /// The tenant, if one is known.
    pub tenant: Option<Option<String>>,
    /// The session, if one is known.
    pub session: Option<Option<String>>,
}

/// How much was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// What the changes have in common.
    pub group: Group,
    /// How many there are.
    pub changes: i64,
    /// In how many transactions.
    pub transactions: i64,
    /// How many of them are inserts.
    pub inserts: i64,
    /// How many of them are updates.
    pub updates: i64,
    /// How many of them are deletes.
    pub deletes: i64,
    /// How many rows went with a TRUNCATE.
    pub truncates: i64,
    /// The first of them.
    pub first_at: Timestamp,
    /// The last of them.
    pub last_at: Timestamp,
}

/// A stretch in which somebody changed very much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Who.
    pub who: Who,
    /// How many changes.
    pub changes: i64,
    /// In how many transactions.
    pub transactions: i64,
    /// How many there were at most within a minute.
    pub in_a_minute: i64,
    /// Of which tables.
    pub tables: Vec<RelationName>,
    /// What was done.
    pub ops: Vec<Operation>,
    /// The first of them.
    pub first_at: Timestamp,
    /// The last of them.
    pub last_at: Timestamp,
    /// The transaction with the lowest number.
    pub first_tx: TxId,
    /// The transaction with the highest number.
    pub last_tx: TxId,
}

/// An hour with many more changes than is usual.
#[derive(Debug, Clone, PartialEq)]
pub struct Unusual {
    /// The hour, and what the changes have in common.
    pub group: Group,
    /// How many changes.
    pub changes: i64,
    /// How many there were in the same hour of the week before, in the middle.
    pub median: f64,
    /// How far from the median they usually are.
    pub deviation: f64,
    /// With how many weeks the hour was compared.
    pub weeks: i32,
}

impl Unusual {
    /// How much history it takes to tell what is usual.
    #[must_use]
    pub fn needed_history() -> SignedDuration {
        SignedDuration::from_hours(i64::from(ENOUGH_WEEKS) * 7 * 24)
    }
}

impl Journal {
    /// Counts changes, the most first. Days are those of the time zone.
    ///
    /// # Errors
    /// When the server refuses or is gone, or does not know the time zone.
    pub async fn activity(
        &self,
        filter: &Filter,
        by: &[Dimension],
        time_zone: &str,
    ) -> Result<Vec<Activity>, JournalError> {
        let sql = grouped(include_str!("../sql/activity/groups.sql"), by).sql();
        let more: [&(dyn ToSql + Sync); 2] = [&filter.limit, &time_zone];
        let rows = self.counted(&sql, filter, &more).await?;
        let names = self.names().await?;
        let activity = |row: &Row| {
            Ok(Activity {
                group: group(row, by, &names)?,
                changes: row.try_get("changes")?,
                transactions: row.try_get("transactions")?,
                inserts: row.try_get("inserts")?,
                updates: row.try_get("updates")?,
                deletes: row.try_get("deletes")?,
                truncates: row.try_get("truncates")?,
                first_at: row.try_get("first_at")?,
                last_at: row.try_get("last_at")?,
            })
        };
        rows.iter().map(activity).collect()
    }

    /// The stretches in which somebody made more than so many changes within a minute, the largest
    /// first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn bulk_changes(
        &self,
        filter: &Filter,
        more_than: i64,
    ) -> Result<Vec<Bulk>, JournalError> {
        let sql = grouped(include_str!("../sql/activity/bulk.sql"), &[]).sql();
        let rows = self.counted(&sql, filter, &[&filter.limit, &more_than]).await?;
        let names = self.names().await?;
        let bulk = |row: &Row| {
            let relations: Vec<i32> = row.try_get("relations")?;
            let ops: Vec<String> = row.try_get("ops")?;
            Ok(Bulk {
                who: who(row)?,
                changes: row.try_get("changes")?,
                transactions: row.try_get("transactions")?,
                in_a_minute: row.try_get("in_a_minute")?,
                tables: relations
                    .into_iter()
                    .filter_map(|id| names.get(&RelationId(id)).cloned())
                    .collect(),
                ops: ops.iter().map(|op| operation(op)).collect::<Result<_, _>>()?,
                first_at: row.try_get("first_at")?,
                last_at: row.try_get("last_at")?,
                first_tx: TxId(row.try_get("first_tx")?),
                last_tx: TxId(row.try_get("last_tx")?),
            })
        };
        rows.iter().map(bulk).collect()
    }

    /// The hours from `since` on with many more changes than the same hour of the week had in the
    /// weeks before, the farthest out first.
    ///
    /// # Errors
    /// When the server refuses or is gone, or does not know the time zone.
    pub async fn unusual_activity(
        &self,
        filter: &Filter,
        since: Timestamp,
        by: &[Dimension],
        time_zone: &str,
    ) -> Result<Vec<Unusual>, JournalError> {
        let history = SignedDuration::from_hours((i64::from(WEEKS) * 7 + 1) * 24);
        let from = since.checked_sub(history).unwrap_or(Timestamp::MIN);
        let filter = Filter { since: Some(from), ..filter.clone() };
        let by = [by, &[Dimension::Hour]].concat();
        let sql = grouped(include_str!("../sql/activity/unusual.sql"), &by)
            .with("weeks", &WEEKS)
            .with("enough", &ENOUGH_WEEKS)
            .with("deviations", &DEVIATIONS)
            .with("least", &LEAST_CHANGES)
            .sql();
        let rows = self.counted(&sql, &filter, &[&time_zone, &since, &filter.limit]).await?;
        let names = self.names().await?;
        let unusual = |row: &Row| {
            Ok(Unusual {
                group: group(row, &by, &names)?,
                changes: row.try_get("changes")?,
                median: row.try_get("median")?,
                deviation: row.try_get("deviation")?,
                weeks: row.try_get("weeks")?,
            })
        };
        rows.iter().map(unusual).collect()
    }

    /// From when on the journal has changes of these tables, or of any.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn recorded_since(
        &self,
        tables: Option<&[RelationId]>,
    ) -> Result<Option<Timestamp>, JournalError> {
        let tables = tables.map(|ids| ids.iter().map(|id| id.0).collect::<Vec<_>>());
        let sql = include_str!("../sql/activity/recorded_since.sql");
        Ok(self.client().query_one(sql, &[&tables]).await?.try_get("since")?)
    }

    /// Runs a query whose first parameters are a filter.
    pub(crate) async fn counted(
        &self,
        sql: &str,
        filter: &Filter,
        more: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, JournalError> {
        let tables =
            filter.tables.as_ref().map(|ids| ids.iter().map(|id| id.0).collect::<Vec<_>>());
        let operations = codes(&filter.operations);
        let (after, up_to) = (filter.after.map(|tx| tx.0), filter.up_to.map(|tx| tx.0));
        let transactions =
            filter.transactions.as_ref().map(|ids| ids.iter().map(|id| id.0).collect::<Vec<_>>());
        let common: [&(dyn ToSql + Sync); 13] = [
            &tables,
            &filter.actor,
            &filter.tenant,
            &filter.session,
            &operations,
            &filter.since,
            &filter.until,
            &after,
            &up_to,
            &filter.key,
            &transactions,
            &filter.column,
            &filter.operation,
        ];
        Ok(self.client().query(sql, &[&common, more].concat()).await?)
    }
}

/// A query with what it groups by; what is not asked for is null.
fn grouped(text: &'static str, by: &[Dimension]) -> Template {
    let columns = [
        ("actor", Dimension::Actor, "c.actor", "NULL::text"),
        ("database_user", Dimension::Actor, "c.database_user", "NULL::text"),
        ("relation", Dimension::Table, "c.relation", "NULL::integer"),
        (
            "hour",
            Dimension::Hour,
            "pg_catalog.date_trunc('hour', c.at, z.time_zone)",
            "NULL::timestamptz",
        ),
        (
            "day",
            Dimension::Day,
            "pg_catalog.date_trunc('day', c.at, z.time_zone)",
            "NULL::timestamptz",
        ),
        ("op", Dimension::Operation, "c.op", "NULL::text"),
        ("application", Dimension::Application, "c.application", "NULL::text"),
        ("tenant", Dimension::Tenant, "c.tenant", "NULL::text"),
        ("session", Dimension::Session, "c.session", "NULL::text"),
    ];
    let changes = Template::new(include_str!("../sql/activity/changes.sql"))
        .with("sample", &Template::new(""));
    columns.into_iter().fold(
        Template::new(text).with("changes", &changes),
        |template, (name, dimension, asked, absent)| {
            let value = if by.contains(&dimension) { asked } else { absent };
            template.with(name, &Template::new(value))
        },
    )
}

fn group(
    row: &Row,
    by: &[Dimension],
    names: &HashMap<RelationId, RelationName>,
) -> Result<Group, ServerError> {
    let asked = |dimension: Dimension| by.contains(&dimension);
    let text = |dimension, name: &str| -> Result<Option<Option<String>>, ServerError> {
        Ok(if asked(dimension) { Some(row.try_get(name)?) } else { None })
    };
    let relation: Option<i32> = row.try_get("relation")?;
    let op: Option<String> = row.try_get("op")?;
    Ok(Group {
        who: if asked(Dimension::Actor) { Some(who(row)?) } else { None },
        table: relation.and_then(|id| names.get(&RelationId(id)).cloned()),
        hour: row.try_get("hour")?,
        day: row.try_get("day")?,
        op: op.as_deref().map(operation).transpose()?,
        application: text(Dimension::Application, "application")?,
        tenant: text(Dimension::Tenant, "tenant")?,
        session: text(Dimension::Session, "session")?,
    })
}

fn who(row: &Row) -> Result<Who, ServerError> {
    Ok(Who { actor: row.try_get("actor")?, database_user: row.try_get("database_user")? })
}

use pgrecall_journal::{Activity, Bulk, Dimension, Group, Unusual};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// What changes are counted by, as fields: those that were asked for, in a fixed order.
struct GroupFields<'g> {
    group: &'g Group,
    by: &'g [Dimension],
}

impl GroupFields<'_> {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let group = self.group;
        let asked = |dimension: Dimension| self.by.contains(&dimension);
        if let Some(hour) = group.hour {
            map.serialize_entry("hour", &hour.to_string())?;
        }
        if let Some(day) = group.day {
            map.serialize_entry("day", &day.to_string())?;
        }
        if let Some(who) = &group.who {
            map.serialize_entry("actor", &who.actor)?;
            map.serialize_entry("database_user", &who.database_user)?;
        }
        if asked(Dimension::Table) {
            map.serialize_entry("table", &group.table.as_ref().map(ToString::to_string))?;
        }
        if let Some(op) = group.op {
            map.serialize_entry("op", &op)?;
        }
        for (name, value) in [
            ("application", &group.application),
            ("tenant", &group.tenant),
            ("session", &group.session),
        ] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        Ok(())
    }
}

/// Counted changes, as `activity` prints them.
pub(crate) struct ActivityLine<'a> {
    activity: &'a Activity,
    by: &'a [Dimension],
}

impl<'a> ActivityLine<'a> {
    pub(crate) fn new(activity: &'a Activity, by: &'a [Dimension]) -> Self {
        Self { activity, by }
    }
}

impl Serialize for ActivityLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { activity, by } = self;
        let mut map = serializer.serialize_map(None)?;
        GroupFields { group: &activity.group, by }.write(&mut map)?;
        for (name, count) in [
            ("changes", activity.changes),
            ("transactions", activity.transactions),
            ("inserts", activity.inserts),
            ("updates", activity.updates),
            ("deletes", activity.deletes),
            ("truncates", activity.truncates),
        ] {
            map.serialize_entry(name, &count)?;
        }
        map.serialize_entry("first_at", &activity.first_at.to_string())?;
        map.serialize_entry("last_at", &activity.last_at.to_string())?;
        map.end()
    }
}

/// Very many changes at once, as `activity --bulk` prints them.
#[derive(Debug, serde::Serialize)]
pub(crate) struct BulkLine<'b> {
    actor: Option<&'b str>,
    database_user: Option<&'b str>,
    changes: i64,
    transactions: i64,
    in_a_minute: i64,
    tables: Vec<String>,
    ops: &'b [pgrecall_model::Operation],
    first_at: String,
    last_at: String,
    first_tx: i64,
    last_tx: i64,
}

impl<'b> From<&'b Bulk> for BulkLine<'b> {
    fn from(bulk: &'b Bulk) -> Self {
        Self {
            actor: bulk.who.actor.as_deref(),
            database_user: bulk.who.database_user.as_deref(),
            changes: bulk.changes,
            transactions: bulk.transactions,
            in_a_minute: bulk.in_a_minute,
            tables: bulk.tables.iter().map(ToString::to_string).collect(),
            ops: &bulk.ops,
            first_at: bulk.first_at.to_string(),
            last_at: bulk.last_at.to_string(),
            first_tx: bulk.first_tx.0,
            last_tx: bulk.last_tx.0,
        }
    }
}

/// An hour that stands out, as `activity --unusual` prints it.
pub(crate) struct UnusualLine<'u> {
    unusual: &'u Unusual,
    by: &'u [Dimension],
}

impl<'u> UnusualLine<'u> {
    pub(crate) fn new(unusual: &'u Unusual, by: &'u [Dimension]) -> Self {
        Self { unusual, by }
    }
}

impl Serialize for UnusualLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { unusual, by } = self;
        let mut map = serializer.serialize_map(None)?;
        GroupFields { group: &unusual.group, by }.write(&mut map)?;
        map.serialize_entry("changes", &unusual.changes)?;
        map.serialize_entry("median", &unusual.median)?;
        map.serialize_entry("deviation", &unusual.deviation)?;
        map.serialize_entry("weeks", &unusual.weeks)?;
        map.end()
    }
}

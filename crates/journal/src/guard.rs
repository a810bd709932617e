//! What a tracked table refuses, and the triggers that do it.

use std::collections::HashMap;

use pgrecall_model::{Ident, RelationId, RelationName};
use pgrecall_postgres::catalogue::{self, Table};
use pgrecall_postgres::{Literal, ServerError, Template};
use serde_json::json;
use tokio_postgres::Transaction;

use crate::origin::Origin;
use crate::patience::Patience;
use crate::{Journal, JournalError, schema};

/// The names of the triggers; they sort before all others.
const ADDRESS: &str = "!recall_guard_address";
const CHANGES: &str = "!recall_guard_changes";
const PROTECTION: &str = "!recall_guard_protection";
const TRUNCATE: &str = "!recall_guard_truncate";

/// What a table refuses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guards {
    /// Changes from elsewhere; empty: from nowhere.
    pub allow_from: Vec<Origin>,
    /// More changes of an actor within a minute.
    pub max_changes: Option<i32>,
    /// Deletions without an approval.
    pub protect: bool,
    /// To be dropped without an approval.
    pub guard_drop: bool,
}

/// What becomes of a guard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wish<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is taken off.
    Remove,
    /// It is set.
    Set(T),
}

impl<T: Clone> Wish<T> {
    /// What there is once the wish is fulfilled.
    pub(crate) fn applied_to(&self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Remove => None,
            Self::Set(wanted) => Some(wanted.clone()),
        }
    }

    /// The wish that there be just this.
    pub(crate) fn for_value(wanted: Option<T>) -> Self {
        wanted.map_or(Self::Keep, Self::Set)
    }
}

/// What becomes of the guards of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuardOptions {
    /// The networks from which the table may be changed.
    pub allow_from: Wish<Vec<Origin>>,
    /// How many rows an actor may change within a minute.
    pub max_changes: Wish<i32>,
    /// Whether rows may only be deleted with an approval.
    pub protect: Wish<()>,
    /// Whether it may only be dropped with an approval.
    pub guard_drop: Wish<()>,
}

impl Guards {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The triggers for single rows.
    fn row_triggers(&self) -> Vec<&'static str> {
        let wanted = [
            (ADDRESS, !self.allow_from.is_empty()),
            (CHANGES, self.max_changes.is_some()),
            (PROTECTION, self.protect),
        ];
        wanted.into_iter().filter_map(|(name, wanted)| wanted.then_some(name)).collect()
    }
}

impl GuardOptions {
    /// The guards of a table that has `before`.
    #[must_use]
    pub fn applied_to(&self, before: &Guards) -> Guards {
        let mut guards = before.clone();
        match &self.allow_from {
            Wish::Keep => {}
            Wish::Remove => guards.allow_from.clear(),
            Wish::Set(origins) => {
                guards.allow_from.clone_from(origins);
                guards.allow_from.sort();
                guards.allow_from.dedup();
            }
        }
        match self.max_changes {
            Wish::Keep => {}
            Wish::Remove => guards.max_changes = None,
            Wish::Set(most) => guards.max_changes = Some(most),
        }
        for (wish, guard) in
            [(&self.protect, &mut guards.protect), (&self.guard_drop, &mut guards.guard_drop)]
        {
            match wish {
                Wish::Keep => {}
                Wish::Remove => *guard = false,
                Wish::Set(()) => *guard = true,
            }
        }
        guards
    }
}

impl Journal {
    /// The guards of every table that has some.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn guards(&self) -> Result<HashMap<RelationId, Guards>, JournalError> {
        let rows = self.client().query(include_str!("../sql/guard/read.sql"), &[]).await?;
        let guards = rows.iter().map(guards_of).collect::<Result<_, _>>()?;
        Ok(guards)
    }

    /// Sets the guards of a tracked table, and puts right what is missing of them. Gives whether
    /// anything had to be done.
    ///
    /// # Errors
    /// When the table is not tracked, when it stays locked, or when rights are missing.
    pub async fn guard(
        &mut self,
        table: &Table,
        options: &GuardOptions,
    ) -> Result<bool, JournalError> {
        let mut patience = Patience::default();
        loop {
            match self.guard_once(table, options).await {
                Err(JournalError::Server(error)) if patience.allows(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    /// Makes what the guards need beyond the tables, so that it is known before anything is changed
    /// whether they can be had.
    ///
    /// # Errors
    /// When a table is to be kept from being dropped and the connected user may make no event trigger.
    pub async fn prepare_guards(&mut self, options: &GuardOptions) -> Result<(), JournalError> {
        match options.guard_drop {
            Wish::Set(()) => self.guard_drops().await,
            Wish::Keep | Wish::Remove => Ok(()),
        }
    }

    /// Makes the event trigger without which nothing keeps a table from being dropped.
    async fn guard_drops(&mut self) -> Result<(), JournalError> {
        if self.drop_is_guarded().await? {
            return Ok(());
        }
        let transaction = self.begin().await?;
        let made = transaction.batch_execute(include_str!("../sql/guard/drop_trigger.sql")).await;
        made.map_err(ServerError::from).map_err(|error| {
            if error.is_forbidden() { JournalError::NoEventTriggers(error) } else { error.into() }
        })?;
        Ok(transaction.commit().await?)
    }

    async fn drop_is_guarded(&self) -> Result<bool, ServerError> {
        let sql = include_str!("../sql/guard/drop_is_guarded.sql");
        Ok(self.client().query_one(sql, &[]).await?.try_get("guarded")?)
    }

    async fn guard_once(
        &mut self,
        table: &Table,
        options: &GuardOptions,
    ) -> Result<bool, JournalError> {
        let tables = self.tables().await?;
        let known = tables.iter().find(|known| known.relation.oid == Some(table.oid));
        let Some(relation) = known.filter(|known| known.relation.tracked).map(|k| k.relation.id)
        else {
            return Err(JournalError::NotTracked(table.name.clone()));
        };
        let before = self.guards().await?.remove(&relation).unwrap_or_default();
        let wanted = Wanted {
            guards: options.applied_to(&before),
            relation,
            table,
            leaves: catalogue::leaves(self.client(), table.oid).await?,
        };
        if wanted.guards == before && self.is_hung(&wanted).await? {
            return Ok(false);
        }
        if wanted.guards.guard_drop {
            self.guard_drops().await?;
        }
        let actor = self.actor().map(str::to_owned);
        let transaction = self.begin().await?;
        let lock =
            Template::new(include_str!("../sql/track/lock_table.sql")).with("table", &table.name);
        transaction.batch_execute(&lock.sql()).await?;
        let reason = format!("guard {}", table.name);
        let context = json!({ "actor": actor, "reason": reason });
        transaction.execute(include_str!("../sql/track/set_context.sql"), &[&context]).await?;
        drop_triggers(&transaction, Some(&wanted.oids())).await?;
        wanted.write(&transaction).await?;
        transaction.batch_execute(schema::CLOSE).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Whether every trigger of the guards is there and fires always.
    async fn is_hung(&self, wanted: &Wanted<'_>) -> Result<bool, ServerError> {
        let rows = self
            .client()
            .query(include_str!("../sql/guard/hung.sql"), &[&Some(wanted.oids())])
            .await?;
        let mut found = Vec::new();
        for row in &rows {
            let name = catalogue::relation_name(row, "nspname", "relname")?;
            let trigger: String = row.try_get("tgname")?;
            if row.try_get::<_, &str>("mode")? == "A" {
                found.push((name, trigger));
            }
        }
        let expected = wanted.triggers();
        Ok((!wanted.guards.guard_drop || self.drop_is_guarded().await?)
            && rows.len() == expected.len()
            && expected.iter().all(|(table, trigger)| {
                found.iter().any(|(name, found)| name == *table && found == trigger)
            }))
    }
}

/// The guards that a table is to have.
struct Wanted<'t> {
    guards: Guards,
    relation: RelationId,
    table: &'t Table,
    leaves: Vec<(u32, RelationName)>,
}

impl Wanted<'_> {
    /// The root and every table that holds rows.
    fn oids(&self) -> Vec<u32> {
        let mut oids: Vec<u32> = self.leaves.iter().map(|(oid, _)| *oid).collect();
        if !oids.contains(&self.table.oid) {
            oids.push(self.table.oid);
        }
        oids
    }

    /// Every trigger that has to fire, each with its table.
    fn triggers(&self) -> Vec<(&RelationName, &'static str)> {
        let root = std::iter::once(&self.table.name).filter(|_| self.table.partitioned);
        let rows = self.guards.row_triggers();
        let mut triggers: Vec<_> = root
            .chain(self.leaves.iter().map(|(_, name)| name))
            .flat_map(|table| rows.iter().map(move |trigger| (table, *trigger)))
            .collect();
        if !self.guards.row_triggers().is_empty() {
            triggers.extend(self.leaves.iter().map(|(_, name)| (name, TRUNCATE)));
        }
        triggers
    }

    async fn write(&self, transaction: &Transaction<'_>) -> Result<(), ServerError> {
        let begun = transaction.query_one(include_str!("../sql/track/begin.sql"), &[]).await?;
        let tx: i64 = begun.try_get("tx")?;
        if self.guards.is_empty() {
            transaction
                .execute(include_str!("../sql/guard/run_forget.sql"), &[&self.relation.0])
                .await?;
            return Ok(());
        }
        transaction
            .execute(include_str!("../sql/guard/run_prepare.sql"), &[&self.relation.0])
            .await?;
        let guards = &self.guards;
        let networks = (!guards.allow_from.is_empty()).then(|| networks(&guards.allow_from));
        let local = guards.allow_from.contains(&Origin::Local);
        let write = include_str!("../sql/guard/write.sql");
        transaction
            .execute(
                write,
                &[
                    &self.relation.0,
                    &networks,
                    &local,
                    &guards.max_changes,
                    &guards.protect,
                    &guards.guard_drop,
                    &tx,
                ],
            )
            .await?;
        for create in self.create_triggers() {
            transaction.batch_execute(&create.sql()).await?;
        }
        for (table, trigger) in self.triggers() {
            let enable = Template::new(include_str!("../sql/track/enable_trigger.sql"))
                .with("table", table)
                .with("trigger", &Ident::new(trigger).map_err(ServerError::unexpected)?);
            transaction.batch_execute(&enable.sql()).await?;
        }
        Ok(())
    }

    fn create_triggers(&self) -> Vec<Template> {
        let on = |sql: &'static str, table: &RelationName| {
            Template::new(sql).with("relation", &self.relation.0).with("table", table)
        };
        let root = &self.table.name;
        let mut create = Vec::new();
        if !self.guards.allow_from.is_empty() {
            let networks = networks(&self.guards.allow_from);
            let local = self.guards.allow_from.contains(&Origin::Local);
            create.push(
                on(include_str!("../sql/guard/address_trigger.sql"), root)
                    .with("local", &Template::new(if local { "true" } else { "false" }))
                    .with_all("networks", networks.iter().map(|network| Literal(network)), ", "),
            );
        }
        if let Some(most) = self.guards.max_changes {
            create.push(
                on(include_str!("../sql/guard/changes_trigger.sql"), root).with("most", &most),
            );
        }
        if self.guards.protect {
            create.push(on(include_str!("../sql/guard/protection_trigger.sql"), root));
        }
        if !create.is_empty() {
            let truncate = include_str!("../sql/guard/truncate_trigger.sql");
            create.extend(self.leaves.iter().map(|(_, leaf)| on(truncate, leaf)));
        }
        create
    }
}

/// The networks among the origins, as PostgreSQL reads them.
fn networks(origins: &[Origin]) -> Vec<String> {
    let network = |origin: &&Origin| **origin != Origin::Local;
    origins.iter().filter(network).map(ToString::to_string).collect()
}

fn guards_of(row: &tokio_postgres::Row) -> Result<(RelationId, Guards), ServerError> {
    let networks: Option<Vec<String>> = row.try_get("allow_from")?;
    let mut allow_from = networks
        .unwrap_or_default()
        .iter()
        .map(|network| network.parse().map_err(ServerError::unexpected))
        .collect::<Result<Vec<Origin>, _>>()?;
    if row.try_get("allow_local")? {
        allow_from.push(Origin::Local);
    }
    allow_from.sort();
    let guards = Guards {
        allow_from,
        max_changes: row.try_get("max_changes")?,
        protect: row.try_get("protect")?,
        guard_drop: row.try_get("guard_drop")?,
    };
    Ok((RelationId(row.try_get("relation")?), guards))
}

/// Takes the guards off a table that is tracked no longer.
pub(crate) async fn remove(
    transaction: &Transaction<'_>,
    relation: RelationId,
    tables: &[u32],
) -> Result<(), ServerError> {
    drop_triggers(transaction, Some(tables)).await?;
    transaction.execute(include_str!("../sql/guard/run_forget.sql"), &[&relation.0]).await?;
    Ok(())
}

/// Takes the guards off all tables, where the journal stays.
pub(crate) async fn forget_all(transaction: &Transaction<'_>) -> Result<(), ServerError> {
    transaction.execute(include_str!("../sql/guard/forget_all.sql"), &[]).await?;
    Ok(())
}

/// Takes the triggers of guards off the given tables, or off all.
pub(crate) async fn drop_triggers(
    transaction: &Transaction<'_>,
    tables: Option<&[u32]>,
) -> Result<usize, ServerError> {
    let rows = transaction.query(include_str!("../sql/guard/hung.sql"), &[&tables]).await?;
    let mut dropped = 0;
    for row in &rows {
        // Those that partitions inherited go with the one of the whole table.
        if row.try_get("inherited")? {
            continue;
        }
        let drop = Template::new(include_str!("../sql/track/drop_trigger.sql"))
            .with("trigger", &catalogue::ident(row, "tgname")?)
            .with("table", &catalogue::relation_name(row, "nspname", "relname")?);
        transaction.batch_execute(&drop.sql()).await?;
        dropped += 1;
    }
    Ok(dropped)
}

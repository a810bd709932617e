use pgrecall_model::{ColumnName, Ident, RelationId, RelationName, TxId};
use pgrecall_postgres::catalogue::{self, Table};
use pgrecall_postgres::{ServerError, Template};
use serde_json::json;
use tokio_postgres::Transaction;

use crate::after_image::AfterImage;
use crate::capture::{self, Cluster, Recording, Settled};
use crate::for_each::ForEach;
use crate::inspection::{Wanted, inspect};
use crate::patience::Patience;
use crate::selectivity::{Condition, OnFailure, Selectivity, SelectivityOptions};
use crate::tracked::{self, TrackedTable};
use crate::{Journal, JournalError, checkpoint, classification, guard, pause, schema, uninstall};

/// What of a table is not recorded as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrackOptions {
    /// Columns that the journal never sees.
    pub excluded: Vec<ColumnName>,
    /// Columns of which the journal keeps a hash only.
    pub hashed: Vec<ColumnName>,
    /// Columns that are recorded as they are again.
    pub included: Vec<ColumnName>,
    /// Which changes are recorded.
    pub selectivity: SelectivityOptions,
    /// What becomes of a change that cannot be recorded; none: it stays as it was.
    pub on_failure: Option<OnFailure>,
    /// What is kept of a row after an update; none: as it was.
    pub after_image: Option<AfterImage>,
    /// Whether it is recorded row by row, or by statement where that may be; none: as it was.
    pub for_each: Option<ForEach>,
}

/// What tracking a table came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Recording began, or began again.
    Started,
    /// What is recorded of it was changed.
    Changed,
    /// It was tracked just so already.
    Unchanged,
}

impl TrackOptions {
    /// Checks that every column that is named exists in one of the tables.
    ///
    /// # Errors
    /// When one does not, or when the server refuses.
    pub async fn check(&self, journal: &Journal, tables: &[Table]) -> Result<(), JournalError> {
        let oids: Vec<u32> = tables.iter().map(|table| table.oid).collect();
        let columns = catalogue::columns(journal.client(), &oids).await?;
        for name in self.excluded.iter().chain(&self.hashed).chain(&self.included) {
            let known = tables.iter().filter(|table| concerns(name, table)).any(|table| {
                columns.get(&table.oid).is_some_and(|of| of.iter().any(|c| c.name == name.column))
            });
            if !known {
                return Err(JournalError::UnknownColumn(name.clone()));
            }
        }
        Ok(())
    }

    /// The columns of a table that are excluded and those that are hashed: what was so before
    /// stays so unless the options say otherwise.
    pub(crate) fn hidden(
        &self,
        table: &Table,
        known: Option<&TrackedTable>,
    ) -> (Vec<Ident>, Vec<Ident>) {
        let named = |names: &[ColumnName]| -> Vec<Ident> {
            names
                .iter()
                .filter(|name| concerns(name, table))
                .map(|name| name.column.clone())
                .collect()
        };
        let (excluded, hashed, included) =
            (named(&self.excluded), named(&self.hashed), named(&self.included));
        let (was_excluded, was_hashed) = known.map_or((&[][..], &[][..]), |known| {
            (known.relation.excluded.as_slice(), known.relation.hashed.as_slice())
        });
        let merged = |before: &[Ident], now: &[Ident], elsewhere: &[Ident]| {
            let stays = |name: &&Ident| {
                !elsewhere.contains(name) && !included.contains(name) && !now.contains(name)
            };
            before.iter().filter(stays).chain(now).cloned().collect()
        };
        (merged(was_excluded, &excluded, &hashed), merged(was_hashed, &hashed, &excluded))
    }
}

fn concerns(name: &ColumnName, table: &Table) -> bool {
    name.table == table.name.table && name.schema.as_ref().is_none_or(|s| *s == table.name.schema)
}

impl Journal {
    /// Records a table from now on.
    ///
    /// It can be called again at any time: a table that is recorded just so is left alone, and
    /// columns that were excluded or hashed stay so unless `options` names columns of the table.
    ///
    /// # Errors
    /// When the table stays locked, when a key column would be hidden, or when rights are missing.
    pub async fn track(
        &mut self,
        table: &Table,
        options: &TrackOptions,
    ) -> Result<Outcome, JournalError> {
        let mut patience = Patience::default();
        loop {
            match self.track_once(table, options).await {
                Err(JournalError::Server(error)) if patience.allows(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn track_once(
        &mut self,
        table: &Table,
        options: &TrackOptions,
    ) -> Result<Outcome, JournalError> {
        let known = tracked::all(self.client()).await?;
        let found = inspect(self.client(), table, options, &known).await?;
        if found.is_so(options) {
            return Ok(Outcome::Unchanged);
        }
        self.check_readable(table).await?;
        let actor = self.actor().map(str::to_owned);
        let transaction = self.begin().await?;
        let lock =
            Template::new(include_str!("../sql/track/lock_table.sql")).with("table", &table.name);
        transaction.batch_execute(&lock.sql()).await?;
        // Only now is the table sure to stay as it is.
        let tables = catalogue::tables(&transaction).await?;
        let table = tables
            .iter()
            .find(|found| found.oid == table.oid)
            .ok_or_else(|| JournalError::UnknownTable(table.name.to_string()))?;
        let outcome = write(&transaction, table, options, actor.as_deref()).await?;
        transaction.commit().await?;
        Ok(outcome)
    }

    /// Records a table no longer. What was recorded stays; a gap opens.
    ///
    /// # Errors
    /// When the table stays locked, or when rights are missing.
    pub async fn untrack(&mut self, table: &TrackedTable) -> Result<(), JournalError> {
        let mut patience = Patience::default();
        loop {
            match self.untrack_once(table).await {
                Err(JournalError::Server(error)) if patience.allows(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn untrack_once(&mut self, table: &TrackedTable) -> Result<(), JournalError> {
        let actor = self.actor().map(str::to_owned);
        let relation = &table.relation;
        let leaves = match relation.oid {
            Some(oid) => catalogue::leaves(self.client(), oid).await?,
            None => Vec::new(),
        };
        let oids: Vec<u32> =
            relation.oid.into_iter().chain(leaves.into_iter().map(|(oid, _)| oid)).collect();
        let transaction = self.begin().await?;
        // A partition also has the triggers of the table above it.
        uninstall::drop_triggers_of(&transaction, relation.id, &oids).await?;
        uninstall::drop_stray_triggers(&transaction, relation.id).await?;
        checkpoint::forget(&transaction, relation.id).await?;
        pause::forget(&transaction, relation.id).await?;
        guard::remove(&transaction, relation.id, &oids).await?;
        for function in capture::function_names(relation.id).map_err(ServerError::unexpected)? {
            uninstall::drop_function(&transaction, &function).await?;
        }
        drop_statement(&transaction, relation.id).await?;
        let reason = format!("untrack {}", relation.name);
        let Since { tx, at, .. } =
            begin_in_journal(&transaction, actor.as_deref(), &reason).await?;
        close_gaps(&transaction, relation.id, (tx, at), false).await?;
        let open_gap = include_str!("../sql/track/open_gap.sql");
        transaction.execute(open_gap, &[&relation.id.0, &tx.0, &at]).await?;
        transaction.execute(include_str!("../sql/track/stop.sql"), &[&relation.id.0]).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Notes a gap of a table that reaches from where its tracking began to now.
    pub(crate) async fn note_gap(
        &mut self,
        table: &TrackedTable,
        reason: &str,
    ) -> Result<(), JournalError> {
        let actor = self.actor().map(str::to_owned);
        let transaction = self.begin().await?;
        let since = begin_in_journal(&transaction, actor.as_deref(), "reconcile").await?;
        note_gap(&transaction, table.relation.id, &since, Some(reason.to_owned())).await?;
        Ok(transaction.commit().await?)
    }

    /// Why a table that is recorded for each statement is recorded row by row for the time being; none if it
    /// is not.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn why_by_row(&self, table: &Table) -> Result<Option<String>, JournalError> {
        let why = include_str!("../sql/track/why_by_row.sql");
        let row = self.client().query_opt(why, &[&table.oid]).await?;
        Ok(row.map(|row| row.try_get("reason")).transpose()?.flatten())
    }

    async fn check_readable(&self, table: &Table) -> Result<(), JournalError> {
        let right = include_str!("../sql/track/has_right.sql");
        let row = self.client().query_one(right, &[&table.oid]).await?;
        if row.try_get(0)? { Ok(()) } else { Err(JournalError::Unreadable(table.name.clone())) }
    }
}

/// Writes what a table is into the journal, and what records it.
async fn write(
    transaction: &Transaction<'_>,
    table: &Table,
    options: &TrackOptions,
    actor: Option<&str>,
) -> Result<Outcome, JournalError> {
    let found = inspect(transaction, table, options, &tracked::all(transaction).await?).await?;
    let reason = format!("track {}", table.name);
    let since = begin_in_journal(transaction, actor, &reason).await?;
    if let Some(known) = &found.known {
        let note = include_str!("../sql/track/note_schema.sql");
        transaction.execute(note, &[&known.relation.id.0]).await?;
    }
    // A hidden column may have got another name: what is known now knows it.
    let mut now = inspect(transaction, table, options, &tracked::all(transaction).await?).await?;
    now.wanted.read_condition(transaction, options).await?;
    if now.is_so(&TrackOptions::default()) {
        return Ok(Outcome::Unchanged);
    }
    let wanted = &now.wanted;
    if let Some(known) = now.known.as_ref().filter(|known| known.relation.oid.is_none()) {
        classification::follow(transaction, known.relation.id, wanted.table.oid).await?;
    }
    let relation = write_relation(transaction, wanted, now.known.as_ref(), &since).await?;
    if wanted.selectivity.is_partial() {
        let open = include_str!("../sql/track/open_selective_gap.sql");
        transaction.execute(open, &[&relation.0, &since.tx.0, &since.at]).await?;
    }
    if now.is_tracked() {
        note_gap(transaction, relation, &since, found.gap().map(str::to_owned)).await?;
    }
    let leaves: Vec<u32> = wanted.leaves.iter().map(|(oid, _)| *oid).collect();
    let note = include_str!("../sql/track/note_leaves.sql");
    transaction.execute(note, &[&relation.0, &leaves]).await?;
    write_functions(transaction, wanted.table.oid, wanted.recording(relation)).await?;
    transaction.batch_execute(schema::CLOSE).await?;
    if now.needs_other_triggers() {
        uninstall::drop_triggers(transaction, Some(&wanted.oids())).await?;
        write_triggers(transaction, wanted, relation).await?;
        if wanted.for_each == ForEach::Row {
            drop_statement(transaction, relation).await?;
            // Without those that went.
            note_functions(transaction, relation).await?;
        }
    }
    transaction.execute(include_str!("../sql/track/note_seen.sql"), &[&relation.0]).await?;
    checkpoint::drop_unfit(transaction, relation).await?;
    Ok(if now.is_tracked() && now.complete { Outcome::Changed } else { Outcome::Started })
}

/// From where on a table is recorded.
struct Since {
    tx: TxId,
    at: jiff::Timestamp,
    change: i64,
}

/// Notes a gap that reaches from where the tracking began to now.
async fn note_gap(
    transaction: &Transaction<'_>,
    relation: RelationId,
    since: &Since,
    reason: Option<String>,
) -> Result<(), ServerError> {
    if let Some(reason) = reason {
        let note = include_str!("../sql/track/note_bypass.sql");
        transaction.execute(note, &[&relation.0, &since.tx.0, &since.at, &reason]).await?;
    }
    Ok(())
}

async fn begin_in_journal(
    transaction: &Transaction<'_>,
    actor: Option<&str>,
    reason: &str,
) -> Result<Since, ServerError> {
    let context = json!({ "actor": actor, "reason": reason });
    transaction.execute(include_str!("../sql/track/set_context.sql"), &[&context]).await?;
    let row = transaction.query_one(include_str!("../sql/track/begin.sql"), &[]).await?;
    let tx: i64 = row.try_get("tx")?;
    let begun = transaction.query_one(include_str!("../sql/track/begun_at.sql"), &[&tx]).await?;
    Ok(Since { tx: TxId(tx), at: begun.try_get("at")?, change: begun.try_get("change")? })
}

async fn write_relation(
    transaction: &Transaction<'_>,
    wanted: &Wanted<'_>,
    known: Option<&TrackedTable>,
    Since { tx, at, change }: &Since,
) -> Result<RelationId, ServerError> {
    let texts = |names: &[Ident]| names.iter().map(|n| n.as_str().to_owned()).collect::<Vec<_>>();
    let (schema, table) = (wanted.table.name.schema.as_str(), wanted.table.name.table.as_str());
    let (key, excluded, hashed) =
        (texts(&wanted.table.key), texts(&wanted.excluded), texts(&wanted.hashed));
    let Selectivity { only_roles, condition } = &wanted.selectivity;
    let some = !only_roles.is_empty();
    let roles = some.then(|| only_roles.iter().map(|role| role.oid).collect::<Vec<_>>());
    let names = some.then(|| only_roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>());
    let condition = condition.as_ref().map(Condition::as_str);
    let (on_failure, after_image) = (wanted.on_failure.as_str(), wanted.after_image.as_str());
    let for_each = wanted.for_each.as_str();
    if let Some(known) = known {
        let id = known.relation.id;
        let update = include_str!("../sql/track/update_relation.sql");
        transaction
            .execute(
                update,
                &[
                    &id.0,
                    &schema,
                    &table,
                    &key,
                    &excluded,
                    &hashed,
                    &tx.0,
                    at,
                    &wanted.table.oid,
                    change,
                    &roles,
                    &names,
                    &condition,
                    &on_failure,
                    &after_image,
                    &for_each,
                ],
            )
            .await?;
        close_gaps(transaction, id, (*tx, *at), wanted.selectivity.is_partial()).await?;
        pause::forget(transaction, id).await?;
        return Ok(id);
    }
    let row = transaction
        .query_one(
            include_str!("../sql/track/insert_relation.sql"),
            &[
                &wanted.table.oid,
                &schema,
                &table,
                &key,
                &excluded,
                &hashed,
                &tx.0,
                at,
                change,
                &roles,
                &names,
                &condition,
                &on_failure,
                &after_image,
                &for_each,
            ],
        )
        .await?;
    Ok(RelationId(row.try_get("id")?))
}

/// Closes what is open of the gaps of a table, unless changes are left out on purpose on.
async fn close_gaps(
    transaction: &Transaction<'_>,
    relation: RelationId,
    (tx, at): (TxId, jiff::Timestamp),
    stays_selective: bool,
) -> Result<(), ServerError> {
    let close = include_str!("../sql/track/close_gap.sql");
    transaction.execute(close, &[&relation.0, &tx.0, &at, &stays_selective]).await?;
    Ok(())
}

/// Makes the functions of every tracked table anew, as this build writes them.
pub(crate) async fn regenerate(transaction: &Transaction<'_>) -> Result<(), ServerError> {
    for table in tracked::all(transaction).await?.iter().filter(|table| table.relation.tracked) {
        if let Some(oid) = table.relation.oid {
            write_functions(transaction, oid, table.recording()).await?;
            if table.paused {
                pause::silence(transaction, table.relation.id).await?;
            }
        }
    }
    Ok(())
}

async fn cluster(transaction: &Transaction<'_>) -> Result<Cluster, ServerError> {
    let known = transaction.query_one(include_str!("../sql/track/cluster.sql"), &[]).await?;
    let row = transaction.query_one(include_str!("../sql/track/tx_offset.sql"), &[]).await?;
    Ok(Cluster { system: known.try_get("system")?, tx_offset: row.try_get("tx_offset")? })
}

/// Finds or makes the shape in which the table is recorded from now on.
async fn settle(
    transaction: &Transaction<'_>,
    table_oid: u32,
    recording: &Recording<'_>,
) -> Result<Settled, ServerError> {
    let recorded: Vec<&str> = recording.recorded().map(|column| column.name.as_str()).collect();
    let hashed: Vec<&str> = recording.hashed.iter().map(Ident::as_str).collect();
    let row = transaction
        .query_one(
            include_str!("../sql/track/settle_shape.sql"),
            &[&recording.relation.0, &table_oid, &recorded, &hashed],
        )
        .await?;
    let fingerprint: Option<String> = row.try_get("fingerprint")?;
    Ok(Settled {
        table_oid,
        shape: row.try_get("shape")?,
        fingerprint: fingerprint.unwrap_or_default(),
    })
}

async fn write_functions(
    transaction: &Transaction<'_>,
    table_oid: u32,
    recording: Recording<'_>,
) -> Result<(), ServerError> {
    let cluster = cluster(transaction).await?;
    let settled = settle(transaction, table_oid, &recording).await?;
    let functions = recording.functions(&cluster, &settled).map_err(ServerError::unexpected)?;
    let row = transaction.query_one(include_str!("../sql/track/owner.sql"), &[]).await?;
    let owner = catalogue::ident(&row, "owner")?;
    if recording.for_each == ForEach::Statement {
        let make = Template::new(include_str!("../sql/track/make_statement.sql"))
            .with("relation", &recording.relation.0)
            .with("owner", &owner);
        transaction.batch_execute(&make.sql()).await?;
    }
    for (name, create) in functions {
        let revoke =
            Template::new(include_str!("../sql/track/revoke_function.sql")).with("function", &name);
        transaction.batch_execute(&create).await?;
        transaction.batch_execute(&revoke.sql()).await?;
        let own = Template::new(include_str!("../sql/track/own_function.sql"))
            .with("function", &name)
            .with("owner", &owner);
        transaction.batch_execute(&own.sql()).await?;
    }
    note_functions(transaction, recording.relation).await
}

/// Notes which functions record a table, so that it is seen when they are changed.
async fn note_functions(
    transaction: &Transaction<'_>,
    relation: RelationId,
) -> Result<(), ServerError> {
    let note = include_str!("../sql/track/note_functions.sql");
    transaction.execute(note, &[&relation.0]).await?;
    Ok(())
}

/// Drops what records a table for each statement; its triggers must be gone.
async fn drop_statement(
    transaction: &Transaction<'_>,
    relation: RelationId,
) -> Result<(), ServerError> {
    let names = capture::statement_function_names(relation).map_err(ServerError::unexpected)?;
    for name in names {
        uninstall::drop_function(transaction, &name).await?;
    }
    let drop = Template::new(include_str!("../sql/track/drop_statement.sql"))
        .with("relation", &relation.0);
    Ok(transaction.batch_execute(&drop.sql()).await?)
}

async fn write_statement_triggers(
    transaction: &Transaction<'_>,
    table: &RelationName,
    relation: RelationId,
) -> Result<(), ServerError> {
    let function = |name| capture::function_name(relation, name).map_err(ServerError::unexpected);
    let trigger = |name| capture::trigger_name(relation, name).map_err(ServerError::unexpected);
    let triggers = Template::new(include_str!("../sql/capture/statement_triggers.sql"))
        .with("table", table)
        .with("begin_trigger", &trigger("begin")?)
        .with("inserted_trigger", &trigger("inserted")?)
        .with("updated_trigger", &trigger("updated")?)
        .with("deleted_trigger", &trigger("deleted")?)
        .with("begin_function", &function("begin")?)
        .with("inserted_function", &function("inserted")?)
        .with("updated_function", &function("updated")?)
        .with("deleted_function", &function("deleted")?);
    transaction.batch_execute(&triggers.sql()).await?;
    for name in ["begin", "inserted", "updated", "deleted"] {
        enable(transaction, table, &trigger(name)?).await?;
    }
    Ok(())
}

async fn write_triggers(
    transaction: &Transaction<'_>,
    wanted: &Wanted<'_>,
    relation: RelationId,
) -> Result<(), ServerError> {
    let function =
        |operation| capture::function_name(relation, operation).map_err(ServerError::unexpected);
    let trigger =
        |operation| capture::trigger_name(relation, operation).map_err(ServerError::unexpected);
    let rows = Template::new(include_str!("../sql/capture/triggers.sql"))
        .with("table", &wanted.table.name)
        .with("insert_trigger", &trigger("insert")?)
        .with("update_trigger", &trigger("update")?)
        .with("delete_trigger", &trigger("delete")?)
        .with("insert_function", &function("insert")?)
        .with("update_function", &function("update")?)
        .with("delete_function", &function("delete")?);
    transaction.batch_execute(&rows.sql()).await?;
    for (_, leaf) in &wanted.leaves {
        let truncate = Template::new(include_str!("../sql/capture/truncate_trigger.sql"))
            .with("table", leaf)
            .with("truncate_trigger", &trigger("truncate")?)
            .with("truncate_function", &function("truncate")?);
        transaction.batch_execute(&truncate.sql()).await?;
    }
    let root = std::iter::once(&wanted.table.name).filter(|_| wanted.table.partitioned);
    for table in root.clone().chain(wanted.leaves.iter().map(|(_, name)| name)) {
        for operation in capture::ROW_OPERATIONS {
            enable(transaction, table, &trigger(operation)?).await?;
        }
    }
    for (_, leaf) in &wanted.leaves {
        enable(transaction, leaf, &trigger("truncate")?).await?;
    }
    if wanted.for_each == ForEach::Statement {
        write_statement_triggers(transaction, &wanted.table.name, relation).await?;
    }
    Ok(())
}

async fn enable(
    transaction: &Transaction<'_>,
    table: &RelationName,
    trigger: &Ident,
) -> Result<(), ServerError> {
    let enable = Template::new(include_str!("../sql/track/enable_trigger.sql"))
        .with("table", table)
        .with("trigger", trigger);
    Ok(transaction.batch_execute(&enable.sql()).await?)
}

use pgrecall_model::{ColumnName, Ident, RelationId, RelationName, TxId};
use pgrecall_postgres::catalogue::{self, Column, Table};
use pgrecall_postgres::{ServerError, Template};
use serde_json::json;
use tokio_postgres::Transaction;

use crate::capture::{self, Cluster, Recording, Settled};
use crate::patience::Patience;
use crate::selectivity::{self, Condition, OnFailure, Selectivity, SelectivityOptions};
use crate::tracked::{self, TrackedTable};
use crate::{Journal, JournalError, Wish, guard, pause, schema, uninstall};

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
    fn hidden(&self, table: &Table, known: Option<&TrackedTable>) -> (Vec<Ident>, Vec<Ident>) {
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

/// A table as it is to be recorded.
struct Wanted<'t> {
    table: &'t Table,
    columns: Vec<Column>,
    excluded: Vec<Ident>,
    hashed: Vec<Ident>,
    leaves: Vec<(u32, RelationName)>,
    selectivity: Selectivity,
    on_failure: OnFailure,
}

/// One of our triggers as it was found.
struct Hung {
    /// The relation that it records for.
    relation: Option<RelationId>,
    /// Whether it fires always.
    enabled: bool,
}

impl Hung {
    fn records_for(&self, relation: RelationId) -> bool {
        self.enabled && self.relation == Some(relation)
    }
}

impl Wanted<'_> {
    fn recording(&self, relation: RelationId) -> Recording<'_> {
        Recording {
            relation,
            partitioned: self.table.partitioned,
            key: &self.table.key,
            excluded: &self.excluded,
            hashed: &self.hashed,
            columns: &self.columns,
            selectivity: &self.selectivity,
            on_failure: self.on_failure,
        }
    }

    fn is_as(&self, table: &TrackedTable) -> bool {
        let known = &table.relation;
        table.present_shape().is_some()
            && known.tracked
            && known.oid == Some(self.table.oid)
            && known.name == self.table.name
            && known.key == self.table.key
            && known.excluded == self.excluded
            && known.hashed == self.hashed
            && table.selectivity == self.selectivity
            && table.roles_are_as_written
            && table.on_failure == self.on_failure
            && !table.paused
    }

    /// The condition that the table is to have, in words that the server has not read yet.
    fn written_condition(&self, options: &TrackOptions) -> Option<String> {
        options.selectivity.condition(self.selectivity.condition.as_ref())
    }

    /// The columns that are not recorded as they are.
    fn hidden(&self) -> Vec<Ident> {
        self.excluded.iter().chain(&self.hashed).cloned().collect()
    }

    /// The root and every table that holds rows.
    fn oids(&self) -> Vec<u32> {
        std::iter::once(self.table.oid).chain(self.leaves.iter().map(|(oid, _)| *oid)).collect()
    }
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
        let leaves = catalogue::leaves(self.client(), table.oid).await?;
        let hung = self.hung(table, &leaves).await?;
        let known = self.known(table, &hung).await?;
        let mut wanted = self.wanted(table, leaves, options, known.as_ref()).await?;
        let condition = wanted.written_condition(options);
        let complete = known.as_ref().is_some_and(|known| {
            let expected = capture::ROW_OPERATIONS.len() + wanted.leaves.len();
            hung.len() == expected && hung.iter().all(|hung| hung.records_for(known.relation.id))
        });
        let unnoticed = match &known {
            Some(known) => self.unnoticed(known.relation.id).await?,
            None => None,
        };
        let is_so = |wanted: &Wanted<'_>| {
            complete && unnoticed.is_none() && known.as_ref().is_some_and(|k| wanted.is_as(k))
        };
        if is_so(&wanted) && options.selectivity.condition == Wish::Keep {
            return Ok(Outcome::Unchanged);
        }
        self.check_readable(table).await?;
        let actor = self.actor().map(str::to_owned);
        let transaction = self.begin().await?;
        let lock =
            Template::new(include_str!("../sql/track/lock_table.sql")).with("table", &table.name);
        transaction.batch_execute(&lock.sql()).await?;
        if let Some(written) = condition {
            let hidden = wanted.hidden();
            let condition = selectivity::checked(&transaction, table, &hidden, &written).await?;
            wanted.selectivity.condition = Some(condition);
        }
        if is_so(&wanted) {
            return Ok(Outcome::Unchanged);
        }
        let reason = format!("track {}", table.name);
        let since = begin_in_journal(&transaction, actor.as_deref(), &reason).await?;
        let relation = write_relation(&transaction, &wanted, known.as_ref(), &since).await?;
        if wanted.selectivity.is_partial() {
            let open = include_str!("../sql/track/open_selective_gap.sql");
            transaction.execute(open, &[&relation.0, &since.tx.0, &since.at]).await?;
        }
        if known.as_ref().is_some_and(|known| known.relation.tracked) {
            let reason = unnoticed.or((!complete).then(|| "bypassed".to_owned()));
            note_gap(&transaction, relation, &since, reason).await?;
        }
        let leaves: Vec<u32> = wanted.leaves.iter().map(|(oid, _)| *oid).collect();
        let note = include_str!("../sql/track/note_leaves.sql");
        transaction.execute(note, &[&relation.0, &leaves]).await?;
        write_functions(&transaction, wanted.table.oid, wanted.recording(relation)).await?;
        transaction.batch_execute(schema::CLOSE).await?;
        if !complete {
            uninstall::drop_triggers(&transaction, Some(&wanted.oids())).await?;
            write_triggers(&transaction, &wanted, relation).await?;
        }
        transaction.commit().await?;
        let was_tracked = known.is_some_and(|known| known.relation.tracked);
        Ok(if was_tracked && complete { Outcome::Changed } else { Outcome::Started })
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
        uninstall::drop_triggers(&transaction, Some(&oids)).await?;
        pause::forget(&transaction, relation.id).await?;
        guard::remove(&transaction, relation.id, &oids).await?;
        for function in capture::function_names(relation.id).map_err(ServerError::unexpected)? {
            uninstall::drop_function(&transaction, &function).await?;
        }
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

    async fn wanted<'t>(
        &self,
        table: &'t Table,
        leaves: Vec<(u32, RelationName)>,
        options: &TrackOptions,
        known: Option<&TrackedTable>,
    ) -> Result<Wanted<'t>, JournalError> {
        let columns = catalogue::columns(self.client(), &[table.oid])
            .await?
            .remove(&table.oid)
            .unwrap_or_default();
        let (mut excluded, hashed) = options.hidden(table, known);
        for column in columns.iter().filter(|column| column.computed_on_read) {
            // No row holds it, so there is nothing to record.
            if !excluded.contains(&column.name) {
                excluded.push(column.name.clone());
            }
        }
        if let Some(column) = excluded.iter().chain(&hashed).find(|name| table.key.contains(name)) {
            return Err(JournalError::HiddenKey {
                table: table.name.clone(),
                column: column.to_string(),
            });
        }
        let before = known.map(|known| known.selectivity.clone()).unwrap_or_default();
        let only_roles = options.selectivity.only_roles(self.client(), &before.only_roles).await?;
        let selectivity = Selectivity {
            only_roles,
            // What is set has to be read by the server first, under the table's lock.
            condition: before.condition.filter(|_| options.selectivity.condition == Wish::Keep),
        };
        let on_failure = known.map(|known| known.on_failure).unwrap_or_default();
        let on_failure = options.on_failure.unwrap_or(on_failure);
        Ok(Wanted { table, columns, excluded, hashed, leaves, selectivity, on_failure })
    }

    /// Our triggers on a table and its partitions.
    async fn hung(
        &self,
        table: &Table,
        leaves: &[(u32, RelationName)],
    ) -> Result<Vec<Hung>, JournalError> {
        let oids: Vec<u32> =
            std::iter::once(table.oid).chain(leaves.iter().map(|(oid, _)| *oid)).collect();
        let triggers = include_str!("../sql/track/triggers.sql");
        let rows = self.client().query(triggers, &[&Some(oids.as_slice())]).await?;
        rows.iter()
            .map(|row| {
                let relation: Option<i32> = row.try_get("relation")?;
                let enabled = row.try_get::<_, &str>("mode")? == "A";
                Ok(Hung { relation: relation.map(RelationId), enabled })
            })
            .collect()
    }

    /// What the journal knows of a table. A table that was restored with its journal has another
    /// number in the catalogue than it had; its triggers still tell which one it is.
    async fn known(
        &self,
        table: &Table,
        hung: &[Hung],
    ) -> Result<Option<TrackedTable>, JournalError> {
        let tables = self.tables().await?;
        let by_number = tables.iter().find(|known| known.relation.oid == Some(table.oid));
        let restored = hung.first().and_then(|hung| hung.relation).and_then(|id| {
            tables.iter().find(|known| known.relation.id == id && known.relation.oid.is_none())
        });
        Ok(by_number.or(restored).cloned())
    }

    /// What happened to a table that the journal could not record, if nobody has looked after it.
    async fn unnoticed(&self, relation: RelationId) -> Result<Option<String>, JournalError> {
        let unnoticed = include_str!("../sql/track/unnoticed.sql");
        let row = self.client().query_opt(unnoticed, &[&relation.0]).await?;
        Ok(row.map(|row| row.try_get("reason")).transpose()?)
    }

    async fn check_readable(&self, table: &Table) -> Result<(), JournalError> {
        let right = include_str!("../sql/track/has_right.sql");
        let row = self.client().query_one(right, &[&table.oid]).await?;
        if row.try_get(0)? { Ok(()) } else { Err(JournalError::Unreadable(table.name.clone())) }
    }
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
    let on_failure = wanted.on_failure.as_str();
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

//! Which changes a selection means: a condition on `recall.change AS c` and, beside it,
//! `recall.transaction AS t`.

use std::collections::BTreeMap;

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{
    ChangeId, ChangeSelection, ForeignKeyAction, Ident, Moment, Operation, RecordSelection,
    RelationName, Row, Selection, TxId, TxRange,
};
use pgrecall_postgres::{Literal, Template, catalogue};
use pgrecall_timetravel::Boundary;

use crate::UndoError;
use crate::recorded::Recorded;

/// The changes that are meant, still to be read.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    /// Everything from `FROM` on, up to the conditions.
    pub(crate) sql: Template,
    /// The only columns that are taken back, where it is not whole rows.
    pub(crate) columns: Option<Vec<Ident>>,
    /// Whether rows may have been made or removed on the way to where these columns go back to.
    pub(crate) through_all: bool,
    /// What is said when there are none.
    pub(crate) nothing: String,
}

/// Finds out what a selection means.
pub(crate) async fn select(
    journal: &Journal,
    recorded: &Recorded,
    selection: &Selection,
) -> Result<Chosen, UndoError> {
    match selection {
        Selection::Changes(changes) => {
            let nothing = match changes.transactions.as_slice() {
                [] => "no change of a tracked table is meant".to_owned(),
                ranges if only_transactions(changes) => format!(
                    "transaction {} changed no row of a tracked table",
                    ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
                ),
                _ => "these transactions have no such change of a tracked table".to_owned(),
            };
            let columns = (!changes.columns.is_empty()).then(|| changes.columns.clone());
            let sql = chosen(changes_meant(journal, changes).await?);
            Ok(Chosen { sql, columns, through_all: false, nothing })
        }
        Selection::Records(records) => {
            let mut any = Vec::new();
            for record in records {
                any.push(record_meant(journal, recorded, record).await?);
            }
            let any = Template::new("({any})").with_all("any", any, "\n  OR ");
            let column = records.iter().find_map(|record| record.column.clone());
            let nothing = match records.as_slice() {
                [RecordSelection { column: Some(_), to: Some(_), .. }] => {
                    "the field is as it was at that moment"
                }
                [RecordSelection { to: Some(_), .. }] => "the record is as it was at that moment",
                _ => "the records are as they were",
            };
            let columns = column.map(|column| vec![column]);
            let through_all = records.iter().all(|record| record.to.is_some());
            let sql = chosen(vec![any]);
            Ok(Chosen { sql, columns, through_all, nothing: nothing.to_owned() })
        }
    }
}

fn chosen(conditions: Vec<Template>) -> Template {
    Template::new(include_str!("../sql/chosen.sql")).with_all("conditions", conditions, "\n  AND ")
}

fn only_transactions(changes: &ChangeSelection) -> bool {
    let transactions = changes.transactions.clone();
    *changes == ChangeSelection { transactions, ..ChangeSelection::default() }
}

async fn changes_meant(
    journal: &Journal,
    changes: &ChangeSelection,
) -> Result<Vec<Template>, UndoError> {
    let mut conditions = vec![Template::new("true")];
    let transactions = whole_undos(journal, &changes.transactions).await?;
    check_transactions(journal, &transactions).await?;
    conditions.extend(in_transactions(&transactions));
    let texts = [
        ("t.actor", &changes.actor),
        ("t.tenant", &changes.tenant),
        ("t.session", &changes.session),
        ("t.request", &changes.request),
    ];
    conditions.extend(texts.into_iter().filter_map(|(column, value)| {
        let value = Literal(value.as_deref()?);
        let column = Template::new(column);
        Some(Template::new("{column} = {value}").with("column", &column).with("value", &value))
    }));
    conditions.extend(changes.operation.map(|operation| {
        Template::new(include_str!("../sql/of_operation.sql")).with("operation", &operation)
    }));
    conditions.extend(of_tables(journal, changes).await?);
    conditions.extend(operations(&changes.operations));
    conditions.extend(changed_columns(&changes.columns));
    conditions.extend(changes.since.map(|time| at(">=", &time.to_string())));
    conditions.extend(changes.until.map(|time| at("<", &time.to_string())));
    if let Some(moment) = changes.from.clone() {
        let boundary = Boundary::of(journal, moment).await?;
        for table in &changes.tables {
            boundary.check(journal, &journal.table(&table.to_string()).await?).await?;
        }
        conditions.push(boundary.excludes("c"));
    }
    if let Some(moment) = changes.to.clone() {
        let boundary = Boundary::of(journal, moment).await?;
        conditions.push(Template::new("NOT {later}").with("later", &boundary.excludes("c")));
    }
    if let Some(condition) = &changes.condition {
        conditions.push(
            Template::new(include_str!("../sql/where.sql"))
                .with_checked_sql("condition", condition),
        );
    }
    if !changes.changes.is_empty() {
        conditions.push(among("c.id", changes.changes.iter().map(|id| id.0)));
    }
    Ok(conditions)
}

/// Of an undo in several transactions one stands for all.
async fn whole_undos(journal: &Journal, ranges: &[TxRange]) -> Result<Vec<TxRange>, UndoError> {
    let mut transactions = ranges.to_vec();
    let single: Vec<i64> = ranges.iter().filter(|r| r.is_single()).map(|r| r.first.0).collect();
    if !single.is_empty() {
        let sql = include_str!("../sql/whole_runs.sql");
        for row in journal.client().query(sql, &[&single]).await? {
            transactions.push(TxId(row.try_get("tx")?).into());
        }
    }
    Ok(transactions)
}

/// A transaction that is named must be known as a whole.
async fn check_transactions(journal: &Journal, ranges: &[TxRange]) -> Result<(), UndoError> {
    for range in ranges.iter().filter(|range| range.is_single()) {
        journal.transaction(range.first).await?;
        if journal.is_trimmed(range.first).await? {
            return Err(UndoError::Trimmed(range.first));
        }
    }
    Ok(())
}

fn in_transactions(ranges: &[TxRange]) -> Option<Template> {
    let single: Vec<i64> = ranges.iter().filter(|r| r.is_single()).map(|r| r.first.0).collect();
    let mut any: Vec<Template> = Vec::new();
    if !single.is_empty() {
        any.push(among("c.tx", single.into_iter()));
    }
    any.extend(ranges.iter().filter(|range| !range.is_single()).map(|range| {
        Template::new("c.tx BETWEEN {first} AND {last}")
            .with("first", &range.first.0)
            .with("last", &range.last.0)
    }));
    (!any.is_empty()).then(|| Template::new("({any})").with_all("any", any, " OR "))
}

async fn of_tables(
    journal: &Journal,
    changes: &ChangeSelection,
) -> Result<Vec<Template>, UndoError> {
    let mut ids = Vec::new();
    for name in &changes.tables {
        let tables = journal.tables_named(&name.to_string()).await?;
        ids.extend(tables.iter().map(|table| i64::from(table.relation.id.0)));
    }
    let mut conditions = Vec::new();
    if !ids.is_empty() {
        conditions.push(among("c.relation", ids.into_iter()));
    }
    if let (Some(key), [table]) = (&changes.key, changes.tables.as_slice()) {
        let table = journal.table(&table.to_string()).await?;
        let key = journal.record_key(&table, key).await?;
        conditions.push(
            Template::new("(c.key = {key} OR c.new_key = {key})").with("key", &Literal(&key.text)),
        );
    }
    Ok(conditions)
}

fn operations(operations: &[Operation]) -> Option<Template> {
    let code = |op: &Operation| match op {
        Operation::Insert => Literal("I"),
        Operation::Update => Literal("U"),
        Operation::Delete => Literal("D"),
        Operation::Truncate => Literal("T"),
    };
    let codes = operations.iter().map(code);
    let condition = Template::new("c.op IN ({codes})").with_all("codes", codes, ", ");
    (!operations.is_empty()).then_some(condition)
}

fn changed_columns(columns: &[Ident]) -> Option<Template> {
    let changed = columns.iter().map(|column| {
        Template::new(include_str!("../sql/changed_column.sql"))
            .with("column", &Literal(column.as_str()))
    });
    let any = Template::new("c.op = 'U' AND ({any})").with_all("any", changed, " OR ");
    (!columns.is_empty()).then_some(any)
}

fn at(comparison: &'static str, time: &str) -> Template {
    Template::new("c.at {comparison} {time}::pg_catalog.timestamptz")
        .with("comparison", &Template::new(comparison))
        .with("time", &Literal(time))
}

fn among(column: &'static str, numbers: impl Iterator<Item = i64>) -> Template {
    let list = numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    Template::new("{column} = ANY ({list}::pg_catalog.int8[])")
        .with("column", &Template::new(column))
        .with("list", &Literal(&format!("{{{list}}}")))
}

async fn record_meant(
    journal: &Journal,
    recorded: &Recorded,
    record: &RecordSelection,
) -> Result<Template, UndoError> {
    let table = journal.table(&record.table.to_string()).await?;
    let condition = match record.to.clone() {
        Some(moment) => since(journal, &table, record, moment).await?,
        None => latest(journal, &table, record).await?,
    };
    if !record.with_children {
        return Ok(Template::new("({condition})").with("condition", &condition));
    }
    let children = children(journal, recorded, &table, &condition).await?;
    let transactions = children.iter().map(|(_, tx)| tx.0);
    Ok(Template::new("(({condition}) OR ({transactions} AND {children}))")
        .with("condition", &condition)
        .with("transactions", &among("c.tx", transactions))
        .with("children", &among("c.id", children.iter().map(|(id, _)| id.0))))
}

/// The changes of a record since a moment, also under keys that it had in between.
async fn since(
    journal: &Journal,
    table: &TrackedTable,
    record: &RecordSelection,
    moment: Moment,
) -> Result<Template, UndoError> {
    let boundary = Boundary::of(journal, moment).await?;
    boundary.check(journal, table).await?;
    let key = journal.record_key(table, &record.key).await?;
    let filled = |text: &'static str| {
        Template::new(text)
            .with("relation", &table.relation.id.0)
            .with("later", &boundary.excludes("c"))
    };
    let touched = filled(include_str!("../sql/touched_keys.sql")).with("key", &Literal(&key.text));
    let rows = journal.client().query(&touched.sql(), &[]).await?;
    let keys: Vec<String> = rows.iter().map(|row| row.try_get("key")).collect::<Result<_, _>>()?;
    Ok(filled(include_str!("../sql/of_record.sql")).with_all(
        "keys",
        keys.iter().map(|key| Literal(key)),
        ", ",
    ))
}

/// The changes that the latest transaction made to the record, or to the one column that is meant.
async fn latest(
    journal: &Journal,
    table: &TrackedTable,
    record: &RecordSelection,
) -> Result<Template, UndoError> {
    let key = journal.record_key(table, &record.key).await?;
    let mut changes = journal.history(table, &key.text).await?;
    if let Some(column) = &record.column {
        let whole = changes.iter().rev().find(|change| change.changed.is_empty()).map(|c| c.tx);
        changes.retain(|change| change.changed.iter().any(|name| name == column.as_str()));
        if let (true, Some(tx)) = (changes.is_empty(), whole) {
            return Err(UndoError::WholeRow { tx });
        }
    }
    let Some(tx) = changes.last().map(|change| change.tx) else {
        return Err(UndoError::Nothing(format!(
            "the journal knows no change of the record in {}",
            record.table
        )));
    };
    let ids = changes.iter().filter(|change| change.tx == tx).map(|change| change.id.0);
    Ok(Template::new("{transaction} AND {changes}")
        .with("transaction", &among("c.tx", [tx.0].into_iter()))
        .with("changes", &among("c.id", ids)))
}

/// A row that was removed, of which the dependants are looked for.
struct Removed {
    table: RelationName,
    tx: TxId,
    row: Row,
}

/// The changes by which foreign keys took rows along when the record was removed.
async fn children(
    journal: &Journal,
    recorded: &Recorded,
    table: &TrackedTable,
    condition: &Template,
) -> Result<Vec<(ChangeId, TxId)>, UndoError> {
    let mut found: BTreeMap<ChangeId, TxId> = BTreeMap::new();
    let mut ahead = Vec::new();
    let sql = chosen(vec![condition.clone()]);
    for change in recorded.read(journal, &sql).await? {
        if let (None, Some(row)) = (change.new, change.old) {
            ahead.push(Removed { table: table.relation.name.clone(), tx: change.tx, row });
        }
    }
    while let Some(removed) = ahead.pop() {
        for (id, next) in taken_along(journal, recorded, &removed).await? {
            if found.insert(id, removed.tx).is_none() {
                ahead.extend(next);
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// The changes of one level: those of rows that referred to the removed one, in its transaction.
async fn taken_along(
    journal: &Journal,
    recorded: &Recorded,
    removed: &Removed,
) -> Result<Vec<(ChangeId, Option<Removed>)>, UndoError> {
    let parent = recorded
        .tables()
        .find(|table| table.relation.name == removed.table && table.relation.oid.is_some());
    let oids: Vec<u32> = parent.and_then(|parent| parent.relation.oid).into_iter().collect();
    let keys = catalogue::foreign_keys(journal.client(), &oids).await?;
    let mut along = Vec::new();
    for key in keys.iter().filter(|key| key.parent == removed.table) {
        let Some(child) = recorded.tables().find(|table| table.relation.name == key.child) else {
            continue;
        };
        if key.on_delete == ForeignKeyAction::Refuse {
            continue;
        }
        let sql = chosen(vec![
            among("c.tx", [removed.tx.0].into_iter()),
            among("c.relation", [i64::from(child.relation.id.0)].into_iter()),
            Template::new("c.op IN ('D', 'U')"),
        ]);
        for change in recorded.read(journal, &sql).await? {
            let Some(row) = change.old else { continue };
            let mut pairs = key.child_columns.iter().zip(&key.parent_columns);
            let refers = pairs.all(|(child, parent)| {
                let value = row.get(child.as_str()).filter(|value| !value.is_null());
                value.is_some() && value == removed.row.get(parent.as_str())
            });
            if refers {
                let next = change.new.is_none().then(|| Removed {
                    table: key.child.clone(),
                    tx: removed.tx,
                    row,
                });
                along.push((change.id, next));
            }
        }
    }
    Ok(along)
}

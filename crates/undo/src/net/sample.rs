//! Builders of relations and changes for tests.

use jiff::Timestamp;
use pgrecall_model::{
    Change, ChangeId, Context, ForeignKey, ForeignKeyAction, Ident, Key, Operation, Relation,
    RelationId, RelationName, Row, TxId, UniqueKey,
};
use serde_json::Value;

pub(crate) fn idents(names: &[&str]) -> Vec<Ident> {
    names.iter().map(|&name| Ident::new(name).unwrap()).collect()
}

pub(crate) fn table(name: &str) -> RelationName {
    RelationName::new(Ident::new("public").unwrap(), Ident::new(name).unwrap())
}

pub(crate) fn relation(name: &str, key: &[&str]) -> Relation {
    Relation {
        id: RelationId(7),
        name: table(name),
        key: idents(key),
        excluded: Vec::new(),
        hashed: Vec::new(),
        since: TxId(1),
        since_change: ChangeId(0),
        since_at: Timestamp::UNIX_EPOCH,
        tracked: true,
        oid: None,
    }
}

/// A row written as JSON; the empty text is no row.
pub(crate) fn row(json: &str) -> Option<Row> {
    (!json.is_empty())
        .then(|| serde_json::from_str::<Value>(json).unwrap().as_object().unwrap().clone())
}

/// A change of one row, by its images.
pub(crate) fn change(relation: &Relation, id: i64, old: Option<Row>, new: Option<Row>) -> Change {
    let op = match (&old, &new) {
        (None, _) => Operation::Insert,
        (Some(_), Some(_)) => Operation::Update,
        (Some(_), None) => Operation::Delete,
    };
    Change {
        id: ChangeId(id),
        tx: TxId(id),
        at: Timestamp::UNIX_EPOCH,
        op,
        table: relation.name.clone(),
        key: old.as_ref().or(new.as_ref()).and_then(|row| Key::of(&relation.key, row)),
        old,
        new,
        changed: Vec::new(),
        context: Context::default(),
    }
}

/// Changes numbered from 1, each in a transaction of its own, as pairs of images in JSON.
pub(crate) fn changes(relation: &Relation, images: &[(&str, &str)]) -> Vec<Change> {
    let numbered = (1..).zip(images);
    numbered.map(|(id, &(old, new))| change(relation, id, row(old), row(new))).collect()
}

/// The same in one transaction.
pub(crate) fn in_one_transaction(relation: &Relation, images: &[(&str, &str)]) -> Vec<Change> {
    let mut changes = changes(relation, images);
    for change in &mut changes {
        change.tx = TxId(1);
    }
    changes
}

/// A foreign key written as `child.a,b -> parent.c,d`, which refuses.
pub(crate) fn foreign_key(text: &str) -> ForeignKey {
    let side = |text: &str| {
        let (name, columns) = text.trim().split_once('.').unwrap();
        (table(name), idents(&columns.split(',').collect::<Vec<_>>()))
    };
    let (child, parent) = text.split_once("->").unwrap();
    let ((child, child_columns), (parent, parent_columns)) = (side(child), side(parent));
    let name = format!("{}_{}_fkey", child.table, child_columns[0]);
    let (on_delete, on_update) = (ForeignKeyAction::Refuse, ForeignKeyAction::Refuse);
    let name = Ident::new(name).unwrap();
    ForeignKey { name, child, child_columns, parent, parent_columns, on_delete, on_update }
}

pub(crate) fn unique(name: &str, columns: &[&str]) -> UniqueKey {
    UniqueKey { table: table(name), columns: idents(columns) }
}

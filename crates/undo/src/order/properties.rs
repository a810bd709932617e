//! Random histories of random small databases, taken back and compared with what was there.

use pgrecall_model::{
    Action, Change, ForeignKey, ForeignKeyAction, Ident, Relation, Row, Step, TxId,
};
use proptest::prelude::*;
use serde_json::Value;

use super::oracle::{Database, Schema, Violation, Write};
use super::{Ordered, order};
use crate::net::net;
use crate::net::sample::{change, foreign_key, idents, relation, unique};

/// The columns of each table. `part` belongs to a whole of which its key is a part, `note` has
/// no key, `person` refers to itself.
const COLUMNS: [(&str, &[&str], &[&str]); 4] = [
    ("person", &["id"], &["id", "code", "boss"]),
    ("thing", &["id"], &["id", "owner", "maker", "label"]),
    ("part", &["thing", "nr"], &["thing", "nr", "next", "a"]),
    ("note", &[], &["thing", "nr", "text"]),
];

const FOREIGN_KEYS: [&str; 7] = [
    "person.boss -> person.id",
    "thing.owner -> person.id",
    "thing.maker -> person.code",
    "part.thing -> thing.id",
    "part.next -> thing.id",
    "note.thing,nr -> part.thing,nr",
    "note.thing -> thing.id",
];

/// What one statement tries to do: which table, what, which row, and values for all columns.
#[derive(Debug, Clone)]
struct Attempt {
    table: usize,
    action: Action,
    pick: prop::sample::Index,
    values: Vec<Option<u8>>,
    sets: Vec<bool>,
    commits: bool,
}

/// What happened: the state before each statement, and the changes of each.
struct History<'s> {
    states: Vec<Database<'s>>,
    changes: Vec<Vec<Change>>,
}

fn foreign_key_action() -> impl Strategy<Value = ForeignKeyAction> {
    prop::sample::select(vec![
        ForeignKeyAction::Refuse,
        ForeignKeyAction::Cascade,
        ForeignKeyAction::Clear,
    ])
}

fn schema() -> impl Strategy<Value = Schema> {
    let actions = (foreign_key_action(), foreign_key_action(), prop::bool::weighted(0.6));
    prop::collection::vec(actions, FOREIGN_KEYS.len()).prop_map(|actions| {
        let tables: Vec<Relation> =
            COLUMNS.iter().map(|&(name, key, _)| relation(name, key)).collect();
        let mut unique_keys = vec![unique("person", &["code"]), unique("thing", &["label"])];
        let keyed = COLUMNS.iter().filter(|(_, key, _)| !key.is_empty());
        unique_keys.extend(keyed.map(|&(name, key, _)| unique(name, key)));
        let foreign_keys = FOREIGN_KEYS
            .iter()
            .zip(actions)
            .filter(|(_, (.., exists))| *exists)
            .map(|(text, (on_delete, on_update, _))| ForeignKey {
                on_delete,
                on_update,
                ..foreign_key(text)
            })
            .collect();
        Schema { tables, foreign_keys, unique_keys }
    })
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let action = prop_oneof![
        3 => Just(Action::Insert),
        4 => Just(Action::Update),
        1 => Just(Action::Delete),
    ];
    let value = prop::option::weighted(0.7, 0..3_u8);
    (
        0..COLUMNS.len(),
        action,
        any::<prop::sample::Index>(),
        prop::collection::vec(value, 4),
        prop::collection::vec(prop::bool::weighted(0.35), 4),
        prop::bool::weighted(0.5),
    )
        .prop_map(|(table, action, pick, values, sets, commits)| Attempt {
            table,
            action,
            pick,
            values,
            sets,
            commits,
        })
}

impl Attempt {
    fn write(&self, database: &Database<'_>) -> Option<Write> {
        let (name, key, columns) = COLUMNS[self.table];
        let table = relation(name, key).name;
        let rows = database.rows(&table);
        let old = match self.action {
            Action::Insert => None,
            _ if rows.is_empty() => return None,
            _ => Some(rows[self.pick.index(rows.len())].clone()),
        };
        let mut new = old.clone().unwrap_or_default();
        for (at, &column) in columns.iter().enumerate() {
            if self.action == Action::Insert || self.sets[at] {
                let value = self.values[at].map_or(Value::Null, Value::from);
                new.insert(column.to_owned(), value);
            }
        }
        let new = (self.action != Action::Delete).then_some(new);
        Some(Write { table, old, new })
    }
}

/// Runs what the database accepts.
fn live<'s>(schema: &'s Schema, attempts: &[Attempt]) -> History<'s> {
    let mut history = History { states: Vec::new(), changes: Vec::new() };
    let mut database = Database::new(schema);
    let (mut id, mut tx) = (0, 1);
    for attempt in attempts {
        let Some(write) = attempt.write(&database) else { continue };
        let before = database.clone();
        let Ok(written) = database.execute(vec![write]) else { continue };
        let record = |write: Write| {
            id += 1;
            let relation = schema.tables.iter().find(|known| known.name == write.table).unwrap();
            Change { tx: TxId(tx), ..change(relation, id, write.old, write.new) }
        };
        history.states.push(before);
        history.changes.push(written.into_iter().map(record).collect());
        tx += i64::from(attempt.commits);
    }
    history.states.push(database);
    history
}

fn write(ordered: &Ordered, at: usize) -> Write {
    let step = &ordered.steps[at];
    let moved = ordered.moved.iter().find(|moved| moved.step == at).map(|moved| &moved.found);
    let old = moved.or(step.expected.as_ref()).cloned();
    let new = match (&old, &step.target) {
        (Some(old), Some(target)) => {
            let mut row = old.clone();
            for column in &step.columns {
                row.insert(column.clone(), target[column].clone());
            }
            Some(row)
        }
        _ => step.target.clone(),
    };
    Write { table: step.table.clone(), old, new }
}

/// Each step as a statement.
fn apply(database: &mut Database<'_>, ordered: &Ordered) -> Result<(), (Violation, usize)> {
    (0..ordered.steps.len())
        .try_for_each(|at| apply_one(database, ordered, at).map_err(|violation| (violation, at)))
}

fn apply_one(database: &mut Database<'_>, ordered: &Ordered, at: usize) -> Result<(), Violation> {
    let write = write(ordered, at);
    database.execute(vec![write]).map(drop)
}

/// Whether the steps, in whatever order, moved or not, lead to that state.
fn any_order(
    now: &Database<'_>,
    ordered: &Ordered,
    done: &mut Vec<usize>,
    then: &Database<'_>,
) -> bool {
    if done.len() == ordered.steps.len() {
        return now.contents() == then.contents();
    }
    let unmoved = Ordered { moved: Vec::new(), ..ordered.clone() };
    let rest = (0..ordered.steps.len()).filter(|at| !done.contains(at)).collect::<Vec<_>>();
    rest.into_iter().any(|at| {
        [ordered, &unmoved].into_iter().any(|variant| {
            let mut next = now.clone();
            if apply_one(&mut next, variant, at).is_err() {
                return false;
            }
            done.push(at);
            let found = any_order(&next, ordered, done, then);
            done.pop();
            found
        })
    })
}

/// Each batch as a statement, in which the server may take the rows in any order.
fn apply_batches(database: &mut Database<'_>, ordered: &Ordered) -> Result<(), (Violation, usize)> {
    for batch in &ordered.batches {
        let writes = batch.clone().rev().map(|at| write(ordered, at)).collect();
        database.execute(writes).map_err(|violation| (violation, batch.start))?;
    }
    Ok(())
}

/// The steps alone, whatever the constraints say.
fn force(database: &mut Database<'_>, steps: &[Step]) -> Result<(), Violation> {
    let writes: Vec<_> = steps
        .iter()
        .map(|step| Write {
            table: step.table.clone(),
            old: step.expected.clone(),
            new: step.target.clone(),
        })
        .collect();
    writes.iter().try_for_each(|write| database.force(write))
}

/// A failure told so that it can be read.
fn told(history: &History<'_>, start: usize, ordered: &Ordered) -> String {
    let row = |row: &Option<Row>| {
        row.as_ref().map_or_else(|| "-".to_owned(), |row| Value::from(row.clone()).to_string())
    };
    let changes = history.changes.iter().enumerate().flat_map(|(at, changes)| {
        let sign = if at < start { ' ' } else { '*' };
        changes.iter().map(move |change| {
            format!("{sign} {} {} -> {}", change.table, row(&change.old), row(&change.new))
        })
    });
    let steps = ordered
        .steps
        .iter()
        .map(|step| format!("< {} {} -> {}", step.table, row(&step.expected), row(&step.target)));
    let keys =
        history.states[0].schema().foreign_keys.iter().map(|key| {
            format!("{} deletes {:?} updates {:?}", key.name, key.on_delete, key.on_update)
        });
    let lines: Vec<_> = keys.chain(changes).chain(steps).collect();
    format!("\n{}\n{:?}\n{:?}", lines.join("\n"), ordered.moved, ordered.cycles)
}

fn take_back_every_suffix(schema: &Schema, attempts: &[Attempt]) -> Result<(), TestCaseError> {
    let history = live(schema, attempts);
    let now = history.states.last().unwrap();
    for (start, then) in history.states.iter().enumerate() {
        let changes = history.changes[start..].concat();
        let effect = net(&changes, &schema.tables, None);
        prop_assert!(effect.broken.is_empty() && effect.conflicts.is_empty(), "{effect:?}");

        let mut forced = now.clone();
        prop_assert_eq!(force(&mut forced, &effect.steps), Ok(()));
        prop_assert_eq!(forced.contents(), then.contents());

        let steps = [effect.steps, effect.returned].concat();
        let ordered = order(steps, &schema.foreign_keys, &schema.unique_keys);
        prop_assert_eq!(
            ordered.batches.iter().map(ExactSizeIterator::len).sum::<usize>(),
            ordered.steps.len()
        );
        if ordered.is_cyclic() {
            let found = ordered.steps.len() <= 6 && any_order(now, &ordered, &mut Vec::new(), then);
            prop_assert!(!found, "needlessly cyclic: {}", told(&history, start, &ordered));
            continue;
        }
        let mut stepwise = now.clone();
        let result = apply(&mut stepwise, &ordered);
        prop_assert!(result.is_ok(), "{result:?}: {}", told(&history, start, &ordered));
        let reached = stepwise.contents();
        prop_assert_eq!(reached, then.contents(), "{}", told(&history, start, &ordered));

        let mut batchwise = now.clone();
        let result = apply_batches(&mut batchwise, &ordered);
        prop_assert!(result.is_ok(), "{result:?} by batches: {}", told(&history, start, &ordered));
        let reached = batchwise.contents();
        prop_assert_eq!(reached, then.contents(), "{}", told(&history, start, &ordered));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_happened_since_any_moment_can_be_taken_back(
        schema in schema(),
        attempts in prop::collection::vec(attempt(), 1..60),
    ) {
        take_back_every_suffix(&schema, &attempts)?;
    }

    /// Whatever part of a history is selected, each of its changes is accounted for at most
    /// once, and the rows on both ends of the steps are rows of the changes.
    #[test]
    fn any_selection_accounts_for_each_change_once(
        schema in schema(),
        attempts in prop::collection::vec(attempt(), 1..60),
        selected in prop::collection::vec(any::<bool>(), 80),
        restricted in any::<bool>(),
    ) {
        let all = live(&schema, &attempts).changes.concat();
        let chosen = |change: &&Change| selected[usize::try_from(change.id.0).unwrap() % 80];
        let changes: Vec<_> = all.iter().filter(chosen).cloned().collect();
        let columns = restricted.then(|| idents(&["id", "thing", "text"]));
        let effect = net(&changes, &schema.tables, columns.as_deref());
        let steps = [effect.steps, effect.returned].concat();
        let mut ids: Vec<_> = steps.iter().flat_map(|step| &step.changes).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
        prop_assert!(ids.iter().all(|&&id| changes.iter().any(|change| change.id == id)));
        for step in &steps {
            let is_known = |row: &Option<Row>, image: fn(&Change) -> &Option<Row>| {
                row.is_none() || changes.iter().any(|change| image(change) == row)
            };
            prop_assert!(is_known(&step.expected, |change| &change.new));
            prop_assert!(is_known(&step.target, |change| &change.old));
            let asked = |name: &String| columns.as_ref().is_none_or(|columns: &Vec<Ident>| {
                columns.iter().any(|column| column.as_str() == name)
            });
            prop_assert!(step.columns.iter().all(asked));
        }
        let ordered = order(steps, &schema.foreign_keys, &schema.unique_keys);
        prop_assert!(ordered.steps.len() <= count);
    }
}

//! Random tables that refer to one another in every way, with triggers: what is left after an undo is
//! what the other transactions leave when they are replayed.

use std::collections::BTreeMap;

use pgrecall_model::{Selection, TxId};
use pgrecall_testkit::{Session, TestDatabase, block_on};
use pgrecall_undo::{Options, UndoError, apply, plan, preview};
use proptest::prelude::*;

use crate::{copy, latest, tracked};

const ACTIONS: [&str; 5] = ["NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"];

#[derive(Debug, Clone)]
struct Reference {
    child: usize,
    parent: usize,
    on_delete: usize,
    on_update: usize,
    deferrable: bool,
    to_code: bool,
}

#[derive(Debug, Clone)]
struct Trigger {
    table: usize,
    event: usize,
    other: usize,
    row: i32,
}

/// Tables `t0`, `t1`, …, each with a key, a value, a unique code and a column for each reference. The
/// last may have no key.
#[derive(Debug, Clone)]
struct Graph {
    tables: usize,
    keyless: bool,
    references: Vec<Reference>,
    triggers: Vec<Trigger>,
}

fn graph() -> impl Strategy<Value = Graph> {
    let reference =
        (0..4_usize, 0..4_usize, 0..5_usize, 0..5_usize, any::<bool>(), prop::bool::weighted(0.3))
            .prop_map(|(child, parent, on_delete, on_update, deferrable, to_code)| Reference {
                child,
                parent,
                on_delete,
                on_update,
                deferrable,
                to_code,
            });
    let trigger = (0..4_usize, 0..3_usize, 0..4_usize, 0..6_i32)
        .prop_map(|(table, event, other, row)| Trigger { table, event, other, row });
    (
        2..=4_usize,
        any::<bool>(),
        prop::collection::vec(reference, 1..6),
        prop::collection::vec(trigger, 0..3),
    )
        .prop_map(|(tables, keyless, mut references, mut triggers)| {
            references.retain(|r| {
                r.child < tables && r.parent < tables && !(keyless && r.parent == tables - 1)
            });
            triggers.retain(|t| t.table < tables && t.other < tables);
            Graph { tables, keyless, references, triggers }
        })
}

impl Graph {
    fn names(&self) -> Vec<String> {
        (0..self.tables).map(|at| format!("public.t{at}")).collect()
    }

    fn sql(&self) -> String {
        let tables = (0..self.tables).map(|at| self.table(at));
        let references = self.references.iter().enumerate().map(reference);
        let triggers = self.triggers.iter().enumerate().map(trigger);
        tables.chain(references).chain(triggers).collect::<Vec<_>>().join("; ")
    }

    fn table(&self, at: usize) -> String {
        let key = if self.keyless && at == self.tables - 1 { "" } else { "PRIMARY KEY" };
        let columns: Vec<String> =
            self.columns(at).map(|(number, _)| format!(", f{number} int")).collect();
        format!(
            "CREATE TABLE public.t{at} (id int {key}, v int, code int UNIQUE{});
             INSERT INTO public.t{at} (id, v, code) SELECT g, g, g FROM generate_series(1, 4) AS g",
            columns.concat()
        )
    }

    /// The columns of a table that refer to others, by the number of the reference.
    fn columns(&self, table: usize) -> impl Iterator<Item = (usize, &Reference)> {
        self.references.iter().enumerate().filter(move |(_, r)| r.child == table)
    }

    fn statement(&self, write: &Write) -> String {
        let table = write.table % self.tables;
        let Write { id, value, .. } = *write;
        let referring: Vec<usize> = self.columns(table).map(|(number, _)| number).collect();
        let referring = (!referring.is_empty()).then(|| referring[write.pick % referring.len()]);
        match write.kind {
            0 | 1 => {
                let column = referring.map_or(String::new(), |number| format!(", f{number}"));
                let reference = referring.map_or(String::new(), |_| format!(", {}", 1 + value % 5));
                format!(
                    "INSERT INTO public.t{table} (id, v, code{column}) VALUES ({id}, {value}, {id}{reference})"
                )
            }
            2 => set(table, "v", &value.to_string(), id),
            3 => format!("UPDATE public.t{table} SET id = id + 5 WHERE id = {id}"),
            4 => format!("UPDATE public.t{table} SET code = code + 5 WHERE id = {id}"),
            5 | 6 => match referring {
                Some(number) if value % 3 == 0 => set(table, &format!("f{number}"), "NULL", id),
                Some(number) => set(table, &format!("f{number}"), &value.to_string(), id),
                None => format!("UPDATE public.t{table} SET v = v + 1 WHERE id >= {id}"),
            },
            7 => "SET CONSTRAINTS ALL DEFERRED".to_owned(),
            8 => format!("UPDATE public.t{table} SET code = 5 - code WHERE code BETWEEN 1 AND 4"),
            _ => format!("DELETE FROM public.t{table} WHERE id = {id}"),
        }
    }
}

/// Touches a row only if that changes it: of a write that changes nothing the journal knows nothing.
fn set(table: usize, column: &str, value: &str, id: i32) -> String {
    format!(
        "UPDATE public.t{table} SET {column} = {value}
         WHERE id = {id} AND {column} IS DISTINCT FROM {value}"
    )
}

fn reference((number, r): (usize, &Reference)) -> String {
    let column = if r.to_code { "code" } else { "id" };
    let (delete, update) = (ACTIONS[r.on_delete], ACTIONS[r.on_update]);
    let deferrable = if r.deferrable { "DEFERRABLE" } else { "" };
    format!(
        "UPDATE public.t{child} SET f{number} = 1 + id % 4; ALTER TABLE public.t{child} ADD FOREIGN KEY (f{number})
         REFERENCES public.t{parent} ({column}) ON DELETE {delete} ON UPDATE {update} {deferrable}",
        child = r.child,
        parent = r.parent,
    )
}

fn trigger((number, t): (usize, &Trigger)) -> String {
    let event = ["INSERT", "UPDATE", "DELETE"][t.event];
    format!(
        "CREATE FUNCTION public.f{number}() RETURNS trigger LANGUAGE plpgsql AS
         'BEGIN UPDATE public.t{other} SET v = v + 100 WHERE id = {row}; RETURN NULL; END';
         CREATE TRIGGER f{number} AFTER {event} ON public.t{table} FOR EACH ROW
         WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION public.f{number}()",
        other = t.other,
        row = t.row,
        table = t.table,
    )
}

#[derive(Debug, Clone, Copy)]
struct Write {
    kind: u8,
    table: usize,
    pick: usize,
    id: i32,
    value: i32,
}

fn write() -> impl Strategy<Value = Write> {
    (0..11_u8, 0..12_usize, 0..12_usize, 1..8_i32, 0..6_i32)
        .prop_map(|(kind, table, pick, id, value)| Write { kind, table, pick, id, value })
}

/// How many rows each statement of a transaction touched, `None` where it was refused, how many rows
/// the foreign keys' actions touched with them, and whether all was committed.
type Outcome = (Vec<Option<u64>>, i64, bool);

async fn run(session: &Session, graph: &Graph, writes: &[Write]) -> Outcome {
    let mut touched = Vec::new();
    session.execute("BEGIN").await;
    let before = written(session).await;
    for write in writes {
        session.execute("SAVEPOINT s").await;
        let rows = session.client().execute(&graph.statement(write), &[]).await;
        if rows.is_err() {
            session.execute("ROLLBACK TO s").await;
        }
        touched.push(rows.ok());
    }
    let written = written(session).await - before;
    // Constraints may have been put off until here.
    let committed = session.try_execute("COMMIT").await.is_ok();
    (touched, written, committed)
}

/// The rows a session wrote, those of actions such as `ON DELETE SET NULL` included, which the count of
/// a statement leaves out. What it begins at is that of transactions not yet reported.
async fn written(session: &Session) -> i64 {
    let sql = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
        FROM pg_stat_xact_user_tables WHERE schemaname = 'public'";
    session.scalar(sql).await.parse().expect("a count")
}

type Rows = BTreeMap<String, i64>;

fn add(rows: &mut Rows, more: &[String], times: i64) {
    for row in more {
        *rows.entry(row.clone()).or_default() += times;
    }
    rows.retain(|_, times| *times != 0);
}

/// What is done by all, what is chosen of it, and what is left without that.
struct Day {
    chosen: Vec<TxId>,
    wanted: Rows,
    others: Vec<(usize, Outcome)>,
}

async fn live(database: &TestDatabase, graph: &Graph, transactions: &[(Vec<Write>, bool)]) -> Day {
    let names = graph.names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut before = copy(database, &names).await;
    let mut day = Day { chosen: Vec::new(), wanted: Rows::new(), others: Vec::new() };
    add(&mut day.wanted, &before, 1);
    let mut last = latest(database).await;
    for (at, (writes, is_chosen)) in transactions.iter().enumerate() {
        let outcome = run(database, graph, writes).await;
        let (after, tx) = (copy(database, &names).await, latest(database).await);
        if !is_chosen {
            add(&mut day.wanted, &before, -1);
            add(&mut day.wanted, &after, 1);
            day.others.push((at, outcome));
        } else if tx > last {
            day.chosen.push(tx);
        }
        (before, last) = (after, tx);
    }
    day
}

async fn check(graph: &Graph, transactions: &[(Vec<Write>, bool)]) {
    let sql = graph.sql();
    let (database, mut journal) = tracked(&sql).await;
    let day = live(&database, graph, transactions).await;
    if day.chosen.is_empty() {
        return;
    }
    let names = graph.names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let unchanged = copy(&database, &names).await;
    let prepared = match plan(&journal, Selection::transactions(&day.chosen)).await {
        Ok(prepared) => prepared,
        Err(UndoError::Nothing(_)) => return,
        Err(error) => panic!("{error:?}"),
    };
    let previewed = preview(&mut journal, &prepared, &Options::default()).await;
    assert_eq!(copy(&database, &names).await, unchanged, "a preview changes nothing");
    match (previewed, apply(&mut journal, &prepared, &Options::default()).await) {
        (Ok(_), Ok(_)) => {}
        (Err(UndoError::Conflicts(_)), Err(UndoError::Conflicts(_))) => {
            assert_eq!(copy(&database, &names).await, unchanged, "a refusal changes nothing");
            return;
        }
        other => panic!("{other:?}"),
    }
    let now = copy(&database, &names).await;
    let mut left = Rows::new();
    add(&mut left, &now, 1);
    assert_eq!(left, day.wanted, "undo of {:?}", day.chosen);
    // Where the others find what they found then, their replay from scratch is the same. What triggers
    // find is not told.
    if !graph.triggers.is_empty() {
        return;
    }
    let twin = pgrecall_testkit::Server::shared().database().await;
    twin.execute(&sql).await;
    for (at, outcome) in &day.others {
        if run(&twin, graph, &transactions[*at].0).await != *outcome {
            return;
        }
    }
    assert_eq!(copy(&twin, &names).await, now, "replay without {:?}", day.chosen);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_is_left_is_what_the_others_leave(
        graph in graph(),
        transactions in prop::collection::vec(
            (prop::collection::vec(write(), 1..6), any::<bool>()), 2..6
        ),
    ) {
        block_on(check(&graph, &transactions));
    }
}

/// The undone transaction took a reference away; another replaced the row it had pointed to, which it
/// could do without an action of the foreign key only because of that.
#[test]
fn a_reference_whose_parent_was_replaced_meanwhile_comes_back() {
    let graph = Graph {
        tables: 2,
        keyless: false,
        references: vec![Reference {
            child: 1,
            parent: 0,
            on_delete: 3,
            on_update: 3,
            deferrable: false,
            to_code: false,
        }],
        triggers: Vec::new(),
    };
    let write = |kind, table, id, value| Write { kind, table, pick: 0, id, value };
    let transactions =
        [(vec![write(5, 1, 1, 0)], true), (vec![write(10, 0, 2, 0), write(0, 0, 2, 2)], false)];
    block_on(check(&graph, &transactions));
}

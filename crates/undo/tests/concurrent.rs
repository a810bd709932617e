//! Others write while changes are taken back: either everything is taken back and what they did stands
//! on top of it, or nothing is.

use std::collections::BTreeMap;

use pgrecall_journal::Journal;
use pgrecall_model::Selection;
use pgrecall_testkit::{Session, TestDatabase, block_on};
use pgrecall_undo::{Cut, Options, Prepared, Run, apply, plan};
use proptest::prelude::*;

use crate::{tracked, transaction};

/// The mistake marks rows 1 to 10, removes 11 to 15, and makes 21 to 25.
const SCHEMA: &str = "
    CREATE TABLE public.t (id int PRIMARY KEY, v int NOT NULL, w text NOT NULL);
    CREATE TABLE public.child (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t int NOT NULL REFERENCES public.t);
    INSERT INTO public.t SELECT g, 0, 'right' FROM generate_series(1, 20) AS g";
const MISTAKE: &str = "UPDATE public.t SET w = 'wrong' WHERE id <= 10; DELETE FROM public.t WHERE id BETWEEN 11 AND 15; \
    INSERT INTO public.t SELECT g, 0, 'new' FROM generate_series(21, 25) AS g";

/// What a writer does in a transaction of its own. Sums do not depend on the order.
#[derive(Debug, Clone, Copy)]
enum Write {
    Add { id: i32, more: i32 },
    AddChild { id: i32 },
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![
        // Mostly rows that the mistake did not touch, so that it can be taken back now and then.
        20 => (16..=20_i32, 1..100_i32).prop_map(|(id, more)| Write::Add { id, more }),
        3 => (1..=25_i32, 1..100_i32).prop_map(|(id, more)| Write::Add { id, more }),
        1 => (1..=25_i32).prop_map(|id| Write::AddChild { id }),
    ]
}

/// What was added to each row, and which rows got children.
#[derive(Debug, Default)]
struct Done {
    sums: BTreeMap<i32, i64>,
    parents: Vec<i32>,
}

async fn work(session: Session, writes: &[Write]) -> Done {
    let mut done = Done::default();
    for write in writes {
        match *write {
            Write::Add { id, more } => {
                let sql = format!("UPDATE public.t SET v = v + {more} WHERE id = {id}");
                let rows = session.client().execute(&sql, &[]).await.expect("update");
                if rows == 1 {
                    *done.sums.entry(id).or_default() += i64::from(more);
                }
            }
            Write::AddChild { id } => {
                // The row it refers to may be gone.
                let sql = format!("INSERT INTO public.child (t) VALUES ({id})");
                if session.try_execute(&sql).await.is_ok() {
                    done.parents.push(id);
                }
            }
        }
    }
    done
}

/// Takes back, at once or in parts; whether all of it is taken back, and whether a part may be.
async fn take_back(journal: &mut Journal, prepared: &Prepared, rows: Option<u32>) -> (bool, bool) {
    let options = Options::default();
    let Some(rows) = rows else {
        return (apply(journal, prepared, &options).await.is_ok(), false);
    };
    let cut = Cut { rows, takes_back: None };
    let Ok(mut run) = Run::begin(journal, prepared, &options, cut).await else {
        return (false, false);
    };
    loop {
        match run.advance(journal).await {
            Ok(Some(_)) => {}
            Ok(None) => return (true, true),
            Err(_) => return (false, true),
        }
    }
}

async fn check(writers: &[Vec<Write>], rows: Option<u32>) {
    let (database, mut journal) = tracked(SCHEMA).await;
    let tx = transaction(&database, MISTAKE).await;
    let [one, two, three] =
        [database.session().await, database.session().await, database.session().await];
    let prepared = plan(&journal, Selection::transactions(&[tx])).await.expect("plan");
    let (a, b, c, (all, partly)) = tokio::join!(
        work(one, &writers[0]),
        work(two, &writers[1]),
        work(three, &writers[2]),
        take_back(&mut journal, &prepared, rows)
    );
    let mut sums: BTreeMap<i32, i64> = BTreeMap::new();
    let mut parents = Vec::new();
    for done in [a, b, c] {
        for (id, more) in done.sums {
            *sums.entry(id).or_default() += more;
        }
        parents.extend(done.parents);
    }
    parents.sort_unstable();
    let found = found(&database).await;
    for id in 1..=30 {
        let (right, wrong) = states(id);
        let with_sum =
            |w: Option<&str>| w.map(|w| (sums.get(&id).copied().unwrap_or(0), w.to_owned()));
        let (right, wrong) = (with_sum(right), with_sum(wrong));
        let is_removed = all && right.is_none();
        assert!(!is_removed || !sums.contains_key(&id), "{id}: somebody's work went with the row");
        let row = found.get(&id).cloned();
        let fits = row == if all { right.clone() } else { wrong.clone() };
        assert!(
            fits || partly && !all && (row == right || row == wrong),
            "{id}: {row:?}, all: {all}"
        );
    }
    let children = database.query_text("SELECT t FROM public.child ORDER BY t").await;
    let children: Vec<i32> =
        children.iter().map(|row| row[0].as_ref().expect("t").parse().expect("number")).collect();
    assert_eq!(children, parents, "children stay whatever happens");
    let orphans = "SELECT count(*) FROM public.child AS c WHERE NOT EXISTS (SELECT FROM public.t AS t WHERE t.id = c.t)";
    assert_eq!(database.scalar(orphans).await, "0");
}

/// A row without the mistake and with it.
fn states(id: i32) -> (Option<&'static str>, Option<&'static str>) {
    match id {
        1..=10 => (Some("right"), Some("wrong")),
        11..=15 => (Some("right"), None),
        16..=20 => (Some("right"), Some("right")),
        21..=25 => (None, Some("new")),
        _ => (None, None),
    }
}

async fn found(database: &TestDatabase) -> BTreeMap<i32, (i64, String)> {
    let rows = database.query_text("SELECT id, v, w FROM public.t").await;
    let text = |value: &Option<String>| value.clone().expect("value");
    rows.iter()
        .map(|row| {
            let number = |at: usize| text(&row[at]).parse::<i64>().expect("number");
            (i32::try_from(number(0)).expect("id"), (number(1), text(&row[2])))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 30, ..ProptestConfig::default() })]

    #[test]
    fn beside_writers_all_is_taken_back_or_nothing(
        writers in prop::collection::vec(prop::collection::vec(write(), 0..20), 3),
        rows in prop::option::of(1..8_u32),
    ) {
        block_on(check(&writers, rows));
    }
}

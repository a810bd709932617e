//! Changes that arrive by logical replication.

use pgrecall_journal::TrackOptions;
use pgrecall_testkit::{Server, Session, TestDatabase, block_on};

use crate::replay;
use crate::scenario::Expected;
use crate::stage::Stage;

const TABLES: &str = "
    CREATE TABLE public.t (id int PRIMARY KEY, v text, d timestamptz, n numeric);
    CREATE TABLE public.p (id int, part int, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
    CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES IN (1);
    CREATE TABLE public.p_2 PARTITION OF public.p FOR VALUES IN (2);
    CREATE TABLE public.whole (v text, n float8);
    ALTER TABLE public.whole REPLICA IDENTITY FULL;
    CREATE TABLE public.ready (id int PRIMARY KEY);";

const CHANGES: [&str; 7] = [
    "INSERT INTO public.t SELECT g, 'v' || g, '2024-01-01', g / 3.0 FROM generate_series(1, 30) AS g",
    "UPDATE public.t SET v = v || '!' WHERE id % 2 = 0; UPDATE public.t SET id = id + 100 WHERE id < 5",
    "DELETE FROM public.t WHERE id > 20; INSERT INTO public.p SELECT g, 1 FROM generate_series(1, 5) AS g",
    "UPDATE public.p SET part = 2 WHERE id < 3; DELETE FROM public.p WHERE id = 3",
    "INSERT INTO public.whole VALUES ('a', 0.1), ('a', 0.1), (NULL, 'NaN'); UPDATE public.whole SET n = 2 WHERE v IS NULL",
    "BEGIN; TRUNCATE public.p; INSERT INTO public.t VALUES (500, 'x', 'infinity', 'NaN'); SAVEPOINT s; DELETE FROM public.t; ROLLBACK TO s; COMMIT",
    "TRUNCATE public.t, public.whole",
];

/// How often something that must come is looked for: minutes, on a slow machine.
const LOOKS: usize = 100_000;

#[test]
fn changes_that_a_subscription_applies() {
    block_on(async {
        let source = Server::shared().database().await;
        source.execute(TABLES).await;
        let mut stage = Stage::open(TABLES, Vec::new(), TrackOptions::default()).await;
        subscribe(&source, &stage.database).await;
        // What was there before the subscription is copied, not applied.
        stage.copy_if_quiet("the subscription").await;
        for (number, script) in CHANGES.iter().enumerate() {
            source.execute(script).await;
            source.execute(&format!("INSERT INTO public.ready VALUES ({number})")).await;
            // The last row that was sent: all before it came in the same order.
            let arrived = "SELECT count(*) FROM public.ready";
            comes_to(&stage.database, arrived, &(number + 1).to_string()).await;
            stage.copy_if_quiet(script).await;
        }
        unsubscribe(&source, &stage.database).await;
        replay::check(stage, Expected::default()).await;
    });
}

/// The slot is made beforehand: the subscription would wait for its own transaction, because both
/// databases are on one server.
async fn subscribe(source: &TestDatabase, target: &TestDatabase) {
    let name = target.name();
    source.execute("CREATE PUBLICATION everything FOR ALL TABLES").await;
    source
        .execute(&format!("SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')"))
        .await;
    let url = source.url();
    target
        .execute(&format!(
            "CREATE SUBSCRIPTION {name} CONNECTION '{url}' PUBLICATION everything
             WITH (create_slot = false, slot_name = '{name}', copy_data = false)"
        ))
        .await;
}

async fn unsubscribe(source: &TestDatabase, target: &TestDatabase) {
    let name = target.name();
    target.execute(&format!("ALTER SUBSCRIPTION {name} DISABLE")).await;
    target.execute(&format!("ALTER SUBSCRIPTION {name} SET (slot_name = NONE)")).await;
    target.execute(&format!("DROP SUBSCRIPTION {name}")).await;
    let active =
        format!("SELECT count(*) FROM pg_replication_slots WHERE slot_name = '{name}' AND active");
    comes_to(source, &active, "0").await;
    source.execute(&format!("SELECT pg_drop_replication_slot('{name}')")).await;
}

/// Waits until a query's answer is the given one.
async fn comes_to(session: &Session, query: &str, answer: &str) {
    for _ in 0..LOOKS {
        if session.scalar(query).await == answer {
            return;
        }
    }
    panic!("never comes to {answer}: {query}");
}

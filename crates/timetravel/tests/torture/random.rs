//! Random statements in random transactions, on tables with everything that interferes.

use pgrecall_journal::{AfterImage, ForEach, TrackOptions};
use pgrecall_testkit::block_on;
use proptest::prelude::*;

use crate::replay;
use crate::scenario::{Expected, Order, Step};
use crate::stage::Stage;

const SCHEMA: &str = "
    CREATE TABLE public.t (id int PRIMARY KEY, v text, n numeric, up int REFERENCES public.t ON DELETE SET NULL ON UPDATE CASCADE);
    CREATE TABLE public.seat (id int PRIMARY KEY DEFERRABLE, v text);
    INSERT INTO public.seat SELECT g, 's' || g FROM generate_series(1, 5) AS g;
    CREATE TABLE public.p (id int, part int, v text, PRIMARY KEY (id, part)) PARTITION BY RANGE (part);
    CREATE TABLE public.p_0 PARTITION OF public.p FOR VALUES FROM (0) TO (3);
    CREATE TABLE public.p_1 (v text, part int NOT NULL, id int NOT NULL); ALTER TABLE public.p ATTACH PARTITION public.p_1 DEFAULT;
    CREATE TABLE public.bag (v text, a int[]);
    CREATE TABLE public.child (id int PRIMARY KEY, p int, part int, FOREIGN KEY (p, part) REFERENCES public.p ON DELETE CASCADE ON UPDATE CASCADE);
    CREATE FUNCTION public.react() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.v LIKE '%!%' THEN UPDATE public.t SET n = coalesce(n, 0) + 1.0 WHERE id = NEW.id + 1; DELETE FROM public.bag WHERE v = NEW.v; END IF;
      RETURN NULL; END $$;
    CREATE TRIGGER react AFTER UPDATE OF v ON public.t FOR EACH ROW EXECUTE FUNCTION public.react();
    INSERT INTO public.t SELECT g, 'v', g, nullif(g - 1, 0) FROM generate_series(1, 4) AS g;
    INSERT INTO public.p SELECT g, g, 'p' FROM generate_series(0, 5) AS g;
    INSERT INTO public.child SELECT g, g, g FROM generate_series(0, 4) AS g;
    INSERT INTO public.bag VALUES ('x', '{1}'), ('x', '{1}'), (NULL, NULL);";

fn statement() -> impl Strategy<Value = String> {
    (0..20_u8, 0..7_i32, 0..4_i32).prop_map(|(kind, id, v)| match kind {
        0 => format!("INSERT INTO public.t VALUES ({id}, 'new{v}', {v}.0) ON CONFLICT DO NOTHING"),
        1 => format!("UPDATE public.t SET v = v || '!{v}' WHERE id >= {id}"),
        2 => format!("UPDATE public.seat SET id = id + 1 WHERE id >= {id}; UPDATE public.t SET id = id + 10 WHERE id = {id}"),
        3 => format!("UPDATE public.seat SET id = 6 - id, v = v || '{v}'; DELETE FROM public.seat WHERE id = {id}"),
        4 => format!("DELETE FROM public.t WHERE id = {id}"),
        5 => format!("UPDATE public.t SET up = {v}, n = n + 0.10 WHERE id = {id}"),
        6 => format!("TRUNCATE public.t; INSERT INTO public.seat VALUES ({id}, 'new')"),
        7 | 8 => format!("INSERT INTO public.p VALUES ({id}, {v}, 'n{v}')"),
        9 => format!("UPDATE public.p SET part = part + {v} WHERE id <= {id}"),
        10 => format!("UPDATE public.p SET id = id + 1, v = '{v}' WHERE part = {v}"),
        11 => format!("UPDATE public.p_1 SET v = v || 'd', part = part + 1 WHERE id > {id}"),
        12 => format!("DELETE FROM public.p WHERE part = {v}"),
        13 => "TRUNCATE public.p_0 CASCADE".to_owned(),
        14 => format!("INSERT INTO public.child VALUES ({id}, {v}, {v}) ON CONFLICT (id) DO UPDATE SET p = {v}, part = {v}"),
        15 => format!("INSERT INTO public.bag SELECT 'b{v}', ARRAY[{id}, NULL] FROM generate_series(1, 2)"),
        16 => format!("UPDATE public.bag SET v = 'x', a = a || {v} WHERE v = 'b{v}' OR a[1] > {id}"),
        17 => format!("DELETE FROM public.bag WHERE ctid = (SELECT min(ctid) FROM public.bag WHERE v <> '{id}')"),
        18 => format!("WITH d AS (DELETE FROM public.t WHERE id = {id} RETURNING v) INSERT INTO public.bag SELECT v, '{{}}' FROM d"),
        _ => format!("DO $$ BEGIN UPDATE public.t SET v = 'e{v}!'; PERFORM 1 / ({v} % 2); EXCEPTION WHEN OTHERS THEN UPDATE public.t SET n = 9; END $$"),
    })
}

/// A transaction: statements, of which some are rolled back to a savepoint.
fn transaction() -> impl Strategy<Value = Vec<(String, bool)>> {
    prop::collection::vec((statement(), prop::bool::weighted(0.2)), 1..6)
}

async fn check(transactions: Vec<Vec<(String, bool)>>, image: AfterImage, for_each: ForEach) {
    let options = TrackOptions {
        after_image: Some(image),
        for_each: Some(for_each),
        ..TrackOptions::default()
    };
    let mut stage = Stage::open(SCHEMA, Vec::new(), options).await;
    stage
        .perform(&Step::Run(None, "INSERT INTO public.bag VALUES ('first', NULL)".to_owned()))
        .await;
    for (at, statements) in transactions.iter().enumerate() {
        if at == transactions.len() / 2 {
            stage.baselines().await;
        }
        stage.database.execute("BEGIN").await;
        for (sql, rolled_back) in statements {
            stage.database.execute("SAVEPOINT s").await;
            if stage.database.try_execute(sql).await.is_err() || *rolled_back {
                stage.database.execute("ROLLBACK TO s").await;
            }
        }
        if stage.database.try_execute("COMMIT").await.is_err() {
            stage.database.execute("ROLLBACK").await;
        }
        stage.copy_if_quiet(&format!("{statements:?}")).await;
    }
    let expected =
        Expected { order: Order::PerTransaction, from_journal: true, ..Expected::default() };
    replay::check(stage, expected).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_journal_tells_what_random_transactions_did(
        transactions in prop::collection::vec(transaction(), 1..8),
        image in prop::sample::select(&[AfterImage::Full, AfterImage::Changed][..]),
        for_each in prop::sample::select(&[ForEach::Row, ForEach::Statement][..]),
    ) {
        block_on(check(transactions, image, for_each));
    }
}

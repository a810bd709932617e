use pgrecall_testkit::block_on;

use crate::{copy, tracked, transaction, undo_tx};

async fn comes_back(tables: &[&str], setup: &str, mistake: &str) {
    let (database, mut journal) = tracked(setup).await;
    let before = copy(&database, tables).await;
    let tx = transaction(&database, mistake).await;
    let after = copy(&database, tables).await;
    assert_ne!(before, after, "the mistake changes something");
    let undone = undo_tx(&mut journal, &[tx]).await.expect("undo").tx.expect("recorded");
    assert_eq!(copy(&database, tables).await, before, "{mistake}");
    undo_tx(&mut journal, &[undone]).await.expect("undo of the undo");
    assert_eq!(copy(&database, tables).await, after, "{mistake}");
}

const FAMILY: &str = "
    CREATE TABLE public.a (id int PRIMARY KEY, u int UNIQUE, boss int REFERENCES public.a);
    CREATE TABLE public.b (id int PRIMARY KEY, a int REFERENCES public.a ON DELETE CASCADE ON UPDATE CASCADE);
    CREATE TABLE public.c (id int PRIMARY KEY, b int REFERENCES public.b ON DELETE SET NULL);
    INSERT INTO public.a VALUES (1, 10, NULL), (2, 20, 1), (3, 30, 2);
    INSERT INTO public.b SELECT g, 1 + g % 3 FROM generate_series(1, 6) AS g;
    INSERT INTO public.c SELECT g, g FROM generate_series(1, 6) AS g;";

#[test]
fn rows_that_a_foreign_key_took_along_come_back() {
    block_on(async {
        let all = ["public.a", "public.b", "public.c"];
        comes_back(&all, FAMILY, "DELETE FROM public.a WHERE id = 3").await;
        comes_back(
            &all,
            FAMILY,
            "UPDATE public.a SET boss = NULL; DELETE FROM public.a WHERE id < 3",
        )
        .await;
        comes_back(&all, FAMILY, "DELETE FROM public.b; DELETE FROM public.a").await;
        comes_back(&all, FAMILY, "UPDATE public.a SET id = 33 WHERE id = 3").await;
    });
}

#[test]
fn unique_values_pass_from_row_to_row_and_back() {
    block_on(async {
        let a = ["public.a"];
        comes_back(
            &a,
            FAMILY,
            "UPDATE public.a SET u = 31 WHERE id = 3; UPDATE public.a SET u = 30 WHERE id = 2",
        )
        .await;
        comes_back(
            &a,
            FAMILY,
            "DELETE FROM public.a WHERE id = 3; INSERT INTO public.a VALUES (4, 30, 2)",
        )
        .await;
    });
}

#[test]
fn keys_that_were_shifted_or_swapped_go_back() {
    block_on(async {
        let setup = "CREATE TABLE public.t (id int PRIMARY KEY DEFERRABLE, v text);
             INSERT INTO public.t VALUES (1, 'a'), (2, 'b'), (3, 'c')";
        comes_back(&["public.t"], setup, "UPDATE public.t SET id = id + 1").await;
        comes_back(&["public.t"], setup, "UPDATE public.t SET id = 4 - id").await;
    });
}

#[test]
fn tables_that_refer_to_each_other_come_back() {
    block_on(async {
        let setup = "CREATE TABLE public.x (id int PRIMARY KEY, y int);
             CREATE TABLE public.y (id int PRIMARY KEY, x int REFERENCES public.x DEFERRABLE);
             ALTER TABLE public.x ADD FOREIGN KEY (y) REFERENCES public.y DEFERRABLE;
             BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO public.x VALUES (1, 1); INSERT INTO public.y VALUES (1, 1); COMMIT;";
        let mistake = "SET CONSTRAINTS ALL DEFERRED; DELETE FROM public.x; DELETE FROM public.y";
        comes_back(&["public.x", "public.y"], setup, mistake).await;
    });
}

#[test]
fn partitions_and_rows_without_key_come_back() {
    block_on(async {
        let setup = "CREATE TABLE public.p (id int, d int, v text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
             CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (0) TO (10);
             CREATE TABLE public.p_2 PARTITION OF public.p DEFAULT;
             CREATE TABLE public.bag (v int, w text) PARTITION BY LIST (v);
             CREATE TABLE public.bag_1 PARTITION OF public.bag FOR VALUES IN (1);
             CREATE TABLE public.bag_2 PARTITION OF public.bag DEFAULT;
             INSERT INTO public.p VALUES (1, 1, 'a'), (2, 20, 'b');
             INSERT INTO public.bag VALUES (1, 'x'), (1, 'x'), (1, 'y'), (2, 'x'), (2, NULL);";
        let tables = ["public.p", "public.bag"];
        comes_back(&tables, setup, "UPDATE public.p SET d = 21 - d, v = v || '!'").await;
        comes_back(&tables, setup, "DELETE FROM public.bag WHERE ctid IN (SELECT min(ctid) FROM public.bag_1); UPDATE public.bag SET w = 'z' WHERE v = 2").await;
        comes_back(&tables, setup, "UPDATE public.bag SET w = 'q' WHERE v = 1; TRUNCATE public.p")
            .await;
    });
}

#[test]
fn a_row_without_a_key_that_a_foreign_key_changes_before_its_turn_goes_back() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.parent (id int PRIMARY KEY);
             CREATE TABLE public.bag (v int, parent int REFERENCES public.parent ON UPDATE CASCADE,
               other int DEFAULT 2 REFERENCES public.parent ON UPDATE SET DEFAULT);
             INSERT INTO public.parent SELECT generate_series(1, 4);
             INSERT INTO public.bag VALUES (1, 1, NULL), (1, 1, NULL), (2, 3, NULL)",
        )
        .await;
        let tables = ["public.parent", "public.bag"];
        let before = copy(&database, &tables).await;
        let first = transaction(&database, "UPDATE public.bag SET v = 9 WHERE v = 1").await;
        let second = transaction(&database, "UPDATE public.parent SET id = 6 WHERE id = 1").await;
        undo_tx(&mut journal, &[first, second]).await.expect("undo");
        assert_eq!(copy(&database, &tables).await, before);

        // What the server sets to a default is not known before; then nothing is done.
        database.execute("UPDATE public.bag SET other = 4 WHERE v = 2").await;
        let first = transaction(&database, "UPDATE public.bag SET v = 7 WHERE v = 2").await;
        let second = transaction(&database, "UPDATE public.parent SET id = 5 WHERE id = 4; UPDATE public.bag SET other = 5 WHERE v = 7").await;
        let between = copy(&database, &tables).await;
        let refused = undo_tx(&mut journal, &[first, second]).await;
        assert!(refused.is_err(), "{refused:?}");
        assert_eq!(copy(&database, &tables).await, between);
    });
}

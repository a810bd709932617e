//! Values that JSON cannot hold come back as they were.

use pgrecall_testkit::block_on;

use crate::{copy, tracked, transaction, undo_tx};

#[test]
fn every_value_comes_back_to_the_last_byte() {
    block_on(async {
        let (database, mut journal) = tracked(
            r#"CREATE TYPE public.pair AS (x int, y text);
            CREATE DOMAIN public.short AS text CHECK (length(value) < 20);
            CREATE TABLE public.t (
              id int PRIMARY KEY, a int[], f float8, j json, b jsonb, p public.pair, d public.short, x bytea,
              r int4range, m text[], i interval, z timestamptz, n numeric, c char(5), s text
            );
            INSERT INTO public.t VALUES (
              1, '[2:3]={1,2}', '-0', '{"b":  1, "a": 2, "a": 3}', 'null', '(1,"a ""b"", c")', 'x', '\x00ff',
              '[1,5)', '{{a,NULL},{"NULL","x,y"}}', '1 mon -2 days', '2026-03-01 09:30:00.123456+01', '1.500', 'ab', ''
            ), (2, '[0:0]={7}', 'NaN', '"\u0000"', NULL, '(,)', '', '', 'empty', '{}', '0', 'infinity', 'NaN', '', E'line\n\\ "q" (p),')"#,
        )
        .await;
        let before = copy(&database, &["public.t"]).await;
        let deleted = transaction(&database, "DELETE FROM public.t").await;
        undo_tx(&mut journal, &[deleted]).await.expect("undo of the delete");
        assert_eq!(copy(&database, &["public.t"]).await, before);
        let updated = transaction(
            &database,
            "UPDATE public.t SET a = '{1,2}', f = 0, j = '{\"b\":1}', b = NULL, p = NULL, m = NULL, n = 1.5, s = NULL WHERE id = 1",
        )
        .await;
        undo_tx(&mut journal, &[updated]).await.expect("undo of the update");
        assert_eq!(copy(&database, &["public.t"]).await, before);
    });
}

#[test]
fn a_difference_that_json_does_not_show_is_a_difference() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, f float8, j json); INSERT INTO public.t VALUES (1, '-0', '{ }')",
        )
        .await;
        let before = copy(&database, &["public.t"]).await;
        let tx = transaction(&database, "UPDATE public.t SET f = 0, j = '{}'").await;
        undo_tx(&mut journal, &[tx]).await.expect("undo");
        assert_eq!(copy(&database, &["public.t"]).await, before);
    });
}

#[test]
fn rows_of_a_table_that_was_altered_unseen_come_back() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, a int[], z timestamptz); INSERT INTO public.t VALUES (1, '{1,2}', '2026-03-01 09:30+00')",
        )
        .await;
        database.execute("ALTER TABLE public.t ADD COLUMN extra jsonb; UPDATE public.t SET extra = '{\"a\": true}'").await;
        let before = copy(&database, &["public.t"]).await;
        let tx =
            transaction(&database, "UPDATE public.t SET a = '{3}', z = now(), extra = NULL").await;
        undo_tx(&mut journal, &[tx]).await.expect("undo of the update");
        assert_eq!(copy(&database, &["public.t"]).await, before);
        let tx = transaction(&database, "DELETE FROM public.t").await;
        undo_tx(&mut journal, &[tx]).await.expect("undo of the delete");
        assert_eq!(copy(&database, &["public.t"]).await, before);
    });
}

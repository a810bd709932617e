use pgrecall_journal::Extent;
use pgrecall_model::Selection;
use pgrecall_testkit::block_on;
use pgrecall_undo::{Planning, Prepared, plan_with};

use crate::{latest, tracked, transaction};

const TABLE: &str = "
    CREATE TABLE public.t (id int PRIMARY KEY, a int, b text, c json, d int GENERATED ALWAYS AS (a * 2) STORED);
    CREATE TABLE public.u (id int PRIMARY KEY, v int);
    INSERT INTO public.t (id, a, b, c) SELECT g, g, NULL, '{}' FROM generate_series(1, 3) AS g";

/// In words: `public.t: a b`.
async fn extents(journal: &pgrecall_journal::Journal, prepared: &Prepared) -> String {
    let found = prepared.extents(journal).await.expect("extents");
    let words = found.iter().map(|(table, extent)| match extent {
        Extent::Whole => format!("{table}: whole"),
        Extent::Columns(columns) => {
            let names: Vec<&str> = columns.iter().map(pgrecall_model::Ident::as_str).collect();
            format!("{table}: {}", names.join(" "))
        }
    });
    words.collect::<Vec<_>>().join("; ")
}

#[test]
fn an_update_reaches_the_columns_that_it_changes_and_rows_that_come_or_go_all_of_them() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        for (sql, expected) in [
            ("UPDATE t SET b = '' WHERE id = 1", "public.t: b d"),
            ("UPDATE t SET a = 7, c = '[]'", "public.t: a c d"),
            // Set, and to what it was.
            ("UPDATE t SET b = b, a = a + 1", "public.t: a d"),
            ("INSERT INTO u VALUES (1, 1)", "public.u: whole"),
            ("UPDATE t SET a = 0 WHERE id = 2; DELETE FROM t WHERE id = 3", "public.t: whole"),
            ("UPDATE u SET v = 2; DELETE FROM t WHERE id = 2", "public.t: whole; public.u: v"),
        ] {
            let tx = transaction(&database, sql).await;
            assert_eq!(tx, latest(&database).await);
            for bulk_from in [1, i64::MAX] {
                let planning = Planning { bulk_from, ..Planning::default() };
                let prepared = plan_with(&journal, Selection::transactions(&[tx]), &planning)
                    .await
                    .expect("plan");
                assert_eq!(prepared.is_bulk(), bulk_from == 1, "{sql}");
                assert_eq!(extents(&journal, &prepared).await, expected, "{sql}");
            }
        }
    });
}

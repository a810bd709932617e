use pgrecall_testkit::block_on;

use crate::tracked;

#[test]
fn the_log_is_readable_with_sql() {
    block_on(async {
        let (database, _journal) =
            tracked("CREATE TABLE public.\"T\" (id int PRIMARY KEY, v text, w int)").await;
        database
            .execute(
                "BEGIN; SELECT recall.set_context('{\"actor\": \"ann\"}'); INSERT INTO public.\"T\" VALUES (1, 'a', 1);
                 UPDATE public.\"T\" SET v = 'b'; COMMIT; DELETE FROM public.\"T\"",
            )
            .await;
        let rows = database
            .query_text(
                "SELECT op, table_name, key, old, new, changes, actor FROM recall.log ORDER BY id",
            )
            .await;
        let shown: Vec<String> = rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|value| value.as_deref().unwrap_or("-"))
                    .collect::<Vec<_>>()
                    .join(" | ")
            })
            .collect();
        assert_eq!(
            shown,
            [
                r#"insert | public."T" | {"id": 1} | - | {"v": "a", "w": 1, "id": 1} | - | ann"#,
                r#"update | public."T" | {"id": 1} | {"v": "a", "w": 1, "id": 1} | {"v": "b", "w": 1, "id": 1} | {"v": {"to": "b", "from": "a"}} | ann"#,
                r#"delete | public."T" | {"id": 1} | {"v": "b", "w": 1, "id": 1} | - | - | -"#,
            ]
        );
    });
}

#[test]
fn the_stats_count_changes_and_actors() {
    block_on(async {
        let (database, _journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        for (actor, id) in [("ann", 1), ("bob", 2), ("ann", 3)] {
            database
                .execute(&format!("BEGIN; SELECT recall.set_actor('{actor}'); INSERT INTO public.t VALUES ({id}); COMMIT"))
                .await;
        }
        let rows =
            database.query_text("SELECT table_name, op, changes, actors FROM recall.stats").await;
        let values: Vec<&str> = rows[0].iter().map(|v| v.as_deref().expect("value")).collect();
        assert_eq!(values, ["public.t", "insert", "3", "2"]);
        assert_eq!(rows.len(), 1);
    });
}

#[test]
fn everything_that_users_see_is_commented() {
    block_on(async {
        let (database, _journal) = crate::installed().await;
        let without = database
            .query_text(
                "SELECT c.relname FROM pg_class AS c
                 WHERE c.relnamespace = 'recall'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
                   AND c.relname !~ '^change_' AND NOT c.relispartition
                   AND c.relname NOT LIKE '%\\_id\\_seq'
                   AND obj_description(c.oid, 'pg_class') IS NULL
                 UNION ALL
                 SELECT p.proname FROM pg_proc AS p
                 WHERE p.pronamespace = 'recall'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL",
            )
            .await;
        assert_eq!(without, Vec::<Vec<Option<String>>>::new());
    });
}

//! Tables that are not what they were, as scripts meet them.

use pgrecall_testkit::{TestDatabase, block_on};
use serde_json::json;

use crate::program::told;
use crate::tracked;

const TABLE: &str = "
    CREATE TABLE public.t (id int PRIMARY KEY, v text DEFAULT 'none', n numeric(6, 2) NOT NULL);
    INSERT INTO public.t VALUES (1, 'one', 1), (2, NULL, 2), (3, 'three', 3)";

async fn moment(database: &TestDatabase) -> String {
    database.execute("UPDATE public.t SET v = v || '!' WHERE id = 3").await;
    format!("after:tx:{}", database.scalar("SELECT max(tx) FROM recall.change").await)
}

#[test]
fn a_dropped_table_is_made_anew_from_its_baseline() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        let copied = program.json(&["track", "t", "--baseline"]).await;
        assert_eq!(
            (&copied[0]["status"], &copied[0]["baseline_rows"]),
            (&json!("unchanged"), &json!(3))
        );
        let then = moment(&database).await;
        database.execute("DELETE FROM public.t WHERE id = 1; DROP TABLE public.t").await;
        let rows = program.json(&["at", &then, "SELECT * FROM t ORDER BY id"]).await;
        assert_eq!((&rows[2]["id"], &rows[2]["v"]), (&json!(3), &json!("three!")));
        let restore = ["restore", "t", "--to", &then];
        let shown = program.succeeds(&[&restore[..], &["--preview"]].concat()).await;
        let expected = "CREATE TABLE public.t (\n  id integer,\n  v text,\n  n numeric(6,2),\n  PRIMARY KEY (id)\n)\nwith 3 rows\n";
        assert_eq!(shown, expected);
        let gone = "SELECT to_regclass('public.t') IS NULL";
        assert_eq!(database.scalar(gone).await, "t", "a preview changes nothing");
        let unasked = program.run(&[&restore[..], &["--no-reason"]].concat()).await;
        assert!(told(&unasked).contains("--yes"), "{}", told(&unasked));
        let done =
            program.json(&[&restore[..], &["--reason", "too early", "--yes"]].concat()).await;
        assert_eq!((&done[0]["rows"], &done[0]["applied"]), (&json!(3), &json!(true)));
        let rows = "SELECT string_agg(t::text, ' ' ORDER BY id) FROM public.t";
        assert_eq!(database.scalar(rows).await, "(1,one,1.00) (2,,2.00) (3,three!,3.00)");
        let reason = format!("SELECT reason FROM recall.transaction WHERE id = {}", done[0]["tx"]);
        assert_eq!(database.scalar(&reason).await, "too early");
        // The table of today is meant now, and it is recorded, because a pattern fits.
        let recorded = "SELECT count(*) FROM recall.change AS c JOIN recall.relation AS r ON r.id = c.relation AND r.oid = 'public.t'::regclass";
        assert_eq!(database.scalar(recorded).await, "3");
    });
}

#[test]
fn what_the_journal_cannot_make_anew_is_explained() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        let then = moment(&database).await;
        database.execute("DROP TABLE public.t").await;
        for options in [&["--preview"][..], &["--no-reason", "--yes"]] {
            let told = program.fails(&[&["restore", "t", "--to", &then], options].concat()).await;
            assert!(told.starts_with("exit 1\n") && told.contains("code: at/dropped"), "{told}");
            assert!(told.contains("a backup has them"), "{told}");
        }
        let refused = program.fails(&["at", &then, "SELECT * FROM t"]).await;
        assert!(refused.contains("code: at/dropped"), "{refused}");
        let known =
            program.run(&["at", &then, "SELECT id FROM t", "--allow-incomplete", "--csv"]).await;
        assert_eq!(String::from_utf8_lossy(&known.stdout), "id\n3\n");
        assert!(told(&known).contains("warning: public.t was dropped"), "{}", told(&known));
        let late = program.fails(&["restore", "t", "--to", "now", "--preview"]).await;
        assert!(late.contains("code: at/not-there"), "{late}");
    });
}

#[test]
fn the_journal_alone_answers_where_it_has_a_baseline() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        let then = moment(&database).await;
        let ask = ["at", &then, "SELECT v FROM t ORDER BY id", "--from-journal"];
        let told = program.fails(&ask).await;
        assert!(
            told.contains("code: at/no-baseline") && told.contains("track 'public.t' --baseline"),
            "{told}"
        );
        program.succeeds(&["track", "t", "--baseline"]).await;
        // What the table says does not matter.
        database
            .execute("ALTER TABLE public.t DISABLE TRIGGER ALL; UPDATE public.t SET v = 'unseen'")
            .await;
        let values = program.json(&ask).await;
        assert_eq!(values, [json!({ "v": "one" }), json!({ "v": null }), json!({ "v": "three!" })]);
    });
}

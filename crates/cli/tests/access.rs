use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::tracked;

const TABLE: &str =
    "CREATE TABLE public.t (id int PRIMARY KEY); CREATE TABLE public.u (id int PRIMARY KEY)";

fn fields(object: &Value) -> String {
    object.as_object().expect("object").keys().cloned().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_viewer_is_granted_listed_and_revoked() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        for tenant in ["acme", "blue"] {
            database
                .execute(&format!(
                    "BEGIN; SELECT recall.set_tenant('{tenant}'); INSERT INTO public.t SELECT count(*) FROM public.t; COMMIT"
                ))
                .await;
        }
        let role = database.create_role("viewer").await;
        let granted = program.json(&["viewer", "grant", &role, "--tenant", "acme"]).await;
        let expected = json!({ "role": role, "tenant": "acme", "actor": null, "active": true });
        assert_eq!(granted, std::slice::from_ref(&expected));
        assert_eq!(program.json(&["viewer", "list"]).await, [expected]);

        let viewer = crate::Program::on(&database.url_as(&role).await);
        let seen = viewer.json(&["log"]).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0]["tenant"], "acme");
        let other = program.json(&["log", "--tenant", "blue"]).await.remove(0);
        let hidden = viewer.run(&["show", &other["tx"].to_string()]).await;
        assert_eq!(hidden.status.code(), Some(1));
        assert_eq!(
            viewer.run(&["viewer", "grant", &role, "--tenant", "blue"]).await.status.code(),
            Some(4)
        );
        assert_eq!(viewer.run(&["maintain"]).await.status.code(), Some(4));

        assert_eq!(program.json(&["viewer", "revoke", &role]).await[0]["revoked"], true);
        assert_eq!(program.json(&["viewer", "revoke", &role]).await[0]["revoked"], false);
        assert_eq!(viewer.run(&["log"]).await.status.code(), Some(4));
        let unknown =
            program.run(&["viewer", "grant", "nobody-of-that-name", "--tenant", "acme"]).await;
        assert_eq!(unknown.status.code(), Some(1));
    });
}

#[test]
fn retention_is_planned_asked_for_and_done() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        database.execute("INSERT INTO public.t VALUES (1); INSERT INTO public.u VALUES (1)").await;
        database
            .execute(
                "INSERT INTO recall.change (id, at, tx, relation, op, key, new)
                 SELECT id + 1000, at - interval '400 days', tx, relation, op, key, new
                 FROM recall.change",
            )
            .await;
        let count = "SELECT count(*) FROM recall.change";
        let planned = program.json(&["retain", "--keep", "365d", "--dry-run"]).await.remove(0);
        assert_eq!(
            fields(&planned),
            "keep steps saved applied changes_removed transactions_removed events_removed partitions_dropped waiting"
        );
        assert_eq!(
            fields(&planned["steps"][0]),
            "partition table before whole changes bytes from_at until_at from_tx until_tx"
        );
        assert_eq!((&planned["keep"], &planned["applied"]), (&json!("365 days"), &json!(false)));
        assert_eq!(planned["steps"].as_array().expect("steps").len(), 2);

        let unasked = program.run(&["retain", "--keep", "365d"]).await;
        assert_eq!(unasked.status.code(), Some(2), "nobody to ask");
        assert_eq!(database.scalar(count).await, "4");

        let done =
            program.json(&["retain", "--keep", "1y", "--table", "t", "--yes"]).await.remove(0);
        assert_eq!((&done["applied"], &done["changes_removed"]), (&json!(true), &json!(1)));
        assert_eq!(database.scalar(count).await, "3");
        let done = program.json(&["retain", "--keep", "1y", "--save", "--yes"]).await.remove(0);
        assert_eq!((&done["saved"], &done["changes_removed"]), (&json!(true), &json!(1)));
        let terms = program.json(&["retain"]).await;
        assert_eq!(
            (terms.len(), &terms[0]["keep"], &terms[0]["table"]),
            (1, &json!("1 year"), &Value::Null)
        );
        program.succeeds(&["retain", "--keep", "forever", "--save"]).await;
        assert_eq!(program.json(&["retain"]).await, Vec::<Value>::new());
        for wrong in [
            &["retain", "--keep", "90m", "--yes"][..],
            &["retain", "--keep", "forever", "--yes"],
            &["retain", "--keep", "1y", "--table", "no_such_table", "--yes"],
            &["retain", "--table", "t"],
            &["maintain", "--every", "soon"],
        ] {
            assert_eq!(program.run(wrong).await.status.code(), Some(2), "{wrong:?}");
        }
    });
}

#[test]
fn maintenance_says_what_it_did() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        let idle = program.json(&["maintain"]).await.remove(0);
        assert_eq!(
            fields(&idle),
            "ran partitions_created changes_moved changes_removed transactions_removed events_removed ticks_removed refusals_collected partitions_dropped tables_reconciled checkpoints_taken checkpoints_dropped more waiting"
        );
        assert_eq!((&idle["ran"], &idle["more"]), (&json!(true), &json!(false)));
        database.execute("SELECT pg_advisory_lock(7236837713)").await;
        let second = program.json(&["maintain"]).await.remove(0);
        assert_eq!(
            (&second["ran"], &second["waiting"][0]),
            (&json!(false), &json!("another maintenance runs"))
        );
        let busy = program.run(&["retain", "--keep", "1y", "--save", "--yes"]).await;
        assert_eq!(busy.status.code(), Some(1));
    });
}

#[test]
fn uninstalling_tells_which_roles_stay() {
    block_on(async {
        let (_database, program) = tracked(TABLE).await;
        let done = program.json(&["uninstall", "--yes", "--keep-roles"]).await.remove(0);
        assert_eq!(done["roles_left"], json!(["recall_admin", "recall_auditor", "recall_viewer"]));
    });
}

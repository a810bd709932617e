//! Guards, events and operations as scripts meet them.

use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::tracked;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v int)";

fn fields(object: &Value) -> String {
    object.as_object().expect("object").keys().cloned().collect::<Vec<_>>().join(" ")
}

#[test]
fn guards_are_set_shown_and_taken_off() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        let set = [
            "track",
            "t",
            "--allow-from",
            "127.0.0.0/8",
            "--allow-from",
            "local",
            "--max-changes",
            "10",
            "--protect",
        ];
        assert_eq!(program.json(&set).await[0]["status"], "changed");
        assert_eq!(program.json(&["track", "t"]).await[0]["status"], "unchanged");
        assert_eq!(
            program.json(&["tables"]).await[0]["guards"],
            json!({ "allow_from": ["127.0.0.0/8", "local"], "max_changes": 10, "protect": true, "guard_drop": false })
        );
        let text = program.succeeds(&["tables"]).await;
        assert!(
            text.contains("allowed from: 127.0.0.0/8, local  at most 10 changes per actor and minute  protected"),
            "{text}"
        );
        let off = ["track", "t", "--no-allow-from", "--no-max-changes"];
        assert_eq!(program.json(&off).await[0]["status"], "changed");
        database.execute("INSERT INTO public.t SELECT g, 0 FROM generate_series(1, 20) AS g").await;
        database.try_execute("DELETE FROM public.t").await.expect_err("protected");
        assert_eq!(program.json(&["track", "t", "--no-protect"]).await[0]["status"], "changed");
        assert_eq!(
            program.json(&["tables"]).await[0]["guards"],
            json!({ "allow_from": null, "max_changes": null, "protect": false, "guard_drop": false })
        );
        database.execute("DELETE FROM public.t").await;

        let refusals = program.json(&["refusals"]).await;
        assert_eq!(refusals.len(), 1);
        assert_eq!(fields(&refusals[0]), "id at guard op table database_user detail");
        assert_eq!(
            (&refusals[0]["guard"], &refusals[0]["op"]),
            (&json!("protection"), &json!("delete"))
        );
        assert!(program.succeeds(&["refusals"]).await.contains("delete public.t"));
    });
}

#[test]
fn what_is_no_guard_is_a_wrong_argument() {
    block_on(async {
        let (_database, program) = tracked(TABLE).await;
        for arguments in [
            &["--allow-from", "10.0.0.0/33"][..],
            &["--allow-from", "example.com"],
            &["--max-changes", "0"],
            &["--max-changes", "-1"],
            &["--protect", "--no-protect"],
        ] {
            let told = program.fails(&[&["track", "t"], arguments].concat()).await;
            assert!(told.starts_with("exit 2"), "{told}");
        }
    });
}

#[test]
fn events_and_operations_are_listed() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        database
            .execute(
                r#"BEGIN; SELECT recall.set_actor('ann'); INSERT INTO public.t VALUES (1, 1);
                SELECT recall.log_action('export', '{"rows": 12}', 't', '{"id": 1}'); COMMIT"#,
            )
            .await;
        let events = program
            .json(&["events", "--action", "export", "--actor", "ann", "--since", "-1h"])
            .await;
        assert_eq!(events.len(), 1);
        assert_eq!(
            fields(&events[0]),
            "id tx at action table key details actor tenant session request reason database_user application ip"
        );
        let tx = events[0]["tx"].to_string();
        assert_eq!(program.json(&["events", "--tx", &tx, "--limit", "0"]).await, events);
        assert_eq!(program.json(&["events", "--actor", "bob"]).await.len(), 0);
        let shown = program.json(&["show", &tx]).await;
        assert_eq!(shown[0]["events"], json!(events));
        let text = program.succeeds(&["show", &tx]).await;
        assert!(text.contains(r#"export  public.t id=1  {"rows":12}  ann"#), "{text}");

        let id = database.scalar("SELECT recall.track_operation('tidy', 'data fix')").await;
        database.execute("UPDATE public.t SET v = 2").await;
        database.execute(&format!("SELECT recall.complete_operation({id}, true, 'done')")).await;
        let operations = program.json(&["operations"]).await;
        assert_eq!(
            fields(&operations[0]),
            "id name type status started_at completed_at message details tx actor tenant reason database_user transactions changes"
        );
        assert_eq!(operations[0]["changes"], json!({ "public.t": 1 }));
        let text = program.succeeds(&["operations"]).await;
        assert!(text.contains("3 transactions; public.t: 1"), "{text}");
    });
}

#[test]
fn a_table_is_kept_from_being_dropped_where_that_can_be_had() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        assert_eq!(program.json(&["track", "t", "--guard-drop"]).await[0]["status"], "changed");
        assert!(program.succeeds(&["tables"]).await.contains("kept from being dropped"));
        database.try_execute("DROP TABLE public.t").await.expect_err("guarded");
        assert_eq!(program.json(&["refusals"]).await[0]["op"], "drop");
        assert_eq!(program.json(&["track", "t", "--no-guard-drop"]).await[0]["status"], "changed");
        database.execute("DROP TABLE public.t").await;

        let (database, _) = tracked(TABLE).await;
        let owner = database.create_role("owner").await;
        database
            .execute(&format!(
                "ALTER TABLE public.t OWNER TO {owner}; GRANT recall_admin TO {owner}"
            ))
            .await;
        let program = crate::Program::on(&database.url_as(&owner).await);
        let refused = program.fails(&["track", "t", "--guard-drop"]).await;
        expect_test::expect![[r#"
            exit 4
            error: nothing can keep a table from being dropped: that takes an event trigger
              because: permission denied to create event trigger "recall_check_drop"
            hint: nothing was changed; let a superuser run it: nobody else may make event triggers
            code: journal/no-event-triggers
        "#]]
        .assert_eq(&refused.replace(&owner, "OWNER"));
    });
}

//! Which changes are recorded, and the emergency switch, as scripts meet them.

use pgrecall_testkit::block_on;
use serde_json::json;

use crate::program::told;
use crate::tracked;

#[test]
fn selectivity_is_set_shown_and_taken_off() {
    block_on(async {
        let (database, program) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v int); CREATE TABLE public.u (id int PRIMARY KEY, v int)").await;
        let role = database.create_role("admin").await;
        let set =
            ["track", "t", "--only-roles", &role, "--when", "NEW.v > 5", "--on-failure", "isolate"];
        assert_eq!(program.json(&set).await[0]["status"], "changed");
        assert_eq!(program.json(&["track", "t"]).await[0]["status"], "unchanged");
        let table = &program.json(&["tables"]).await[0];
        assert_eq!(
            (&table["only_roles"], &table["when"], &table["on_failure"]),
            (&json!([role]), &json!("(new.v > 5)"), &json!("isolate"))
        );
        let text = program.succeeds(&["tables", "t"]).await;
        assert!(
            text.contains(&format!(
                "only roles: {role}  when: (new.v > 5)  failures isolated  1 gap"
            )),
            "{text}"
        );
        database.execute("INSERT INTO public.t VALUES (1, 1), (2, 6)").await;
        let history = program.run(&["history", "t", "2"]).await;
        assert!(told(&history).contains("missing on purpose"), "{}", told(&history));
        assert_eq!(program.json(&["log"]).await.len(), 1);
        let off = ["track", "t", "--no-only-roles", "--no-when", "--on-failure", "strict"];
        assert_eq!(program.json(&off).await[0]["status"], "changed");
        let table = &program.json(&["tables"]).await[0];
        assert_eq!(
            (&table["only_roles"], &table["when"], &table["on_failure"]),
            (&json!(null), &json!(null), &json!("strict"))
        );
        let refused = program.run(&["track", "t", "--when", "NEW.w > 5"]).await;
        assert!(told(&refused).contains("code: journal/condition"), "{}", told(&refused));
    });
}

#[test]
fn tables_are_paused_and_resumed() {
    block_on(async {
        let (database, program) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY); CREATE TABLE public.u (id int PRIMARY KEY)").await;
        assert_eq!(program.json(&["pause", "t", "--reason", "disk full"]).await.len(), 1);
        let all = program.json(&["pause", "--all"]).await;
        assert_eq!(
            all,
            [
                json!({"table": "public.t", "status": "unchanged"}),
                json!({"table": "public.u", "status": "paused"})
            ]
        );
        assert_eq!(program.json(&["tables"]).await[0]["status"], "paused");
        assert_eq!(program.json(&["tables"]).await[0]["gaps"][0]["detail"], "disk full");
        database.execute("INSERT INTO public.t VALUES (1)").await;
        let log = program.run(&["log"]).await;
        assert!(told(&log).contains("warning: public.t is paused"), "{}", told(&log));
        let log = program.run(&["log", "--table", "t"]).await;
        assert!(told(&log).contains("it was paused (disk full) from"), "{}", told(&log));
        let resumed = program.json(&["resume", "t", "u"]).await;
        assert_eq!(resumed[0], json!({"table": "public.t", "status": "resumed"}));
        assert_eq!(resumed.len(), 2);
        assert_eq!(program.json(&["resume", "--all"]).await.len(), 0);
        assert_eq!(program.json(&["tables"]).await[0]["status"], "tracked");
        let unknown = program.run(&["pause", "nothing"]).await;
        assert!(told(&unknown).contains("code: journal/not-tracked"), "{}", told(&unknown));
    });
}

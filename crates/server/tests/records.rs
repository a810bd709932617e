//! One record as of a moment, and one table in full.

use pgrecall_access::{Right, Role};
use pgrecall_testkit::block_on;
use serde_json::json;

use crate::stage::Stage;

const PRIZE: &str = "/v1/targets/shop/tables/prize";

#[test]
fn a_record_is_shown_as_it_was_also_by_the_changes_of_one_tenant_alone() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1)").await;
        let first = stage.database.scalar("SELECT max(tx) FROM recall.change").await;
        // Nobody says for whom this is.
        stage.database.execute("UPDATE prize SET amount = 7").await;
        stage.change("acme", "ann", "UPDATE prize SET name = 'b'").await;
        stage.change("blue", "bob", "INSERT INTO prize VALUES (2, 'theirs', 1)").await;
        let theirs = stage.database.scalar("SELECT max(tx) FROM recall.change").await;
        let auditor = stage.program(Role::Auditor).await;
        let viewer = stage.program(Role::Viewer).await;

        let path = format!("{PRIZE}/record?key=1&at=after:tx:{first}");
        let all = auditor.get(&path).await.ok();
        assert_eq!(all["record"], json!({ "id": 1, "name": "a", "amount": 1 }));
        assert_eq!((&all["told_by"], &all["known"]), (&json!("rows"), &json!(true)));
        let own = viewer.get(&path).await.ok();
        assert_eq!(own["record"], all["record"]);
        assert_eq!(own["told_by"], "changes");
        let warning = own["warnings"][0].as_str().expect("a warning");
        assert!(warning.contains("a change that is not shown lies between"), "{warning}");

        let now = viewer.get(&format!("{PRIZE}/record?key=1")).await.ok();
        assert_eq!(now["record"], json!({ "id": 1, "name": "b", "amount": 7 }));
        let before = auditor.get(&format!("{PRIZE}/record?key=1&at=before:tx:{first}")).await.ok();
        assert_eq!(before["record"], json!(null));

        let other = viewer.get(&format!("{PRIZE}/record?key=2")).await.ok();
        assert_eq!((&other["record"], &other["known"]), (&json!(null), &json!(false)));
        let other = viewer.get(&format!("{PRIZE}/record?key=1&at=after:tx:{theirs}")).await;
        assert_eq!((other.status, other.code().as_str()), (404, "journal/unknown-transaction"));
        let mark = viewer.get(&format!("{PRIZE}/record?key=1&at=mark:none")).await;
        assert_eq!(mark.code(), "api/forbidden");
        assert_eq!(auditor.get(&format!("{PRIZE}/record?key=x")).await.status, 400);
    });
}

#[test]
fn a_table_tells_the_types_of_its_columns_and_how_they_are_recorded() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1), (2, 'b', 2)").await;
        let auditor = stage.program(Role::Auditor).await;
        let table = auditor.get(PRIZE).await.ok();
        assert_eq!((&table["table"], &table["key"]), (&json!("public.prize"), &json!(["id"])));
        let id = json!({
            "column": "id", "type": "integer", "key": true, "generated": false, "recorded": "whole", "classes": [],
        });
        assert_eq!(table["fields"][0], id);
        assert_eq!(table["fields"][1]["type"], "text");
        let growth = auditor.get(&format!("{PRIZE}/growth?days=2")).await.ok();
        assert_eq!(growth["days"][0]["changes"], 2);
        assert!(growth["days"][0]["bytes"].as_i64().expect("bytes") > 50, "{growth}");
        assert_eq!(auditor.get(&format!("{PRIZE}/growth?days=0")).await.status, 400);
        assert_eq!(auditor.get("/v1/targets/shop/tables/nowhere").await.status, 404);
    });
}

#[test]
fn the_past_is_asked_on_the_terms_of_who_asks() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1)").await;
        let tx = stage.database.scalar("SELECT max(tx) FROM recall.change").await;
        // Something that the journal does not see.
        stage.database.execute("SELECT recall.pause()").await;
        stage.database.execute("DELETE FROM prize").await;
        stage.user("ann", Role::Auditor, None, None).await;
        let auditor = stage.token("ann", &[Right::Query], None).await;
        let ask = async |terms: serde_json::Value| {
            let mut body = json!({
                "moment": format!("after:tx:{tx}"), "sql": "SELECT id, name FROM prize ORDER BY id"
            });
            body.as_object_mut().expect("body").extend(terms.as_object().expect("terms").clone());
            auditor.post("/v1/targets/shop/query", &body).await
        };
        assert_eq!(ask(json!({})).await.ok()["rows"], json!([]));
        assert_eq!(ask(json!({ "allow_incomplete": true })).await.status, 200);
        let strict = ask(json!({ "strict": true })).await;
        assert_eq!(strict.code(), "at/uncertain", "{}", strict.text);
        let journal = ask(json!({ "from_journal": true })).await.ok();
        assert_eq!(journal["rows"], json!([{ "id": 1, "name": "a" }]));

        stage.database.execute("SELECT recall.tick()").await;
        let diff = async |terms: &str| {
            auditor
                .get(&format!("/v1/targets/shop/diff?from=after:tx:{tx}&tables=prize{terms}"))
                .await
        };
        assert_eq!(diff("").await.status, 200);
        let strict = diff("&strict=true").await;
        assert_eq!(strict.code(), "at/uncertain", "{}", strict.text);
    });
}

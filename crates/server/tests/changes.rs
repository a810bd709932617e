use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::Value;

use crate::stage::Stage;

fn ids(page: &Value) -> Vec<i64> {
    let changes = page["changes"].as_array().expect("changes");
    changes.iter().map(|change| change["id"].as_i64().expect("id")).collect()
}

#[test]
fn changes_are_found_by_parameters_and_by_the_query_language() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1), (2, 'b', 2)").await;
        stage.change("acme", "support 7", "DELETE FROM prize WHERE id = 1").await;
        stage.change("blue", "support 7", "INSERT INTO note VALUES (1, 'x')").await;
        let auditor = stage.program(Role::Auditor).await;
        let found = async |query: &str| {
            let path = format!("/v1/targets/shop/changes?{query}");
            ids(&auditor.get(&path).await.ok()).len()
        };
        assert_eq!(found("").await, 4);
        assert_eq!(found("table=prize&op=delete").await, 1);
        assert_eq!(found("q=actor:%22support%207%22").await, 2);
        assert_eq!(found("q=actor:%22support%207%22%20table:note%20since:2h").await, 1);
        assert_eq!(found("q=table:prize&op=insert,delete").await, 3);
        assert_eq!(found("table=prize&key=1").await, 2);
        assert_eq!(found("since=now").await, 0);
        for wrong in [
            "q=weather:fine",
            "key=1",
            "op=upsert",
            "since=soon",
            "limit=0",
            "limit=x",
            "cursor=x",
            "table=prize&key=x",
            "q=%22",
        ] {
            let answer = auditor.get(&format!("/v1/targets/shop/changes?{wrong}")).await;
            assert_eq!(answer.status, 400, "{wrong}: {}", answer.text);
        }
        let unknown = auditor.get("/v1/targets/shop/changes?table=nowhere").await;
        assert_eq!(unknown.code(), "journal/unknown-table");
    });
}

#[test]
fn pages_lead_through_all_changes_once_also_within_a_transaction() {
    block_on(async {
        let stage = Stage::new().await;
        stage
            .change(
                "acme",
                "ann",
                "INSERT INTO prize SELECT i, 'x', i FROM generate_series(1, 7) AS i",
            )
            .await;
        stage.change("acme", "ann", "UPDATE prize SET amount = 0").await;
        let auditor = stage.program(Role::Auditor).await;
        for order in ["", "&oldest_first=true"] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("/v1/targets/shop/changes?limit=3{order}{cursor}");
                let page = auditor.get(&path).await.ok();
                seen.extend(ids(&page));
                // What comes meanwhile does not shift the pages.
                stage.change("acme", "ann", "INSERT INTO note SELECT count(*) FROM note").await;
                match page["next"].as_str() {
                    Some(next) if seen.len() < 14 => cursor = format!("&cursor={next}"),
                    _ => break,
                }
            }
            let mut sorted = seen.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), seen.len(), "none twice");
            assert!(seen.len() >= 14, "{seen:?}");
        }
    });
}

#[test]
fn lists_are_streamed_as_csv_and_json_lines() {
    block_on(async {
        let stage = Stage::new().await;
        stage
            .change(
                "acme",
                "ann",
                "INSERT INTO prize SELECT i, '=cmd', i FROM generate_series(1, 2000) AS i",
            )
            .await;
        let auditor = stage.program(Role::Auditor).await;
        let csv = auditor.get("/v1/targets/shop/changes/export?format=csv").await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(csv.text.lines().count(), 2001);
        assert!(csv.text.starts_with("id,tx,at,op,table,key,old,new"));
        let lines = auditor.get("/v1/targets/shop/changes/export?format=jsonl&q=op:insert").await;
        let first: Value =
            serde_json::from_str(lines.text.lines().next().expect("line")).expect("JSON");
        assert_eq!((lines.text.lines().count(), &first["new"]["id"]), (2000, &Value::from(1)));
        // A reader that goes away leaves the connection usable.
        for _ in 0..20 {
            drop(auditor.open("GET", "/v1/targets/shop/changes/export", None).await);
        }
        auditor.get("/v1/targets/shop/changes?limit=1").await.ok();
    });
}

#[test]
fn a_record_is_told_with_its_history_and_who_set_it() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1)").await;
        stage.change("acme", "bob", "UPDATE prize SET amount = 2 WHERE id = 1").await;
        let auditor = stage.program(Role::Auditor).await;
        let history = auditor.get("/v1/targets/shop/tables/prize/history?key=1").await.ok();
        assert_eq!(ids(&history).len(), 2);
        let blame = auditor.get("/v1/targets/shop/tables/prize/blame?key=1").await.ok();
        let amount = &blame["columns"][2];
        assert_eq!(
            (&amount["column"], &amount["actor"]),
            (&Value::from("amount"), &Value::from("bob"))
        );
        let activity = auditor.get("/v1/targets/shop/activity?by=actor").await.ok();
        assert_eq!(activity.as_array().expect("groups").len(), 2);
        let tables = auditor.get("/v1/targets/shop/tables").await.ok();
        assert_eq!(tables[0]["status"], "tracked");
        let standing = auditor.get("/v1/targets/shop").await.ok();
        assert_eq!(standing["tracked"], 2);
    });
}

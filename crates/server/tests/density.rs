//! How many changes there were when.

use jiff::{Timestamp, ToSpan as _};
use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::stage::Stage;

fn sum(counts: &Value) -> i64 {
    counts.as_array().expect("counts").iter().map(|count| count.as_i64().expect("count")).sum()
}

/// Sets the times of all changes, as if they had been made one an hour up to a time. Ticks know better.
async fn one_an_hour(stage: &Stage, until: Timestamp) {
    stage
        .database
        .execute(&format!(
            "ALTER TABLE recall.tick DISABLE TRIGGER ALL;
             DELETE FROM recall.tick;
             ALTER TABLE recall.change DISABLE TRIGGER ALL;
             UPDATE recall.change AS c SET at = '{until}'::timestamptz - n.n * interval '1 hour'
             FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM recall.change) AS n
             WHERE n.id = c.id"
        ))
        .await;
}

#[test]
fn changes_are_counted_in_the_stretch_in_which_they_were_made() {
    block_on(async {
        let stage = Stage::new().await;
        stage
            .change(
                "acme",
                "ann",
                "INSERT INTO prize SELECT i, 'x', i FROM generate_series(1, 6) AS i",
            )
            .await;
        stage
            .change("blue", "bob", "INSERT INTO note SELECT i, 'x' FROM generate_series(1, 4) AS i")
            .await;
        let until: Timestamp = "2026-03-02T12:00:00Z".parse().expect("time");
        one_an_hour(&stage, until).await;
        let auditor = stage.program(Role::Auditor).await;
        let viewer = stage.program(Role::Viewer).await;
        let since = until - 10.hours();
        let path =
            format!("/v1/targets/shop/changes/density?since={since}&until={until}&buckets=5");
        let all = auditor.get(&path).await.ok();
        assert_eq!(
            (&all["changes"], &all["sampled_percent"]),
            (&json!([2, 2, 2, 2, 2]), &json!(null))
        );
        let notes = auditor.get(&format!("{path}&table=note")).await.ok();
        assert_eq!(notes["changes"], json!([0, 0, 0, 2, 2]));
        let own = viewer.get(&path).await.ok();
        assert_eq!(own["changes"], json!([2, 2, 2, 0, 0]), "of its tenant");
        for wrong in ["buckets=0", "buckets=1001", "since=now", "since=before:tx:1"] {
            let answer = auditor.get(&format!("/v1/targets/shop/changes/density?{wrong}")).await;
            assert!([400, 404].contains(&answer.status), "{wrong}: {}", answer.text);
        }

        let path = format!("/v1/targets/shop/activity/hours?since={since}&until={until}");
        let hours = auditor.get(&path).await.ok();
        let first = json!({ "weekday": 1, "hour": 2, "changes": 1 });
        assert_eq!(
            (&hours["hours"][0], hours["hours"].as_array().map(Vec::len)),
            (&first, Some(10))
        );
        let tokyo = auditor.get(&format!("{path}&time_zone=Asia/Tokyo")).await.ok();
        assert_eq!(tokyo["hours"][0], json!({ "weekday": 1, "hour": 11, "changes": 1 }));
        let own = viewer.get(&path).await.ok();
        assert_eq!(own["hours"].as_array().map(Vec::len), Some(6));
    });
}

/// The numbers of transactions that ticks tell must not leave out what was written meanwhile.
#[test]
fn a_transaction_that_was_open_at_a_tick_is_counted() {
    block_on(async {
        let stage = Stage::new().await;
        let session = stage.database.session().await;
        session.execute("BEGIN; INSERT INTO prize VALUES (1, 'early', 1)").await;
        stage.change("acme", "ann", "INSERT INTO note VALUES (1, 'x')").await;
        stage.database.execute("SELECT recall.tick()").await;
        let since = stage.database.scalar("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')").await;
        session.execute("INSERT INTO prize VALUES (2, 'late', 1); COMMIT").await;
        stage.change("acme", "ann", "INSERT INTO note VALUES (2, 'x')").await;
        stage.database.execute("SELECT recall.tick()").await;
        let auditor = stage.program(Role::Auditor).await;
        let path = format!("/v1/targets/shop/changes/density?since={since}&buckets=3");
        assert_eq!(sum(&auditor.get(&path).await.ok()["changes"]), 2);
    });
}

#[test]
fn of_very_many_changes_a_sample_is_counted() {
    block_on(async {
        let stage = Stage::with("limits.request_seconds = 300").await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (0, 'x', 0)").await;
        stage
            .database
            .execute(
                "ALTER TABLE recall.change DISABLE TRIGGER ALL;
                 INSERT INTO recall.change (id, at, tx, relation, shape, op, key, new)
                 SELECT c.id + i, c.at, c.tx + 1 + i / 100, c.relation, c.shape, c.op, i::text, c.new
                 FROM (SELECT * FROM recall.change LIMIT 1) AS c, generate_series(1, 700000) AS i;
                 ANALYZE recall.change",
            )
            .await;
        let auditor = stage.program(Role::Auditor).await;
        let all = auditor.get("/v1/targets/shop/changes/density?buckets=2").await.ok();
        let percent = all["sampled_percent"].as_f64().expect("a sample");
        assert!((40.0..95.0).contains(&percent), "{percent}");
        let counted = sum(&all["changes"]);
        assert!((550_000..850_000).contains(&counted), "{counted}");
        let narrow = auditor.get("/v1/targets/shop/changes/density?actor=ann").await.ok();
        assert_eq!((sum(&narrow["changes"]), &narrow["sampled_percent"]), (1, &json!(null)));
        // Somebody who made most of it is no less to count.
        stage
            .database
            .execute(
                "INSERT INTO recall.transaction (id, started_at, at, database_user, actor)
                 SELECT DISTINCT ON (c.tx) c.tx, c.at, c.at, 'app', 'import'
                 FROM recall.change AS c
                 WHERE NOT EXISTS (SELECT FROM recall.transaction AS t WHERE t.id = c.tx);
                 ANALYZE recall.transaction",
            )
            .await;
        let most = auditor.get("/v1/targets/shop/changes/density?actor=import").await.ok();
        assert!(most["sampled_percent"].is_f64(), "{most}");
        let counted = sum(&most["changes"]);
        assert!((550_000..850_000).contains(&counted), "{counted}");
        let narrow = auditor.get("/v1/targets/shop/changes/density?actor=ann").await.ok();
        assert_eq!((sum(&narrow["changes"]), &narrow["sampled_percent"]), (1, &json!(null)));
    });
}

use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::stage::{Stage, start};

#[test]
fn a_query_reads_the_past_and_nothing_else() {
    block_on(async {
        let stage = Stage::with("limits.rows = 3\nlimits.query_seconds = 2").await;
        stage.database.execute("CREATE TABLE public.hidden (id int)").await;
        stage
            .change(
                "acme",
                "ann",
                "INSERT INTO prize SELECT i, 'x', i FROM generate_series(1, 5) AS i",
            )
            .await;
        let tx = stage.database.scalar("SELECT max(tx) FROM recall.change").await;
        stage.change("acme", "ann", "DELETE FROM prize").await;
        let auditor = stage.program(Role::Auditor).await;
        let ask = async |sql: &str| {
            let body = json!({ "moment": format!("after:tx:{tx}"), "sql": sql });
            auditor.post("/v1/targets/shop/query", &body).await
        };
        let answer = ask("SELECT count(*) AS n, sum(amount) AS s FROM prize").await.ok();
        assert_eq!(answer["rows"], json!([{ "n": 5, "s": 15 }]));
        let answer = ask("SELECT id FROM prize ORDER BY id").await.ok();
        assert_eq!(
            (answer["rows"].as_array().map(Vec::len), &answer["truncated"]),
            (Some(3), &json!(true))
        );
        for (sql, code) in [
            ("DELETE FROM prize", "at/"),
            ("SELECT 1; DELETE FROM prize", "at/"),
            ("SELECT * FROM hidden", "at/untracked"),
            ("SELECT pg_read_file('/etc/passwd') FROM prize", "server/forbidden"),
            ("SELECT set_config('transaction_read_only', 'off', false) FROM prize", ""),
            ("SELECT set_config('role', 'postgres', false) FROM prize", ""),
            ("SELECT pg_sleep(60) FROM prize", ""),
            ("SELEC", ""),
        ] {
            let answer = ask(sql).await;
            assert!(
                (400..600).contains(&answer.status),
                "{sql}: {} {}",
                answer.status,
                answer.text
            );
            assert!(answer.code().starts_with(code), "{sql}: {}", answer.text);
        }
        assert_eq!(ask("SELECT count(*) AS n FROM prize").await.ok()["rows"][0]["n"], 5);
    });
}

#[test]
fn queries_are_not_run_with_the_rights_of_a_superuser() {
    block_on(async {
        let stage = Stage::new().await;
        let lines = stage.file.lines().filter(|line| !line.starts_with("query_url"));
        let mighty = lines.collect::<Vec<_>>().join("\n");
        let server = start(&mighty).await;
        let mut auditor = stage.program(Role::Auditor).await;
        auditor.address = server.address();
        let body = json!({ "moment": "now", "sql": "SELECT count(*) FROM prize" });
        let answer = auditor.post("/v1/targets/shop/query", &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "api/query-rights"));
    });
}

#[test]
fn moments_are_named_compared_and_forgotten() {
    block_on(async {
        let stage = Stage::new().await;
        let operator = stage.program(Role::Operator).await;
        let mark = json!({ "name": "before the import", "reason": "test" });
        assert_eq!(operator.post("/v1/targets/shop/marks", &mark).await.status, 201);
        let twice = operator.post("/v1/targets/shop/marks", &mark).await;
        assert_eq!((twice.status, twice.code().as_str()), (409, "journal/mark-taken"));
        let marks = operator.get("/v1/targets/shop/marks").await.ok();
        assert_eq!((&marks[0]["name"], &marks[0]["actor"]), (&mark["name"], &json!("operator")));
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1)").await;
        let path = "/v1/targets/shop/diff?from=mark:before%20the%20import&tables=prize";
        let diff = operator.get(path).await.ok();
        assert_eq!(
            (&diff["rows"][0]["kind"], diff["rows"].as_array().map(Vec::len)),
            (&Value::from("added"), Some(1))
        );
        let gone = "/v1/targets/shop/marks/before%20the%20import";
        assert_eq!(operator.delete(gone).await.status, 204);
        assert_eq!(operator.delete(gone).await.status, 404);
    });
}

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
            ("WITH gone AS (DELETE FROM prize RETURNING id) SELECT id FROM gone", "at/writes"),
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

const FUNCTIONS: &str = "
    CREATE SEQUENCE public.numbers;
    CREATE FUNCTION public.quiet(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
    CREATE FUNCTION public.deep(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT public.quiet($1) * 2';
    CREATE FUNCTION public.sly(int) RETURNS int LANGUAGE sql STABLE
      AS 'SELECT 1 FROM pg_catalog.pg_sleep(60)';
    CREATE FUNCTION public.loud(int) RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';
    CREATE FUNCTION public.lower(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
    CREATE FUNCTION public.of_row(public.prize) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
    CREATE FUNCTION public.as_owner() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT 1'";

#[test]
fn functions_that_do_more_than_compute_are_refused() {
    block_on(async {
        let stage = Stage::with("limits.query_seconds = 2\nlimits.rows = 1000").await;
        stage.database.execute(FUNCTIONS).await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1)").await;
        let auditor = stage.program(Role::Auditor).await;
        let ask = async |moment: &str, sql: &str| {
            let body = json!({ "moment": moment, "sql": sql });
            auditor.post("/v1/targets/shop/query", &body).await
        };
        let tx = stage.database.scalar("SELECT max(tx) FROM recall.change").await;
        let then = format!("after:tx:{tx}");
        for call in [
            "pg_sleep(60)",
            "PG_CATALOG.\"pg_sleep\"(60)",
            "pg_read_file('/etc/passwd')",
            "dblink('host=localhost', 'SELECT 1')",
            "lo_import('/etc/passwd')",
            "set_config('transaction_read_only', 'off', false)",
            "nextval('numbers')",
            "pg_terminate_backend(1)",
            "pg_advisory_lock(1)",
            "query_to_xml('SELECT 1', true, true, '')",
            "loud(1)",
            "public.loud(1)",
            "sly(1)",
            "lower(1)",
            "p.of_row",
            "(p).of_row",
            "as_owner()",
            "(SELECT max(x) FROM generate_series(1, loud(3)) AS x)",
            "U&\"\\0070g_sleep\"(60)",
        ] {
            for moment in ["now", &then] {
                let answer = ask(moment, &format!("SELECT {call} FROM prize AS p")).await;
                let refused = answer.code() == "at/effects"
                    // What is not there at all cannot be called.
                    || (call.starts_with("dblink") && answer.status == 400)
                    || (call.starts_with("U&") && answer.code().starts_with("query/"));
                assert!(refused, "{call} {moment}: {}", answer.text);
            }
        }
        for call in [
            "count(*)",
            "coalesce(max(deep(amount)), 0)",
            "max(round(random()))",
            "string_agg(upper(name), ', ' ORDER BY p.name)",
            "max(length(p.name)) FILTER (WHERE EXISTS (SELECT 1))",
            "max(extract(year FROM now()))",
        ] {
            for moment in ["now", &then] {
                let answer = ask(moment, &format!("SELECT {call} AS x FROM prize AS p")).await;
                assert_eq!(answer.status, 200, "{call} {moment}: {}", answer.text);
            }
        }
    });
}

#[test]
fn a_query_has_limits_and_a_target_may_allow_functions() {
    block_on(async {
        let stage = Stage::with("limits.query_seconds = 2\nlimits.rows = 1000").await;
        stage.database.execute(FUNCTIONS).await;
        let auditor = stage.program(Role::Auditor).await;
        let ask = async |sql: &str| {
            let body = json!({ "moment": "now", "sql": sql });
            auditor.post("/v1/targets/shop/query", &body).await
        };
        let endless =
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i FROM n) SELECT count(*) FROM n";
        let answer = ask(endless).await;
        assert_eq!((answer.status, answer.code().as_str()), (504, "api/time-out"));
        let huge =
            ask("SELECT a FROM generate_series(1, 9000) AS a, generate_series(1, 9000) AS b")
                .await
                .ok();
        assert_eq!(
            (huge["rows"].as_array().map(Vec::len), &huge["truncated"]),
            (Some(1000), &json!(true))
        );

        let permissive =
            start(&format!("{}query_functions = [\"public.loud\"]\n", stage.file)).await;
        let mut other = auditor.clone();
        other.address = permissive.address();
        let body = json!({ "moment": "now", "sql": "SELECT loud(7) AS x" });
        assert_eq!(other.post("/v1/targets/shop/query", &body).await.ok()["rows"][0]["x"], 7);
        permissive.stop().await;
    });
}

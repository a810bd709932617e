//! What is refused, with which code and where.

use pgrecall_model::Explain;

use super::super::{Position, Query, RedirectError};
use super::redirect;

#[track_caller]
fn refusal(sql: &str) -> RedirectError {
    match redirect(sql) {
        Ok(text) => panic!("{sql}: accepted as {text}"),
        Err(error) => error,
    }
}

#[test]
fn everything_but_one_reading_statement_is_refused() {
    for (sql, code, message) in [
        ("", "at/empty", "there is no statement to run"),
        (" -- nothing\n;;", "at/empty", "there is no statement to run"),
        ("UPDATE t SET a = 1", "at/not-a-select", "line 1, column 1 is UPDATE"),
        ("\n  DELETE FROM t", "at/not-a-select", "line 2, column 3 is DELETE"),
        ("WITH a AS (SELECT 1) INSERT INTO t TABLE a", "at/not-a-select", "is INSERT"),
        (
            "WITH a AS (SELECT 1) MERGE INTO t USING a ON true WHEN MATCHED THEN DELETE",
            "at/not-a-select",
            "is MERGE",
        ),
        ("EXPLAIN SELECT 1", "at/not-a-select", "is EXPLAIN"),
        ("CREATE TABLE x AS SELECT 1", "at/not-a-select", "is CREATE"),
        ("EXECUTE p", "at/not-a-select", "is EXECUTE"),
        ("COPY t TO STDOUT", "at/not-a-select", "is COPY"),
        ("DECLARE c CURSOR FOR SELECT 1", "at/not-a-select", "is DECLARE"),
        ("DO $$ BEGIN END $$", "at/not-a-select", "is DO"),
        ("SELECT 1; SELECT 2", "at/several-statements", "line 1, column 11"),
        ("SELECT 1;\nDROP TABLE t", "at/several-statements", "line 2, column 1"),
        ("SELECT 1 SELECT 2", "at/syntax", "line 1"),
        (
            "WITH d AS (DELETE FROM t RETURNING *) TABLE d",
            "at/writes",
            "DELETE at line 1, column 12",
        ),
        ("WITH u AS (UPDATE t SET a = 1 RETURNING *) SELECT 1", "at/writes", "UPDATE"),
        ("SELECT * INTO x FROM t", "at/into", "line 1, column 10"),
        ("SELECT * INTO TEMP x FROM t", "at/into", "line 1, column 10"),
        ("SELECT * FROM t FOR UPDATE", "at/locks", "line 1, column 17"),
        ("SELECT * FROM (SELECT * FROM t FOR SHARE OF t SKIP LOCKED) s", "at/locks", "column 32"),
    ] {
        let error = refusal(sql);
        assert_eq!(error.code(), code, "{sql}: {error}");
        assert!(error.to_string().contains(message), "{sql}: {error}");
    }
}

#[test]
fn syntax_errors_say_where() {
    for (sql, line, column) in [
        ("SELEC 1", 1, 1),
        ("SELECT *\nFROM", 2, 5),
        ("SELECT 'größe' FROM (t)", 1, 21),
        ("SELECT * FROM \"\"", 1, 15),
        ("SELECT * FROM t WHERE (", 1, 24),
        ("SELECT 'open", 1, 8),
        ("SELECT * FROM t JOIN u", 1, 23),
        ("SELECT * FROM LATERAL t", 1, 15),
        ("FROM t", 1, 1),
    ] {
        match refusal(sql) {
            RedirectError::Syntax { at, message } => {
                assert_eq!((at.line, at.column), (line, column), "{sql}: {message}");
                assert!(!message.ends_with('.'), "{message}");
            }
            other => panic!("{sql}: {other}"),
        }
    }
}

#[test]
fn what_is_not_clearly_a_relation_is_refused() {
    for sql in [
        "SELECT * FROM a.b.c.d",
        "SELECT * FROM system_user",
        "SELECT * FROM ONLY (t x)",
        "SELECT * FROM ONLY (ONLY t)",
        "SELECT * FROM t AS (a int)",
        "SELECT * FROM GRAPH_TABLE (g MATCH (a) COLUMNS (a.x))",
    ] {
        let error = refusal(sql);
        assert_eq!(error.code(), "at/unclear-reference", "{sql}: {error}");
    }
}

#[test]
fn what_a_subquery_lacks_is_refused_only_for_replaced_relations() {
    for (sql, code) in [
        ("SELECT * FROM t TABLESAMPLE system (1)", "at/tablesample"),
        ("SELECT * FROM s.t x TABLESAMPLE bernoulli (1) REPEATABLE (2)", "at/tablesample"),
        ("SELECT ctid FROM t", "at/system-column"),
        ("SELECT \"xmin\"::text, tableoid::regclass FROM t x", "at/system-column"),
        ("SELECT 1 FROM u WHERE EXISTS (SELECT 1 FROM t WHERE CTID = '(0,1)')", "at/system-column"),
        ("SELECT row_to_json(p) FROM t p (a, b)", "at/renamed-row"),
        ("SELECT row_to_json(p.*) FROM ONLY (t) AS p (a, b)", "at/renamed-row"),
        ("SELECT * FROM t p (a), LATERAL (SELECT (p).*) x", "at/renamed-row"),
        ("SELECT * FROM a.t, b.t", "at/same-name"),
        ("SELECT * FROM a.t JOIN b.t ON a.t.id = b.t.id", "at/same-name"),
        ("SELECT (SELECT a.t.id FROM b.t) FROM a.t", "at/same-name"),
        ("SELECT (SELECT a.t.id FROM f() t) FROM a.t", "at/same-name"),
        ("SELECT (SELECT a.t.id FROM t()) FROM a.t", "at/same-name"),
        ("WITH t AS (SELECT 1) SELECT (SELECT a.t.id FROM t) FROM a.t", "at/same-name"),
    ] {
        let error = refusal(sql);
        assert_eq!(error.code(), code, "{sql}: {error}");
        assert_eq!(Query::parse(sql).unwrap().redirect(|_| None).unwrap(), sql);
    }
}

#[test]
fn what_a_subquery_has_is_not_refused() {
    for sql in [
        "WITH c AS (SELECT 1 AS xmin FROM t) SELECT xmin FROM c",
        "SELECT x.ctid FROM t, (SELECT 1 AS ctid) x",
        "SELECT p.*, p.a, count(p.a) FROM t p (a, b), u p2 GROUP BY p.a",
    ] {
        redirect(sql).unwrap();
    }
}

#[test]
fn the_past_of_a_relation_is_named_as_the_user_named_it() {
    let error = refusal("SELECT * FROM \"Odd Name\" TABLESAMPLE system (1)");
    assert_eq!(
        error.to_string(),
        "TABLESAMPLE at line 1, column 15 cannot be applied to the past of \"Odd Name\""
    );
}

#[test]
fn deep_nesting_is_refused_before_it_exhausts_the_stack() {
    let brackets = format!("SELECT {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    let subqueries = format!("SELECT {}1{}", "(SELECT ".repeat(50_000), ")".repeat(50_000));
    let operators = format!("SELECT true{}", " OR true".repeat(50_000));
    let lists = format!("SELECT {}", "(1, ".repeat(50_000));
    for sql in [brackets, subqueries, operators, lists] {
        assert_eq!(refusal(&sql).code(), "at/too-deep");
    }
}

#[test]
fn long_lists_are_not_deep() {
    redirect(&format!("SELECT * FROM t WHERE id IN (1{})", ", 2".repeat(20_000))).unwrap();
    redirect(&format!("SELECT * FROM t WHERE {} true", "(1 = 1) OR ".repeat(1_000))).unwrap();
}

#[test]
fn positions_count_lines_and_characters_from_one() {
    let query = Query::parse("SELECT 'ü',\n 'ü' FROM t").unwrap();
    let offset = query.relations()[0].span.start;
    assert_eq!(query.position(offset), Position { line: 2, column: 11 });
    assert_eq!(query.position(0), Position { line: 1, column: 1 });
    assert_eq!(query.position(usize::MAX).line, 2);
}

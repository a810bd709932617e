//! Which relations are found.

use super::super::{Query, RedirectError};
use super::{ident, references};

fn check(cases: &[(&str, &[&str])]) {
    for (sql, expected) in cases {
        assert_eq!(references(sql), *expected, "{sql}");
    }
}

#[test]
fn relations_are_found_in_every_clause() {
    check(&[
        ("SELECT (SELECT 1 FROM a), ARRAY(SELECT 1 FROM b)", &["a", "b"]),
        ("SELECT f((SELECT 1 FROM a), x => (TABLE b))", &["a", "b"]),
        (
            "SELECT * FROM a WHERE EXISTS (SELECT FROM b) AND x IN (SELECT 1 FROM c)",
            &["a", "b", "c"],
        ),
        (
            "SELECT 1 = ANY (SELECT 1 FROM a), 1 <> ALL (TABLE b), 1 = SOME (TABLE c)",
            &["a", "b", "c"],
        ),
        ("SELECT (1, 2) = (SELECT 1, 2 FROM a), ROW(1, (TABLE b))", &["a", "b"]),
        ("SELECT 1 GROUP BY (SELECT 1 FROM a) HAVING (SELECT true FROM b)", &["a", "b"]),
        (
            "SELECT 1 GROUP BY GROUPING SETS (((SELECT 1 FROM a)), CUBE((SELECT 1 FROM b)))",
            &["a", "b"],
        ),
        (
            "SELECT 1 ORDER BY (SELECT 1 FROM a) LIMIT (SELECT 1 FROM b) OFFSET (TABLE c)",
            &["a", "b", "c"],
        ),
        ("SELECT 1 FROM a FETCH FIRST (SELECT 1 FROM b) ROWS WITH TIES", &["a", "b"]),
        ("SELECT DISTINCT ON ((SELECT 1 FROM a)) 1 FROM b", &["a", "b"]),
        (
            "SELECT CASE (TABLE a) WHEN (TABLE b) THEN (TABLE c) ELSE (TABLE d) END",
            &["a", "b", "c", "d"],
        ),
        (
            "SELECT sum(x ORDER BY (TABLE a)) FILTER (WHERE x IN (TABLE b)) OVER (PARTITION BY (TABLE c)) FROM d",
            &["a", "b", "c", "d"],
        ),
        ("SELECT sum(1) OVER w FROM a WINDOW w AS (ORDER BY (TABLE b))", &["a", "b"]),
        ("SELECT * FROM a JOIN b ON a.id = (SELECT max(id) FROM c)", &["a", "b", "c"]),
        (
            "SELECT * FROM f((SELECT 1 FROM a)), ROWS FROM (g((TABLE b)), h()) WITH ORDINALITY",
            &["a", "b"],
        ),
        ("VALUES (1, (SELECT 1 FROM a)), ((TABLE b), 2) ORDER BY (TABLE c)", &["a", "b", "c"]),
        ("SELECT JSON_ARRAY(SELECT id FROM a), JSON_OBJECT('k': (TABLE b))", &["a", "b"]),
        (
            "SELECT (TABLE a)::int, CAST((TABLE b) AS int), ((TABLE c)) COLLATE \"C\"",
            &["a", "b", "c"],
        ),
        (
            "SELECT * FROM a UNION SELECT * FROM b INTERSECT (SELECT * FROM c EXCEPT TABLE d)",
            &["a", "b", "c", "d"],
        ),
        ("SELECT 1 FROM a UNION SELECT 2 FROM b ORDER BY 1 LIMIT (TABLE c)", &["a", "b", "c"]),
        (
            "SELECT * FROM ((SELECT 1 FROM a) UNION (TABLE b)) x, LATERAL (VALUES ((TABLE c))) y",
            &["a", "b", "c"],
        ),
        ("SELECT * FROM a, a, a b", &["a", "a", "a"]),
        (
            "SELECT * FROM pg_catalog.pg_class, information_schema.tables",
            &["pg_catalog.pg_class", "information_schema.tables"],
        ),
        ("SELECT DISTINCT ON (x) x[(TABLE a)], (y).z FROM b", &["a", "b"]),
        ("SELECT x BETWEEN (TABLE a) AND (TABLE b), x LIKE 'y' ESCAPE (TABLE c)", &["a", "b", "c"]),
        (
            "SELECT EXTRACT(year FROM (TABLE a)), TRIM(BOTH 'x' FROM (TABLE b)), SUBSTRING(x FROM (TABLE c))",
            &["a", "b", "c"],
        ),
        ("SELECT x AT TIME ZONE (TABLE a), x OPERATOR(pg_catalog.+) (TABLE b)", &["a", "b"]),
        (
            "SELECT * FROM JSON_TABLE((TABLE a), '$' COLUMNS (x int)) j, XMLTABLE('/' PASSING (TABLE b) COLUMNS y int) x",
            &["a", "b"],
        ),
        ("SELECT * FROM a WHERE (x, y) OVERLAPS ((TABLE b), (TABLE c))", &["a", "b", "c"]),
    ]);
}

#[test]
fn functions_in_from_are_no_relations() {
    check(&[
        ("SELECT * FROM generate_series(1, 2) g, pg_catalog.unnest(x) WITH ORDINALITY", &[]),
        ("SELECT * FROM ROWS FROM (f(1), s.g(2) AS (a int)) AS r", &[]),
        ("SELECT * FROM LATERAL f(1) AS (a int, b text)", &[]),
        ("SELECT * FROM current_date, user u, CURRENT_TIMESTAMP, session_user", &[]),
        ("SELECT * FROM coalesce(1, 2), CAST(1 AS int) c, localtime(0)", &[]),
        // With a schema or in quotes they are relations.
        ("SELECT * FROM public.user, \"current_date\"", &["public.\"user\"", "\"current_date\""]),
    ]);
}

#[test]
fn names_of_with_queries_hide_relations_only_in_their_scope() {
    check(&[
        ("WITH a AS (SELECT 1) SELECT * FROM a, s.a, b", &["s.a", "b"]),
        ("WITH a AS (TABLE a) TABLE a", &["a"]),
        ("WITH a AS (SELECT 1), b AS (TABLE a) TABLE b", &[]),
        ("WITH b AS (TABLE a), a AS (SELECT 1) TABLE b", &["a"]),
        ("WITH RECURSIVE a AS (TABLE b), b AS (TABLE a) TABLE c", &["c"]),
        ("WITH RECURSIVE a AS (SELECT 1 UNION SELECT * FROM a) TABLE a", &[]),
        (
            "WITH a AS (SELECT 1) SELECT 1 UNION TABLE a UNION ALL SELECT * FROM a ORDER BY (TABLE a)",
            &[],
        ),
        ("(WITH a AS (SELECT 1) TABLE a) UNION TABLE a", &["a"]),
        ("WITH a AS (SELECT 1) (TABLE a) UNION (TABLE a)", &[]),
        ("WITH a AS (SELECT 1) (SELECT 1) ORDER BY (TABLE a)", &[]),
        ("SELECT * FROM (WITH a AS (SELECT 1) TABLE a) x, a", &["a"]),
        ("SELECT * FROM a WHERE 1 IN (WITH a AS (TABLE a) TABLE a)", &["a", "a"]),
        ("WITH a AS (SELECT 1) SELECT * FROM (SELECT * FROM b WHERE EXISTS (TABLE a)) x", &["b"]),
        ("WITH a AS (WITH b AS (TABLE c) TABLE b) SELECT * FROM a, b", &["c", "b"]),
        ("WITH a AS (SELECT 1) VALUES ((TABLE a), (TABLE b))", &["b"]),
        ("WITH \"A\" AS (SELECT 1) SELECT * FROM a, A, \"A\"", &["a", "a"]),
        ("WITH A AS (SELECT 1) SELECT * FROM a, \"a\", U&\"\\0061\"", &[]),
        ("WITH a AS MATERIALIZED (TABLE b), c AS NOT MATERIALIZED (TABLE a) TABLE c", &["b"]),
        ("WITH a(x, y) AS (VALUES (1, 2)) SELECT * FROM a x JOIN ONLY (a) y ON true", &[]),
        (
            "WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a, b) \
             SEARCH DEPTH FIRST BY n SET o CYCLE n SET c USING p SELECT * FROM a",
            &["b"],
        ),
        ("WITH x AS (SELECT 1) SELECT * FROM a, LATERAL (WITH a AS (TABLE x) TABLE a) y", &["a"]),
    ]);
}

#[test]
fn long_names_are_cut_as_the_server_cuts_them() {
    let long = "x".repeat(70);
    assert_eq!(references(&format!("TABLE {long}")), ["x".repeat(63)]);
    let with = format!("WITH {} AS (SELECT 1) TABLE {long}", "x".repeat(65));
    assert!(references(&with).is_empty());
}

#[test]
fn a_reference_says_what_was_written() {
    let sql = "SELECT * FROM ONLY (\"S\" . t) x, t *";
    let query = Query::parse(sql).unwrap();
    let [first, second] = query.relations() else { panic!("two relations") };
    assert_eq!(first.schema, Some(ident("S")));
    assert_eq!(first.table, ident("t"));
    assert!(first.only);
    assert_eq!(&sql[first.span.clone()], "\"S\" . t");
    assert_eq!(second.schema, None);
    assert!(!second.only);
    assert_eq!(&sql[second.span.clone()], "t");
}

#[test]
fn statements_of_every_version_are_understood() {
    for sql in [
        "SELECT FROM a",
        "SELECT x IS JSON OBJECT WITH UNIQUE KEYS FROM a",
        "SELECT x IS NFC NORMALIZED, x AT LOCAL, x::timestamptz AT TIME ZONE 'UTC' FROM a",
        "SELECT 0x1F, 1_000, 0b11, .5, 1e3, x'1F', b'1' FROM a",
        "SELECT x COLLATE pg_catalog.\"C\" FROM a ORDER BY x USING OPERATOR(pg_catalog.<) NULLS LAST",
        "SELECT sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES) FROM a",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FILTER (WHERE x > 0) FROM a",
        "SELECT JSON_VALUE(x, '$.a' RETURNING int DEFAULT 0 ON EMPTY ERROR ON ERROR) FROM a",
        "SELECT JSON_QUERY(x, '$.a' WITH WRAPPER), JSON_EXISTS(x, '$') FROM a",
        "SELECT XMLELEMENT(NAME x, XMLATTRIBUTES(y AS z)), XMLPARSE(DOCUMENT x) FROM a",
        "SELECT 1 FROM a GROUP BY DISTINCT ROLLUP (x, y), GROUPING SETS ((), CUBE (z))",
        "SELECT concat(VARIADIC x), f(y => 1), interval '1' day, x[1:2], x::a[] FROM a",
        "SELECT DISTINCT x FROM a LIMIT ALL OFFSET 2 ROWS",
        "SELECT * FROM a FETCH NEXT ROW ONLY",
        "SELECT * FROM a JOIN LATERAL (SELECT a.x) AS y(z) ON TRUE",
        "SELECT a.*, (a.x).*, (a).y, (f(a)).z FROM a",
        "SELECT x FROM a WHERE x NOT BETWEEN SYMMETRIC 1 AND 2 AND x SIMILAR TO 'y' ESCAPE 'z'",
        "SELECT x FROM a WHERE x IS NOT DISTINCT FROM 1 AND x ISNULL IS NOT UNKNOWN",
    ] {
        assert_eq!(references(sql), ["a"], "{sql}");
    }
}

/// When one of these is understood after an update of the parser, the hint of the syntax error
/// can become shorter.
#[test]
fn what_the_parser_does_not_know_is_an_error() {
    for sql in [
        "SELECT ARRAY((SELECT 1) UNION (SELECT 2))",
        "SELECT 1 = ANY ((SELECT 1) LIMIT 1)",
        "SELECT 1 <> ALL ((TABLE a) UNION TABLE b)",
        "SELECT JSON_ARRAY((SELECT 1) UNION (SELECT 2))",
        "SELECT ((SELECT 1) LIMIT 1)",
        "SELECT 1 IN ((SELECT 1) ORDER BY 1)",
        "SELECT 1 in",
        "SELECT * FROM ONLY (a) TABLESAMPLE system (1)",
    ] {
        assert!(matches!(Query::parse(sql), Err(RedirectError::Syntax { .. })), "{sql}");
    }
}

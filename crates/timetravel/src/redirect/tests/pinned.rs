//! Which values a query demands of its relations.

use super::super::Query;

/// Each relation with what is demanded of it.
fn pinned(sql: &str) -> Vec<String> {
    let query = Query::parse(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let relation = |reference: &super::Reference| {
        let pins = reference.pins.iter().map(|pin| format!(" {}={}", pin.column, pin.value));
        let mut pins: Vec<String> = pins.collect();
        pins.sort();
        format!("{reference}{}", pins.concat())
    };
    query.relations().iter().map(relation).collect()
}

fn check(cases: &[(&str, &[&str])]) {
    for (sql, expected) in cases {
        assert_eq!(pinned(sql), *expected, "{sql}");
    }
}

#[test]
fn a_comparison_with_a_literal_is_a_demand() {
    check(&[
        ("SELECT * FROM t WHERE id = 7", &["t id=7"]),
        ("SELECT * FROM t WHERE 7 = id", &["t id=7"]),
        ("SELECT * FROM t WHERE t.id = -7", &["t id=-7"]),
        ("SELECT * FROM s.t x WHERE (x.id = 'it''s')", &["s.t id=it's"]),
        ("SELECT * FROM t WHERE a = 1 AND (b = E'\\n' AND c > 2)", &["t a=1 b=\n"]),
        ("SELECT * FROM t x JOIN u y USING (id) WHERE x.id = 1 AND y.n = 2", &["t id=1", "u n=2"]),
        ("SELECT * FROM t LEFT JOIN u ON u.id = t.id WHERE u.id = 1", &["t", "u id=1"]),
        ("SELECT (SELECT v FROM u WHERE id = 2) FROM t WHERE t.id = 1", &["u id=2", "t id=1"]),
        ("WITH w AS (SELECT * FROM t WHERE id = 1) SELECT * FROM w", &["t id=1"]),
        (
            "SELECT * FROM t WHERE id = 1 UNION ALL SELECT * FROM t WHERE id = 2",
            &["t id=1", "t id=2"],
        ),
    ]);
}

#[test]
fn what_is_not_certain_is_none() {
    check(&[
        ("SELECT * FROM t WHERE id = 7 OR v = 1", &["t"]),
        ("SELECT * FROM t WHERE NOT (id = 7)", &["t"]),
        ("SELECT * FROM t WHERE id <> 7 AND id >= 7 AND (id = 7) IS NOT TRUE", &["t"]),
        ("SELECT * FROM t WHERE id = 7.0 OR id = NULL", &["t"]),
        ("SELECT * FROM t WHERE id = 7.5", &["t"]),
        ("SELECT * FROM t WHERE id = n", &["t"]),
        ("SELECT * FROM t, u WHERE id = 7", &["t", "u"]),
        ("SELECT * FROM t, f() WHERE id = 7", &["t"]),
        ("SELECT * FROM t AS x (id, v) WHERE id = 7", &["t"]),
        ("SELECT * FROM t AS x (id, v) WHERE x.id = 7", &["t"]),
        ("SELECT * FROM t WHERE EXISTS (SELECT FROM u WHERE t.id = 7)", &["t", "u"]),
        ("SELECT count(*) FILTER (WHERE id = 7) FROM t", &["t"]),
        ("SELECT * FROM t HAVING id = 7", &["t"]),
        ("SELECT * FROM t JOIN u ON t.id = 7", &["t", "u"]),
        ("SELECT * FROM t WHERE (t).id = 7", &["t"]),
        ("SELECT * FROM t WHERE id = '7'::text", &["t"]),
        ("WITH t AS (SELECT 1 AS id) SELECT * FROM t WHERE id = 7", &[]),
    ]);
}

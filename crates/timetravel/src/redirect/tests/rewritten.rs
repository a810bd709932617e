//! What the redirected text looks like.

use super::super::{Query, Replacement};
use super::{ident, past, redirect};

fn check(cases: &[(&str, &str)]) {
    for (sql, expected) in cases {
        let text = redirect(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(text, *expected, "{sql}");
    }
}

#[test]
fn a_relation_keeps_the_name_by_which_the_query_knows_it() {
    check(&[
        ("SELECT * FROM prizes", "SELECT * FROM (past prizes) AS prizes"),
        ("SELECT * FROM public.prizes", "SELECT * FROM (past public.prizes) AS prizes"),
        ("SELECT * FROM Public.PRIZES p", "SELECT * FROM (past public.prizes) AS p"),
        ("SELECT * FROM prizes AS p", "SELECT * FROM (past prizes) AS p"),
        ("SELECT * FROM prizes AS \"P x\"", "SELECT * FROM (past prizes) AS \"P x\""),
        ("SELECT * FROM prizes p (a, b)", "SELECT * FROM (past prizes) AS p (a, b)"),
        ("SELECT * FROM prizes AS p(a)", "SELECT * FROM (past prizes) AS p(a)"),
        ("SELECT * FROM \"Odd.Name\"", "SELECT * FROM (past \"Odd.Name\") AS \"Odd.Name\""),
        ("SELECT * FROM a.\"q\"\"q\"", "SELECT * FROM (past a.\"q\"\"q\") AS \"q\"\"q\""),
        ("SELECT * FROM \"select\"", "SELECT * FROM (past \"select\") AS \"select\""),
        ("SELECT * FROM größe", "SELECT * FROM (past \"größe\") AS \"größe\""),
        ("SELECT * FROM shop.app.orders", "SELECT * FROM (past app.orders) AS orders"),
        ("SELECT prizes FROM prizes", "SELECT prizes FROM (past prizes) AS prizes"),
        ("SELECT row_to_json(p) FROM t p", "SELECT row_to_json(p) FROM (past t) AS p"),
    ]);
}

#[test]
fn unicode_escapes_in_names_are_read() {
    check(&[
        ("SELECT * FROM U&\"d\\0061t\\+000061\"", "SELECT * FROM (past data) AS data"),
        ("SELECT * FROM u&\"d!0061ta\" UESCAPE '!' x", "SELECT * FROM (past data) AS x"),
    ]);
}

#[test]
fn only_parentheses_and_star_go_away() {
    check(&[
        ("SELECT * FROM ONLY t", "SELECT * FROM (past only t) AS t"),
        ("SELECT * FROM ONLY (s.t) x", "SELECT * FROM (past only s.t) AS x"),
        ("SELECT * FROM ONLY (t) AS x(a)", "SELECT * FROM (past only t) AS x(a)"),
        ("SELECT * FROM t *", "SELECT * FROM (past t) AS t"),
        ("SELECT * FROM t* x, u", "SELECT * FROM (past t) AS x, (past u) AS u"),
    ]);
}

#[test]
fn table_becomes_select() {
    check(&[
        ("TABLE t", "SELECT * FROM (past t) AS t"),
        ("TABLE ONLY (s.t) LIMIT 1;", "SELECT * FROM (past only s.t) AS t LIMIT 1"),
        ("TABLE t * ORDER BY t.id", "SELECT * FROM (past t) AS t ORDER BY t.id"),
        (
            "TABLE a UNION (TABLE b EXCEPT SELECT * FROM c)",
            "SELECT * FROM (past a) AS a UNION (SELECT * FROM (past b) AS b EXCEPT \
             SELECT * FROM (past c) AS c)",
        ),
        (
            "SELECT ARRAY(TABLE a) FROM (TABLE b) x WHERE EXISTS (TABLE c)",
            "SELECT ARRAY(SELECT * FROM (past a) AS a) FROM (SELECT * FROM (past b) AS b) x \
             WHERE EXISTS (SELECT * FROM (past c) AS c)",
        ),
    ]);
}

#[test]
fn joins_stay_as_they_are() {
    check(&[
        (
            "SELECT * FROM (a JOIN b USING (id) AS u) CROSS JOIN c",
            "SELECT * FROM ((past a) AS a JOIN (past b) AS b USING (id) AS u) \
             CROSS JOIN (past c) AS c",
        ),
        (
            "SELECT * FROM ((a x NATURAL JOIN b) LEFT JOIN c ON true) AS j",
            "SELECT * FROM (((past a) AS x NATURAL JOIN (past b) AS b) \
             LEFT JOIN (past c) AS c ON true) AS j",
        ),
        (
            "SELECT * FROM a, LATERAL (SELECT * FROM b WHERE b.id = a.id) l, f(a.id) g",
            "SELECT * FROM (past a) AS a, \
             LATERAL (SELECT * FROM (past b) AS b WHERE b.id = a.id) l, f(a.id) g",
        ),
    ]);
}

#[test]
fn columns_lose_the_schema_of_a_replaced_relation() {
    check(&[
        (
            "SELECT public.t.id, count(public.t.*), public.t.a[1] FROM public.t \
             GROUP BY public.t.id ORDER BY max(public . /* c */ t.id)",
            "SELECT t.id, count(t.*), t.a[1] FROM (past public.t) AS t \
             GROUP BY t.id ORDER BY max(t.id)",
        ),
        ("SELECT public.t.id FROM t", "SELECT t.id FROM (past t) AS t"),
        ("SELECT d.public.t.id FROM d.public.t", "SELECT t.id FROM (past public.t) AS t"),
        ("TABLE s.t ORDER BY s.t.id", "SELECT * FROM (past s.t) AS t ORDER BY t.id"),
        (
            "SELECT (SELECT max(u.x) FROM b.t u WHERE u.id = a.t.id) FROM a.t",
            "SELECT (SELECT max(u.x) FROM (past b.t) AS u WHERE u.id = t.id) \
             FROM (past a.t) AS t",
        ),
        // Neither a relation nor its column: a function, a composite value, another schema.
        (
            "SELECT d.public.t(1), (public.t).id, other.t.id FROM public.t",
            "SELECT d.public.t(1), (public.t).id, other.t.id FROM (past public.t) AS t",
        ),
        // Without an alias in between, PostgreSQL itself would refuse the column.
        ("SELECT public.t.id FROM public.t AS x", "SELECT public.t.id FROM (past public.t) AS x"),
    ]);
}

#[test]
fn relations_that_are_left_alone_keep_their_text() {
    let query = Query::parse("SELECT s.a.id, s.b.id, ctid FROM s.a, ONLY (s.b), TABLESAMPLED");
    let query = query.unwrap();
    assert_eq!(query.redirect(|_| None).unwrap(), query.sql);
    let some = |name: &'static str| {
        Query::parse("SELECT s.a.id, s.b.id FROM s.a, ONLY (s.b)")
            .unwrap()
            .redirect(|it| (it.table.as_str() == name).then(|| past(it)))
            .unwrap()
    };
    assert_eq!(some("a"), "SELECT a.id, s.b.id FROM (past s.a) AS a, ONLY (s.b)");
    assert_eq!(some("b"), "SELECT s.a.id, b.id FROM s.a, (past only s.b) AS b");
}

#[test]
fn words_do_not_grow_together() {
    check(&[
        (
            "SELECT\"public\".t.id FROM\"public\".\"t\"WHERE t.id=1",
            "SELECT t.id FROM(past public.t) AS t WHERE t.id=1",
        ),
        ("SELECT*FROM t*p,u*WHERE true", "SELECT*FROM (past t) AS p,(past u) AS u WHERE true"),
        ("SELECT 1 FROM t/**/p", "SELECT 1 FROM (past t) AS/**/p"),
        (
            "(TABLE\"t\")UNION(TABLE\"u\")",
            "(SELECT * FROM (past t) AS t)UNION(SELECT * FROM (past u) AS u)",
        ),
    ]);
}

#[test]
fn the_result_can_stand_in_parentheses() {
    check(&[
        ("SELECT 1;", "SELECT 1"),
        (" ; SELECT 1 ; ; ", "  SELECT 1   "),
        ("SELECT 1 -- one", "SELECT 1 -- one\n"),
        ("SELECT 1; -- one", "SELECT 1 -- one\n"),
        ("SELECT 1; -- one\n", "SELECT 1 -- one\n"),
        ("SELECT 1 /* -- */;", "SELECT 1 /* -- */"),
        ("-- first\nTABLE t;", "-- first\nSELECT * FROM (past t) AS t"),
    ]);
}

#[test]
fn comments_and_strings_are_not_searched() {
    check(&[
        (
            "SELECT 'FROM t', $$ FROM t $$, $x$ FROM t; $x$",
            "SELECT 'FROM t', $$ FROM t $$, $x$ FROM t; $x$",
        ),
        (
            "SELECT E'\\' FROM t', N'FROM t', \"FROM t\" FROM u",
            "SELECT E'\\' FROM t', N'FROM t', \"FROM t\" FROM (past u) AS u",
        ),
        (
            "SELECT 1 /* FROM /* t */ t */ FROM u",
            "SELECT 1 /* FROM /* t */ t */ FROM (past u) AS u",
        ),
        (
            "SELECT 's.t'::regclass FROM u -- FROM t",
            "SELECT 's.t'::regclass FROM (past u) AS u -- FROM t\n",
        ),
        ("SELECT * FROM s /* a */ . -- b\n t x", "SELECT * FROM (past s.t) AS x"),
    ]);
}

#[test]
fn a_comment_at_the_end_of_a_subquery_does_not_swallow_what_follows() {
    let query = Query::parse("SELECT * FROM t WHERE true").unwrap();
    let replacement = Replacement { schema: ident("s"), subquery: "SELECT 1 -- one".to_owned() };
    assert_eq!(
        query.redirect(|_| Some(replacement.clone())).unwrap(),
        "SELECT * FROM (SELECT 1 -- one\n) AS t WHERE true"
    );
}

#[test]
fn equal_names_are_fine_where_aliases_tell_them_apart() {
    check(&[
        ("SELECT * FROM a.t, b.t u", "SELECT * FROM (past a.t) AS t, (past b.t) AS u"),
        (
            "SELECT t.id FROM a.t WHERE id IN (SELECT t.id FROM b.t)",
            "SELECT t.id FROM (past a.t) AS t WHERE id IN (SELECT t.id FROM (past b.t) AS t)",
        ),
        (
            "SELECT a.t.id FROM a.t WHERE id IN (SELECT b.t.id FROM b.t)",
            "SELECT t.id FROM (past a.t) AS t WHERE id IN (SELECT t.id FROM (past b.t) AS t)",
        ),
    ]);
}

//! Properties of queries and texts made at random.

use proptest::prelude::*;

use super::super::{Query, RedirectError, Reference, Replacement};
use super::{ident, past};

/// A query and the relations it reads, in the order of the text.
#[derive(Debug, Clone)]
struct Made {
    sql: String,
    relations: Vec<String>,
}

impl Made {
    fn new(sql: impl Into<String>, relations: &[&str]) -> Self {
        let relations = relations.iter().map(ToString::to_string).collect();
        Self { sql: sql.into(), relations }
    }

    fn wrap(before: &str, inner: &Self, after: &str) -> Self {
        Self { sql: format!("{before}{}{after}", inner.sql), relations: inner.relations.clone() }
    }

    fn join(parts: &[&str], inner: &[&Self]) -> Self {
        let mut sql = String::new();
        for (index, part) in parts.iter().enumerate() {
            sql.push_str(part);
            sql.push_str(inner.get(index).map_or("", |it| it.sql.as_str()));
        }
        Self { sql, relations: inner.iter().flat_map(|it| it.relations.clone()).collect() }
    }

    /// `WITH name AS (first) SELECT … FROM (second)`.
    fn with(name: &str, first: &Self, second: &Self, recursive: bool) -> Self {
        let with = if recursive { "WITH RECURSIVE " } else { "WITH " };
        let hidden =
            |made: &Self| made.relations.iter().filter(|it| *it != name).cloned().collect();
        let first_relations: Vec<_> =
            if recursive { hidden(first) } else { first.relations.clone() };
        let second_relations: Vec<_> = hidden(second);
        Self {
            sql: format!("{with}{name} AS ({}) SELECT * FROM ({}) AS q", first.sql, second.sql),
            relations: [first_relations, second_relations].concat(),
        }
    }
}

fn relation() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "s.a", "s.c", "\"A\"", "\"x.y\"", "\"S\".\"from\""])
}

fn leaf() -> impl Strategy<Value = Made> {
    relation().prop_flat_map(|name| {
        prop::sample::select(vec![
            Made::new(format!("SELECT * FROM {name}"), &[name]),
            Made::new(format!("TABLE {name}"), &[name]),
            Made::new(format!("SELECT 1 FROM ONLY ({name}) x -- FROM a\n"), &[name]),
            Made::new(
                format!("SELECT x.* FROM f(1) y, {name} /* a */ x WHERE 'FROM b' <> $$b$$"),
                &[name],
            ),
            Made::new(format!("SELECT {name}.id, {name}.* FROM {name}"), &[name]),
            Made::new("VALUES (1, 'FROM a')", &[]),
        ])
    })
}

fn query() -> impl Strategy<Value = Made> {
    leaf().prop_recursive(5, 24, 3, |inner| {
        let one = inner.clone().prop_flat_map(|q| {
            prop::sample::select(vec![
                Made::wrap("SELECT * FROM (", &q, ") AS z"),
                Made::wrap("(", &q, ")"),
                Made::wrap("SELECT 1 WHERE EXISTS (", &q, ") OR true"),
                Made::wrap("SELECT f(x, ARRAY(SELECT * FROM (", &q, ") z)), 2"),
                Made::wrap("SELECT CASE WHEN 1 IN (", &q, ") THEN 1 END LIMIT 1"),
                Made::wrap("SELECT 1 ORDER BY (", &q, ")"),
                Made::wrap("VALUES (1), ((", &q, "))"),
            ])
        });
        let two = (inner.clone(), inner.clone()).prop_flat_map(|(p, q)| {
            prop::sample::select(vec![
                Made::join(&["(", ") UNION ALL (", ") ORDER BY 1"], &[&p, &q]),
                Made::join(&["SELECT (", ") FROM (", ") AS y"], &[&p, &q]),
                Made::join(&["SELECT * FROM (", ") u JOIN LATERAL (", ") v ON true"], &[&p, &q]),
                Made::join(&["SELECT * FROM ((", ") u CROSS JOIN (", ") v) AS w"], &[&p, &q]),
            ])
        });
        let with = (
            prop::sample::select(vec!["a", "b", "\"A\"", "d"]),
            inner.clone(),
            inner,
            any::<bool>(),
        )
            .prop_map(|(name, first, second, recursive)| {
                Made::with(name, &first, &second, recursive)
            });
        prop_oneof![one, two, with]
    })
}

fn identity(reference: &Reference) -> Replacement {
    Replacement {
        subquery: format!("SELECT * FROM {reference}"),
        schema: reference.schema.clone().unwrap_or_else(|| ident("public")),
    }
}

fn shown(query: &Query) -> Vec<String> {
    query.relations().iter().map(ToString::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_relation_of_a_query_is_found(made in query()) {
        let query = Query::parse(&made.sql).unwrap();
        prop_assert_eq!(shown(&query), made.relations);
        let untouched = query.redirect(|_| None).unwrap();
        prop_assert_eq!(untouched.trim_end(), made.sql.trim_end());
    }

    #[test]
    fn a_redirected_query_reads_the_same_relations(made in query()) {
        let text = Query::parse(&made.sql).unwrap().redirect(|it| Some(identity(it))).unwrap();
        prop_assert_eq!(shown(&Query::parse(&text).unwrap()), made.relations);
        let embedded = format!("SELECT * FROM ({text}) AS e");
        prop_assert!(Query::parse(&embedded).is_ok(), "{}", embedded);
    }

    #[test]
    fn truncated_queries_do_no_harm(made in query(), at in any::<prop::sample::Index>()) {
        let ends: Vec<_> = made.sql.char_indices().map(|(end, _)| end).collect();
        prop_assert!(is_answered(&made.sql[..ends[at.index(ends.len())]]));
    }

    #[test]
    fn any_text_does_no_harm(text in any::<String>()) {
        prop_assert!(is_answered(&text));
    }

    #[test]
    fn any_words_do_no_harm(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..40),
        gap in prop::sample::select(vec![" ", "", "\n"]),
    ) {
        prop_assert!(is_answered(&words.join(gap)));
    }
}

/// Whether the parser survives a text, whatever it makes of it.
fn is_answered(sql: &str) -> bool {
    let answer = Query::parse(sql).and_then(|query| query.redirect(|it| Some(past(it))));
    !matches!(answer, Err(RedirectError::Parser | RedirectError::Thread(_)))
}

const WORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WITH",
    "RECURSIVE",
    "AS",
    "TABLE",
    "ONLY",
    "VALUES",
    "(",
    ")",
    "(",
    ")",
    ",",
    ".",
    "*",
    ";",
    "a",
    "b",
    "\"c\"",
    "U&\"d\"",
    "UESCAPE",
    "'e'",
    "$$",
    "$x$",
    "--",
    "/*",
    "*/",
    "1",
    "JOIN",
    "NATURAL",
    "CROSS",
    "LATERAL",
    "ON",
    "USING",
    "UNION",
    "ALL",
    "ORDER",
    "BY",
    "LIMIT",
    "WHERE",
    "EXISTS",
    "IN",
    "CASE",
    "WHEN",
    "THEN",
    "END",
    "OVER",
    "FILTER",
    "ARRAY",
    "[",
    "]",
    ":",
    "::",
    "=",
    "NOT",
    "AND",
    "ROWS",
    "XMLTABLE",
    "JSON_TABLE",
    "COLUMNS",
    "CAST",
    "TABLESAMPLE",
    "INTO",
    "FOR",
    "UPDATE",
    "DELETE",
    "INSERT",
    "SET",
    "GROUP",
    "GROUPING",
    "SETS",
    "ctid",
    "ü",
    "E'\\",
    "\"",
    "'",
    "$1",
    "\u{feff}",
    "\0",
];

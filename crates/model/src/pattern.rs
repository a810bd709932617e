use std::fmt;
use std::str::FromStr;

use crate::name::{self, Ident, NameError, RelationName};

/// Which tables are meant: `prizes`, `public.*`, `'app.order*'`, `"Odd Name"`.
///
/// `*` stands for any characters within one part and `?` for one, unless the part is quoted.
/// Without a schema the pattern meets tables of every schema that the caller offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    schema: Option<Part>,
    table: Part,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    name: Ident,
    wild: bool,
}

impl Part {
    /// The part as `LIKE` reads it.
    fn like(&self) -> String {
        let like = |c: char| match c {
            '*' if self.wild => "%".to_owned(),
            '?' if self.wild => "_".to_owned(),
            '%' | '_' | '\\' => format!("\\{c}"),
            c => c.to_string(),
        };
        self.name.as_str().chars().map(like).collect()
    }

    fn matches(&self, name: &Ident) -> bool {
        if self.wild { glob(self.name.as_str(), name.as_str()) } else { self.name == *name }
    }
}

impl Pattern {
    /// Whether the table is one of those meant.
    #[must_use]
    pub fn matches(&self, relation: &RelationName) -> bool {
        self.schema.as_ref().is_none_or(|schema| schema.matches(&relation.schema))
            && self.table.matches(&relation.table)
    }

    /// The schemas that it meets, all if none is given, as SQL's `LIKE` reads them.
    #[must_use]
    pub fn schema_like(&self) -> Option<String> {
        self.schema.as_ref().map(Part::like)
    }

    /// The tables that it meets, as SQL's `LIKE` reads them.
    #[must_use]
    pub fn table_like(&self) -> String {
        self.table.like()
    }

    /// Whether the pattern names one table rather than any that fit.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.table.wild && self.schema.as_ref().is_none_or(|schema| !schema.wild)
    }

    /// Whether the pattern says in which schema the table is.
    #[must_use]
    pub fn names_schema(&self) -> bool {
        self.schema.is_some()
    }
}

impl FromStr for Pattern {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (schema, table) = name::split_relation(text)?;
        let wild_at = |start: usize| {
            let part = &text[start..];
            !part.starts_with('"') && part.split('.').next().is_some_and(|p| p.contains(['*', '?']))
        };
        let table_start = text.len() - table_length(text);
        Ok(Self {
            schema: schema.map(|name| Part { name, wild: wild_at(0) }),
            table: Part { name: table, wild: wild_at(table_start) },
            text: text.to_owned(),
        })
    }
}

/// How many bytes at the end of a dotted name are its last part.
fn table_length(text: &str) -> usize {
    let mut quoted = false;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => start = at + 1,
            _ => {}
        }
    }
    text.len() - start
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Matches `*` and `?` with backtracking to the last star only, so that hostile patterns stay
/// quadratic.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(schema: &str, table: &str) -> RelationName {
        RelationName::new(Ident::new(schema).unwrap(), Ident::new(table).unwrap())
    }

    fn meets(pattern: &str, relation: &RelationName) -> bool {
        pattern.parse::<Pattern>().unwrap().matches(relation)
    }

    #[test]
    fn stars_stay_within_their_part() {
        assert!(meets("public.*", &table("public", "prizes")));
        assert!(!meets("public.*", &table("app", "prizes")));
        assert!(meets("app.order*", &table("app", "order_line")));
        assert!(!meets("app.order*", &table("app", "border")));
        assert!(meets("*_log", &table("app", "audit_log")));
        assert!(meets("*.prizes", &table("app", "prizes")));
    }

    #[test]
    fn quoted_parts_are_taken_literally() {
        assert!(meets("\"a*\"", &table("public", "a*")));
        assert!(!meets("\"a*\"", &table("public", "ab")));
        assert!(meets("\"My.Schema\".*", &table("My.Schema", "x")));
        assert!(meets("\"Odd Name\"", &table("public", "Odd Name")));
    }

    #[test]
    fn like_meets_the_same_names() {
        let like = |text: &str| text.parse::<Pattern>().unwrap().table_like();
        assert_eq!(like("app.order_l*"), "order\\_l%");
        assert_eq!(like("a?%"), "a_\\%");
        assert_eq!(like("\"a*\""), "a*");
        assert_eq!("x*.t".parse::<Pattern>().unwrap().schema_like().as_deref(), Some("x%"));
        assert_eq!("t".parse::<Pattern>().unwrap().schema_like(), None);
    }

    #[test]
    fn a_pattern_knows_whether_it_is_exact() {
        assert!("public.prizes".parse::<Pattern>().unwrap().is_exact());
        assert!(!"public.p*".parse::<Pattern>().unwrap().is_exact());
        assert!(!"*.prizes".parse::<Pattern>().unwrap().is_exact());
    }
}

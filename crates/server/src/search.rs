//! The query language of changes: `actor:support-7 table:prizes op:delete since:2h`.

use jiff::Zoned;
use pgrecall_journal::{Filter, Journal, JournalError};
use pgrecall_model::{Moment, Operation, TxId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::clock;
use crate::problem::{Problem, Refusal};
use crate::view::View;

/// Which changes are asked for: by parameters, by the query language, or both; all must fit.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// The query language: words such as `actor:support-7 table:prizes op:delete since:2h`. Words
    /// with blanks stand in quotes: `actor:"Ann Lee"`.
    pub(crate) q: Option<String>,
    /// Changes of this table.
    pub(crate) table: Option<String>,
    /// Changes of the record with this key: `42`, `id=42`, `a=1,b=x`; needs `table`.
    pub(crate) key: Option<String>,
    /// Changes by this actor.
    pub(crate) actor: Option<String>,
    /// Changes for this tenant.
    pub(crate) tenant: Option<String>,
    /// Changes in this session of the application.
    pub(crate) session: Option<String>,
    /// Changes of this transaction.
    pub(crate) tx: Option<i64>,
    /// Changes of this kind: `insert`, `update`, `delete` or `truncate`.
    pub(crate) op: Option<String>,
    /// Updates that changed this column.
    pub(crate) column: Option<String>,
    /// Changes made under this operation.
    pub(crate) operation: Option<i64>,
    /// From this moment on: a time, `2h`, `before:tx:ID`, `mark:NAME`.
    pub(crate) since: Option<String>,
    /// Up to this moment.
    pub(crate) until: Option<String>,
}

impl Search {
    /// Takes in what the query language says.
    pub(crate) fn understood(mut self) -> Result<Self, Refusal> {
        for word in words(&self.q.take().unwrap_or_default())? {
            let (name, value) = word.split_once(':').ok_or_else(|| unknown(&word))?;
            let number = || value.parse::<i64>().map_err(|_| unknown(&word));
            let text = Some(value.to_owned());
            match name {
                "table" => self.table = text,
                "key" => self.key = text,
                "actor" => self.actor = text,
                "tenant" => self.tenant = text,
                "session" => self.session = text,
                "tx" => self.tx = Some(number()?),
                "op" => self.op = text,
                "column" => self.column = text,
                "operation" => self.operation = Some(number()?),
                "since" => self.since = text,
                "until" => self.until = text,
                _ => return Err(unknown(&word)),
            }
        }
        Ok(self)
    }

    /// The filter that it means, held to what is shown.
    pub(crate) async fn filter(self, view: &View) -> Result<Filter, Problem> {
        let journal = view.journal();
        let search = self.understood()?;
        let mut filter = Filter {
            actor: search.actor,
            tenant: search.tenant,
            session: search.session,
            transactions: search.tx.map(|tx| vec![TxId(tx)]),
            operations: operations(search.op.as_deref())?,
            column: search.column,
            operation: search.operation,
            ..Filter::default()
        };
        if let Some(name) = &search.table {
            let tables = view.tables_named(name).await?;
            if let Some(key) = &search.key {
                let present = tables.iter().find(|table| table.relation.oid.is_some());
                if let Some(table) = present.or(tables.first()) {
                    filter.key = Some(view.key(table, key).await?.text);
                }
            }
            filter.tables = Some(tables.iter().map(|table| table.relation.id).collect());
        } else if search.key.is_some() {
            return Err(Refusal::malformed("`key` needs `table`").into());
        }
        let now = clock::now();
        if let Some(since) = &search.since {
            match point(journal, moment(since, &now)?).await? {
                Point::Time(time) => filter.since = Some(time),
                Point::After(tx) => filter.after = Some(tx),
            }
        }
        if let Some(until) = &search.until {
            match point(journal, moment(until, &now)?).await? {
                Point::Time(time) => filter.until = Some(time),
                Point::After(tx) => filter.up_to = Some(tx),
            }
        }
        Ok(view.narrowed(filter)?)
    }
}

fn operations(op: Option<&str>) -> Result<Vec<Operation>, Refusal> {
    let all = op.iter().flat_map(|op| op.split(',')).map(str::parse);
    all.collect::<Result<_, String>>().map_err(Refusal::Malformed)
}

/// A moment, of which a stretch of time means as long ago: `2h` as much as `-2h`.
pub(crate) fn moment(text: &str, now: &Zoned) -> Result<Moment, pgrecall_model::MomentError> {
    let ago = text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_alphabetic() && c != 'Z')
        && !text.contains([':', '-', 'T']);
    if ago && !text.ends_with("ago") {
        return Moment::parse(&format!("-{text}"), now);
    }
    Moment::parse(text, now)
}

/// The time that a moment means, where there must be one.
pub(crate) async fn point_in_time(
    journal: &Journal,
    text: &str,
) -> Result<jiff::Timestamp, Problem> {
    match point(journal, moment(text, &clock::now())?).await? {
        Point::Time(time) => Ok(time),
        Point::After(_) => Err(Refusal::malformed("a time is needed, and no transaction").into()),
    }
}

/// What a moment means where changes are listed.
enum Point {
    Time(jiff::Timestamp),
    After(TxId),
}

async fn point(journal: &Journal, moment: Moment) -> Result<Point, JournalError> {
    Ok(match moment {
        Moment::Now => Point::Time(clock::now().timestamp()),
        Moment::Time(time) => Point::Time(time),
        Moment::Before(tx) => Point::After(TxId(tx.0.saturating_sub(1))),
        Moment::After(tx) => Point::After(tx),
        Moment::Change(change) => Point::After(journal.transaction_of(change).await?),
        Moment::Tick(id) => Point::Time(journal.tick_numbered(id).await?.at),
        Moment::Mark(name) => Point::Time(journal.mark_named(&name).await?.at),
    })
}

fn unknown(word: &str) -> Refusal {
    Refusal::Malformed(format!(
        "`{}` is not understood; write `actor:`, `table:`, `key:`, `op:`, `column:`, `tx:`, `tenant:`, \
         `session:`, `operation:`, `since:` or `until:` with a value",
        word.escape_debug()
    ))
}

/// The words of a query; blanks within quotes part none, and `\"` is a quote within them.
fn words(query: &str) -> Result<Vec<String>, Refusal> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let (mut quoted, mut begun) = (false, false);
    let mut rest = query.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' if quoted => word.extend(rest.next()),
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            c if c.is_whitespace() && !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    if quoted {
        return Err(Refusal::malformed("a quote is not closed"));
    }
    if begun {
        words.push(word);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn understood(q: &str) -> Result<Search, Refusal> {
        Search { q: Some(q.to_owned()), ..Search::default() }.understood()
    }

    #[test]
    fn the_query_language_says_what_the_parameters_say() {
        let search =
            understood(r#"actor:support-7 table:public."Odd"  op:delete since:2h tx:7"#).unwrap();
        assert_eq!(search.actor.as_deref(), Some("support-7"));
        assert_eq!(search.table.as_deref(), Some("public.Odd"));
        assert_eq!(search.op.as_deref(), Some("delete"));
        assert_eq!((search.since.as_deref(), search.tx), (Some("2h"), Some(7)));
        let search = understood(r#"actor:"Ann \"A\" Lee" until:2026-03-01T09:30:00Z"#).unwrap();
        assert_eq!(search.actor.as_deref(), Some("Ann \"A\" Lee"));
        assert_eq!(search.until.as_deref(), Some("2026-03-01T09:30:00Z"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for q in ["delete", "weather:fine", "tx:seven", "actor:\"ann", ":", "  x "] {
            assert!(understood(q).is_err(), "{q}");
        }
        assert!(operations(Some("delete,upsert")).is_err());
        assert_eq!(operations(Some("delete,insert")).unwrap().len(), 2);
    }

    #[test]
    fn a_stretch_of_time_is_meant_to_have_passed() {
        let now: Zoned = "2026-03-01T12:00:00+00:00[UTC]".parse().unwrap();
        for (text, time) in [
            ("2h", "2026-03-01T10:00:00Z"),
            ("-2h", "2026-03-01T10:00:00Z"),
            ("2 hours ago", "2026-03-01T10:00:00Z"),
            ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z"),
            ("2026-03-01", "2026-03-01T00:00:00Z"),
        ] {
            assert_eq!(moment(text, &now).unwrap().to_string(), time, "{text}");
        }
        assert_eq!(moment("before:tx:8", &now).unwrap(), Moment::Before(TxId(8)));
    }
}

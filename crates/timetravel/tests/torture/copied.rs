//! Rows as text, from the tables themselves and from the images of changes.

use std::collections::BTreeMap;

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::Row;
use pgrecall_postgres::Template;
use pgrecall_postgres::catalogue::Column;
use serde_json::Value;

/// The rows of a table as text, each with how often it is there.
pub(crate) type Rows = BTreeMap<String, i64>;

/// The rows of every tracked table by its name, and the answers to questions.
pub(crate) type Tables = BTreeMap<String, Rows>;

/// A query for rows as text, and the name that the rows go by.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) name: String,
    sql: String,
}

impl Question {
    /// The rows of a table. The columns are named one by one, because those that the server
    /// computes on reading are in no image.
    pub(crate) fn rows_of(table: &TrackedTable) -> Self {
        let sql = Template::new("SELECT {row}::text FROM {table} AS r")
            .with("row", &whole_row(table))
            .with("table", &table.from_clause())
            .sql();
        Self { name: table.relation.name.to_string(), sql }
    }

    /// Some rows of a table, each asked for by its key: a query for a single record is led to the
    /// past in another way than one for all. None where the key is not one number.
    fn records_of(table: &TrackedTable) -> Option<Self> {
        let [key] = table.relation.key.as_slice() else { return None };
        let column = table.columns.iter().find(|column| column.name == *key)?;
        if !["smallint", "integer", "bigint"].contains(&column.type_name.as_str()) {
            return None;
        }
        let record = |number: &i32| {
            Template::new("SELECT {row}::text FROM {table} AS r WHERE r.{key} = {number}")
                .with("row", &whole_row(table))
                .with("table", &table.from_clause())
                .with("key", key)
                .with("number", number)
        };
        let sql = Template::new("{records}")
            .with_all("records", SOME_KEYS.iter().map(record), " UNION ALL ")
            .sql();
        Some(Self { name: format!("records of {}", table.relation.name), sql })
    }

    /// A query of a scenario's own.
    pub(crate) fn of(sql: &str) -> Self {
        Self { name: sql.to_owned(), sql: sql.to_owned() }
    }
}

/// The keys of rows that are asked for one by one.
const SOME_KEYS: [i32; 1] = [1];

/// One query for several questions: a row has the number of its question, and the answer.
pub(crate) fn at_once(questions: &[Question]) -> String {
    let part = |(number, question): (usize, &Question)| {
        format!("SELECT '{number}', q.answer FROM ({}) AS q (answer)", question.sql)
    };
    questions.iter().enumerate().map(part).collect::<Vec<_>>().join(" UNION ALL ")
}

/// The answer to [`at_once`], by the names of the questions.
pub(crate) fn told_apart(
    questions: &[Question],
    answer: impl Iterator<Item = (String, String)>,
) -> Tables {
    let mut tables: Tables = questions.iter().map(|q| (q.name.clone(), Rows::new())).collect();
    for (number, row) in answer {
        let question = &questions[number.parse::<usize>().expect("number")];
        *tables.entry(question.name.clone()).or_default().entry(row).or_default() += 1;
    }
    tables
}

fn whole_row(table: &TrackedTable) -> Template {
    let columns = table.columns.iter().filter(|column| !column.computed_on_read);
    let columns = columns.map(|column| Template::new("r.{name}").with("name", &column.name));
    Template::new("ROW({columns})").with_all("columns", columns, ", ")
}

/// Asks of the tables as they are.
pub(crate) async fn ask(journal: &Journal, questions: &[Question]) -> Tables {
    if questions.is_empty() {
        return Tables::new();
    }
    let rows = journal.client().query(&at_once(questions), &[]).await.expect("copy");
    told_apart(questions, rows.iter().map(|row| (row.get(0), row.get(1))))
}

/// What there is to ask at a moment: every table, and the scenario's own questions.
pub(crate) async fn all_questions(journal: &Journal, own: &[&str]) -> Vec<Question> {
    let mut questions: Vec<Question> =
        tracked(journal).await.iter().map(Question::rows_of).collect();
    questions.extend(beside_tables(journal, own).await);
    questions
}

/// What there is to ask beside every table: some records, and the scenario's own questions.
pub(crate) async fn beside_tables(journal: &Journal, own: &[&str]) -> Vec<Question> {
    let tables = tracked(journal).await;
    let records = tables.iter().filter_map(Question::records_of);
    records.chain(own.iter().map(|sql| Question::of(sql))).collect()
}

/// Every table that is tracked and present.
pub(crate) async fn tracked(journal: &Journal) -> Vec<TrackedTable> {
    let tables = journal.tables().await.expect("tables").into_iter();
    tables.filter(|table| table.relation.tracked).collect()
}

/// The text of the rows before and after each change of a table, as the journal holds it: what
/// reaches a reader as JSON may have lost white space within documents or the bounds of arrays. None
/// where not every image is the text of a row of the table as it is today.
pub(crate) async fn exact_texts(
    journal: &Journal,
    table: &TrackedTable,
) -> Option<BTreeMap<i64, (Option<String>, Option<String>)>> {
    let shape = table.present_shape().filter(|_| table.is_complete())?;
    let sql = Template::new(
        "SELECT c.id, (c.old::{table})::text, (recall._whole(c.old, c.new)::{table})::text
         FROM recall.change AS c
         WHERE c.relation = {relation} AND c.shape = {shape}",
    )
    .with("table", &table.relation.name)
    .with("relation", &table.relation.id.0)
    .with("shape", &shape.id)
    .sql();
    let rows = journal.client().query(&sql, &[]).await.expect("images");
    Some(rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect())
}

/// Images of a table's rows as the text of these rows: the server reads each value back.
///
/// A value of type `json` is read back apart from the others, because it may be what no JSON
/// object can hold as it is.
pub(crate) async fn texts(
    journal: &Journal,
    table: &TrackedTable,
    images: &[&Row],
) -> Result<Vec<String>, String> {
    let documents: Vec<&str> =
        table.columns.iter().filter(|c| c.type_name == "json").map(|c| c.name.as_str()).collect();
    let value = |column: &Column| match documents.iter().position(|d| *d == column.name.as_str()) {
        Some(place) => Template::new("($2::text[])[(e.number - 1) * {all} + {place}]::json")
            .with("all", &documents.len())
            .with("place", &(place + 1)),
        None => Template::new("r.{name}").with("name", &column.name),
    };
    let recorded = table.columns.iter().filter(|column| !column.computed_on_read);
    let sql = Template::new(
        "SELECT ROW({values})::text
         FROM unnest($1::text[]) WITH ORDINALITY AS e (image, number)
         CROSS JOIN LATERAL json_populate_record(NULL::{table}, e.image::json) AS r
         WHERE $2::text[] IS NOT NULL
         ORDER BY e.number",
    )
    .with_all("values", recorded.map(value), ", ")
    .with("table", &table.relation.name)
    .sql();
    let (mut objects, mut texts) = (Vec::new(), Vec::new());
    for image in images {
        let mut image: Row = (*image).clone();
        texts.extend(documents.iter().map(|name| image.remove(*name).and_then(document)));
        objects.push(Value::Object(image).to_string());
    }
    let rows = journal.client().query(&sql, &[&objects, &texts]).await;
    let rows = rows.map_err(|error| match error.as_db_error() {
        Some(refusal) => refusal.to_string(),
        None => error.to_string(),
    })?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// The text of a document, from its text or, which loses white space and the order of keys, from
/// its value.
fn document(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if serde_json::from_str::<Value>(&text).is_ok() => Some(text),
        value => Some(value.to_string()),
    }
}

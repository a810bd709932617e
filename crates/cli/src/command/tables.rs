use clap::Args;
use pgrecall_journal::{ClassifiedTable, Guards, Journal, TrackedTable};
use pgrecall_model::{Ident, Pattern, RelationName};
use pgrecall_postgres::catalogue::{self, Table};
use serde_json::{Value, json};

use crate::arguments::Connection;
use crate::command::track::parsed;
use crate::failure::{Exit, Failure};
use crate::{clock, guards, output, selectivity, session};

/// List the tables and how they are recorded
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only these tables
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,

    /// List tables that are not recorded, too
    #[arg(long)]
    all: bool,

    /// List only tables that are not recorded, with the reason, those that are written most first
    #[arg(long, conflicts_with = "all")]
    untracked: bool,

    /// Print a line of JSON per table
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let patterns = parsed::<Pattern>(&arguments.patterns)?;
    let meant = |name: &RelationName| {
        patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(name))
    };
    let journal = session::open(connection).await?;
    if arguments.untracked {
        return untracked(&journal, meant, arguments.json).await;
    }
    let mut lines = Vec::new();
    let mut known_oids = Vec::new();
    let mut guarded = journal.guards().await?;
    let classification = journal.classification().await?;
    for table in journal.tables().await? {
        known_oids.extend(table.relation.oid);
        if meant(&table.relation.name) {
            let guards = guarded.remove(&table.relation.id).unwrap_or_default();
            let mut line = recorded(&journal, &table, &guards).await?;
            if let Some(classified) = classification.table(table.relation.id) {
                line["classes"] = json!(classified.classes);
                line["column_classes"] = column_classes(classified);
            }
            lines.push((table.relation.name.clone(), line));
        }
    }
    if arguments.all {
        let others = catalogue::tables(journal.client()).await?;
        let known = |table: &Table| known_oids.contains(&table.oid);
        let unknown: Vec<_> = others
            .iter()
            .filter(|table| !table.partition && meant(&table.name) && !known(table))
            .map(|table| (table.name.clone(), unrecorded(table)))
            .collect();
        lines.extend(unknown);
    }
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, line) in &lines {
        if arguments.json {
            output::json(line)?;
        } else {
            output::line(text(line))?;
        }
    }
    if lines.is_empty() {
        output::say("note: no table is tracked; begin with `pgrecall track 'public.*'`");
    }
    Ok(Exit::Ok)
}

/// The coverage audit: what is not recorded, and why.
async fn untracked(
    journal: &Journal,
    meant: impl Fn(&RelationName) -> bool,
    json: bool,
) -> Result<Exit, Failure> {
    for table in journal.uncovered().await?.iter().filter(|table| meant(&table.name)) {
        let name = table.name.to_string();
        if json {
            output::json(&json!({
                "table": name, "reason": table.reason, "key": names(&table.key), "rows": table.rows,
                "bytes": table.bytes, "writes": table.writes, "unlogged": table.unlogged,
                "partition": table.partition,
            }))?;
            continue;
        }
        let rows = table.rows.map_or_else(|| "?".to_owned(), |rows| rows.to_string());
        let (reason, size, writes) = (&table.reason, table.bytes / 1024, table.writes);
        let key = if table.key.is_empty() { "  no key" } else { "" };
        output::line(format!(
            "{reason:<24} {name}  {rows} rows  {size} KiB  {writes} writes{key}"
        ))?;
    }
    Ok(Exit::Ok)
}

async fn recorded(
    journal: &Journal,
    table: &TrackedTable,
    guards: &Guards,
) -> Result<Value, Failure> {
    let relation = &table.relation;
    let status = match (relation.tracked, relation.oid) {
        (true, _) if table.paused => "paused",
        (true, _) => "tracked",
        (false, Some(_)) => "untracked",
        (false, None) => "dropped",
    };
    let mut line = json!({
        "table": relation.name.to_string(),
        "status": status,
        "key": names(&relation.key),
        "since": relation.since_at,
        "excluded": names(&relation.excluded),
        "hashed": names(&relation.hashed),
        "columns": table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
        "gaps": journal.gaps(relation.id).await?,
        "guards": guards::object(guards),
    });
    if let Some(object) = line.as_object_mut() {
        object.extend(selectivity::fields(table));
    }
    Ok(line)
}

/// The classes of its columns, by their names.
fn column_classes(table: &ClassifiedTable) -> Value {
    let columns = table.columns.iter();
    columns.map(|column| (column.name.as_str().to_owned(), json!(column.classes))).collect()
}

fn unrecorded(table: &Table) -> Value {
    json!({ "table": table.name.to_string(), "status": "not tracked", "key": names(&table.key) })
}

fn names(idents: &[Ident]) -> Vec<&str> {
    idents.iter().map(Ident::as_str).collect()
}

fn text(line: &Value) -> String {
    let list = |field: &str| {
        let names = line[field].as_array().map(Vec::as_slice).unwrap_or_default();
        names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
    };
    let word = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
    let mut parts = vec![format!("{:<12} {}", word("status"), word("table"))];
    let key = list("key");
    parts.push(if key.is_empty() { "no key".to_owned() } else { format!("key: {key}") });
    if let Some(since) = line["since"].as_str().and_then(|since| since.parse().ok()) {
        parts.push(format!("since {}", clock::shown(since)));
    }
    for field in ["excluded", "hashed"] {
        let columns = list(field);
        if !columns.is_empty() {
            parts.push(format!("{field}: {columns}"));
        }
    }
    let classes = classes(line);
    if !classes.is_empty() {
        parts.push(format!("classes: {}", classes.join(", ")));
    }
    parts.extend(selectivity::words(line));
    parts.extend(guards::words(&line["guards"]));
    match line["gaps"].as_array().map_or(0, Vec::len) {
        0 => {}
        gaps => parts.push(output::counted(gaps, "gap")),
    }
    parts.join("  ")
}

/// The classes of a table and of its columns, each once.
fn classes(line: &Value) -> Vec<&str> {
    let own = line["classes"].as_array().into_iter().flatten();
    let columns =
        line["column_classes"].as_object().into_iter().flat_map(|columns| columns.values());
    let classes = own.chain(columns.filter_map(Value::as_array).flatten());
    let mut classes: Vec<&str> = classes.filter_map(Value::as_str).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

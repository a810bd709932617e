use std::collections::BTreeSet;

use clap::Args;
use pgrecall_journal::{ClassifiedTable, Journal, Reclassify};
use pgrecall_model::{Class, Ident};
use serde_json::json;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure, Local};
use crate::{output, session};

/// Say what kind of data tables and columns hold
///
/// A class is a word of yours, such as `personal`, `financial` or `health`. Rules for undos ask for it:
/// `classes = ["personal"]`. Classes stay when tables and columns get other names, and do not pass on to
/// what gets the same name later.
///
/// Without `--column` it is about the table as a whole: whatever is changed in it is of that class. Its
/// columns keep what they have. Without `--as`, `--remove` and `--clear` it lists what has classes.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  pgrecall classify customers --column email --column phone --as personal\n  \
    pgrecall classify payments --as financial,secret\n  \
    pgrecall classify customers --column phone --clear\n  pgrecall classify"
)]
pub(crate) struct Arguments {
    /// The table
    #[arg(value_name = "TABLE")]
    table: Option<String>,

    /// A column of it, as the database has its name; again for others
    #[arg(long = "column", value_name = "NAME", requires = "change")]
    columns: Vec<String>,

    #[command(flatten)]
    change: Change,

    /// Print a line of JSON per table or column
    #[arg(long)]
    json: bool,
}

/// What becomes of the classes.
#[derive(Debug, Args)]
#[group(id = "change", multiple = false, requires = "table")]
struct Change {
    /// Give these classes
    #[arg(long = "as", value_name = "CLASS", value_delimiter = ',')]
    add: Vec<String>,

    /// Take these classes off
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    remove: Vec<String>,

    /// Take all classes off
    #[arg(long)]
    clear: bool,
}

impl Change {
    fn wanted(&self) -> Result<Option<Reclassify>, Failure> {
        Ok(if self.clear {
            Some(Reclassify::Clear)
        } else if !self.add.is_empty() {
            Some(Reclassify::Add(classes(&self.add)?))
        } else if !self.remove.is_empty() {
            Some(Reclassify::Remove(classes(&self.remove)?))
        } else {
            None
        })
    }
}

fn classes(names: &[String]) -> Result<BTreeSet<Class>, Failure> {
    names.iter().map(|name| Ok(name.trim().parse::<Class>()?)).collect()
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let wanted = arguments.change.wanted()?;
    let columns = arguments.columns.iter().map(|name| Ident::typed(name.as_str()));
    let columns: Vec<Ident> =
        columns.collect::<Result<_, _>>().map_err(|error| Local::Usage(error.to_string()))?;
    let mut journal = session::open(connection).await?;
    let Some(name) = &arguments.table else { return list(&journal, arguments.json).await };
    let table = journal.table(name).await?;
    let changed = match &wanted {
        Some(change) => Some(journal.classify(&table, &columns, change).await?),
        None => None,
    };
    let classification = journal.classification().await?;
    let Some(classified) = classification.table(table.relation.id) else { return Ok(Exit::Ok) };
    let lines = match changed {
        Some(_) if columns.is_empty() => vec![Line::of_table(classified)],
        Some(_) => columns.iter().map(|column| Line::of_column(classified, column)).collect(),
        None => lines(classified),
    };
    for line in &lines {
        line.print(changed, arguments.json)?;
    }
    if lines.is_empty() {
        output::say(format!("note: {} has no classes", classified.name));
    }
    Ok(Exit::Ok)
}

async fn list(journal: &Journal, json: bool) -> Result<Exit, Failure> {
    let classification = journal.classification().await?;
    let lines: Vec<Line<'_>> = classification.tables().iter().flat_map(lines).collect();
    for line in &lines {
        line.print(None, json)?;
    }
    if lines.is_empty() {
        output::say(
            "note: nothing has classes; give some with `pgrecall classify TABLE --column NAME --as CLASS`",
        );
    }
    Ok(Exit::Ok)
}

/// What of a table has classes.
fn lines(table: &ClassifiedTable) -> Vec<Line<'_>> {
    let own = (!table.classes.is_empty()).then(|| Line::of_table(table));
    let columns = table.columns.iter().map(|column| Line::of_column(table, &column.name));
    own.into_iter().chain(columns).collect()
}

/// A table or a column with its classes.
struct Line<'c> {
    table: &'c ClassifiedTable,
    column: Option<&'c Ident>,
    classes: Vec<&'c str>,
}

impl<'c> Line<'c> {
    fn of_table(table: &'c ClassifiedTable) -> Self {
        Self { table, column: None, classes: words(Some(&table.classes)) }
    }

    fn of_column(table: &'c ClassifiedTable, column: &'c Ident) -> Self {
        Self { table, column: Some(column), classes: words(table.of_column(column)) }
    }

    fn print(&self, changed: Option<bool>, json: bool) -> Result<(), Failure> {
        let status = changed.map(|changed| if changed { "changed" } else { "unchanged" });
        if json {
            let mut line = json!({
                "table": self.table.name.to_string(),
                "column": self.column.map(Ident::as_str),
                "classes": self.classes,
            });
            if let Some(status) = status {
                line["status"] = status.into();
            }
            return output::json(&line);
        }
        let column = self.column.map(|column| format!(".{column}")).unwrap_or_default();
        let name = format!("{}{column}", self.table.name);
        let classes =
            if self.classes.is_empty() { "no classes".to_owned() } else { self.classes.join(", ") };
        let status = status.map(|status| format!("{status:<16} ")).unwrap_or_default();
        output::line(format!("{status}{name}  {classes}"))
    }
}

fn words(classes: Option<&BTreeSet<Class>>) -> Vec<&str> {
    classes.into_iter().flatten().map(Class::as_str).collect()
}

use std::path::PathBuf;

use clap::Args;
use pgrecall_journal::{Journal, JournalError, TrackedTable};
use pgrecall_model::{ChangeSelection, Ident, Moment, RecordSelection, Selection};

use crate::arguments::Connection;
use crate::command::undo::ident;
use crate::failure::{Exit, Failure, Local};
use crate::rules::{Rules, Verb};
use crate::take_back::How;
use crate::{clock, list, session};

/// Bring a field, a record or tables back to a moment
///
/// `restore TABLE KEY` brings a record back, also one that was deleted; with `--column` one field of
/// it. `restore TABLE…` brings whole tables back. Whatever was changed since the moment is taken back,
/// with the same plan, preview and questions as `undo`. A table that was dropped is made anew, with its
/// columns, its key and its rows, where the journal knows all of these: see `track --baseline`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
    pgrecall restore payments 7 --column amount --to -1h --reason 'typing error'\n  \
    pgrecall restore customers 42 --to '2026-03-01 09:00' --with-children --reason 'deleted by mistake'\n  \
    pgrecall restore prices discounts --to before:tx:8841 --preview\n  \
    pgrecall restore --from-file customers.csv --to -1d --reason 'the wrong list was deleted'")]
pub(crate) struct Arguments {
    /// A table and the key of a record in it, or tables
    #[arg(
        value_name = "TABLE",
        required_unless_present = "from_file",
        conflicts_with = "from_file"
    )]
    what: Vec<String>,

    /// The record's key: `42`, `id=42`, `a=1,b=x`; also as the word after the table
    #[arg(long, value_name = "KEY")]
    key: Option<String>,

    /// Only this column of the record
    #[arg(long, value_name = "COLUMN")]
    column: Option<String>,

    /// The moment: a time, `-15m`, `before:tx:ID`, `after:tx:ID`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    to: String,

    /// Bring the rows back, too, that went with the record by a foreign key
    #[arg(long)]
    with_children: bool,

    /// The records of a list: CSV with the columns `table` and `key`, or JSON Lines
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,

    #[command(flatten)]
    how: How,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    arguments.how.check("restore")?;
    let to = Moment::parse(&arguments.to, &clock::now())?;
    let column = arguments.column.as_deref().map(ident).transpose()?;
    let listed = match &arguments.from_file {
        Some(file) => Some(list::records(file)?),
        None => None,
    };
    let rules = Rules::of(connection)?;
    let verb = Verb { name: "restore", rules: &rules };
    let mut journal = session::open(connection).await?;
    if let ([name], None) = (arguments.what.as_slice(), &arguments.key)
        && let Ok(table) = journal.table(name).await
        && table.relation.oid.is_none()
    {
        return arguments.how.rebuild(verb, &mut journal, (&table, &to)).await;
    }
    let selection = match listed {
        Some(listed) => {
            let mut records = Vec::with_capacity(listed.len());
            for record in listed {
                let table = journal.table(&record.table).await?;
                records
                    .push(arguments.record(&journal, &table, &record.key, (&column, &to)).await?);
            }
            Selection::Records(records)
        }
        None => arguments.selection(&journal, (&column, &to)).await?,
    };
    arguments.how.take_back(verb, &mut journal, selection).await
}

impl Arguments {
    async fn selection(
        &self,
        journal: &Journal,
        (column, to): (&Option<Ident>, &Moment),
    ) -> Result<Selection, Failure> {
        let mut tables = Vec::new();
        let mut key = self.key.clone();
        for (at, name) in self.what.iter().enumerate() {
            match journal.table(name).await {
                // `TABLE KEY`, unless the key happens to be the name of a table, too.
                Err(JournalError::UnknownTable(_))
                    if at == 1 && self.what.len() == 2 && key.is_none() =>
                {
                    key = Some(name.clone());
                }
                table => tables.push(table?),
            }
        }
        if let (Some(key), [table]) = (&key, tables.as_slice()) {
            let record = self.record(journal, table, key, (column, to)).await?;
            return Ok(Selection::record(record));
        }
        if key.is_some() || column.is_some() || self.with_children {
            let what = "`--key`, `--column` and `--with-children` are about one record: `restore TABLE KEY`";
            return Err(Local::Usage(what.to_owned()).into());
        }
        let tables = tables.into_iter().map(|table| table.relation.name).collect();
        Ok(ChangeSelection { tables, from: Some(to.clone()), ..ChangeSelection::default() }.into())
    }

    async fn record(
        &self,
        journal: &Journal,
        table: &TrackedTable,
        key: &str,
        (column, to): (&Option<Ident>, &Moment),
    ) -> Result<RecordSelection, Failure> {
        if let Some(column) = column.as_ref().filter(|column| !table.has_column(column.as_str())) {
            let (table, column) = (table.relation.name.clone(), column.to_string());
            return Err(JournalError::NoSuchColumn { table, column }.into());
        }
        Ok(RecordSelection {
            table: table.relation.name.clone(),
            key: journal.key(table, key).await?.values,
            column: column.clone(),
            to: Some(to.clone()),
            with_children: self.with_children,
        })
    }
}

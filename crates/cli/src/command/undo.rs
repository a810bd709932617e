use std::path::PathBuf;

use clap::Args;
use pgrecall_journal::{Journal, JournalError};
use pgrecall_model::{
    ChangeId, ChangeSelection, Ident, Moment, Operation, RecordSelection, Selection, TxRange,
};

use crate::arguments::Connection;
use crate::failure::{Exit, Failure, Local};
use crate::rules::{Rules, Verb};
use crate::take_back::{Approved, How};
use crate::{clock, in_parts, list, session};

/// Take changes back
///
/// All options that say which changes are meant must fit. Makes a plan, tries it in a transaction
/// that is rolled back, shows it, asks, and applies it in one transaction. If anything was changed
/// later, nothing is done (exit code 6), unless `--on-conflict` says otherwise. With `--batch` it is done
/// in several transactions, without the trial; one that stopped in between (exit code 3) is finished
/// with `--resume` or taken back with `--rollback`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall undo --tx 8841 --preview\n  \
    pgrecall undo --tx 8841 --tx 8850..8860 --reason 'wrong import'\n  \
    pgrecall undo --session 7f3a --table prices --reason 'a test on the wrong system'\n  \
    pgrecall undo --actor kim --from -2h --to -1h --on-conflict skip --reason 'kim was not well'\n  \
    pgrecall undo --where \"old ->> 'state' = 'open'\" --since -1d --plan-out plan.json\n  \
    pgrecall undo --apply plan.json --reason 'approved by the board'\n  \
    pgrecall undo --tx 8841 --batch 10000 --reason 'wrong import'\n  \
    pgrecall undo --resume 3 --rollback")]
pub(crate) struct Arguments {
    /// Changes of this transaction, or of these: `100..120`
    #[arg(long, value_name = "ID")]
    tx: Vec<TxRange>,

    /// Changes in this session of the application
    #[arg(long)]
    session: Option<String>,

    /// Changes by this actor
    #[arg(long)]
    actor: Option<String>,

    /// Changes for this tenant
    #[arg(long)]
    tenant: Option<String>,

    /// Changes in this request
    #[arg(long)]
    request: Option<String>,

    /// Changes of this table
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,

    /// Changes of the record with this key: `42`, `id=42`, `a=1,b=x`; alone, its latest transaction
    #[arg(long, value_name = "KEY", requires = "table")]
    key: Option<String>,

    /// Only this column, where updates changed it
    #[arg(long, value_name = "COLUMN")]
    column: Vec<String>,

    /// Changes of this kind: `insert`, `update`, `delete` or `truncate`
    #[arg(long, value_name = "OP")]
    op: Vec<Operation>,

    /// Changes made under this operation (see `pgrecall operations`)
    #[arg(long, value_name = "ID")]
    operation: Option<i64>,

    /// Changes from this moment on: a time, `-15m`, `before:tx:ID`, `after:tx:ID`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    since: Option<String>,

    /// Changes up to this moment
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    until: Option<String>,

    /// Changes that the state of this moment does not have yet
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true, conflicts_with = "since")]
    from: Option<String>,

    /// Changes that the state of this moment has; with `--key` and without `--from`: to this moment
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true, conflicts_with = "until")]
    to: Option<String>,

    /// Changes for which this SQL condition over `recall.log` holds
    #[arg(long = "where", value_name = "SQL")]
    condition: Option<String>,

    /// These changes, by the numbers that `log` shows
    #[arg(long, value_name = "ID", num_args = 1..)]
    changes: Vec<i64>,

    /// The changes of a list: CSV with a column `id`, or JSON Lines, such as `log --json` writes
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,

    /// Carry out the plan of this file, exactly as it was written
    #[arg(long, value_name = "FILE", conflicts_with_all = SELECTING, conflicts_with = "on_conflict")]
    apply: Option<PathBuf>,

    /// If that plan is no longer possible, make a new one for the same changes
    #[arg(long, requires = "apply")]
    replan: bool,

    /// Go on with an undo in several transactions that is not finished (see `--batch`)
    #[arg(long, value_name = "ID", conflicts_with_all = SELECTING, conflicts_with_all = ["apply", "preview", "script", "plan_out"])]
    resume: Option<i64>,

    /// Take back what was done of it instead
    #[arg(long, requires = "resume")]
    rollback: bool,

    /// List the undos in several transactions that are not finished
    #[arg(long, conflicts_with_all = SELECTING, conflicts_with_all = ["apply", "resume", "preview", "script", "plan_out"])]
    runs: bool,

    #[command(flatten)]
    how: How,
}

/// The options that say which changes are meant.
const SELECTING: [&str; 17] = [
    "tx",
    "session",
    "actor",
    "tenant",
    "request",
    "table",
    "key",
    "column",
    "op",
    "operation",
    "since",
    "until",
    "from",
    "to",
    "condition",
    "changes",
    "from_file",
];

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.runs {
        return in_parts::list(&session::open(connection).await?, arguments.how.is_json()).await;
    }
    let rules = Rules::of(connection)?;
    let verb = Verb { name: "undo", rules: &rules };
    if let Some(run) = arguments.resume {
        arguments.how.check_can_ask()?;
        let mut journal = session::open(connection).await?;
        return if arguments.rollback {
            arguments.how.roll_back(verb, &mut journal, run).await
        } else {
            arguments.how.resume(&mut journal, run).await
        };
    }
    arguments.how.check("undo")?;
    if let Some(file) = &arguments.apply {
        let approved = Approved { file: file.clone(), replan: arguments.replan };
        let mut journal = session::open(connection).await?;
        return arguments.how.take_back_as_approved(verb, &mut journal, &approved).await;
    }
    let selection = without_tables(arguments)?;
    let mut journal = session::open(connection).await?;
    let selection = with_tables(&journal, arguments, selection).await?;
    arguments.how.take_back(verb, &mut journal, selection).await
}

/// What is selected, as far as it needs no database.
fn without_tables(arguments: &Arguments) -> Result<ChangeSelection, Failure> {
    let mut selection = ChangeSelection {
        transactions: arguments.tx.clone(),
        session: arguments.session.clone(),
        actor: arguments.actor.clone(),
        tenant: arguments.tenant.clone(),
        request: arguments.request.clone(),
        operation: arguments.operation,
        operations: arguments.op.clone(),
        condition: arguments.condition.clone(),
        changes: arguments.changes.iter().copied().map(ChangeId).collect(),
        ..ChangeSelection::default()
    };
    for column in &arguments.column {
        selection.columns.push(ident(column)?);
    }
    if let Some(file) = &arguments.from_file {
        selection.changes.extend(list::changes(file)?);
    }
    let moment = |text: &Option<String>| match text {
        Some(text) => Ok::<_, Failure>(Some(Moment::parse(text, &clock::now())?)),
        None => Ok(None),
    };
    selection.from = moment(&arguments.from)?;
    selection.to = moment(&arguments.to)?;
    match moment(&arguments.since)? {
        Some(Moment::Now) => selection.since = Some(clock::now().timestamp()),
        Some(Moment::Time(time)) => selection.since = Some(time),
        other => selection.from = selection.from.or(other),
    }
    match moment(&arguments.until)? {
        Some(Moment::Now) => {}
        Some(Moment::Time(time)) => selection.until = Some(time),
        other => selection.to = selection.to.or(other),
    }
    Ok(selection)
}

async fn with_tables(
    journal: &Journal,
    arguments: &Arguments,
    mut selection: ChangeSelection,
) -> Result<Selection, Failure> {
    let everything = ChangeSelection { columns: Vec::new(), ..selection.clone() };
    if everything.is_everything() && arguments.key.is_none() {
        let what = "say what to undo, for example `--tx ID`, or `--table TABLE --key KEY`";
        return Err(Local::Usage(what.to_owned()).into());
    }
    for name in &arguments.table {
        let table = journal.table(name).await?;
        let missing = selection.columns.iter().find(|column| !table.has_column(column.as_str()));
        if let Some(column) = missing {
            let (table, column) = (table.relation.name, column.to_string());
            return Err(JournalError::NoSuchColumn { table, column }.into());
        }
        selection.tables.push(table.relation.name);
    }
    let Some(key) = &arguments.key else { return Ok(selection.into()) };
    let [table] = arguments.table.as_slice() else {
        return Err(Local::Usage("`--key` needs exactly one `--table`".to_owned()).into());
    };
    let table = journal.table(table).await?;
    let key = journal.key(&table, key).await?.values;
    let others = ChangeSelection { to: None, ..everything };
    if others.is_everything() && selection.columns.len() <= 1 {
        return Ok(Selection::record(RecordSelection {
            table: table.relation.name,
            key,
            column: selection.columns.pop(),
            to: selection.to,
            with_children: false,
        }));
    }
    selection.key = Some(key);
    Ok(selection.into())
}

pub(crate) fn ident(name: &str) -> Result<Ident, Failure> {
    Ident::new(name).map_err(|error| Local::Usage(error.to_string()).into())
}

use std::collections::BTreeMap;

use clap::Args;
use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{Moment, Pattern};
use pgrecall_timetravel::{Between, DiffKind, RowDiff, TimeTravelError};
use pgrecall_undo::script;

use crate::arguments::Connection;
use crate::command::at;
use crate::failure::{Exit, Failure, Local};
use crate::json::{DiffLine, SummaryLine};
use crate::{clock, diff, output, session};

/// Show what differs between two moments
///
/// Rows that were added, removed or changed, field by field. Only what was changed between the
/// moments is looked at, however large the tables are. Exit code 6 says that there are differences.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall diff prizes payments --from -1h\n  \
    pgrecall diff '*' --from before:tx:8841 --to after:tx:8841 --summary\n  \
    pgrecall diff prizes --from now --to -1h --sql > back.sql")]
pub(crate) struct Arguments {
    /// The tables: names, or patterns such as '*' and 'app.*'
    #[arg(value_name = "TABLE", required = true)]
    tables: Vec<String>,

    /// The moment that counts as before: a time, `-15m`, `before:tx:ID`, `after:tx:ID`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    from: String,

    /// The moment that counts as after
    #[arg(long, value_name = "MOMENT", default_value = "now", allow_hyphen_values = true)]
    to: String,

    /// Only count the rows of each table
    #[arg(long)]
    summary: bool,

    /// Print a script that makes the first state into the second
    #[arg(long, conflicts_with_all = ["summary", "json"])]
    sql: bool,

    /// Print a line of JSON per row, with `--summary` per table
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let now = clock::now();
    let from = Moment::parse(&arguments.from, &now)?;
    let to = Moment::parse(&arguments.to, &now)?;
    let mut journal = session::open(connection).await?;
    let between = Between::of(&journal, from.clone(), to.clone()).await?;
    for (word, moment, boundary) in [("From", &from, &between.from), ("To", &to, &between.to)] {
        output::say(format!("{word}: {}.", at::sentence(moment, boundary)));
    }
    let (tables, left_out) = tables(&journal, &between, &arguments.tables).await?;
    let differs = if arguments.summary {
        summary(&mut journal, &between, &tables, arguments.json).await?
    } else if arguments.sql {
        print_script(&mut journal, &between, &tables, [from, to]).await?
    } else {
        rows(&mut journal, &between, &tables, arguments.json).await?
    };
    if differs {
        return Ok(Exit::Conflict);
    }
    output::say("note: nothing differs");
    Ok(if left_out { Exit::Partly } else { Exit::Ok })
}

/// The tables that are meant, and whether some that a pattern fits had to be left out.
async fn tables(
    journal: &Journal,
    between: &Between,
    names: &[String],
) -> Result<(Vec<TrackedTable>, bool), Failure> {
    let (mut tables, mut left_out) = (Vec::<TrackedTable>::new(), false);
    for name in names {
        let pattern = name.parse::<Pattern>().ok().filter(|pattern| !pattern.is_exact());
        let found = match &pattern {
            None => vec![journal.table(name).await?],
            Some(pattern) => matching(journal, pattern).await?,
        };
        for table in found {
            if tables.iter().any(|known| known.relation.id == table.relation.id) {
                continue;
            }
            match between.check(journal, &table).await {
                Err(error @ TimeTravelError::TooEarly { .. }) if pattern.is_some() => {
                    output::say(format!("warning: {} is left out: {error}", table.relation.name));
                    left_out = true;
                }
                Err(error) => return Err(error.into()),
                Ok(warnings) => {
                    for warning in warnings {
                        output::say(format!("warning: {warning}"));
                    }
                    tables.push(table);
                }
            }
        }
    }
    tables.sort_by(|a, b| a.relation.name.cmp(&b.relation.name));
    Ok((tables, left_out))
}

/// The tables that are there and were recorded.
async fn matching(journal: &Journal, pattern: &Pattern) -> Result<Vec<TrackedTable>, Failure> {
    let fits = |table: &TrackedTable| {
        table.relation.oid.is_some() && pattern.matches(&table.relation.name)
    };
    let found: Vec<_> = journal.tables().await?.into_iter().filter(fits).collect();
    if found.is_empty() {
        return Err(pgrecall_journal::JournalError::NothingMatches(pattern.clone()).into());
    }
    Ok(found)
}

async fn rows(
    journal: &mut Journal,
    between: &Between,
    tables: &[TrackedTable],
    json: bool,
) -> Result<bool, Failure> {
    let mut differs = false;
    let show = |row: RowDiff| {
        differs = true;
        if json {
            return output::json(&DiffLine::from(&row));
        }
        output::line(diff::row_diff(&row).trim_end())
    };
    between.rows::<Failure>(journal, tables, show).await?;
    Ok(differs)
}

async fn summary(
    journal: &mut Journal,
    between: &Between,
    tables: &[TrackedTable],
    json: bool,
) -> Result<bool, Failure> {
    let mut counts: BTreeMap<String, BTreeMap<DiffKind, usize>> = BTreeMap::new();
    let count = |row: RowDiff| {
        *counts.entry(row.table.to_string()).or_default().entry(row.kind).or_default() += 1;
        Ok(())
    };
    between.rows::<Failure>(journal, tables, count).await?;
    let width = counts.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    for (table, counts) in &counts {
        let of = |kind| counts.get(&kind).copied().unwrap_or(0);
        let (added, removed, changed) =
            (of(DiffKind::Added), of(DiffKind::Removed), of(DiffKind::Changed));
        if json {
            output::json(&SummaryLine { table, added, removed, changed })?;
        } else {
            output::line(format!(
                "{table:<width$}  {added:>8} added  {removed:>8} removed  {changed:>8} changed"
            ))?;
        }
    }
    Ok(!counts.is_empty())
}

/// The order of the statements depends on all of them, so here every row is held in memory.
async fn print_script(
    journal: &mut Journal,
    between: &Between,
    tables: &[TrackedTable],
    [from, to]: [Moment; 2],
) -> Result<bool, Failure> {
    for table in tables {
        if table.relation.oid.is_none() {
            let name = &table.relation.name;
            return Err(
                Local::Usage(format!("{name} was dropped, so no script can fill it")).into()
            );
        }
        for column in &table.relation.hashed {
            let name = &table.relation.name;
            output::say(format!(
                "warning: of column {column} of {name} only a hash is recorded, so the script does not set it"
            ));
        }
    }
    let mut found = Vec::new();
    let collect = |row: RowDiff| {
        found.push(row);
        Ok(())
    };
    between.rows::<Failure>(journal, tables, collect).await?;
    if found.is_empty() {
        return Ok(false);
    }
    let script = script(journal, found, tables).await?;
    if script.defers {
        output::say(
            "warning: some rows depend on each other both ways; the script needs their constraints to be deferrable",
        );
    }
    output::line(format!("-- From {from} to {to}, as of {}.", clock::now().timestamp()))?;
    for line in script.lines() {
        output::line(line)?;
    }
    Ok(true)
}

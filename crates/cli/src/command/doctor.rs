use clap::Args;
use pgrecall_journal::{Check, Verdict};

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Tell whether everything is well, and what to do if not
///
/// Looks at what is installed and permitted, at the tables, triggers, gaps and partitions, and at the
/// upkeep. Changes nothing. The exit code is 6 if there is a problem.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print a line of JSON per check
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut journal = session::open(connection).await?;
    let checks = journal.examine().await?;
    for check in &checks {
        if arguments.json {
            output::json(check)?;
        } else {
            print(check)?;
        }
    }
    let problem = checks.iter().any(|check| check.verdict == Verdict::Problem);
    Ok(if problem { Exit::Conflict } else { Exit::Ok })
}

fn print(check: &Check) -> Result<(), Failure> {
    let verdict = match check.verdict {
        Verdict::Ok => "ok",
        Verdict::Warning => "warning",
        Verdict::Problem => "problem",
    };
    output::line(format!("{verdict:<8} {:<17} {}", check.name, check.means))?;
    if let Some(hint) = &check.hint {
        output::line(format!("{:<26} hint: {hint}", ""))?;
    }
    Ok(())
}

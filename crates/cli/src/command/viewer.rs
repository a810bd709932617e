use clap::{Args, Subcommand};
use pgrecall_journal::Journal;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::json::ViewerLine;
use crate::{output, session};

/// Let database roles read one tenant's part of the journal
///
/// A viewer sees the transactions of its tenant, or of one actor of it, and their changes and events;
/// nothing it can set makes it see more. Whoever is to read everything is granted the role
/// `recall_auditor` instead.
#[derive(Debug, Args)]
#[command(
    disable_help_subcommand = true,
    after_long_help = "Examples:\n  pgrecall viewer grant acme_support --tenant acme\n  \
    pgrecall viewer revoke acme_support"
)]
pub(crate) struct Arguments {
    /// What to do with viewers
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Let a role read a tenant's part; a second time it replaces the first
    Grant {
        /// The database role
        role: String,
        /// The tenant whose transactions it sees
        #[arg(long, value_name = "NAME")]
        tenant: String,
        /// Only what this actor did
        #[arg(long, value_name = "NAME")]
        actor: Option<String>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Let a role read nothing any more
    Revoke {
        /// The database role
        role: String,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the roles that read a tenant's part
    List {
        /// Print a line of JSON per role
        #[arg(long)]
        json: bool,
    },
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let journal = session::open(connection).await?;
    match &arguments.action {
        Action::Grant { role, tenant, actor, json } => {
            journal.grant_viewer(role, tenant, actor.as_deref()).await?;
            grant_shown(&journal, role, *json).await
        }
        Action::Revoke { role, json } => {
            let revoked = journal.revoke_viewer(role).await?;
            if *json {
                output::json(&serde_json::json!({ "role": role, "revoked": revoked }))?;
            } else if revoked {
                output::say(format!("{role} reads nothing of the journal any more."));
            } else {
                output::say(format!("{role} was no viewer; nothing was changed."));
            }
            Ok(Exit::Ok)
        }
        Action::List { json } => list(&journal, *json).await,
    }
}

async fn grant_shown(journal: &Journal, role: &str, json: bool) -> Result<Exit, Failure> {
    for viewer in journal.viewers().await?.iter().filter(|viewer| viewer.role == role) {
        let line = ViewerLine::from(viewer);
        if json {
            output::json(&line)?;
        } else {
            output::say(format!("{} now reads {}.", viewer.role, line.sees()));
        }
    }
    Ok(Exit::Ok)
}

async fn list(journal: &Journal, json: bool) -> Result<Exit, Failure> {
    let viewers = journal.viewers().await?;
    for viewer in &viewers {
        let line = ViewerLine::from(viewer);
        if json {
            output::json(&line)?;
        } else {
            let note = if viewer.active { "" } else { "  (no such role, or no recall_viewer)" };
            output::line(format!("{:<24} {}{note}", viewer.role, line.sees()))?;
        }
    }
    if viewers.is_empty() {
        output::say(
            "note: there is no viewer; make one with `pgrecall viewer grant ROLE --tenant NAME`",
        );
    }
    Ok(Exit::Ok)
}

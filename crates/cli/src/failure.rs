//! Errors at the edge: cause chain, hint, code, exit code.

use std::error::Error;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use pgrecall_model::{Code, Conflict, Explain};
use pgrecall_undo::UndoError;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Ok = 0,
    /// It failed.
    Failed = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// A part of it was done.
    Partly = 3,
    /// The connected user may not do it.
    Forbidden = 4,
    /// Somebody else has to approve it first.
    Waiting = 5,
    /// Differences or conflicts were found.
    Conflict = 6,
    /// The user interrupted it.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error on its way to the user.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Box<dyn Explain + Send + Sync>,
    exit: Exit,
}

/// What goes wrong on this side of the connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Local {
    /// The program's own machinery could not start.
    #[error("the program could not start")]
    Runtime(#[source] std::io::Error),
    /// Nobody could be asked.
    #[error("`{verb}` asks before it changes anything, and there is no terminal to ask on")]
    NoTerminal {
        /// The verb.
        verb: &'static str,
    },
    /// The user did not confirm.
    #[error("not confirmed, nothing was changed")]
    NotConfirmed,
    /// The rules of the target ask for an approval.
    #[error("changing this in target `{target}` needs an approval ({rules})")]
    NeedsApproval {
        /// The target.
        target: String,
        /// The rules, in words.
        rules: String,
    },
    /// The output could not be written.
    #[error("the output could not be written")]
    Output(#[source] std::io::Error),
    /// `psql` is not there.
    #[error("`psql` could not be started")]
    NoPsql(#[source] std::io::Error),
    /// Options that do not go together.
    #[error("{0}")]
    Usage(String),
    /// The user pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl Explain for Local {
    fn code(&self) -> Code {
        match self {
            Self::Runtime(_) => "local/runtime",
            Self::NoTerminal { .. } => "local/no-terminal",
            Self::NotConfirmed => "local/not-confirmed",
            Self::NeedsApproval { .. } => "plan/needs-approval",
            Self::Output(_) => "local/output",
            Self::NoPsql(_) => "local/no-psql",
            Self::Usage(_) => "local/usage",
            Self::Interrupted => "local/interrupted",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NoTerminal { .. } => Some("add `--yes` to go ahead without asking".to_owned()),
            Self::NeedsApproval { .. } => Some(
                "plan it through the server and ask for the approval there; `--preview` shows it here"
                    .to_owned(),
            ),
            Self::NoPsql(_) => Some(
                "install PostgreSQL's client programs, or run what `--print-setup` prints in another client"
                    .to_owned(),
            ),
            Self::Interrupted => Some("what was not finished was rolled back".to_owned()),
            _ => None,
        }
    }
}

impl<E: Explain + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let exit = match error.code() {
            "server/forbidden"
            | "undo/triggers"
            | "undo/forbidden"
            | "undo/not-owner"
            | "journal/no-event-triggers" => Exit::Forbidden,
            "undo/stopped" => Exit::Partly,
            "plan/needs-approval" => Exit::Waiting,
            "undo/conflict" | "undo/not-as-planned" | "undo/other-plan" => Exit::Conflict,
            "moment/malformed"
            | "moment/future"
            | "moment/mark"
            | "journal/mark-pattern"
            | "local/usage"
            | "local/no-terminal"
            | "config/unknown-target"
            | "access/user-name"
            | "access/mail"
            | "classification/class-name"
            | "journal/key" => Exit::Usage,
            "local/interrupted" => Exit::Interrupted,
            _ => Exit::Failed,
        };
        Self { error: Box::new(error), exit }
    }
}

impl Failure {
    /// Tells the user, and gives the exit code.
    pub(crate) fn report(&self) -> Exit {
        if self.is_closed_pipe() {
            // Whoever read the output has seen enough.
            return Exit::Ok;
        }
        anstream::eprint!("{}", self.rendered());
        self.exit
    }

    /// The error as the user sees it.
    pub(crate) fn rendered(&self) -> String {
        let (red, bold) = (AnsiColor::Red.on_default().bold(), Style::new().bold());
        let because = |cause: String| format!("  {bold}because:{bold:#} {cause}");
        let mut lines = vec![format!("{red}error:{red:#} {}", self.error)];
        let causes = std::iter::successors(self.error.source(), |&cause| cause.source());
        lines.extend(causes.map(|cause| because(cause.to_string())));
        lines.extend(self.conflicts().iter().map(|conflict| because(sentence(conflict))));
        lines.extend(self.error.hint().map(|hint| format!("{bold}hint:{bold:#} {hint}")));
        lines.push(format!("{bold}code:{bold:#} {}\n", self.error.code()));
        lines.join("\n")
    }

    fn conflicts(&self) -> &[Conflict] {
        let error: &(dyn Error + 'static) = &*self.error;
        match error.downcast_ref::<UndoError>() {
            Some(undo) => undo.conflicts(),
            None => &[],
        }
    }

    fn is_closed_pipe(&self) -> bool {
        let error: &(dyn Error + 'static) = &*self.error;
        matches!(error.downcast_ref::<Local>(), Some(Local::Output(cause))
            if cause.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

/// A conflict in one line.
pub(crate) fn sentence(conflict: &Conflict) -> String {
    match &conflict.key {
        Some(key) => format!("{}({key}): {}", conflict.table, conflict.message),
        None => format!("{}: {}", conflict.table, conflict.message),
    }
}

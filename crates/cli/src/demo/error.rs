use std::path::PathBuf;

use pgrecall_model::{Code, Explain, TxId};

/// What goes wrong in a demo beyond what the other crates know.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// Somebody else plays it now.
    #[error("another demo is running on this server")]
    Busy,
    /// This program could not be run as a command of the walk.
    #[error("the program cannot run itself")]
    Program(#[source] std::io::Error),
    /// A command of the walk failed.
    #[error("`{command}` ended with exit code {exit}")]
    Command {
        /// The command.
        command: String,
        /// How it ended.
        exit: i32,
    },
    /// The journal does not have the accident, or not its undo.
    #[error("the journal does not hold {0}")]
    NotRecorded(&'static str),
    /// The undo did not bring back what was lost.
    #[error("{table} is not as it was before transaction {before}")]
    NotRestored {
        /// The table.
        table: &'static str,
        /// The first transaction of the accident.
        before: TxId,
    },
    /// The files of the console cannot be had.
    #[error("the files of the console cannot be written or read")]
    Console(#[source] std::io::Error),
    /// The console does not answer.
    #[error("the console does not answer")]
    Silent {
        /// What it says.
        log: PathBuf,
    },
    /// The undo changed what it should have left alone.
    #[error("the undo changed rows of {0} that were no part of the accident")]
    Harmed(String),
}

impl Explain for DemoError {
    fn code(&self) -> Code {
        match self {
            Self::Busy => "demo/busy",
            Self::Program(_) => "demo/program",
            Self::Command { .. } => "demo/command",
            Self::NotRecorded(_) => "demo/not-recorded",
            Self::NotRestored { .. } => "demo/not-restored",
            Self::Harmed(_) => "demo/harmed",
            Self::Console(_) => "demo/console",
            Self::Silent { .. } => "demo/silent",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Busy => "let it come to its end, or stop it with Ctrl-C".to_owned(),
            Self::Program(_) | Self::Console(_) => return None,
            Self::Silent { log } => format!("what it says is in {}", log.display()),
            Self::Command { .. } => "what it says stands above".to_owned(),
            Self::NotRecorded(_) | Self::NotRestored { .. } | Self::Harmed(_) => {
                "this is a bug in pgRecall; the database `demo` is left as it is, please report it"
                    .to_owned()
            }
        })
    }
}

use std::io::{self, BufRead, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::failure::{Failure, Local};

const TITLE: Style = Style::new().bold();
const COMMAND: Style = AnsiColor::Cyan.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Goes back to the begin of the line and clears it.
const CLEAR_LINE: &str = "\r\x1b[2K";
/// Goes up one line and clears it.
const CLEAR_PREVIOUS_LINE: &str = "\x1b[1A\x1b[2K";

/// Where the story is told, and whether somebody follows it at a terminal.
///
/// The story is what the demo is for, so that it goes to stdout, unless a script wants JSON there.
#[derive(Debug)]
pub(crate) struct Talk {
    json: bool,
    pauses: bool,
    shows_progress: bool,
}

impl Talk {
    pub(crate) fn new(json: bool, no_pause: bool) -> Self {
        let watched = io::stdin().is_terminal() && io::stdout().is_terminal();
        let shows_progress = io::stderr().is_terminal();
        Self { json, pauses: watched && !json && !no_pause, shows_progress }
    }

    /// Whether stdout is for one JSON object.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether what is told may be coloured.
    pub(super) fn is_coloured(&self) -> bool {
        let choice = if self.json {
            AutoStream::choice(&io::stderr())
        } else {
            AutoStream::choice(&io::stdout())
        };
        choice != ColorChoice::Never
    }

    /// Tells a line of the story.
    pub(super) fn line(&self, text: impl std::fmt::Display) -> Result<(), Failure> {
        let written = if self.json {
            writeln!(anstream::stderr().lock(), "{text}")
        } else {
            writeln!(anstream::stdout().lock(), "{text}")
        };
        Ok(written.map_err(Local::Output)?)
    }

    /// Begins a step.
    pub(super) fn title(&self, number: u32, title: &str) -> Result<(), Failure> {
        self.line(format!("\n{TITLE}{number}. {title}{TITLE:#}"))
    }

    /// Shows a command that the user could type.
    pub(super) fn command(&self, command: impl std::fmt::Display) -> Result<(), Failure> {
        self.line(format!("\n{COMMAND}$ {command}{COMMAND:#}"))
    }

    /// Says that lines are left out.
    pub(super) fn left_out(&self, lines: usize) -> Result<(), Failure> {
        self.line(format!("{DIM}    … {lines} more lines{DIM:#}"))
    }

    /// Says what is being done, in one line that the next one replaces; only on a terminal.
    pub(super) fn progress(&self, text: &str) {
        if self.shows_progress {
            anstream::eprint!("{CLEAR_LINE}{text}");
        }
    }

    /// Takes the progress away.
    pub(super) fn progress_done(&self) {
        self.progress("");
    }

    /// Waits for Enter, if somebody is there to press it.
    pub(super) async fn pause(&self) -> Result<(), Failure> {
        if !self.pauses {
            return Ok(());
        }
        anstream::eprint!("\n{DIM}Enter for the next step, Ctrl-C to leave{DIM:#} ");
        let (pressed, wait) = tokio::sync::oneshot::channel();
        // A thread of our own: the runtime would wait for one of its own before it lets Ctrl-C end
        // the program.
        std::thread::spawn(move || {
            let read = io::stdin().lock().read_line(&mut String::new());
            // Nobody listens any more when the program ends.
            let _ = pressed.send(read);
        });
        if let Ok(read) = wait.await {
            read.map_err(Local::Output)?;
        }
        if self.is_coloured() {
            anstream::eprint!("{CLEAR_PREVIOUS_LINE}{CLEAR_PREVIOUS_LINE}");
        }
        Ok(())
    }
}

//! A command of this program: as the user would type it, and run for real.

use std::fmt;
use std::os::fd::OwnedFd;

use pgrecall_postgres::VARIABLES;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};

use super::Talk;
use super::cluster::Stage;
use super::error::DemoError;
use crate::failure::Failure;

/// A command with its arguments.
#[derive(Debug, Clone)]
pub(super) struct Invocation(Vec<String>);

/// How much of a command's output is shown: the beginning, the end, or all of it if that is not
/// much more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// Lines of the beginning.
    pub(super) first: usize,
    /// Lines of the end.
    pub(super) last: usize,
}

impl Shown {
    /// Everything.
    pub(super) const ALL: Self = Self { first: usize::MAX, last: 0 };
}

impl Invocation {
    pub(super) fn new<A: Into<String>>(arguments: impl IntoIterator<Item = A>) -> Self {
        Self(arguments.into_iter().map(Into::into).collect())
    }

    /// Shows the command, runs it and shows what it says.
    pub(super) async fn run(
        &self,
        talk: &Talk,
        stage: &Stage,
        shown: Shown,
    ) -> Result<(), Failure> {
        talk.command(self)?;
        let (mut child, output) = self.start(talk, stage).map_err(DemoError::Program)?;
        let mut lines = BufReader::new(output).lines();
        let mut window = Window::new(shown);
        while let Some(line) = lines.next_line().await.map_err(DemoError::Program)? {
            window.show(talk, line)?;
        }
        window.end(talk)?;
        let status = child.wait().await.map_err(DemoError::Program)?;
        if status.success() {
            return Ok(());
        }
        let exit = status.code().unwrap_or(-1);
        Err(DemoError::Command { command: self.to_string(), exit }.into())
    }

    /// Starts the command. Data and talk come through one pipe, so that they keep their order.
    fn start(&self, talk: &Talk, stage: &Stage) -> std::io::Result<(Child, pipe::Receiver)> {
        let (sender, receiver) = pipe::pipe()?;
        let stdout: OwnedFd = sender.into_blocking_fd()?;
        let stderr = stdout.try_clone()?;
        let color = if talk.is_coloured() { "always" } else { "never" };
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(&self.0)
            .args(["--color", color])
            .stdin(std::process::Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .kill_on_drop(true);
        // What the user has set for other servers would fill what our connection string leaves open.
        let others = VARIABLES.iter().map(|variable| variable.name);
        for name in others.filter(|name| name.starts_with("PG") && !name.starts_with("PGRECALL")) {
            command.env_remove(name);
        }
        let child = command.env("PGRECALL_URL", stage.url()).spawn()?;
        Ok((child, receiver))
    }
}

/// As it is typed in a shell.
impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pgrecall")?;
        for argument in &self.0 {
            write!(f, " {}", Quoted(argument))?;
        }
        Ok(())
    }
}

/// An argument as a shell reads it back.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=:,./@+".contains(c);
        if !self.0.is_empty() && self.0.chars().all(is_plain) {
            return f.write_str(self.0);
        }
        if self.0.contains(['"', '$', '`', '\\', '!']) {
            return write!(f, "'{}'", self.0.replace('\'', "'\\''"));
        }
        write!(f, "\"{}\"", self.0)
    }
}

/// Shows the first lines at once and keeps the last ones for the end.
struct Window {
    shown: Shown,
    count: usize,
    kept: std::collections::VecDeque<String>,
    left_out: usize,
}

impl Window {
    fn new(shown: Shown) -> Self {
        Self { shown, count: 0, kept: std::collections::VecDeque::new(), left_out: 0 }
    }

    fn show(&mut self, talk: &Talk, line: String) -> Result<(), Failure> {
        self.count += 1;
        if self.count <= self.shown.first {
            return talk.line(line);
        }
        self.kept.push_back(line);
        // One line more is kept: a note that a single line is missing would take its place.
        if self.kept.len() > self.shown.last + 1 {
            self.kept.pop_front();
            self.left_out += 1;
        }
        Ok(())
    }

    fn end(mut self, talk: &Talk) -> Result<(), Failure> {
        if self.left_out > 0 {
            self.kept.pop_front();
            talk.left_out(self.left_out + 1)?;
        }
        for line in &self.kept {
            talk.line(line)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_a_shell_reads_it() {
        let shown = |arguments: &[&str]| Invocation::new(arguments.iter().copied()).to_string();
        assert_eq!(shown(&["log", "--limit", "3"]), "pgrecall log --limit 3");
        assert_eq!(
            shown(&["at", "before:tx:3", "SELECT 'a'"]),
            "pgrecall at before:tx:3 \"SELECT 'a'\""
        );
        assert_eq!(shown(&["undo", "--reason", "it's $5"]), "pgrecall undo --reason 'it'\\''s $5'");
    }
}

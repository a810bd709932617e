//! The command line of pgRecall.
//!
//! This crate owns arguments, confirmation and what a person or a script gets to see; the work is
//! done by the feature crates, and nothing here talks to a database in its own words. It must not
//! know SQL, except that of the sample application in `demo/sql/`.
//!
//! To add a verb: a file in `command/` with its arguments and its `run`, and a line in
//! `arguments.rs`.

mod arguments;
mod clock;
mod command;
mod demo;
mod diff;
mod failure;
mod guards;
mod in_parts;
mod json;
mod list;
mod output;
mod progress;
mod psql;
mod rebuilding;
mod rules;
mod selectivity;
mod session;
mod take_back;
mod touched;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::{Cli, Color};

/// Runs the program with the arguments of the process; gives its exit code.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match cli.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(command::dispatch(cli)),
        Err(error) => Err(failure::Failure::from(failure::Local::Runtime(error))),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report().into(),
    }
}

/// The arguments as a description, from which the reference, the man pages and the shell
/// completions are made.
#[must_use]
pub fn command_line() -> clap::Command {
    Cli::command()
}

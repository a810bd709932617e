//! The developer's commands of pgRecall: `cargo xtask demo`, `test`, `ci` and what they consist of.
//!
//! This crate owns how the project is built, tested and checked, and what has to be installed for
//! that. It must not know any crate of the product: it builds in seconds, and calls Cargo for the
//! rest.
//!
//! To add a command: a file named after it with a function `run`, and a line in [`Task`]. To make
//! it part of the checks: a line in `ci::STEPS`.

mod cache;
mod ci;
mod contract;
mod demo;
mod deny;
mod doc;
mod layering;
mod node;
mod postgresql;
mod process;
mod setup;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

use clap::Parser;

use crate::process::Failure;

/// Developer commands of pgRecall
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Install what is lacking, build pgRecall and run its demonstration
    Demo(demo::Arguments),
    /// Install what is lacking and run all tests
    Test(test::Arguments),
    /// Run every check that a change has to pass
    Ci,
    /// Ask the server whatever its document allows, and hold the answers to it
    Contract(contract::Arguments),
    /// Build the documentation of the code and check that generated pages are current
    Doc,
    /// Write generated pages and expected outputs anew
    Generate,
    /// Check that crates depend on lower layers only
    Layering,
    /// Check the length of files, their names and what must not stand in them
    Tidy,
    /// Check licences and sources of dependencies
    Deny,
    /// Build the console, if anything of it has changed
    Console,
    /// Test the console and the React package, also in a browser
    Web,
    /// Take pictures of every page of the console, in both themes
    Screenshots(web::Screenshots),
    /// Tell how quick the console is over a journal of many changes
    Figures(web::Figures),
    /// Install what demonstration and tests need
    Setup,
}

fn main() -> ExitCode {
    match run(Task::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<(), Failure> {
    match task {
        Task::Demo(arguments) => demo::run(&arguments),
        Task::Test(arguments) => test::run(&arguments),
        Task::Ci => ci::run(),
        Task::Contract(arguments) => contract::run(&arguments),
        Task::Doc => doc::run(),
        Task::Generate => doc::generate(),
        Task::Layering => layering::run(),
        Task::Tidy => tidy::run(),
        Task::Deny => deny::run(),
        Task::Console => web::console(),
        Task::Web => web::test(),
        Task::Screenshots(arguments) => web::screenshots(&arguments),
        Task::Figures(arguments) => web::figures(&arguments),
        Task::Setup => setup::run(),
    }
}

use std::process::{Command, Stdio};

use clap::Args;

use crate::process::{self, Failure};
use crate::{cache, setup, web};

/// What `cargo xtask demo` is told.
#[derive(Debug, Default, Args)]
pub(crate) struct Arguments {
    /// Arguments for `pgrecall demo`
    #[arg(trailing_var_arg = true, value_name = "ARGUMENTS", allow_hyphen_values = true)]
    passed_on: Vec<String>,
}

/// Builds `pgrecall` and runs its demonstration.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    process::run(demo(&arguments.passed_on)?.stdin(Stdio::inherit()))
}

/// The demonstration from the first run to its removal, with nobody at the keyboard, in a folder
/// of its own: the developer's demonstration stays as it is.
pub(crate) fn run_and_remove() -> Result<(), Failure> {
    let folder = cache::shared()?.join("demo");
    for option in [None, None, Some("--clean")] {
        let arguments: Vec<String> = option.into_iter().map(str::to_owned).collect();
        let mut command = demo(&arguments)?;
        process::run(command.env("PGRECALL_DATA_DIR", &folder).stdin(Stdio::null()))?;
    }
    Ok(())
}

fn demo(arguments: &[String]) -> Result<Command, Failure> {
    setup::run()?;
    web::console()?;
    process::run(&mut process::cargo(&["build", "--quiet", "--package", "pgrecall"])?)?;
    // Called directly and not through Cargo, so that Ctrl-C and the exit status are its own.
    let mut command = Command::new(cache::target()?.join("debug/pgrecall"));
    command.arg("demo").args(arguments);
    Ok(command)
}

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use clap::Args;

use crate::cache;
use crate::process::{self, Failure};

/// The version of Schemathesis; another one asks other things.
const VERSION: &str = "4.32.5";
/// How long it may take to get it.
const PATIENCE: Duration = Duration::from_mins(10);

/// What `cargo xtask contract` is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many examples are made up for each operation
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    examples: u32,
}

/// Asks a server whatever its document allows, and whatever it does not, and holds the answers to the
/// document.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let program = schemathesis()?;
    let test = [
        "test",
        "--package",
        "pgrecall-server",
        "--test",
        "main",
        "--",
        "--ignored",
        "--nocapture",
        "contract",
    ];
    let mut cargo = process::cargo(&test)?;
    cargo.env("PGRECALL_SCHEMATHESIS", program);
    cargo.env("PGRECALL_CONTRACT_EXAMPLES", arguments.examples.to_string());
    process::run(&mut cargo)
}

/// With so few examples that every change can be held to it.
pub(crate) fn run_briefly() -> Result<(), Failure> {
    run(&Arguments { examples: 10 })
}

/// The program, which is got from `PyPI` into the cache once.
fn schemathesis() -> Result<PathBuf, Failure> {
    let folder = cache::shared()?.join(format!("schemathesis-{VERSION}"));
    let program = folder.join("bin/schemathesis");
    if program.is_file() {
        return Ok(program);
    }
    eprintln!("Schemathesis is missing; getting {VERSION} from PyPI");
    process::run_within(PATIENCE, Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", &format!("schemathesis=={VERSION}")]);
    process::run_within(PATIENCE, &mut pip)?;
    Ok(program)
}

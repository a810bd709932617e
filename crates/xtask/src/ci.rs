use std::process::Command;
use std::time::{Duration, Instant};

use crate::process::{self, Failure};
use crate::test::{Arguments, Versions};
use crate::{contract, demo, deny, doc, layering, test, tidy, web};

/// A check's name and what it does.
type Step = (&'static str, fn() -> Result<(), Failure>);

/// The checks, the quick ones first. Every one runs even if an earlier one failed, so that one run
/// tells all there is to mend.
const STEPS: [Step; 11] = [
    ("format", format),
    ("tidy", tidy::run),
    ("layering", layering::run),
    ("clippy", clippy),
    ("deny", deny::run),
    ("style and types of the console and the React package", web::check),
    ("test with the installed PostgreSQL", test_as_installed),
    ("quick tests with the oldest and the newest PostgreSQL", test_ends),
    ("contract", contract::run_briefly),
    ("doc", doc::run),
    ("demo, twice", demo::run_and_remove),
];

/// Runs all checks and tells how long each took.
pub(crate) fn run() -> Result<(), Failure> {
    let mut summary = Vec::new();
    let mut failed = 0;
    for (name, step) in STEPS {
        eprintln!("\n== {name}");
        let begin = Instant::now();
        let outcome = step();
        let took = shown(begin.elapsed());
        match outcome {
            Ok(()) => summary.push(format!("passed {took}  {name}")),
            Err(failure) => {
                eprintln!("error: {failure}");
                summary.push(format!("FAILED {took}  {name}"));
                failed += 1;
            }
        }
    }
    eprintln!("\n{}", summary.join("\n"));
    if failed == 0 { Ok(()) } else { Err(Failure::new(format!("{failed} of the checks failed"))) }
}

fn format() -> Result<(), Failure> {
    process::run(&mut process::cargo(&["fmt", "--all", "--check"])?)
}

fn clippy() -> Result<(), Failure> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    process::run(&mut process::cargo(&arguments)?)
}

fn test_as_installed() -> Result<(), Failure> {
    test::run(&Arguments { seed: seed(), ..Arguments::default() })
}

fn test_ends() -> Result<(), Failure> {
    let ends = Some(Versions(vec![13, 18]));
    test::run(&Arguments { pg: ends, quick: true, seed: seed(), ..Arguments::default() })
}

/// A number for what is checked out: every state tries other random input, and the same state the
/// same, so that a failure can be repeated and has to do with what was changed. Without Git any.
fn seed() -> Option<u64> {
    let mut git = Command::new("git");
    git.args(["rev-parse", "HEAD^{tree}"]).current_dir(process::workspace().ok()?);
    let seed = number(&process::output(&mut git)?)?;
    eprintln!("Random input is made from {seed}; `cargo xtask test --seed {seed}` makes the same");
    Some(seed)
}

/// The beginning of a hash as a number.
fn number(hash: &str) -> Option<u64> {
    u64::from_str_radix(hash.get(..12)?, 16).ok()
}

fn shown(time: Duration) -> String {
    format!("{:>3} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_its_own_number() {
        assert_eq!(number("00000000000a8cf06b8a"), Some(10));
        assert_eq!(number("6131e83a4b5c"), Some(0x6131_e83a_4b5c));
        assert_eq!(number(""), None);
    }
}

use std::time::Instant;

use clap::Args;

use crate::process::{self, Failure};
use crate::{postgresql, setup, web};

/// What `cargo xtask test` is told.
#[derive(Debug, Default, Args)]
pub(crate) struct Arguments {
    /// Versions of PostgreSQL to test with, such as `13,18`, or `all`; without it the one installed
    #[arg(long, value_name = "VERSIONS")]
    pub(crate) pg: Option<Versions>,
    /// Test this package only
    #[arg(long, short, value_name = "NAME")]
    pub(crate) package: Option<String>,
    /// Leave out the long test programs, such as the torture suite and the demonstration
    #[arg(long)]
    pub(crate) quick: bool,
    /// What the random input of properties is made from; another each time unless told
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Arguments for the test programs, such as a part of a test's name
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub(crate) passed_on: Vec<String>,
}

/// Major versions of PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Versions(pub(crate) Vec<u32>);

impl std::str::FromStr for Versions {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self(postgresql::majors()));
        }
        let version = |part: &str| match part.trim().parse() {
            Ok(major) if postgresql::majors().contains(&major) => Ok(major),
            _ => Err(format!("`{part}` is not one of 13 to 18")),
        };
        text.split(',').map(version).collect::<Result<_, _>>().map(Self)
    }
}

/// Runs the tests with every version asked for, and says at the end how each went.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    setup::run()?;
    let versions: Vec<Option<u32>> = match &arguments.pg {
        Some(versions) => versions.0.iter().copied().map(Some).collect(),
        None => vec![None],
    };
    let mut summary = Summary::default();
    for version in versions {
        let name =
            version.map_or("PostgreSQL as installed".to_owned(), |v| format!("PostgreSQL {v}"));
        summary.note(&name, || with(version, arguments));
    }
    if arguments.is_everything() {
        summary.note("Console and React package", web::test);
    }
    summary.tell()
}

impl Arguments {
    /// Whether nothing is left out.
    fn is_everything(&self) -> bool {
        self.package.is_none() && !self.quick && self.passed_on.is_empty()
    }
}

/// How each part went.
#[derive(Default)]
struct Summary {
    lines: Vec<String>,
    failed: bool,
}

impl Summary {
    fn note(&mut self, name: &str, part: impl FnOnce() -> Result<(), Failure>) {
        let begin = Instant::now();
        let outcome = part();
        let took = begin.elapsed().as_secs();
        self.lines.push(match outcome {
            Ok(()) => format!("{name}: passed in {took} s"),
            Err(failure) => {
                self.failed = true;
                format!("{name}: failed after {took} s: {failure}")
            }
        });
    }

    fn tell(self) -> Result<(), Failure> {
        eprintln!("{}", self.lines.join("\n"));
        if self.failed { Err(Failure::new("tests failed")) } else { Ok(()) }
    }
}

fn with(version: Option<u32>, arguments: &Arguments) -> Result<(), Failure> {
    let mut cargo = process::cargo(&["test", "--no-fail-fast"])?;
    match &arguments.package {
        Some(package) => cargo.args(["--package", package]),
        None => cargo.arg("--workspace"),
    };
    if arguments.quick {
        // Every crate's main program; a long one has a name of its own.
        cargo.args(["--lib", "--bins", "--test", "main"]);
    }
    if let Some(major) = version {
        postgresql::ensure(major)?;
        cargo.env("PGRECALL_TEST_PG", major.to_string());
    }
    if let Some(seed) = arguments.seed {
        cargo.env("PROPTEST_RNG_SEED", seed.to_string());
    }
    cargo.arg("--").args(&arguments.passed_on);
    if arguments.quick {
        cargo.args(["--skip", "for_a_minute"]);
    }
    process::run(&mut cargo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_one_by_one_or_all_at_once() {
        assert_eq!("13,18".parse(), Ok(Versions(vec![13, 18])));
        assert_eq!("all".parse(), Ok(Versions(vec![18, 17, 16, 15, 14, 13])));
        assert_eq!("12".parse::<Versions>(), Err("`12` is not one of 13 to 18".to_owned()));
    }
}

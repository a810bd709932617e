use crate::process::{self, Failure};

/// The tests that compare generated pages with what the code gives.
const REFERENCE: [&[&str]; 2] = [
    &["test", "--package", "pgrecall", "--test", "reference"],
    &["test", "--package", "pgrecall-server", "--test", "main", "openapi"],
];

/// Builds the documentation of the code, without warnings, and checks the generated pages.
pub(crate) fn run() -> Result<(), Failure> {
    let mut doc = process::cargo(&["doc", "--workspace", "--no-deps"])?;
    process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    REFERENCE.iter().try_for_each(|test| process::run(&mut process::cargo(test)?))
}

/// Writes the generated pages anew.
pub(crate) fn generate() -> Result<(), Failure> {
    let write = |test: &&[&str]| process::run(process::cargo(test)?.env("UPDATE_EXPECT", "1"));
    REFERENCE.iter().try_for_each(write)
}

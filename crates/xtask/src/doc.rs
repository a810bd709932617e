use crate::process::{self, Failure};

/// The tests that compare generated pages with what the code gives.
const REFERENCE: [&str; 5] = ["test", "--package", "pgrecall", "--test", "reference"];

/// Builds the documentation of the code, without warnings, and checks the generated pages.
pub(crate) fn run() -> Result<(), Failure> {
    let mut doc = process::cargo(&["doc", "--workspace", "--no-deps"])?;
    process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    process::run(&mut process::cargo(&REFERENCE)?)
}

/// Writes the generated pages anew.
pub(crate) fn generate() -> Result<(), Failure> {
    process::run(process::cargo(&REFERENCE)?.env("UPDATE_EXPECT", "1"))
}

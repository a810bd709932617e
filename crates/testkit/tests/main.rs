//! The testkit's promises to the tests of the other crates.

// `cfg(test)` tells Clippy that helpers beside the tests may panic as the tests may.
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod server;

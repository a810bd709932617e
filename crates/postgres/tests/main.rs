//! Tests against real servers, one module for each part of the crate.

// `cfg(test)` tells Clippy that helpers beside the tests may panic as the tests may.
#[cfg(test)]
mod ask;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod connect;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod rendered;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod version_gate;

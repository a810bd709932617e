//! Changes as they are committed, for those who follow a target.
//!
//! The journal's ticks part time into stretches: the members of a tick are the transactions that are
//! visible in its snapshot and were not in the one before. That misses none and repeats none,
//! whatever order transactions commit in. A follower's position lies at a tick, or within the
//! members of one, and is all that is needed to go on after an interruption, at any server.

mod feed;
mod position;
mod stream;

pub(crate) use feed::Feed;
pub(crate) use position::Position;
pub(crate) use stream::{Follower, follow};

//! The one clock of the server.

use jiff::{Zoned, tz::TimeZone};

/// The present. Times without a zone in requests are read as UTC, whoever asks.
#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
pub(crate) fn now() -> Zoned {
    jiff::Timestamp::now().to_zoned(TimeZone::UTC)
}

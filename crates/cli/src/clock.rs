//! The one clock of the command line.

use jiff::{Timestamp, Zoned, tz::TimeZone};

/// The present, in the time zone of the user.
#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
pub(crate) fn now() -> Zoned {
    Zoned::now()
}

/// A time as people read it: ISO 8601 in the user's time zone, to the second.
pub(crate) fn shown(time: Timestamp) -> String {
    time.to_zoned(TimeZone::system()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

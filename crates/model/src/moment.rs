use std::fmt;

use jiff::{Span, Timestamp, Zoned, civil};
use serde::{Deserialize, Serialize};

use crate::{ChangeId, TickId, TxId};

/// A point in the life of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The present state.
    Now,
    /// A time of the server's clock.
    Time(Timestamp),
    /// Just before a transaction.
    Before(TxId),
    /// Just after a transaction.
    After(TxId),
    /// Just after the transaction that made a change.
    Change(ChangeId),
    /// A recorded snapshot.
    Tick(TickId),
    /// A moment with a name.
    Mark(MarkName),
}

/// The name of a moment, or a pattern that fits several: a star stands for anything, and the newest
/// mark that fits is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MarkName(String);

impl MarkName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 200;

    /// Takes a name or a pattern.
    ///
    /// # Errors
    /// When it is empty, too long or has control characters such as line breaks.
    pub fn new(name: impl Into<String>) -> Result<Self, MomentError> {
        let name = name.into();
        let length = name.chars().count();
        if length == 0 || length > Self::LONGEST || name.chars().any(char::is_control) {
            return Err(MomentError::Mark(name));
        }
        Ok(Self(name))
    }

    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it may fit several marks.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.0.contains('*')
    }
}

impl TryFrom<String> for MarkName {
    type Error = MomentError;

    fn try_from(name: String) -> Result<Self, MomentError> {
        Self::new(name)
    }
}

impl From<MarkName> for String {
    fn from(name: MarkName) -> Self {
        name.0
    }
}

impl fmt::Display for MarkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why a text is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// Not of any form that is known.
    #[error("`{0}` is not a moment")]
    Malformed(String),
    /// A stretch of time that leads into the future.
    #[error("`{0}` lies in the future")]
    Future(String),
    /// Not a name that a moment may have.
    #[error("`{}` is no name for a mark", .0.escape_debug())]
    Mark(String),
}

impl crate::Explain for MomentError {
    fn code(&self) -> crate::Code {
        match self {
            Self::Malformed(_) => "moment/malformed",
            Self::Future(_) => "moment/future",
            Self::Mark(_) => "moment/mark",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Malformed(_) => {
                "write `2026-03-01T09:30:00Z`, `'2026-03-01 09:30'` (your time zone), `now`, \
                 `-15m`, `'15 minutes ago'`, `before:tx:ID`, `after:tx:ID`, `change:ID`, `tick:ID` or \
                 `mark:NAME`"
                    .to_owned()
            }
            Self::Future(text) if text.parse::<Span>().is_ok() => {
                format!("for the past, write `-{}`", text.trim_start_matches('+'))
            }
            Self::Future(_) => "choose a moment that has passed".to_owned(),
            Self::Mark(_) => {
                format!("write 1 to {} characters, without line breaks", MarkName::LONGEST)
            }
        })
    }
}

impl Moment {
    /// Reads what a user typed. `now` gives both the present and the time zone of times that
    /// name none.
    ///
    /// # Errors
    /// When the text has none of the known forms, or leads into the future.
    pub fn parse(text: &str, now: &Zoned) -> Result<Self, MomentError> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("now") {
            return Ok(Self::Now);
        }
        let malformed = || MomentError::Malformed(text.to_owned());
        if let Some(name) = text.strip_prefix("mark:") {
            return MarkName::new(name).map(Self::Mark);
        }
        if let Some(numbered) = numbered(text) {
            return numbered.map_err(|_| malformed());
        }
        if let Some(time) = absolute(text, now) {
            return if time > now.timestamp() {
                Err(MomentError::Future(text.to_owned()))
            } else {
                Ok(Self::Time(time))
            };
        }
        let span: Span = text.parse().map_err(|_| malformed())?;
        if span.is_positive() {
            return Err(MomentError::Future(text.to_owned()));
        }
        now.checked_add(span).map(|then| Self::Time(then.timestamp())).map_err(|_| malformed())
    }
}

/// A moment that is named by a number, if the text begins like one.
fn numbered(text: &str) -> Option<Result<Moment, std::num::ParseIntError>> {
    let (kind, number) = text.rsplit_once(':')?;
    Some(match kind {
        "before:tx" => number.parse().map(Moment::Before),
        "after:tx" => number.parse().map(Moment::After),
        "change" => number.parse().map(Moment::Change),
        "tick" => number.parse().map(Moment::Tick),
        _ => return None,
    })
}

fn absolute(text: &str, now: &Zoned) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let local = text
        .parse::<civil::DateTime>()
        .or_else(|_| {
            text.parse::<civil::Date>().map(|date| date.to_datetime(civil::Time::midnight()))
        })
        .ok()?;
    local.to_zoned(now.time_zone().clone()).ok().map(|zoned| zoned.timestamp())
}

/// In the form in which it can be typed again.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now => f.write_str("now"),
            Self::Time(time) => time.fmt(f),
            Self::Before(tx) => write!(f, "before:tx:{tx}"),
            Self::After(tx) => write!(f, "after:tx:{tx}"),
            Self::Change(change) => write!(f, "change:{change}"),
            Self::Tick(tick) => write!(f, "tick:{tick}"),
            Self::Mark(name) => write!(f, "mark:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Zoned {
        "2026-03-01T12:00:00+01:00[Europe/Berlin]".parse().unwrap()
    }

    fn parsed(text: &str) -> Result<String, MomentError> {
        Moment::parse(text, &now()).map(|moment| moment.to_string())
    }

    #[test]
    fn the_forms_a_user_may_type() {
        for (text, expected) in [
            ("now", "now"),
            ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z"),
            ("2026-03-01 09:30", "2026-03-01T08:30:00Z"),
            ("2026-03-01 09:30:00+00", "2026-03-01T09:30:00Z"),
            ("2026-03-01", "2026-02-28T23:00:00Z"),
            ("-15m", "2026-03-01T10:45:00Z"),
            ("15 minutes ago", "2026-03-01T10:45:00Z"),
            ("-2h30m", "2026-03-01T08:30:00Z"),
            ("yesterday", ""),
            ("before:tx:8", "before:tx:8"),
            ("after:tx:8", "after:tx:8"),
            ("after:tx:x", ""),
            ("change:7", "change:7"),
            ("tick:12", "tick:12"),
            ("tick:", ""),
            ("mark:deploy-1", "mark:deploy-1"),
            ("mark:before the migration: 3", "mark:before the migration: 3"),
            ("mark:deploy-*", "mark:deploy-*"),
            ("mark:", ""),
            ("mark:two\nlines", ""),
        ] {
            match parsed(text) {
                Ok(shown) => assert_eq!(shown, expected, "{text}"),
                Err(error) => assert!(expected.is_empty(), "{text}: {error}"),
            }
        }
    }

    #[test]
    fn the_future_is_refused() {
        for text in ["15m", "2027-01-01", "1 hour"] {
            assert_eq!(parsed(text).unwrap_err(), MomentError::Future(text.to_owned()));
        }
    }
}

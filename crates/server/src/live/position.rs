use std::fmt;
use std::str::FromStr;

use pgrecall_model::{ChangeId, TickId, TxId};

/// How far a follower has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Position {
    /// Everything that is visible in this tick was told.
    pub(crate) from: TickId,
    /// And of what became visible by this one, all up to a change.
    pub(crate) within: Option<Within>,
}

/// A place among the members of a tick, in the order of their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Within {
    pub(crate) to: TickId,
    pub(crate) tx: TxId,
    pub(crate) change: ChangeId,
}

impl Position {
    pub(crate) fn at(from: TickId) -> Self {
        Self { from, within: None }
    }
}

/// As it stands in `id:` and in `Last-Event-ID`.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.within {
            None => write!(f, "{}", self.from),
            Some(Within { to, tx, change }) => write!(f, "{}-{to}-{tx}-{change}", self.from),
        }
    }
}

impl FromStr for Position {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<i64>> = text.split('-').map(|part| part.parse().ok()).collect();
        match numbers.as_deref() {
            Some([from]) => Ok(Self::at(TickId(*from))),
            Some([from, to, tx, change]) => Ok(Self {
                from: TickId(*from),
                within: Some(Within { to: TickId(*to), tx: TxId(*tx), change: ChangeId(*change) }),
            }),
            _ => Err(format!("`{}` is no position of live events", text.escape_debug())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_as_they_are_written() {
        for text in ["12", "12-15-8841-77"] {
            assert_eq!(text.parse::<Position>().unwrap().to_string(), text);
        }
        for text in ["", "x", "1-2", "1-2-3", "1-2-3-4-5", "-1", "1--2-3"] {
            assert!(text.parse::<Position>().is_err(), "{text}");
        }
    }
}

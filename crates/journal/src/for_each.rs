//! Whether a table is recorded by triggers for each row, or for each statement where that is sure to
//! come to the same.

use std::fmt;
use std::str::FromStr;

/// What the triggers that record a table are for, in the words of `CREATE TRIGGER`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForEach {
    /// Each row is recorded by itself: cheapest for statements that change a few.
    #[default]
    Row,
    /// All rows of a statement are recorded at its end, where it is known that nothing else changes
    /// the table meanwhile: cheapest for statements that change many.
    Statement,
}

/// A text that is no [`ForEach`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither `row` nor `statement`")]
pub struct ForEachError(String);

impl ForEach {
    /// As the journal and the command line name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Statement => "statement",
        }
    }
}

impl FromStr for ForEach {
    type Err = ForEachError;

    fn from_str(text: &str) -> Result<Self, ForEachError> {
        [Self::Row, Self::Statement]
            .into_iter()
            .find(|each| each.as_str() == text)
            .ok_or_else(|| ForEachError(text.to_owned()))
    }
}

impl fmt::Display for ForEach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! How much of the row after an update the journal keeps. The row before is always whole, so either
//! way brings back both.

use std::fmt;
use std::str::FromStr;

use pgrecall_postgres::Template;

/// What is kept of the row after an update.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AfterImage {
    /// The row.
    #[default]
    Full,
    /// The values that changed: smaller, and dearer to read.
    Changed,
}

/// A text that is no [`AfterImage`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither `full` nor `changed`")]
pub struct AfterImageError(String);

impl AfterImage {
    /// As the journal and the command line name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Changed => "changed",
        }
    }

    /// What is kept, made of the texts of the row before and after.
    pub(crate) fn kept(self, before: &'static str, after: &'static str) -> Template {
        Template::new(match self {
            Self::Full => "{after}",
            Self::Changed => "recall._delta({before}, {after})",
        })
        .with("before", &Template::new(before))
        .with("after", &Template::new(after))
    }
}

impl FromStr for AfterImage {
    type Err = AfterImageError;

    fn from_str(text: &str) -> Result<Self, AfterImageError> {
        [Self::Full, Self::Changed]
            .into_iter()
            .find(|image| image.as_str() == text)
            .ok_or_else(|| AfterImageError(text.to_owned()))
    }
}

impl fmt::Display for AfterImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

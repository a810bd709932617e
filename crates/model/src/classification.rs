use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Code, Explain};

/// The longest name of a class; that of an identifier of the database.
const LONGEST: usize = 63;

/// What kind of data a column or a table holds, in a word of the user's: `personal`, `health`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Class(String);

/// A text is no name of a class.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no name of a class")]
pub struct ClassError(String);

impl Class {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Class {
    type Err = ClassError;

    fn from_str(text: &str) -> Result<Self, ClassError> {
        let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
        let goes_on = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if begins && text.chars().all(goes_on) && text.len() <= LONGEST {
            Ok(Self(text.to_owned()))
        } else {
            Err(ClassError(text.to_owned()))
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for Class {
    type Error = ClassError;

    fn try_from(text: String) -> Result<Self, ClassError> {
        text.parse()
    }
}

impl From<Class> for String {
    fn from(class: Class) -> Self {
        class.0
    }
}

impl Explain for ClassError {
    fn code(&self) -> Code {
        "classification/class-name"
    }

    fn hint(&self) -> Option<String> {
        Some(format!(
            "write small letters, digits and hyphens, a letter first, {LONGEST} at most, such as `personal`"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_a_word_in_small_letters() {
        for good in ["personal", "a", "health-data", "gdpr-9", &"a".repeat(63)] {
            assert_eq!(good.parse::<Class>().unwrap().as_str(), good);
        }
        let long = "a".repeat(64);
        for bad in ["", "Personal", "9a", "-a", "a b", "a_b", "a,b", "ä", "a\n", long.as_str()] {
            assert!(bad.parse::<Class>().is_err(), "{bad:?}");
        }
    }
}

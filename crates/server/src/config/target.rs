use std::fmt;
use std::str::FromStr;

use pgrecall_model::Pattern;
use pgrecall_postgres::Conninfo;
use serde::Serialize;

use super::UndoRules;

/// The longest name, in bytes.
const LONGEST: usize = 63;

/// The name of a target, as it stands in addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TargetName(String);

/// Why a text is no name for a target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no name for a target", .0.escape_debug())]
pub struct TargetNameError(String);

impl TargetName {
    /// The name as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TargetName {
    type Err = TargetNameError;

    fn from_str(text: &str) -> Result<Self, TargetNameError> {
        let is_fit = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"-_".contains(&c);
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(is_fit) {
            return Err(TargetNameError(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for TargetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A database that pgRecall looks after.
#[derive(Debug, Clone)]
pub struct Target {
    /// How it is reached.
    pub conninfo: Conninfo,
    /// How it is reached by a user that may only read, for queries as of a moment.
    pub query: Option<Conninfo>,
    /// The functions that queries as of a moment may call, beside those that only compute.
    pub query_functions: Vec<Pattern>,
    /// Whether the server does the upkeep of its journal.
    pub maintain: bool,
    /// Every how many seconds a tick is taken.
    pub tick_seconds: u32,
    /// What an undo asks for.
    pub undo: UndoRules,
    /// Whether viewer tokens may show the whole journal, because there are no tenants in it.
    pub without_tenant: bool,
}

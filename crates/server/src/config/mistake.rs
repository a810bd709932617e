use std::path::PathBuf;

use pgrecall_model::{Code, Explain};
use serde::Serialize;

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The setting, such as `targets.shop.url`.
    pub setting: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Mistake {
    pub(super) fn new(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { setting: setting.into(), problem: problem.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// In one line.
impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{} cannot be read", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// There are mistakes in it.
    #[error("{}", told(file.as_ref(), mistakes))]
    Mistakes {
        /// The file; none where all of it comes from the environment.
        file: Option<PathBuf>,
        /// All of them.
        mistakes: Vec<Mistake>,
    },
    /// A target is named that is not there.
    #[error("there is no target `{name}`")]
    UnknownTarget {
        /// What was asked for.
        name: String,
        /// Those that are there.
        known: Vec<String>,
    },
}

fn told(file: Option<&PathBuf>, mistakes: &[Mistake]) -> String {
    let place = file.map_or("the environment".to_owned(), |file| file.display().to_string());
    match mistakes {
        [one] => format!("{place}: {one}"),
        several => format!("{place} has {} mistakes", several.len()),
    }
}

impl Explain for ConfigError {
    fn code(&self) -> Code {
        match self {
            Self::Unreadable { .. } => "config/unreadable",
            Self::Mistakes { .. } => "config/mistakes",
            Self::UnknownTarget { .. } => "config/unknown-target",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable { .. } => {
                "name the file with `--config FILE` or `PGRECALL_CONFIG`".to_owned()
            }
            Self::Mistakes { mistakes, .. } => match mistakes.as_slice() {
                [one] => return one.hint.clone(),
                _ => "see all of them with `pgrecall config check`".to_owned(),
            },
            Self::UnknownTarget { known, .. } if known.is_empty() => {
                "describe it in `pgrecall.toml` under `[targets.NAME]`".to_owned()
            }
            Self::UnknownTarget { known, .. } => format!("there are: {}", known.join(", ")),
        })
    }
}

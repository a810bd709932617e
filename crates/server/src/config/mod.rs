//! The configuration file: several targets by name, and how they are served.
//!
//! It is read in two stages. What is written (`written`) is taken in setting by setting, so that all
//! mistakes are found at once (`reading`); then it is settled what it means (`settle`).

mod keys;
mod mistake;
mod notices;
mod openid;
mod reading;
mod rules;
mod secret;
mod settle;
mod show;
mod target;
mod written;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use pgrecall_access::AllowList;
use pgrecall_postgres::{Conninfo, Environment};

pub use mistake::{ConfigError, Mistake};
pub use notices::{Address, Channel, MailServer, Notices, Receiver};
pub use openid::{OpenId, RolesClaim};
pub use rules::{Classes, Hours, Needs, Rule, Touched, UndoRules};
pub use secret::Secret;
pub use show::Shown;
pub use target::{Target, TargetName, TargetNameError};
pub use written::{Format, Level, Limits, Log, MailSecurity, Notifications};

/// Where the file is looked for when nobody names one.
const DEFAULT_FILE: &str = "pgrecall.toml";

/// What the server goes by.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
    /// The databases that pgRecall looks after.
    pub targets: BTreeMap<TargetName, Target>,
    /// The database in which pgRecall keeps its own state, if targets are given.
    pub home: Option<Conninfo>,
    /// How it is reached.
    pub serving: Serving,
    /// How much anybody may ask for.
    pub limits: Limits,
    /// What it tells about itself while it runs.
    pub log: Log,
    /// The provider of OpenID Connect with which users may sign in.
    pub openid: Option<OpenId>,
    /// Who is told what happens.
    pub notices: Notices,
}

/// How the server is reached.
#[derive(Debug, Clone)]
pub struct Serving {
    /// The address on which it listens.
    pub listen: SocketAddr,
    /// The address that users type, without a slash at its end.
    pub public_url: String,
    /// The domain for which security keys are made, where it is not that of the address.
    pub key_domain: Option<String>,
    /// What it speaks TLS with; without it, plain HTTP.
    pub tls: Option<TlsFiles>,
    /// The origins whose pages may ask.
    pub allowed_origins: Vec<String>,
    /// The proxies that are believed when they name the client's address.
    pub trusted_proxies: Vec<IpNet>,
    /// The networks from which anybody may ask.
    pub allow_from: AllowList,
}

/// PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those that lead to the authority.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Serving {
    /// Whether users reach it over TLS, its own or that of a proxy.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl Config {
    /// Reads the file, and what the environment sets in its place. Without a file that is named,
    /// `pgrecall.toml` in the present folder is read if it is there.
    ///
    /// # Errors
    /// When the file cannot be read, or with everything that is wrong with it.
    pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        let named = file.or_else(|| environment.config());
        let file = match named {
            Some(file) => Some(file.to_owned()),
            None => Some(PathBuf::from(DEFAULT_FILE)).filter(|file| file.exists()),
        };
        let text = match &file {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|source| ConfigError::Unreadable { file: path.clone(), source })?,
            None => String::new(),
        };
        let (written, mut mistakes) = reading::read(&text, environment.settings());
        let settled = settle::settle(written, environment, &mut mistakes);
        if mistakes.is_empty() {
            Ok(Self { file, ..settled })
        } else {
            Err(ConfigError::Mistakes { file, mistakes })
        }
    }

    /// The target of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn target(&self, name: &str) -> Result<&Target, ConfigError> {
        let found = self.targets.iter().find(|(known, _)| known.as_str() == name);
        found.map(|(_, target)| target).ok_or_else(|| ConfigError::UnknownTarget {
            name: name.to_owned(),
            known: self.targets.keys().map(|name| name.as_str().to_owned()).collect(),
        })
    }

    /// What may stand in the file, as a JSON schema.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(written::Written).to_value()
    }
}

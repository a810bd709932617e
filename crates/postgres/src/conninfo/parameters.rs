use std::collections::BTreeMap;

use super::{ConninfoError, Origin, Problem};
use crate::environment::{self, Environment, Variable};

/// A parameter of a connection: its name in connection strings and service files, and the
/// environment variable that sets it.
type Keyword = (&'static str, Option<Variable>);

/// The parameters of libpq that mean something here. Those that would be ignored are left out, so
/// that nobody relies on them in vain.
const KEYWORDS: &[Keyword] = &[
    ("service", Some(environment::PGSERVICE)),
    ("servicefile", Some(environment::PGSERVICEFILE)),
    ("host", Some(environment::PGHOST)),
    ("hostaddr", Some(environment::PGHOSTADDR)),
    ("port", Some(environment::PGPORT)),
    ("dbname", Some(environment::PGDATABASE)),
    ("user", Some(environment::PGUSER)),
    ("password", Some(environment::PGPASSWORD)),
    ("passfile", Some(environment::PGPASSFILE)),
    ("channel_binding", Some(environment::PGCHANNELBINDING)),
    ("sslmode", Some(environment::PGSSLMODE)),
    ("sslrootcert", Some(environment::PGSSLROOTCERT)),
    ("sslcert", Some(environment::PGSSLCERT)),
    ("sslkey", Some(environment::PGSSLKEY)),
    ("connect_timeout", Some(environment::PGCONNECT_TIMEOUT)),
    ("application_name", Some(environment::PGAPPNAME)),
    ("fallback_application_name", None),
    ("options", Some(environment::PGOPTIONS)),
    ("target_session_attrs", Some(environment::PGTARGETSESSIONATTRS)),
    ("keepalives", None),
    ("keepalives_idle", None),
    ("keepalives_interval", None),
    ("keepalives_count", None),
    ("tcp_user_timeout", None),
    ("client_encoding", None),
    ("gssencmode", None),
    ("sslnegotiation", None),
    ("load_balance_hosts", None),
];

/// The parameters of a connection as texts, each with the place where it was set.
///
/// Has no `Debug`, because one of them is the password.
#[derive(Clone, Default)]
pub(super) struct Parameters(BTreeMap<&'static str, Setting>);

#[derive(Clone)]
pub(super) struct Setting {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// The names of all parameters, for messages.
pub(super) fn names() -> String {
    let names: Vec<String> = KEYWORDS.iter().map(|(name, _)| format!("`{name}`")).collect();
    names.join(", ")
}

impl Parameters {
    /// Takes pairs of a name and a value as a parser found them; a later one outranks an earlier.
    pub(super) fn from_pairs(
        pairs: Vec<(String, String)>,
        origin: &Origin,
    ) -> Result<Self, ConninfoError> {
        let mut parameters = Self::default();
        for (name, text) in pairs {
            // Written by JDBC users; libpq understands it too.
            let (name, text) = match (name.as_str(), text.as_str()) {
                ("ssl", "true") => ("sslmode", "require".to_owned()),
                _ => (name.as_str(), text),
            };
            let (keyword, _) = KEYWORDS
                .iter()
                .find(|(keyword, _)| *keyword == name)
                .ok_or_else(|| Problem::UnknownParameter(name.to_owned()).of(origin))?;
            parameters.0.insert(keyword, Setting { text, origin: origin.clone() });
        }
        Ok(parameters)
    }

    /// The parameters that environment variables set.
    pub(super) fn from_environment(environment: &Environment) -> Self {
        let settings = KEYWORDS.iter().filter_map(|(name, variable)| {
            let variable = (*variable)?;
            let text = environment.get(variable.name)?.to_owned();
            Some((*name, Setting { text, origin: Origin::Variable(variable.name) }))
        });
        Self(settings.collect())
    }

    /// The environment variables that set the same. The service is left out: what its section says
    /// is among the parameters, and would outrank the variables.
    pub(super) fn variables(&self) -> Vec<(&'static str, Option<String>)> {
        let value = |name: &'static str| match name {
            "service" | "servicefile" => None,
            _ => self.text(name).map(str::to_owned),
        };
        KEYWORDS
            .iter()
            .filter_map(|(name, variable)| Some(((*variable)?.name, value(name))))
            .collect()
    }

    /// Adds what `other` sets and this leaves open. An empty value is a value: it asks for the
    /// default instead of what an environment variable says.
    pub(super) fn fill(&mut self, other: Self) {
        for (name, setting) in other.0 {
            self.0.entry(name).or_insert(setting);
        }
    }

    /// The setting of a parameter, where it has one that is not empty.
    pub(super) fn setting(&self, name: &'static str) -> Option<&Setting> {
        debug_assert!(KEYWORDS.iter().any(|(keyword, _)| *keyword == name));
        self.0.get(name).filter(|setting| !setting.text.is_empty())
    }

    pub(super) fn text(&self, name: &'static str) -> Option<&str> {
        self.setting(name).map(|setting| setting.text.as_str())
    }

    /// The place where a parameter was set, for errors about it.
    pub(super) fn origin(&self, name: &'static str) -> Origin {
        self.setting(name).map_or(Origin::Combined, |setting| setting.origin.clone())
    }

    /// The value of a parameter as a type. `read` gives nothing for a text that is none.
    pub(super) fn parse<T>(
        &self,
        name: &'static str,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConninfoError> {
        let Some(setting) = self.setting(name) else { return Ok(None) };
        let value = read(setting.text.trim());
        value.map(Some).ok_or_else(|| Problem::InvalidValue { name, expected }.of(&setting.origin))
    }
}

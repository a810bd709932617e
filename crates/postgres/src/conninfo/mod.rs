//! How a server is found: connection strings, service files, environment variables, defaults.
//!
//! The rules are those of libpq, so that whatever works with `psql` works here:
//! <https://www.postgresql.org/docs/current/libpq-connect.html>.

mod endpoint;
mod error;
mod keyword_value;
mod parameters;
mod pgpass;
mod service;
mod settings;
#[cfg(test)]
mod tests;
mod uri;

pub use endpoint::{Endpoint, Host};
pub use error::ConninfoError;
pub(crate) use error::{Origin, Problem};
pub(crate) use pgpass::Password;
pub use pgpass::Warning;
pub(crate) use settings::{Liveness, Roots, SslMode, TlsSettings, Wanted};

use crate::environment::{DATABASE_URL, Environment, PGRECALL_URL};
use parameters::Parameters;
use pgpass::PasswordFile;

/// Where a server is and how to log in to it.
///
/// ```
/// use pgrecall_postgres::{Conninfo, Environment};
/// let environment = Environment::from_pairs([("PGUSER", "app"), ("PGPASSWORD", "secret")]);
/// let conninfo = Conninfo::resolve(Some("postgresql://db.example/shop"), &environment)?;
/// assert_eq!(conninfo.describe(), "app@db.example:5432/shop");
/// # Ok::<(), pgrecall_postgres::ConninfoError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Conninfo {
    endpoints: Vec<Endpoint>,
    user: String,
    dbname: String,
    password: Option<(Password, Origin)>,
    password_file: PasswordFile,
    application_name: Option<String>,
    options: Option<String>,
    wanted: Wanted,
    tls: TlsSettings,
    liveness: Liveness,
    warnings: Vec<Warning>,
}

impl Conninfo {
    /// Collects the settings of a connection. The string given outranks the one in `PGRECALL_URL`,
    /// that the one in `DATABASE_URL`; what the string leaves open is taken from the service file,
    /// then from the `PG…` variables, then from defaults.
    ///
    /// # Errors
    /// When a setting cannot be understood, or there is no user.
    pub fn resolve(url: Option<&str>, environment: &Environment) -> Result<Self, ConninfoError> {
        Self::from_parameters(&Self::collected(url, environment)?, environment)
    }

    /// The same settings as the variables that libpq reads, for a program that uses it. All are named:
    /// one without a value is to be unset.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn variables(
        url: Option<&str>,
        environment: &Environment,
    ) -> Result<Vec<(&'static str, Option<String>)>, ConninfoError> {
        Ok(Self::collected(url, environment)?.variables())
    }

    fn collected(
        url: Option<&str>,
        environment: &Environment,
    ) -> Result<Parameters, ConninfoError> {
        let variable = |variable: crate::environment::Variable| {
            Some((environment.get(variable.name)?, Origin::Variable(variable.name)))
        };
        let mut parameters = match url
            .map(|url| (url, Origin::Given))
            .or_else(|| variable(PGRECALL_URL))
            .or_else(|| variable(DATABASE_URL))
        {
            Some((text, origin)) => parse(text, &origin)?,
            None => Parameters::default(),
        };
        let from_environment = Parameters::from_environment(environment);
        let mut asked = parameters.clone();
        asked.fill(from_environment.clone());
        parameters.fill(service::parameters(&asked, environment)?);
        parameters.fill(from_environment);
        Ok(parameters)
    }

    fn from_parameters(
        parameters: &Parameters,
        environment: &Environment,
    ) -> Result<Self, ConninfoError> {
        settings::check_fixed(parameters)?;
        let text = |name| parameters.text(name).map(str::to_owned);
        let user = text("user")
            .or_else(|| environment.os_user().map(str::to_owned))
            .ok_or_else(|| Problem::NoUser.of(&Origin::Combined))?;
        let password = parameters.setting("password");
        let mut warnings = Vec::new();
        let password_file = match password {
            Some(_) => PasswordFile::default(),
            None => PasswordFile::read(parameters, environment).unwrap_or_else(|warning| {
                warnings.push(warning);
                PasswordFile::default()
            }),
        };
        Ok(Self {
            endpoints: endpoint::endpoints(parameters)?,
            dbname: text("dbname").unwrap_or_else(|| user.clone()),
            user,
            password: password.map(|it| (Password::new(&it.text), it.origin.clone())),
            password_file,
            application_name: text("application_name")
                .or_else(|| text("fallback_application_name")),
            options: text("options"),
            wanted: Wanted::read(parameters)?,
            tls: TlsSettings::read(parameters, environment)?,
            liveness: Liveness::read(parameters)?,
            warnings,
        })
    }

    /// The same server and user with another database.
    #[must_use]
    pub fn with_database(mut self, dbname: &str) -> Self {
        dbname.clone_into(&mut self.dbname);
        self
    }

    /// The places at which a server is looked for, in order; never none.
    #[must_use]
    pub fn hosts(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The database.
    #[must_use]
    pub fn dbname(&self) -> &str {
        &self.dbname
    }

    /// The user to log in as.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What was left aside while the settings were collected, to be shown to the user.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// `user@host:port/database`, for messages.
    #[must_use]
    pub fn describe(&self) -> String {
        let hosts: Vec<String> = self.endpoints.iter().map(Endpoint::to_string).collect();
        format!("{}@{}/{}", self.user, hosts.join(","), self.dbname)
    }

    /// The password for a place, and where it was found.
    pub(crate) fn password(&self, endpoint: &Endpoint) -> Option<(Password, String)> {
        if let Some((password, origin)) = &self.password {
            return Some((password.clone(), origin.to_string()));
        }
        let password = self.password_file.password(endpoint, &self.dbname, &self.user)?;
        Some((password, format!("the password file {}", self.password_file.path().display())))
    }

    /// The application name that the user asked for.
    pub(crate) fn application_name(&self) -> Option<&str> {
        self.application_name.as_deref()
    }

    pub(crate) fn options(&self) -> Option<&str> {
        self.options.as_deref()
    }

    pub(crate) fn wanted(&self) -> Wanted {
        self.wanted
    }

    pub(crate) fn tls(&self) -> &TlsSettings {
        &self.tls
    }

    pub(crate) fn liveness(&self) -> &Liveness {
        &self.liveness
    }
}

/// Parses a connection string in either form.
fn parse(text: &str, origin: &Origin) -> Result<Parameters, ConninfoError> {
    let text = text.trim();
    let pairs = uri::parse(text).unwrap_or_else(|| keyword_value::parse(text));
    Parameters::from_pairs(pairs.map_err(|problem| problem.of(origin))?, origin)
}

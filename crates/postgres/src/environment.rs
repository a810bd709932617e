use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// An environment variable that pgRecall reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// What it is called.
    pub name: &'static str,
    /// What it does, in one line.
    pub doc: &'static str,
}

/// Declares the constants and [`VARIABLES`] at once, so that none can be missing from the table.
macro_rules! variables {
    ($($name:ident: $doc:literal,)+) => {
        $(
            #[doc = $doc]
            pub(crate) const $name: Variable = Variable { name: stringify!($name), doc: $doc };
        )+

        /// Every environment variable that has a part in finding or reaching a server.
        pub const VARIABLES: &[Variable] = &[$($name),+];
    };
}

variables! {
    PGRECALL_URL: "The connection string, a URI or `keyword=value` pairs, used where `--url` is not given",
    DATABASE_URL: "The connection string used where neither `--url` nor `PGRECALL_URL` is given",
    PGSERVICE: "The section of the service file that fills what the connection string leaves open",
    PGSERVICEFILE: "The service file of the user (default `~/.pg_service.conf`)",
    PGSYSCONFDIR: "The folder of the service file of the machine, `pg_service.conf`",
    PGHOST: "Host names, or folders of Unix sockets, with commas between them",
    PGHOSTADDR: "Numeric addresses to connect to, which saves looking up the host names",
    PGPORT: "Ports, one for all hosts or one for each (default 5432)",
    PGDATABASE: "The database (default: named as the user)",
    PGUSER: "The user (default: the user of the operating system)",
    PGPASSWORD: "The password; the password file is safer, because other users may see an environment",
    PGPASSFILE: "The password file (default `~/.pgpass`)",
    PGCHANNELBINDING: "Whether the password is bound to the TLS channel: `disable`, `prefer`, `require`",
    PGSSLMODE: "`disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full` (default `prefer`)",
    PGSSLROOTCERT: "A PEM file of trusted certificates, or `system` (default `~/.postgresql/root.crt`)",
    PGSSLCERT: "A PEM file with the client's certificate",
    PGSSLKEY: "A PEM file with the key of the client's certificate",
    PGCONNECT_TIMEOUT: "Seconds after which an attempt to connect is given up (default: never)",
    PGAPPNAME: "The application name that the server shows for the connection",
    PGOPTIONS: "Settings for the session as command line options, such as `-c work_mem=64MB`",
    PGTARGETSESSIONATTRS: "`any`, `read-write`, `read-only`, `primary`, `standby` or `prefer-standby`",
    PGRECALL_PG_BIN: "The folder with `initdb` and `postgres` for the embedded cluster",
    PGRECALL_DATA_DIR: "The folder where the embedded cluster keeps its data",
    PGRECALL_CONFIG: "The file with the settings of the server and its targets (default `pgrecall.toml`)",
    PGRECALL_TARGET: "The target of that file to connect to, where neither `--target` nor `--url` is given",
    PGRECALL_ACTOR: "The actor that the journal names for what pgRecall itself does",
    XDG_DATA_HOME: "The folder under which the embedded cluster keeps its data (default `~/.local/share`)",
    PATH: "The folders in which the programs of the embedded cluster are looked for",
    HOME: "The folder in which the files of the user are looked for",
    USER: "The user of the operating system, where the system itself cannot tell",
    LOGNAME: "Read like `USER` where that is not set",
}

/// The environment of a process as far as connections are concerned.
///
/// It is the one place that reads environment variables, so that everything which depends on them
/// can be tested with others. An empty variable counts as unset.
#[derive(Clone, Default)]
pub struct Environment {
    values: BTreeMap<&'static str, String>,
    settings: BTreeMap<String, String>,
    account: Option<Account>,
}

/// What the operating system knows about the user of the process.
#[derive(Clone)]
struct Account {
    name: String,
    home: PathBuf,
}

impl Environment {
    /// The environment of this process.
    #[must_use]
    pub fn from_process() -> Self {
        let pairs = VARIABLES.iter().filter_map(|variable| {
            let value: OsString = std::env::var_os(variable.name)?;
            Some((variable.name, value.to_string_lossy().into_owned()))
        });
        let settings = std::env::vars_os().filter_map(|(name, value)| {
            Some((setting(name.to_str()?)?, value.to_str()?.to_owned()))
        });
        Self {
            account: Account::of_process(),
            settings: settings.collect(),
            ..Self::from_pairs(pairs)
        }
    }

    /// An environment of the given variables and nothing else; others than [`VARIABLES`] are left
    /// out.
    pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: AsRef<str>,
        V: Into<String>,
    {
        let pairs: Vec<(N, String)> =
            pairs.into_iter().map(|(name, value)| (name, value.into())).collect();
        let settings = pairs
            .iter()
            .filter_map(|(name, value)| Some((setting(name.as_ref())?, value.clone())))
            .collect();
        let known = |name: &str| VARIABLES.iter().find(|variable| variable.name == name);
        let values = pairs
            .into_iter()
            .filter_map(|(name, value)| Some((known(name.as_ref())?.name, value)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        Self { values, settings, account: None }
    }

    /// The settings of the configuration file that variables outrank: `targets.shop.url` for
    /// `PGRECALL_TARGETS__SHOP__URL`.
    #[must_use]
    pub fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// What of this environment belongs to the user and the machine, and not to one database.
    #[must_use]
    pub fn of_the_user(&self) -> Self {
        let general = [HOME, USER, LOGNAME, PGPASSFILE, PGSERVICEFILE, PGSYSCONFDIR, PGSSLROOTCERT];
        let kept = |name: &&'static str| general.iter().any(|variable| variable.name == *name);
        let values = self.values.iter().filter(|(name, _)| kept(name));
        Self {
            values: values.map(|(name, value)| (*name, value.clone())).collect(),
            settings: BTreeMap::new(),
            account: self.account.clone(),
        }
    }

    /// The same with other values for some variables; others than [`VARIABLES`] are left out.
    #[must_use]
    pub fn with<'p>(mut self, pairs: impl IntoIterator<Item = (&'p str, String)>) -> Self {
        self.values.extend(Self::from_pairs(pairs).values);
        self
    }

    /// The file with the settings of the server and its targets.
    #[must_use]
    pub fn config(&self) -> Option<&Path> {
        self.get(PGRECALL_CONFIG.name).map(Path::new)
    }

    /// The target to connect to.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.get(PGRECALL_TARGET.name)
    }

    /// The home folder of the user.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        let account = || self.account.as_ref().map(|account| account.home.as_path());
        self.get(HOME.name).map(Path::new).or_else(account)
    }

    /// The name of the user. What the system says of the process outranks `USER`, which `sudo` and
    /// containers leave at somebody else's name.
    #[must_use]
    pub fn os_user(&self) -> Option<&str> {
        let account = self.account.as_ref().map(|account| account.name.as_str());
        account.or_else(|| self.get(USER.name)).or_else(|| self.get(LOGNAME.name))
    }

    /// The folder with the programs of the embedded cluster.
    #[must_use]
    pub fn postgres_bin(&self) -> Option<&Path> {
        self.get(PGRECALL_PG_BIN.name).map(Path::new)
    }

    /// The folder with the data of the embedded cluster.
    #[must_use]
    pub fn data_dir(&self) -> Option<&Path> {
        self.get(PGRECALL_DATA_DIR.name).map(Path::new)
    }

    /// The actor that the journal names for what pgRecall itself does.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        self.get(PGRECALL_ACTOR.name)
    }

    /// The value of one of [`VARIABLES`], where it is set and not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}

/// The setting that a variable stands for: two underscores part the words of its path.
fn setting(variable: &str) -> Option<String> {
    let path = variable.strip_prefix("PGRECALL_").filter(|path| path.contains("__"))?;
    Some(path.to_ascii_lowercase().replace("__", "."))
}

/// Names only: values may be passwords.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish_non_exhaustive()
    }
}

impl Account {
    /// Reads the effective user, as libpq does, without a call into the C library.
    fn of_process() -> Option<Self> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
        Self::find(&status, &accounts)
    }

    /// `status` has a line `Uid: real effective saved filesystem`, see proc(5); `accounts` is in
    /// the format of passwd(5).
    fn find(status: &str, accounts: &str) -> Option<Self> {
        let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
        let effective = ids.split_whitespace().nth(1)?;
        accounts.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, id, _, _, home, ..] = fields[..] else { return None };
            (id == effective).then(|| Self { name: name.to_owned(), home: home.into() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_and_foreign_variables_are_not_there() {
        let environment =
            Environment::from_pairs([("PGHOST", ""), ("EDITOR", "vi"), ("USER", "me")]);
        assert_eq!(environment.get(PGHOST.name), None);
        assert_eq!(format!("{environment:?}"), "{\"USER\", ..}");
        assert_eq!(environment.os_user(), Some("me"));
        assert_eq!(environment.home(), None);
    }

    #[test]
    fn the_effective_user_outranks_the_variable() {
        let status = "Name:\tx\nUid:\t0\t26\t0\t0\nGid:\t0\t0\t0\t0\n";
        let accounts = "root:x:0:0::/root:/bin/sh\npg:x:26:26::/var/lib/pg:/bin/sh\n";
        let environment = Environment {
            account: Account::find(status, accounts),
            ..Environment::from_pairs([("USER", "root")])
        };
        assert_eq!(environment.os_user(), Some("pg"));
        assert_eq!(environment.home(), Some(Path::new("/var/lib/pg")));
    }

    #[test]
    fn debug_does_not_show_values() {
        let environment = Environment::from_pairs([("PGPASSWORD", "secret")]);
        assert!(!format!("{environment:?}").contains("secret"));
    }
}

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::endpoint::{Endpoint, Host};
use super::parameters::Parameters;
use crate::environment::Environment;

/// The folders that libpq is built with on the systems in use; their sockets count as `localhost`.
pub(super) const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// Something that was not done as asked, but does not stop a connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The password file can be read by others.
    #[error("password file {} is ignored because others may read it; `chmod 600` it", .0.display())]
    OpenPasswordFile(PathBuf),
    /// The password file is a folder, a pipe or the like.
    #[error("password file {} is ignored because it is no plain file", .0.display())]
    NoPlainFile(PathBuf),
    /// The password file is there and cannot be read.
    #[error("password file {} is ignored because it cannot be read", .0.display())]
    UnreadablePasswordFile(PathBuf),
}

/// A secret that does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Password(String);

/// The lines of a password file, or none.
#[derive(Clone, Default)]
pub(super) struct PasswordFile {
    path: PathBuf,
    text: String,
}

impl Password {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl fmt::Debug for PasswordFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.fmt(f)
    }
}

impl PasswordFile {
    /// Reads the file that the parameters or the home folder give. One that is missing is empty;
    /// one that others may read is ignored with a warning, as libpq does.
    pub(super) fn read(
        parameters: &Parameters,
        environment: &Environment,
    ) -> Result<Self, Warning> {
        let named = parameters.text("passfile").map(PathBuf::from);
        let path = named.or_else(|| Some(environment.home()?.join(".pgpass")));
        let Some(path) = path else { return Ok(Self::default()) };
        let Ok(metadata) = fs::metadata(&path) else { return Ok(Self::default()) };
        if !metadata.is_file() {
            return Err(Warning::NoPlainFile(path));
        }
        if metadata.mode() & 0o077 != 0 {
            return Err(Warning::OpenPasswordFile(path));
        }
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self { path, text }),
            Err(_) => Err(Warning::UnreadablePasswordFile(path)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The password of the first line that fits.
    pub(super) fn password(
        &self,
        endpoint: &Endpoint,
        dbname: &str,
        user: &str,
    ) -> Option<Password> {
        let host = match &endpoint.host {
            Host::Socket(folder)
                if SOCKET_FOLDERS.iter().any(|known| folder == Path::new(known)) =>
            {
                "localhost".to_owned()
            }
            Host::Socket(folder) => folder.display().to_string(),
            Host::Name(name) => name.clone(),
        };
        let wanted = [host.as_str(), &endpoint.port.to_string(), dbname, user];
        self.text.lines().find_map(|line| {
            if line.starts_with('#') {
                return None;
            }
            let rest = wanted.iter().try_fold(line, |rest, wanted| field(rest, wanted))?;
            Some(Password(secret(rest))).filter(|password| !password.0.is_empty())
        })
    }
}

/// What follows the field at the start of a line, if that field is `wanted` or `*`.
///
/// As in libpq (`pwdfMatchesString`) a colon may also match itself, so that `::1` needs no
/// backslashes.
fn field<'l>(line: &'l str, wanted: &str) -> Option<&'l str> {
    if let Some(rest) = line.strip_prefix("*:") {
        return Some(rest);
    }
    let mut wanted = wanted.chars();
    let mut rest = line.chars();
    loop {
        let expected = wanted.next();
        match (rest.next()?, expected) {
            (':', None) => return Some(rest.as_str()),
            ('\\', Some(expected)) if rest.next()? == expected => {}
            (c, Some(expected)) if c == expected && c != '\\' => {}
            _ => return None,
        }
    }
}

/// The text up to a colon that no backslash protects.
fn secret(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ':' => break,
            '\\' => plain.push(chars.next().unwrap_or('\\')),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, host: &str, dbname: &str) -> Option<String> {
        let file = PasswordFile { path: PathBuf::new(), text: text.to_owned() };
        let host = match host.strip_prefix('/') {
            Some(_) => Host::Socket(host.into()),
            None => Host::Name(host.to_owned()),
        };
        let endpoint = Endpoint { host, address: None, port: 5432 };
        file.password(&endpoint, dbname, "me").map(|password| password.0)
    }

    #[test]
    fn the_first_line_that_fits_holds() {
        let file = "# h:5432:db:me:comment\nh:5433:db:me:port\nh:5432:db:you:user\n\
                    h:5432:db:me:exact\n*:*:*:me:any\n";
        assert_eq!(found(file, "h", "db").as_deref(), Some("exact"));
        assert_eq!(found(file, "h", "other").as_deref(), Some("any"));
        assert_eq!(found("h:5432:db:me", "h", "db"), None);
        assert_eq!(found("h:5432:db:me:\n", "h", "db"), None);
        assert_eq!(found("host:5432:db:me:x", "h", "db"), None);
        assert_eq!(found("h:5432:db:me:x", "host", "db"), None);
    }

    #[test]
    fn backslashes_protect_colons_and_themselves() {
        assert_eq!(found(r"h:5432:a\:b:me:p\:q\\r", "h", "a:b").as_deref(), Some(r"p:q\r"));
        assert_eq!(found(r"h:5432:a\\b:me:x", "h", r"a\b").as_deref(), Some("x"));
        assert_eq!(found("::1:5432:db:me:x", "::1", "db").as_deref(), Some("x"));
        assert_eq!(found(r"\:\:1:5432:db:me:x", "::1", "db").as_deref(), Some("x"));
        assert_eq!(found("*:*:*:*:äö", "h", "db").as_deref(), Some("äö"));
    }

    #[test]
    fn the_default_socket_folders_are_localhost() {
        assert_eq!(found("localhost:*:*:*:x", "/tmp", "db").as_deref(), Some("x"));
        assert_eq!(found("localhost:*:*:*:x", "/run/other", "db"), None);
        assert_eq!(found("/run/other:*:*:*:x", "/run/other", "db").as_deref(), Some("x"));
    }

    #[test]
    fn passwords_do_not_show() {
        let file = PasswordFile { path: "f".into(), text: "secret".to_owned() };
        assert!(!format!("{file:?} {:?}", Password::new("secret")).contains("secret"));
    }
}

use std::fmt::Write;
use std::path::Path;

use super::{ClusterAccess, ClusterError};

/// The file beside `postgresql.conf` with our settings.
pub(super) const FILE: &str = "pgrecall.conf";

/// What `postgresql.conf` ends with, so that our file is read after everything else.
pub(super) const INCLUDE: &str = "\ninclude_if_exists = 'pgrecall.conf'\n";

/// Server settings beyond those that every cluster has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings(Vec<(String, String)>);

impl Settings {
    /// Checks that the settings can stand in a configuration file. Whether the server knows them
    /// is for the server to say.
    pub(super) fn new(settings: Vec<(String, String)>) -> Result<Self, ClusterError> {
        let is_name = |name: &str| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
        };
        let is_value = |value: &str| !value.contains(['\n', '\r', '\0']);
        match settings.iter().find(|(name, value)| !is_name(name) || !is_value(value)) {
            Some((name, _)) => Err(ClusterError::BadSetting(name.clone())),
            None => Ok(Self(settings)),
        }
    }

    /// Whether the data may be lost when the machine goes down, so that `initdb` need not wait
    /// for the disk.
    pub(super) fn are_for_throw_away(&self) -> bool {
        self.0.iter().any(|(name, value)| name == "fsync" && value == "off")
    }

    /// The configuration file: where to listen, then these settings.
    pub(super) fn file(&self, port: u16, socket: Option<&Path>) -> String {
        let socket = socket.and_then(Path::to_str).unwrap_or_default();
        let mut text = "# Written anew at every start.\n".to_owned();
        let listening = [
            ("listen_addresses", ClusterAccess::HOST.to_owned()),
            ("port", port.to_string()),
            ("unix_socket_directories", quoted(socket)),
        ];
        let all = listening.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in all.chain(self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))) {
            let escaped = value.replace('\\', "\\\\").replace('\'', "''");
            let _writing_to_a_string_cannot_fail = writeln!(text, "{name} = '{escaped}'");
        }
        text
    }
}

/// The port that a configuration file of ours names.
pub(super) fn port(file: &str) -> Option<u16> {
    file.lines().find_map(|line| line.strip_prefix("port = '")?.strip_suffix('\'')?.parse().ok())
}

/// A member of a list of folders, in quotes so that blanks in it stay; nothing for nothing.
fn quoted(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("\"{folder}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Result<Settings, ClusterError> {
        Settings::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn a_configuration_file_quotes_values_and_remembers_the_port() {
        let file = settings(&[("my.note", r"it's a \ here"), ("fsync", "off")])
            .unwrap()
            .file(5432, Some(Path::new("/a b")));
        assert_eq!(
            file,
            "# Written anew at every start.\n\
             listen_addresses = '127.0.0.1'\n\
             port = '5432'\n\
             unix_socket_directories = '\"/a b\"'\n\
             my.note = 'it''s a \\\\ here'\n\
             fsync = 'off'\n"
        );
        assert_eq!(port(&file), Some(5432));
    }

    #[test]
    fn without_a_usable_folder_there_is_no_socket() {
        let file = settings(&[]).unwrap().file(1, None);
        assert!(file.contains("unix_socket_directories = ''\n"), "{file}");
    }

    #[test]
    fn a_setting_cannot_bring_in_a_line_of_its_own() {
        assert!(settings(&[("a", "1\nfsync = off")]).is_err());
        assert!(settings(&[("a = 1\nb", "2")]).is_err());
    }
}

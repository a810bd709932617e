use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::ClusterError;

/// The account that the server's processes run as: the caller's own, or an unprivileged one when
/// the caller is root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account(Option<Unprivileged>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Unprivileged {
    name: String,
    user: u32,
    group: u32,
}

impl Account {
    /// The account for a cluster whose data lie, or will lie, in a folder.
    ///
    /// Existing data keep their owner: PostgreSQL insists that whoever runs it owns them.
    pub(super) fn for_data(data: &Path) -> Result<Self, ClusterError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self(None));
        }
        let owner = fs::metadata(data).ok().map(|data| (data.uid(), data.gid()));
        let account = match owner {
            Some((user, group)) if user != 0 => {
                Unprivileged { name: user.to_string(), user, group }
            }
            _ => ["postgres", "nobody"]
                .into_iter()
                .find_map(Unprivileged::named)
                .ok_or(ClusterError::NoAccount)?,
        };
        Ok(Self(Some(account)))
    }

    /// Whether the caller is root and the server runs as somebody else.
    pub(super) fn is_another(&self) -> bool {
        self.0.is_some()
    }

    /// A call of one of the server's programs as this account, free of the caller's settings.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // The caller's directory may be closed to the account.
        command.current_dir("/").stdin(Stdio::null()).env("LC_ALL", "C").env_remove("LANGUAGE");
        for (name, _) in std::env::vars_os() {
            if is_for_postgres(&name) {
                command.env_remove(name);
            }
        }
        if let Some(account) = &self.0 {
            command.uid(account.user).gid(account.group).env("HOME", "/");
        }
        command
    }

    /// Gives a file to the account.
    pub(super) fn own(&self, path: &Path) -> io::Result<()> {
        match &self.0 {
            Some(account) => {
                std::os::unix::fs::chown(path, Some(account.user), Some(account.group))
            }
            None => Ok(()),
        }
    }

    /// Checks that the account can enter a folder and all those above it.
    pub(super) fn check_reach(&self, folder: &Path) -> Result<(), ClusterError> {
        let Some(account) = &self.0 else { return Ok(()) };
        let mut above: Vec<&Path> = folder.ancestors().collect();
        above.reverse();
        match above.into_iter().find(|folder| !account.can_enter(folder)) {
            Some(closed) => Err(ClusterError::OutOfReach {
                account: account.name.clone(),
                folder: closed.to_path_buf(),
            }),
            None => Ok(()),
        }
    }
}

impl Unprivileged {
    /// Asks `id`, which knows accounts from every source that the system is set up with.
    fn named(name: &str) -> Option<Self> {
        let ask = |what: &str| -> Option<u32> {
            let output =
                Command::new("id").args([what, name]).stdin(Stdio::null()).output().ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse().ok()
        };
        Some(Self { name: name.to_owned(), user: ask("-u")?, group: ask("-g")? })
    }

    /// Goes by the mode bits alone; what an access list adds, the server finds out itself.
    fn can_enter(&self, folder: &Path) -> bool {
        let Ok(folder) = fs::metadata(folder) else { return true };
        let needed = if folder.uid() == self.user {
            0o100
        } else if folder.gid() == self.group {
            0o010
        } else {
            0o001
        };
        folder.mode() & needed != 0
    }
}

/// `PGDATA`, `PGPORT`, `PGCLIENTENCODING` and their like change what the server does.
fn is_for_postgres(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"PG")
}

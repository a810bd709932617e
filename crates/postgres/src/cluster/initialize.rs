use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Output;

use super::account::Account;
use super::folder::{self, Folder};
use super::{Binaries, ClusterAccess, ClusterError, settings};

/// The making of a cluster's data.
#[derive(Debug)]
pub(super) struct Initdb<'c> {
    pub(super) folder: &'c Folder,
    pub(super) binaries: &'c Binaries,
    pub(super) account: &'c Account,
    /// Leaves the data to the operating system's memory, for clusters that may be lost.
    pub(super) no_sync: bool,
}

impl Initdb<'_> {
    /// Makes the data beside their place and moves them there when they are complete: a run that
    /// is killed leaves no half cluster.
    pub(super) fn run(&self, password: &str) -> Result<(), ClusterError> {
        self.folder.delete_leftovers();
        let name = format!("initdb-{}", random_hex(8)?);
        let work = self.folder.path().join(name);
        folder::create_private(&work, self.account).map_err(ClusterError::file("create", &work))?;
        let made = self.make(&work, password);
        if made.is_err() {
            self.folder.delete_leftovers();
        }
        made
    }

    fn make(&self, work: &Path, password: &str) -> Result<(), ClusterError> {
        let password_file = work.join("password");
        folder::write_private(&password_file, &format!("{password}\n"))
            .and_then(|()| self.account.own(&password_file))
            .map_err(ClusterError::file("write", &password_file))?;
        let data = work.join("data");
        // `C.UTF-8` knows the letters of all languages; not every system has it.
        let mut output = self.call(work, "--locale=C.UTF-8")?;
        if !output.status.success() && text(&output).contains("locale") {
            output = self.call(work, "--no-locale")?;
        }
        if !output.status.success() {
            return Err(ClusterError::Initialize(text(&output)));
        }
        append(&data.join("postgresql.conf"), settings::INCLUDE)?;
        let place = self.folder.data();
        // What lies there is no cluster: it has no version.
        match fs::remove_dir_all(&place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ClusterError::file("delete", &place)(error));
            }
            _ => {}
        }
        fs::rename(&data, &place).map_err(ClusterError::file("create", &place))?;
        fs::remove_dir_all(work).map_err(ClusterError::file("delete", work))
    }

    fn call(&self, work: &Path, locale: &str) -> Result<Output, ClusterError> {
        let program = self.binaries.initdb();
        let mut command = self.account.command(&program);
        command
            .arg("--pgdata")
            .arg(work.join("data"))
            .arg("--pwfile")
            .arg(work.join("password"))
            .args(["--username", ClusterAccess::USER])
            .args(["--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", locale]);
        if self.no_sync {
            command.arg("--no-sync");
        }
        command.output().map_err(|source| ClusterError::Program { program, source })
    }
}

/// The programs that fit the cluster in a folder: those of its version, or the newest.
pub(super) fn suitable(candidates: &[Binaries], folder: &Folder) -> Result<Binaries, ClusterError> {
    let Some(cluster) = folder.major_version()? else {
        return candidates.first().cloned().ok_or(ClusterError::NothingInstalled);
    };
    let fitting = candidates.iter().find(|c| c.version().major().to_string() == cluster);
    fitting.cloned().ok_or_else(|| {
        let found: Vec<String> =
            candidates.iter().map(|c| c.version().major().to_string()).collect();
        let folder = folder.path().to_path_buf();
        ClusterError::OtherVersion { folder, cluster, found: found.join(", ") }
    })
}

/// The superuser's password: the one on file, else a new one that is put on file.
pub(super) fn password(folder: &Folder) -> Result<String, ClusterError> {
    let file = folder.password_file();
    match fs::read_to_string(&file) {
        Ok(text) => return Ok(text.trim().to_owned()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(ClusterError::file("read", &file)(error));
        }
        Err(_) if folder.major_version()?.is_some() => {
            return Err(ClusterError::PasswordLost(file));
        }
        Err(_) => {}
    }
    let password = random_hex(24)?;
    folder::write_private(&file, &password).map_err(ClusterError::file("write", &file))?;
    Ok(password)
}

fn random_hex(bytes: usize) -> Result<String, ClusterError> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| ClusterError::Random(error.to_string()))?;
    let mut text = String::with_capacity(2 * bytes);
    for byte in random {
        let _writing_to_a_string_cannot_fail = write!(text, "{byte:02x}");
    }
    Ok(text)
}

fn append(file: &Path, text: &str) -> Result<(), ClusterError> {
    OpenOptions::new()
        .append(true)
        .open(file)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(ClusterError::file("write", file))
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

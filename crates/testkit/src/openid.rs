use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use crate::installed;

const PACKAGE: &str = "oidc-provider@9.13.3";
const SCRIPT: &str = include_str!("../openid/provider.mjs");

/// A provider of OpenID Connect, on a port of its own. It lets in whoever `login_hint` names, of the
/// accounts that `POST /accounts` told it.
#[derive(Debug)]
pub struct OpenIdProvider {
    child: Child,
    address: SocketAddr,
}

impl OpenIdProvider {
    /// What the provider calls pgRecall.
    pub const CLIENT: &'static str = "pgrecall";
    /// With what pgRecall shows there who it is.
    pub const SECRET: &'static str = "known-to-the-provider";

    /// Starts one.
    ///
    /// # Panics
    /// When it does not start: `node` and `npm` are needed.
    #[must_use]
    pub fn start() -> Self {
        let script = installed();
        let mut command = Command::new("node");
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let child = command.spawn();
        let mut child = child.unwrap_or_else(|error| {
            panic!("`node` does not start: {error}; `cargo xtask setup` installs it")
        });
        let mut line = String::new();
        let told = child.stdout.as_mut().map(|output| BufReader::new(output).read_line(&mut line));
        let port = line.trim().strip_prefix("port ").and_then(|port| port.parse().ok());
        match (told, port) {
            (Some(Ok(_)), Some(port)) => Self { child, address: ([127, 0, 0, 1], port).into() },
            _ => panic!("the provider of OpenID Connect does not start: {line}"),
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its name for itself.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it.
    ///
    /// # Panics
    /// When it cannot be stopped.
    pub fn stop(&mut self) {
        let stopped = self.child.kill().and_then(|()| self.child.wait());
        stopped.unwrap_or_else(|error| panic!("the provider does not stop: {error}"));
    }
}

impl Drop for OpenIdProvider {
    fn drop(&mut self) {
        // It ends with its input at the latest.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The script beside the package that it needs, which is got once.
fn installed() -> &'static Path {
    static PLACE: OnceLock<PathBuf> = OnceLock::new();
    PLACE.get_or_init(|| {
        let Some(cache) = installed::cache() else { panic!("there is no folder for a cache") };
        let folder = cache.join(PACKAGE.replace('@', "-"));
        if !folder.join("node_modules").is_dir() {
            install(&folder);
        }
        let script = folder.join("provider.mjs");
        // Others may be about to read it.
        let new = folder.join(format!("provider-{}", std::process::id()));
        let written = fs::write(&new, SCRIPT).and_then(|()| fs::rename(&new, &script));
        written.unwrap_or_else(|error| panic!("cannot write {}: {error}", script.display()));
        script
    })
}

/// Gets the package beside its place first: others may do the same at once.
fn install(folder: &Path) {
    eprintln!("getting {PACKAGE} from npm");
    let beside = folder.with_extension(std::process::id().to_string());
    let npm = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix"])
        .arg(&beside)
        .arg(PACKAGE)
        .stdout(Stdio::null())
        .status();
    let is_got = npm.is_ok_and(|status| status.success());
    let is_there = is_got && (fs::rename(&beside, folder).is_ok() || folder.is_dir());
    assert!(is_there, "cannot get {PACKAGE} with npm; `cargo xtask setup` installs npm");
}

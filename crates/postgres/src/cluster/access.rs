use std::fmt;
use std::path::{Path, PathBuf};

/// How to connect to a cluster's server as its superuser.
#[derive(Clone, PartialEq, Eq)]
pub struct ClusterAccess {
    port: u16,
    socket: Option<PathBuf>,
    password: String,
}

impl ClusterAccess {
    /// The name of the superuser.
    pub(super) const USER: &'static str = "postgres";
    /// The only address that the server listens on.
    pub(super) const HOST: &'static str = "127.0.0.1";

    pub(super) fn new(port: u16, socket: Option<PathBuf>, password: String) -> Self {
        Self { port, socket, password }
    }

    /// The address to connect to.
    #[must_use]
    pub fn host(&self) -> &'static str {
        Self::HOST
    }

    /// The TCP port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder of the server's socket, unless its path is too long for one.
    #[must_use]
    pub fn socket(&self) -> Option<&Path> {
        self.socket.as_deref()
    }

    /// The superuser's name.
    #[must_use]
    pub fn user(&self) -> &'static str {
        Self::USER
    }

    /// The superuser's password.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The database that exists from the beginning.
    #[must_use]
    pub fn database(&self) -> &'static str {
        "postgres"
    }

    /// The connection URL, with the password. It needs no escapes: the password is hexadecimal.
    #[must_use]
    pub fn url(&self) -> String {
        let Self { port, password, .. } = self;
        format!("postgres://{}:{password}@{}:{port}/{}", Self::USER, Self::HOST, self.database())
    }
}

/// Without the password, so that no log gets hold of it.
impl fmt::Debug for ClusterAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterAccess")
            .field("port", &self.port)
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}

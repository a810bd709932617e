use std::fmt::Write;
use std::ops::Deref;
use std::process::{Command, Output, Stdio};

use pgrecall_postgres::{Conninfo, Database, Environment};

use crate::{Server, Session};

/// The password of every role that a test connects as.
const ROLE_PASSWORD: &str = "role-password";

/// A database for one test alone, with a session of the superuser in it.
///
/// It need not be dropped: it goes with the server.
#[derive(Debug)]
pub struct TestDatabase {
    server: Server,
    name: String,
    session: Session,
}

/// The superuser's session, so that `database.execute(…)` reads as it should.
impl Deref for TestDatabase {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl TestDatabase {
    pub(crate) async fn open(server: Server, name: String) -> Self {
        let session =
            Session::open(&url(&server, server.access().user(), server.access().password(), &name))
                .await;
        Self { server, name, session }
    }

    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server that the database is on.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The connection URL of the superuser, with the password.
    #[must_use]
    pub fn url(&self) -> String {
        let access = self.server.access();
        url(&self.server, access.user(), access.password(), &self.name)
    }

    /// The connection URL of another role. The role is given the right to log in and a password.
    ///
    /// # Panics
    /// When there is no such role.
    pub async fn url_as(&self, role: &str) -> String {
        let quoted = role.replace('"', "\"\"");
        self.execute(&format!("ALTER ROLE \"{quoted}\" LOGIN PASSWORD '{ROLE_PASSWORD}'")).await;
        url(&self.server, role, ROLE_PASSWORD, &self.name)
    }

    /// What the superuser connects with.
    ///
    /// # Panics
    /// When the URL cannot be read, which is a bug.
    #[must_use]
    pub fn conninfo(&self) -> Conninfo {
        read(&self.url())
    }

    /// The product's own connection, as the superuser.
    ///
    /// # Panics
    /// When the server cannot be reached.
    pub async fn connect(&self) -> Database {
        connect(&self.conninfo()).await
    }

    /// The product's own connection, as another role; see [`TestDatabase::url_as`].
    ///
    /// # Panics
    /// When there is no such role, or it may not connect.
    pub async fn connect_as(&self, role: &str) -> Database {
        connect(&read(&self.url_as(role).await)).await
    }

    /// One more session of the superuser.
    ///
    /// # Panics
    /// When the server cannot be reached.
    pub async fn session(&self) -> Session {
        Session::open(&self.url()).await
    }

    /// A session of another role; see [`TestDatabase::url_as`].
    ///
    /// # Panics
    /// When there is no such role, or it may not connect.
    pub async fn session_as(&self, role: &str) -> Session {
        Session::open(&self.url_as(role).await).await
    }

    /// Makes a role whose name no other test of the process uses, and tells the name.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn create_role(&self, name: &str) -> String {
        let unique = format!("{name}_{}", self.name);
        self.execute(&format!("CREATE ROLE \"{unique}\"")).await;
        unique
    }

    /// Runs a script with `psql`, which stops at the first error; nothing where there is no
    /// `psql`.
    ///
    /// # Panics
    /// When `psql` cannot be run.
    #[must_use]
    pub fn psql(&self, script: &str) -> Option<Output> {
        let access = self.server.access();
        let run = |program| -> std::io::Result<Output> {
            let file = tempfile::NamedTempFile::new()?;
            std::fs::write(file.path(), script)?;
            Command::new(program)
                .args(["--no-psqlrc", "--set=ON_ERROR_STOP=1", "--host", access.host()])
                .args(["--port", &access.port().to_string(), "--username", access.user()])
                .args(["--dbname", &self.name, "--file"])
                .arg(file.path())
                .env("PGPASSWORD", access.password())
                .stdin(Stdio::null())
                .output()
        };
        let program = self.server.psql()?;
        Some(run(program).unwrap_or_else(|error| panic!("cannot run `psql`: {error}")))
    }
}

async fn connect(conninfo: &Conninfo) -> Database {
    match Database::connect(conninfo, "pgrecall test").await {
        Ok(database) => database,
        Err(error) => panic!("cannot connect: {error}"),
    }
}

fn read(url: &str) -> Conninfo {
    Conninfo::resolve(Some(url), &Environment::from_pairs([("", ""); 0]))
        .unwrap_or_else(|error| panic!("cannot read `{url}`: {error}"))
}

fn url(server: &Server, user: &str, password: &str, database: &str) -> String {
    let access = server.access();
    let (host, port, user) = (access.host(), access.port(), escaped(user));
    format!("postgres://{user}:{password}@{host}:{port}/{database}")
}

/// Percent-encoded, as a name must be to stand in a URL.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            text.push(char::from(byte));
        } else {
            let _writing_to_a_string_cannot_fail = write!(text, "%{byte:02X}");
        }
    }
    text
}

//! Encrypted connections, with an authority made for the test.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use pgrecall_postgres::Database;
use pgrecall_testkit::{Server, block_on};
use tempfile::TempDir;

use crate::rendered::{read, refusal, rendered};

/// Who may come in how. The first line that fits holds; the lines of the cluster itself follow.
const ACCESS: &str = "\
hostssl   all only_tls   127.0.0.1/32 trust
hostnossl all only_tls   127.0.0.1/32 reject
hostnossl all only_plain 127.0.0.1/32 trust
hostssl   all only_plain 127.0.0.1/32 reject
hostssl   all certified  127.0.0.1/32 cert
host      all nobody     127.0.0.1/32 trust
host      all barred     127.0.0.1/32 reject
";

/// A server whose certificate is made out to `localhost`, and the files of its authority.
struct TlsServer {
    server: Server,
    files: TempDir,
}

impl TlsServer {
    /// The server of all tests here; nothing where there is no `openssl` to make certificates.
    fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<TlsServer>> = OnceLock::new();
        let shared = SHARED.get_or_init(Self::start);
        if shared.is_none() {
            eprintln!("skipped: the certificates are made by `openssl`, which is not installed");
        }
        shared.as_ref()
    }

    fn start() -> Option<Self> {
        let files = tempfile::tempdir().unwrap();
        certificates(files.path())?;
        let server = Server::own(&[]);
        let data = server.data_folder();
        for name in ["server.crt", "server.key", "ca.crt"] {
            let place = data.join(name);
            fs::copy(files.path().join(name), &place).unwrap();
            fs::set_permissions(&place, Permissions::from_mode(0o600)).unwrap();
            let owner = fs::metadata(&data).unwrap();
            chown(&place, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let mut settings =
            fs::OpenOptions::new().append(true).open(data.join("postgresql.auto.conf")).unwrap();
        writeln!(settings, "ssl = on\nssl_ca_file = 'ca.crt'").unwrap();
        let access = data.join("pg_hba.conf");
        let lines = fs::read_to_string(&access).unwrap();
        fs::write(&access, format!("{ACCESS}{lines}")).unwrap();
        server.stop();
        server.start();
        Some(Self { server, files })
    }

    /// A connection string for the superuser. The certificate's host is looked up nowhere.
    fn url(&self, more: &str) -> String {
        self.url_as("postgres", more)
    }

    fn url_as(&self, user: &str, more: &str) -> String {
        let access = self.server.access();
        format!(
            "host=localhost hostaddr=127.0.0.1 port={} user={user} password={} dbname=postgres {more}",
            access.port(),
            access.password()
        )
    }

    /// `sslrootcert=` one of the files.
    fn trusting(&self, name: &str) -> String {
        format!("sslrootcert={}", self.files.path().join(name).display())
    }
}

/// Makes an authority, a certificate that it signed, and an authority of somebody else.
fn certificates(folder: &Path) -> Option<()> {
    let make = |arguments: &str| -> Option<()> {
        let made = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder)
            .stdin(Stdio::null())
            .output()
            .ok()?;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(())
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout";
    make(&format!("req -x509 {key} ca.key -out ca.crt -days 30 -subj /CN=authority"))?;
    make(&format!("req -x509 {key} other.key -out other.crt -days 30 -subj /CN=other"))?;
    make(&format!("req {key} client.key -out client.csr -subj /CN=certified"))?;
    make(&format!("req {key} server.key -out server.csr -subj /CN=localhost"))?;
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    let sign = "-CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile names";
    make(&format!("x509 -req -in client.csr {sign} -out client.crt"))?;
    make(&format!("x509 -req -in server.csr {sign} -out server.crt"))
}

/// Whether the connection is encrypted.
async fn encrypted(url: &str) -> bool {
    let database = match Database::connect(&read(url), "test").await {
        Ok(database) => database,
        Err(error) => panic!("{url}\n{}", rendered(&error)),
    };
    let sql = "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()";
    database.client().query_one(sql, &[]).await.unwrap().get(0)
}

#[test]
fn sslmode_decides_whether_the_line_is_encrypted() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        for (mode, expected) in
            [("disable", false), ("allow", false), ("prefer", true), ("require", true)]
        {
            let url = server.url(&format!("sslmode={mode}"));
            assert_eq!(encrypted(&url).await, expected, "{mode}");
        }
        assert!(encrypted(&server.url("")).await, "prefer is the default");
    });
}

#[test]
fn the_password_can_be_bound_to_the_channel() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        assert!(encrypted(&server.url("channel_binding=require")).await);
        let text = refusal(&server.url("channel_binding=require sslmode=disable")).await;
        assert!(text.contains("because: server did not use channel binding\n"), "{text}");
        assert!(text.ends_with("code: connect/login"), "{text}");
    });
}

#[test]
fn a_certificate_of_the_client_stands_for_a_password() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        let database = server.server.database().await;
        database.execute("CREATE ROLE certified LOGIN").await;
        let identity = server.files.path().join("client");
        let identity = identity.display();
        let with = format!("sslmode=require sslcert={identity}.crt sslkey={identity}.key");
        assert!(encrypted(&server.url_as("certified", &with)).await);
        let text = refusal(&server.url_as("certified", "sslmode=require")).await;
        assert!(text.ends_with("code: connect/not-allowed"), "{text}");
    });
}

#[test]
fn a_trusted_authority_is_accepted() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        let trust = server.trusting("ca.crt");
        for mode in ["require", "verify-ca", "verify-full"] {
            assert!(encrypted(&server.url(&format!("sslmode={mode} {trust}"))).await, "{mode}");
        }
    });
}

#[test]
fn the_very_certificate_of_the_server_is_accepted() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        let trust = server.trusting("server.crt");
        assert!(encrypted(&server.url(&format!("sslmode=verify-full {trust}"))).await);
    });
}

#[test]
fn an_authority_that_is_not_trusted_is_refused() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        let trust = server.trusting("other.crt");
        // With a root certificate `require` means `verify-ca`.
        for mode in ["require", "verify-ca", "verify-full"] {
            let text = refusal(&server.url(&format!("sslmode={mode} {trust}"))).await;
            assert!(
                text.ends_with(
                    "because: the server's certificate was not signed by a trusted authority\n\
                     hint: name the certificate of the authority that signed it with \
                     `sslrootcert=FILE`, or with `sslrootcert=system` trust those of the operating \
                     system\n\
                     code: connect/untrusted"
                ),
                "{text}"
            );
        }
    });
}

#[test]
fn the_name_in_the_certificate_counts_for_verify_full_only() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        let other_name = |mode| {
            server
                .url(&format!("sslmode={mode} {}", server.trusting("ca.crt")))
                .replace("host=localhost", "host=db.example")
        };
        assert!(encrypted(&other_name("verify-ca")).await);
        let text = refusal(&other_name("verify-full")).await;
        assert!(
            text.contains("because: the server's certificate is for another host name\n"),
            "{text}"
        );
    });
}

#[test]
fn a_file_without_certificates_is_refused() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        for (file, because) in
            [("names", "contains no certificate"), ("absent", "cannot be read as a PEM file")]
        {
            let trust = server.trusting(file);
            let text = refusal(&server.url(&format!("sslmode=verify-ca {trust}"))).await;
            assert!(text.contains(because), "{text}");
            assert!(text.ends_with("code: connect/certificates"), "{text}");
        }
    });
}

#[test]
fn a_server_without_tls_is_refused_where_tls_is_required() {
    block_on(async {
        let url = Server::shared().access().url();
        assert!(!encrypted(&url).await);
        let text = refusal(&format!("{url}?sslmode=require")).await;
        assert!(text.contains("because: the server does not offer TLS\n"), "{text}");
        assert!(text.ends_with("code: connect/no-tls"), "{text}");
    });
}

#[test]
fn allow_and_prefer_try_the_other_way_where_the_server_insists() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        let database = server.server.database().await;
        database.execute("CREATE ROLE only_tls LOGIN; CREATE ROLE only_plain LOGIN").await;
        assert!(encrypted(&server.url_as("only_tls", "sslmode=allow")).await);
        assert!(!encrypted(&server.url_as("only_plain", "sslmode=prefer")).await);
    });
}

#[test]
fn a_role_that_is_missing_and_one_that_is_barred_are_told_apart() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        let text = refusal(&server.url_as("nobody", "")).await;
        assert!(text.contains("because: role \"nobody\" does not exist\n"), "{text}");
        assert!(text.contains("`CREATE ROLE nobody LOGIN`"), "{text}");
        assert!(text.ends_with("code: connect/unknown-role"), "{text}");
        let text = refusal(&server.url_as("barred", "")).await;
        assert!(text.contains("because: pg_hba.conf rejects connection for host"), "{text}");
        assert!(text.ends_with("code: connect/not-allowed"), "{text}");
    });
}

#[test]
fn an_encrypted_statement_can_be_cancelled() {
    let Some(server) = TlsServer::shared() else { return };
    block_on(async {
        let database = server.server.database().await;
        let conninfo = read(&server.url("sslmode=require")).with_database(database.name());
        let ours = Database::connect(&conninfo, "test").await.unwrap();
        let canceller = ours.canceller();
        let busy = "SELECT count(*) FROM pg_catalog.pg_stat_activity \
                    WHERE datname = current_database() AND wait_event = 'PgSleep'";
        let cancel = async {
            while database.scalar(busy).await == "0" {}
            canceller.cancel().await.unwrap();
        };
        let (outcome, ()) = tokio::join!(ours.batch("SELECT pg_catalog.pg_sleep(600)"), cancel);
        assert!(outcome.is_err());
    });
}

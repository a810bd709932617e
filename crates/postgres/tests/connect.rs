use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use pgrecall_model::Explain;
use pgrecall_postgres::{Conninfo, Database, Environment};
use pgrecall_testkit::{Server, block_on};

use crate::rendered::{dead_port, read, refusal};

async fn connect(conninfo: &Conninfo) -> Database {
    match Database::connect(conninfo, "pgrecall test").await {
        Ok(database) => database,
        Err(error) => panic!("{}", crate::rendered::rendered(&error)),
    }
}

async fn scalar(database: &Database, sql: &str) -> String {
    database.client().query_one(sql, &[]).await.unwrap().get(0)
}

#[test]
fn a_uri_with_a_password_connects() {
    block_on(async {
        let server = Server::shared();
        let database = connect(&read(&server.access().url())).await;
        assert_eq!(database.version().major(), server.major_version());
        assert_eq!(scalar(&database, "SELECT current_user::text").await, "postgres");
    });
}

#[test]
fn the_folder_of_a_socket_connects_in_every_spelling() {
    block_on(async {
        let access = Server::shared().access();
        let Some(folder) = access.socket().and_then(|folder| folder.to_str()) else {
            eprintln!("skipped: the path of the socket is too long for one");
            return;
        };
        let (port, password) = (access.port(), access.password());
        let encoded = folder.replace('/', "%2F");
        for url in [
            format!("host='{folder}' port={port} user=postgres password={password}"),
            format!("postgresql://postgres:{password}@{encoded}:{port}/postgres"),
            format!("postgresql://postgres:{password}@:{port}/postgres?host={folder}"),
            // TLS is not spoken over a socket, whatever `sslmode` asks for.
            format!(
                "host='{folder}' port={port} user=postgres password={password} sslmode=require"
            ),
        ] {
            let database = connect(&read(&url)).await;
            let over_tcp = "SELECT (inet_server_addr() IS NOT NULL)::text";
            assert_eq!(scalar(&database, over_tcp).await, "false", "{url}");
        }
    });
}

#[test]
fn the_password_file_gives_the_password() {
    block_on(async {
        let access = Server::shared().access();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pgpass");
        let port = access.port().to_string();
        fs::write(&file, format!("127.0.0.1:{port}:*:postgres:{}\n", access.password())).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        let environment = Environment::from_pairs([
            ("PGHOST", "127.0.0.1"),
            ("PGPORT", &port),
            ("PGUSER", "postgres"),
            ("PGPASSFILE", file.to_str().unwrap()),
        ]);
        connect(&Conninfo::resolve(None, &environment).unwrap()).await;

        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        let conninfo = Conninfo::resolve(None, &environment).unwrap();
        let error = Database::connect(&conninfo, "test").await.unwrap_err();
        assert_eq!(error.code(), "connect/no-password");
        assert!(error.hint().unwrap().contains("because others may read it"));
    });
}

#[test]
fn a_service_gives_everything() {
    block_on(async {
        let access = Server::shared().access();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("services");
        let (port, password) = (access.port(), access.password());
        let section =
            format!("[mine]\nhost=127.0.0.1\nport={port}\nuser=postgres\npassword={password}\n");
        fs::write(&file, section).unwrap();
        let environment = Environment::from_pairs([("PGSERVICEFILE", file.to_str().unwrap())]);
        let conninfo = Conninfo::resolve(Some("service=mine"), &environment).unwrap();
        connect(&conninfo.with_database("template1")).await;
    });
}

#[test]
fn the_first_host_that_answers_is_taken() {
    block_on(async {
        let access = Server::shared().access();
        let (dead, port, password) = (dead_port(), access.port(), access.password());
        let url = format!(
            "postgresql://postgres:{password}@nowhere.invalid:{dead},127.0.0.1:{dead},\
             127.0.0.1:{port}/postgres"
        );
        connect(&read(&url)).await;
    });
}

#[test]
fn target_session_attrs_chooses_among_servers() {
    block_on(async {
        let url = Server::shared().access().url();
        for accepted in ["any", "read-write", "primary", "prefer-standby"] {
            connect(&read(&format!("{url}?target_session_attrs={accepted}"))).await;
        }
        for (refused, because) in [("standby", "is no standby"), ("read-only", "accepts writes")] {
            let text = refusal(&format!("{url}?target_session_attrs={refused}")).await;
            assert!(text.contains(&format!("because: the server {because}\n")), "{text}");
            assert!(text.ends_with("code: connect/unwanted"), "{text}");
        }
        let read_only = "options=-c%20default_transaction_read_only%3Don";
        connect(&read(&format!("{url}?{read_only}&target_session_attrs=read-only"))).await;
    });
}

#[test]
fn the_user_may_choose_another_application_name() {
    block_on(async {
        let url = Server::shared().access().url();
        let name = "SELECT current_setting('application_name')";
        assert_eq!(scalar(&connect(&read(&url)).await, name).await, "pgrecall test");
        let named = read(&format!("{url}?application_name=nightly"));
        assert_eq!(scalar(&connect(&named).await, name).await, "nightly");
    });
}

#[test]
fn a_statement_can_be_cancelled_from_elsewhere() {
    block_on(async {
        let database = Server::shared().database().await;
        let ours = database.connect().await;
        let canceller = ours.canceller();
        let busy = "SELECT count(*) FROM pg_catalog.pg_stat_activity \
                    WHERE datname = current_database() AND wait_event = 'PgSleep'";
        let cancel = async {
            while database.scalar(busy).await == "0" {}
            canceller.cancel().await.unwrap();
        };
        let (outcome, ()) = tokio::join!(ours.batch("SELECT pg_catalog.pg_sleep(600)"), cancel);
        assert_eq!(outcome.unwrap_err().code(), "server/cancelled");
    });
}

#[test]
fn a_closed_connection_has_left_the_server() {
    block_on(async {
        let database = Server::shared().database().await;
        database.connect().await.close().await;
        let left = "SELECT count(*) FROM pg_catalog.pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        while database.scalar(left).await != "0" {}
    });
}

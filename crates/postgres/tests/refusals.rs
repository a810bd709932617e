//! What a user reads who cannot connect.

use pgrecall_testkit::{Server, block_on};
use tokio::net::TcpListener;

use crate::rendered::{dead_port, refusal};
use pgrecall_testkit::fake_server::{answering, hanging_up, refusing};

#[test]
fn a_port_without_server_says_so() {
    block_on(async {
        let port = dead_port();
        assert_eq!(
            refusal(&format!("postgresql://app:secret@127.0.0.1:{port}/shop")).await,
            format!(
                "error: cannot connect to app@127.0.0.1:{port}/shop\n\
                 because: no server accepts connections there\n\
                 because: Connection refused (os error 111)\n\
                 hint: check that the server runs, and that host and port are right\n\
                 code: connect/refused"
            )
        );
    });
}

#[test]
fn a_folder_without_socket_says_so() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().display();
        assert_eq!(
            refusal(&format!("host={folder} user=app dbname=shop")).await,
            format!(
                "error: cannot connect to app@{folder}:5432/shop\n\
                 because: there is no socket {folder}/.s.PGSQL.5432\n\
                 hint: check that the server runs, and that host and port are right\n\
                 code: connect/refused"
            )
        );
    });
}

#[test]
fn an_unknown_host_says_so() {
    block_on(async {
        let text = refusal("postgresql://app@nowhere.invalid/shop").await;
        assert!(text.contains("because: the host name is not known\n"), "{text}");
        assert!(text.ends_with("code: connect/unknown-host"), "{text}");
    });
}

#[test]
fn a_server_that_never_answers_is_given_up_in_time() {
    block_on(async {
        // Connections are completed by the system, and nobody ever reads from them.
        let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = silent.local_addr().unwrap().port();
        let url = format!("postgresql://app@127.0.0.1:{port}/shop?connect_timeout=1");
        let text = refusal(&url).await;
        assert!(text.contains("because: there was no answer within 1 s\n"), "{text}");
        assert!(text.ends_with("code: connect/timeout"), "{text}");
    });
}

#[test]
fn something_that_is_no_postgresql_is_unreachable() {
    block_on(async {
        let text = refusal(&hanging_up(b"HTTP/1.1 400 Bad Request\r\n\r\n").await).await;
        assert!(text.ends_with("code: connect/unreachable"), "{text}");
    });
}

#[test]
fn a_wrong_password_tells_where_it_was_taken_from() {
    block_on(async {
        let access = Server::shared().access();
        let place = format!("127.0.0.1:{}/postgres", access.port());
        assert_eq!(
            refusal(&format!("postgresql://postgres:wr0ng@{place}")).await,
            format!(
                "error: cannot connect to postgres@{place}\n\
                 because: password authentication failed for user \"postgres\"\n\
                 hint: the password was taken from the connection string: check it, and the user\n\
                 code: connect/wrong-password"
            )
        );
    });
}

#[test]
fn a_missing_password_tells_how_to_give_one() {
    block_on(async {
        let place = format!("127.0.0.1:{}/postgres", Server::shared().access().port());
        assert_eq!(
            refusal(&format!("postgresql://postgres@{place}")).await,
            format!(
                "error: cannot connect to postgres@{place}\n\
                 because: the server asks for a password and none was given\n\
                 hint: set `PGPASSWORD`, or add a line `host:port:database:user:password` to \
                 `~/.pgpass`\n\
                 code: connect/no-password"
            )
        );
    });
}

#[test]
fn a_database_that_does_not_exist_tells_what_to_do() {
    block_on(async {
        let port = Server::shared().access().port();
        let url = Server::shared().access().url();
        let url = url.replace(&format!("{port}/postgres"), &format!("{port}/Nowhere"));
        let text = refusal(&url).await;
        assert!(
            text.ends_with(
                "because: database \"Nowhere\" does not exist\n\
                 hint: name another database in the connection string or `PGDATABASE`, or create \
                 it with `CREATE DATABASE \"Nowhere\"`\n\
                 code: connect/unknown-database"
            ),
            "{text}"
        );
    });
}

#[test]
fn a_database_closed_to_the_user_tells_who_can_help() {
    block_on(async {
        let database = Server::shared().database().await;
        let role = database.create_role("guest").await;
        let name = database.name();
        database.execute(&format!("REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")).await;
        let text = refusal(&database.url_as(&role).await).await;
        assert!(
            text.ends_with(&format!(
                "because: permission denied for database \"{name}\"\n\
                 hint: let its owner run `GRANT CONNECT ON DATABASE {name} TO …`\n\
                 code: connect/forbidden"
            )),
            "{text}"
        );
    });
}

#[test]
fn a_full_server_says_so() {
    block_on(async {
        let database = Server::shared().database().await;
        let role = database.create_role("crowd").await;
        database.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT 0")).await;
        let text = refusal(&database.url_as(&role).await).await;
        assert!(
            text.contains(&format!("because: too many connections for role \"{role}\"\n")),
            "{text}"
        );
        assert!(text.ends_with("code: connect/too-many"), "{text}");
    });
}

#[test]
fn a_server_that_starts_up_asks_for_patience() {
    block_on(async {
        let reply = refusing("57P03", "the database system is starting up");
        let text = refusal(&answering(reply).await).await;
        assert!(
            text.ends_with(
                "because: the database system is starting up\n\
                 hint: wait until the server is ready, then run the command again\n\
                 code: connect/not-ready"
            ),
            "{text}"
        );
    });
}

#[test]
fn several_dead_hosts_are_listed_with_what_each_said() {
    block_on(async {
        let port = dead_port();
        let url = format!("postgresql://app:secret@127.0.0.1:{port},nowhere.invalid:{port}/shop");
        let text = refusal(&url).await;
        assert!(
            text.starts_with(&format!(
                "error: cannot connect to app@127.0.0.1:{port},nowhere.invalid:{port}/shop\n\
                 because: 127.0.0.1:{port}: no server accepts connections there; \
                 nowhere.invalid:{port}: the host name is not known\n"
            )),
            "{text}"
        );
        assert!(text.ends_with("code: connect/failed"), "{text}");
    });
}

#[test]
fn a_refused_login_ends_the_search() {
    block_on(async {
        let port = Server::shared().access().port();
        let url = format!("postgresql://postgres:wr0ng@127.0.0.1:{port},127.0.0.1:{port}/postgres");
        let text = refusal(&url).await;
        assert_eq!(text.matches("password authentication failed").count(), 1, "{text}");
        assert!(text.ends_with("code: connect/wrong-password"), "{text}");
    });
}

#[test]
fn no_password_gets_into_an_error() {
    block_on(async {
        for url in [
            answering(refusing("28P01", "no")).await,
            hanging_up(b"nonsense").await,
            format!("postgresql://app:secret@127.0.0.1:{}/shop", dead_port()),
        ] {
            let conninfo = crate::rendered::read(&url);
            let error = pgrecall_postgres::Database::connect(&conninfo, "test").await.unwrap_err();
            assert!(!format!("{error:?} {error} {conninfo:?}").contains("secret"));
            assert!(!crate::rendered::rendered(&error).contains("secret"));
        }
    });
}

//! Ways around what a table refuses, and what a guard could give away.

use pgrecall_testkit::{TestDatabase, block_on};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

use crate::guards::{TABLE, from, guard, most, protect, refused};
use crate::tracked;

#[test]
fn a_session_that_forgets_its_sequences_forgets_no_count() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &most(5)).await;
        let app = database.create_role("app").await;
        database.execute(&format!("GRANT ALL ON public.t TO \"{app}\"")).await;
        let session = database.session_as(&app).await;
        let five = "UPDATE public.t SET v = v + 1 WHERE id <= 5";
        let one_by_one = (1..=6).map(|id| format!("UPDATE public.t SET v = 1 WHERE id = {id}"));
        let one_by_one = one_by_one.collect::<Vec<_>>().join("; DISCARD SEQUENCES; ");
        for context in ["{}", "{\"actor\": \"ann\"}"] {
            for evasion in [
                format!("{five}; DISCARD SEQUENCES; {five}"),
                one_by_one.clone(),
                // What goes with a savepoint must not be all that tells of the count.
                format!(
                    "SAVEPOINT s; UPDATE public.t SET v = 1 WHERE id = 1; ROLLBACK TO s; \
                     UPDATE public.t SET v = 1 WHERE id <= 4; DISCARD SEQUENCES; {five}"
                ),
            ] {
                let sql = format!("BEGIN; SELECT recall.set_context('{context}'); {evasion}");
                refused(&session, &sql, "RCL02").await;
            }
        }
        assert_eq!(database.scalar("SELECT count(*) FROM public.t WHERE v <> 0").await, "0");
        session.execute(&format!("BEGIN; {five}; COMMIT; DISCARD SEQUENCES")).await;
        refused(&session, five, "RCL02").await;
    });
}

#[test]
fn the_numbers_of_approvals_and_second_factors_are_shown_to_nobody() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &protect()).await;
        let delete = "DELETE FROM public.t WHERE id = (SELECT min(id) FROM public.t)";
        let mut numbers = Vec::new();
        for more in ["", ", \"ticket\": 7"] {
            let approval = database.scalar("SELECT recall.approve('t', 'x')").await;
            let factor = database.scalar("SELECT recall.confirm_second_factor('ann')").await;
            let by_approval = format!("\"approval\": \"{approval}\"");
            let by_factor = format!("\"second_factor\": \"{factor}\"");
            for (given, write) in [
                // Given and not used yet.
                (format!("{by_approval}, {by_factor}"), "UPDATE public.t SET v = 1 WHERE id = 20"),
                (by_approval, delete),
                (by_factor, delete),
            ] {
                database
                    .execute(&format!(
                        "BEGIN; SELECT recall.set_context('{{\"actor\": \"ann\", {given}{more}}}'); \
                         {write}; SELECT recall.log_action('done'); COMMIT"
                    ))
                    .await;
            }
            numbers.extend([approval, factor]);
        }
        let used = "SELECT count(*) FROM recall.approval WHERE used_at IS NOT NULL";
        assert_eq!(database.scalar(used).await, "2");
        let numbers = numbers.join("|");
        for relation in ["transaction", "log", "events"] {
            let extra =
                format!("SELECT string_agg(DISTINCT extra::text, ' ') FROM recall.{relation}");
            assert_eq!(database.scalar(&extra).await, "{\"ticket\": 7}", "{relation}");
            let told =
                format!("SELECT count(*) FROM recall.{relation} AS x WHERE x::text ~ '{numbers}'");
            assert_eq!(database.scalar(&told).await, "0", "{relation}");
        }
    });
}

#[test]
fn the_socket_is_no_network_and_no_network_is_the_socket() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let socket = over_socket(&database).await;
        for (origin, tcp, local) in [("local", false, true), ("127.0.0.0/8", true, false)] {
            guard(&mut journal, &from(&[origin])).await;
            for sql in [
                "INSERT INTO public.t VALUES (21, 1)",
                "UPDATE public.t SET v = v + 1 WHERE id = 21",
                "TRUNCATE public.t",
            ] {
                assert_eq!(passes(database.client(), sql).await, tcp, "{origin}, TCP: {sql}");
                assert_eq!(passes(&socket, sql).await, local, "{origin}, socket: {sql}");
            }
            assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "0", "{origin}");
        }
    });
}

/// A session of the superuser over the server's Unix socket.
async fn over_socket(database: &TestDatabase) -> Client {
    let access = database.server().access();
    let folder = access.socket().expect("a folder for temporary files whose path is short enough");
    let connected = Config::new()
        .host_path(folder)
        .port(access.port())
        .user(access.user())
        .password(access.password())
        .dbname(database.name())
        .connect(NoTls)
        .await;
    let (client, connection) = connected.expect("connect");
    tokio::spawn(connection);
    let row = client.query_one("SELECT inet_client_addr() IS NULL", &[]).await.expect("address");
    assert!(row.get::<_, bool>(0));
    client
}

/// Whether a statement is done rather than refused for where it comes from.
async fn passes(client: &Client, sql: &str) -> bool {
    match client.batch_execute(sql).await {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error.code().map(SqlState::code), Some("RCL01"), "{sql}: {error:?}");
            false
        }
    }
}

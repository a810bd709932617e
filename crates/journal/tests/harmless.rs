//! What recording must never do to the application.

use pgrecall_journal::{Journal, TrackOptions, install};
use pgrecall_testkit::{Server, block_on};
use tokio_postgres::error::SqlState;

use crate::{changes, track, tracked};

#[test]
fn serializable_transactions_on_different_tables_do_not_collide() {
    block_on(async {
        let (database, _journal) = tracked(
            "CREATE TABLE public.a (id int PRIMARY KEY); CREATE TABLE public.b (id int PRIMARY KEY);
             CREATE TABLE public.c (id int PRIMARY KEY)",
        )
        .await;
        let sessions =
            [database.session().await, database.session().await, database.session().await];
        // It takes three that overlap: the one in the middle is given up if each of them read what
        // the next one wrote.
        for id in 0..5 {
            for session in &sessions {
                session.execute("BEGIN ISOLATION LEVEL SERIALIZABLE").await;
            }
            for (session, table) in sessions.iter().zip(["a", "b", "c"]) {
                session.execute(&format!("INSERT INTO public.{table} VALUES ({id})")).await;
                session.execute(&format!("INSERT INTO public.{table} VALUES (10 + {id})")).await;
            }
            for session in sessions.iter().rev() {
                session.execute("COMMIT").await;
            }
        }
    });
}

#[test]
fn strange_settings_and_long_contexts_fail_no_write() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        for setting in ["abc", "1", "99999999999999999999999:1", ":"] {
            database.execute(&format!("SET recall.transaction = '{setting}'")).await;
            database
                .execute("INSERT INTO public.t SELECT coalesce(max(id), 0) + 1 FROM public.t")
                .await;
        }
        database
            .execute(
                "BEGIN; SELECT recall.set_actor(string_agg(md5(g::text), '')) FROM generate_series(1, 400) AS g; \
                 INSERT INTO public.t VALUES (100); DISCARD SEQUENCES; INSERT INTO public.t VALUES (101); COMMIT",
            )
            .await;
        let found = changes(&journal).await;
        assert_eq!(found.len(), 6);
        assert_eq!(found[4].tx, found[5].tx);
        assert_eq!(found[4].context.actor.as_ref().map(String::len), Some(500));
    });
}

#[test]
fn default_privileges_open_nothing_and_close_nothing() {
    block_on(async {
        let database = Server::shared().database().await;
        let role = database.create_role("app").await;
        database
            .execute(&format!(
                "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO \"{role}\";
                 ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO \"{role}\";
                 ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO \"{role}\";
                 ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
                 CREATE TABLE public.t (id int PRIMARY KEY)"
            ))
            .await;
        let mut connection = database.connect().await;
        install(&mut connection).await.expect("install");
        let mut journal = Journal::open(connection).await.expect("open");
        track(&mut journal, "t", &TrackOptions::default()).await;
        let app = database.session_as(&role).await;
        app.execute(
            "BEGIN; SELECT recall.set_actor('ann'); INSERT INTO public.t VALUES (1); COMMIT",
        )
        .await;
        assert_eq!(changes(&journal).await[0].context.actor.as_deref(), Some("ann"));
        let function = database
            .scalar("SELECT 'recall.capture_' || id || '_insert' FROM recall.relation")
            .await;
        for forbidden in [
            "DELETE FROM recall.change".to_owned(),
            "SELECT setval('recall.noted_tx', 1)".to_owned(),
            "SELECT recall._begin_transaction()".to_owned(),
            format!(
                "CREATE TABLE pg_temp.x (i int); CREATE TRIGGER x AFTER INSERT ON pg_temp.x FOR EACH ROW EXECUTE FUNCTION {function}()"
            ),
        ] {
            let error = app.try_execute(&forbidden).await.expect_err(&forbidden);
            assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{forbidden}");
        }
    });
}

#[test]
fn the_functions_belong_to_the_journal_whoever_tracks_a_table() {
    block_on(async {
        let database = Server::shared().database().await;
        let owner = database.create_role("owner").await;
        database
            .execute(&format!("GRANT CREATE ON DATABASE \"{}\" TO \"{owner}\"", database.name()))
            .await;
        install(&mut database.connect_as(&owner).await).await.expect("install");
        database
            .execute(&format!("CREATE TABLE public.t (id int PRIMARY KEY); GRANT SELECT ON public.t TO \"{owner}\""))
            .await;
        let mut journal = Journal::open(database.connect().await).await.expect("open");
        track(&mut journal, "t", &TrackOptions::default()).await;
        let owners = "SELECT string_agg(DISTINCT pg_get_userbyid(proowner), ',') FROM pg_proc \
             WHERE pronamespace = 'recall'::regnamespace";
        assert_eq!(database.scalar(owners).await, owner);
        database.execute("INSERT INTO public.t VALUES (1); TRUNCATE public.t").await;
        assert_eq!(changes(&journal).await.len(), 2);
    });
}

#[test]
fn rows_that_row_security_hides_from_a_truncate_leave_a_gap() {
    block_on(async {
        let database = Server::shared().database().await;
        let owner = database.create_role("owner").await;
        database
            .execute(&format!("GRANT CREATE ON DATABASE \"{}\" TO \"{owner}\"", database.name()))
            .await;
        let session = database.session_as(&owner).await;
        session
            .execute(
                "CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY, tenant text);
                 ALTER TABLE app.t ENABLE ROW LEVEL SECURITY; ALTER TABLE app.t FORCE ROW LEVEL SECURITY;
                 CREATE POLICY p ON app.t USING (tenant = current_setting('app.tenant', true)) WITH CHECK (true)",
            )
            .await;
        let mut connection = database.connect_as(&owner).await;
        install(&mut connection).await.expect("install");
        let mut journal = Journal::open(connection).await.expect("open");
        track(&mut journal, "app.t", &TrackOptions::default()).await;
        session.execute("INSERT INTO app.t VALUES (1, 'a'), (2, 'b')").await;
        session.execute("SET app.tenant = 'a'; TRUNCATE app.t").await;
        let table = journal.table("app.t").await.expect("table");
        let gaps = journal.gaps(table.relation.id).await.expect("gaps");
        assert_eq!(
            gaps.iter().map(|gap| gap.reason.as_str()).collect::<Vec<_>>(),
            ["row security"]
        );
    });
}

#[test]
fn json_that_jsonb_cannot_hold_is_kept_as_text() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, j json, k json)").await;
        database
            .execute(
                r#"INSERT INTO public.t VALUES (1, '{"a": "\u0000"}', '{"b": 2}'), (2, '1e200000', NULL);
                UPDATE public.t SET k = '[3]' WHERE id = 1; DELETE FROM public.t"#,
            )
            .await;
        let found = changes(&journal).await;
        let image = |at: usize| serde_json::to_string(&found[at].new).expect("json");
        assert_eq!(image(0), r#"{"id":1,"j":"{\"a\": \"\\u0000\"}","k":{"b":2}}"#);
        assert_eq!(found[2].changed, ["k"]);
        assert_eq!(found.len(), 5);
    });
}

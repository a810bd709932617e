//! What recording must never do to the application.

use pgrecall_journal::{Journal, TrackOptions, install};
use pgrecall_testkit::{Server, block_on};
use tokio_postgres::error::SqlState;

use crate::{changes, summary, track, tracked};

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
            "SELECT setval('recall.change_id', 1)".to_owned(),
            "SELECT recall._begin_transaction()".to_owned(),
            "SELECT recall._begin_transaction(1)".to_owned(),
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
fn a_truncate_of_what_the_journal_may_no_longer_read_leaves_a_gap() {
    block_on(async {
        for taken in [
            "ALTER TABLE app.t OWNER TO {other}; REVOKE ALL ON app.t FROM {owner}; GRANT USAGE ON SCHEMA app TO {other}",
            "ALTER TABLE app.t OWNER TO {other}; GRANT SELECT ON app.t TO {owner}; ALTER SCHEMA app OWNER TO {other}",
        ] {
            let database = Server::shared().database().await;
            let owner = database.create_role("owner").await;
            let other = database.create_role("other").await;
            let grant = format!("GRANT CREATE ON DATABASE \"{}\" TO {owner}", database.name());
            database.execute(&grant).await;
            install(&mut database.connect_as(&owner).await).await.expect("install");
            let session = database.session_as(&owner).await;
            session.execute("CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY)").await;
            let mut journal = Journal::open(database.connect().await).await.expect("open");
            track(&mut journal, "app.t", &TrackOptions::default()).await;
            session.execute("INSERT INTO app.t VALUES (1), (2)").await;
            let taken = taken.replace("{owner}", &owner).replace("{other}", &other);
            database.execute(&taken).await;
            let writer = database.session_as(&other).await;
            writer.execute("TRUNCATE app.t").await;
            writer.execute("INSERT INTO app.t VALUES (3)").await;
            assert_eq!(database.scalar("SELECT string_agg(id::text, ' ') FROM app.t").await, "3");
            let expected = ["insert app.t id=1", "insert app.t id=2", "insert app.t id=3"];
            assert_eq!(summary(&journal).await, expected, "{taken}");
            let table = journal.table("app.t").await.expect("table");
            let gaps = journal.gaps(table.relation.id).await.expect("gaps");
            let gaps: Vec<_> = gaps.iter().map(|gap| gap.reason.as_str()).collect();
            assert_eq!(gaps, ["failed"], "{taken}");
        }
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

/// Functions and operators that fail, under the names of those that capture uses.
const TRAPS: &str = "
    CREATE SCHEMA evil;
    CREATE DOMAIN evil.text AS pg_catalog.text CHECK (false);
    CREATE DOMAIN evil.oid AS pg_catalog.oid CHECK (false);
    CREATE FUNCTION evil.trap(a pg_catalog.text, b pg_catalog.text) RETURNS bool LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''a name of the writer was used''; END';
    CREATE FUNCTION evil.trap(a int8, b int8) RETURNS bool LANGUAGE sql AS 'SELECT evil.trap(''a'', ''b'')';
    CREATE FUNCTION evil.trap(a int4, b int4) RETURNS bool LANGUAGE sql AS 'SELECT evil.trap(''a'', ''b'')';
    CREATE FUNCTION evil.trap(a record, b record) RETURNS bool LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''a name of the writer was used''; END';
    CREATE OPERATOR evil.= (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = evil.trap);
    CREATE OPERATOR evil.<> (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = evil.trap);
    CREATE OPERATOR evil.~~ (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = evil.trap);
    CREATE OPERATOR evil.|| (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = evil.trap);
    CREATE OPERATOR evil.= (LEFTARG = int8, RIGHTARG = int8, FUNCTION = evil.trap);
    CREATE OPERATOR evil.+ (LEFTARG = int8, RIGHTARG = int8, FUNCTION = evil.trap);
    CREATE OPERATOR evil.> (LEFTARG = int4, RIGHTARG = int4, FUNCTION = evil.trap);
    CREATE OPERATOR evil.*= (LEFTARG = record, RIGHTARG = record, FUNCTION = evil.trap);
    CREATE FUNCTION evil.txid_current() RETURNS int8 LANGUAGE sql AS 'SELECT 1/0::int8';
    CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT (1/0)::text::timestamptz';
    CREATE FUNCTION evil.nextval(pg_catalog.text) RETURNS int8 LANGUAGE sql AS 'SELECT 1/0::int8';
    CREATE FUNCTION evil.current_setting(pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql AS 'SELECT (1/0)::text';
    CREATE FUNCTION evil.current_setting(pg_catalog.text, bool) RETURNS pg_catalog.text LANGUAGE sql
      AS 'SELECT (1/0)::text';
    CREATE FUNCTION evil.inet_client_addr() RETURNS inet LANGUAGE sql AS 'SELECT (1/0)::text::inet';
    CREATE FUNCTION evil.current_query() RETURNS pg_catalog.text LANGUAGE sql AS 'SELECT (1/0)::text';";

#[test]
fn names_of_the_writers_search_path_are_never_used() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, at timestamptz, f float8, i interval, v text);
             CREATE TABLE public.k (a timestamptz, b text, v int, PRIMARY KEY (a, b));",
        )
        .await;
        database.execute(TRAPS).await;
        database
            .execute(
                "SET search_path = evil, pg_catalog, public;
                 INSERT INTO public.t VALUES (1, '2026-01-01', 0.1, '1 day', 'a');
                 UPDATE public.t SET v = 'b';
                 UPDATE public.t SET id = 2;
                 DELETE FROM public.t;
                 INSERT INTO public.k VALUES ('2026-01-01', 'x', 1);
                 UPDATE public.k SET b = 'y';
                 DELETE FROM public.k",
            )
            .await;
        assert_eq!(changes(&journal).await.len(), 7);
    });
}

#[test]
fn a_cast_of_the_tables_owner_makes_no_image() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, at timestamptz);
             CREATE FUNCTION public.mine(public.t) RETURNS text LANGUAGE plpgsql AS
               'BEGIN RAISE EXCEPTION ''ran as %'', current_user; END';
             CREATE CAST (public.t AS text) WITH FUNCTION public.mine(public.t) AS IMPLICIT;",
        )
        .await;
        database.execute("INSERT INTO public.t VALUES (1, now())").await;
        database.execute("SET DateStyle = 'German'; UPDATE public.t SET id = 2").await;
        database
            .execute("DELETE FROM public.t; INSERT INTO public.t VALUES (3); TRUNCATE public.t")
            .await;
        assert_eq!(changes(&journal).await.len(), 5);
    });
}

//! What a table refuses.

use pgrecall_journal::{GuardOptions, Journal, Origin, TrackOptions, Wish, uninstall};
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{Session, TestDatabase, block_on, catalogue as picture};

use crate::{changes, track, tracked};

pub(crate) const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v int); INSERT INTO public.t SELECT g, 0 FROM generate_series(1, 20) AS g";
const PARTED: &str = "CREATE TABLE public.t (id int, v int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
    CREATE TABLE public.t_1 PARTITION OF public.t FOR VALUES FROM (0) TO (100);
    CREATE TABLE public.t_2 PARTITION OF public.t FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id);
    CREATE TABLE public.t_2_a PARTITION OF public.t_2 FOR VALUES FROM (100) TO (150);
    INSERT INTO public.t SELECT g, 0 FROM generate_series(91, 110) AS g";

fn origins(texts: &[&str]) -> Wish<Vec<Origin>> {
    Wish::Set(texts.iter().map(|text| text.parse().expect("origin")).collect())
}

pub(crate) fn from(texts: &[&str]) -> GuardOptions {
    GuardOptions { allow_from: origins(texts), ..GuardOptions::default() }
}

pub(crate) fn most(count: i32) -> GuardOptions {
    GuardOptions { max_changes: Wish::Set(count), ..GuardOptions::default() }
}

pub(crate) fn protect() -> GuardOptions {
    GuardOptions { protect: Wish::Set(()), ..GuardOptions::default() }
}

pub(crate) async fn guard(journal: &mut Journal, options: &GuardOptions) -> bool {
    let tables = catalogue::tables(journal.client()).await.expect("tables");
    let table = tables.iter().find(|table| table.name.to_string() == "public.t").expect("table");
    journal.guard(table, options).await.expect("guard")
}

/// Whether a statement is refused by a guard, with this SQLSTATE, a hint and no value of a row.
pub(crate) async fn refused(session: &Session, sql: &str, code: &str) {
    let error = session.try_execute(sql).await.expect_err(sql);
    let answer = error.as_db_error().expect("an answer");
    assert_eq!(answer.code().code(), code, "{sql}: {answer:?}");
    assert!(answer.hint().is_some());
    // What began a transaction leaves it open and aborted.
    session.execute("ROLLBACK").await;
}

async fn as_actor(session: &Session, actor: &str, sql: &str) {
    session.execute(&format!("BEGIN; SELECT recall.set_actor('{actor}'); {sql}; COMMIT")).await;
}

#[test]
fn changes_from_elsewhere_are_refused_whatever_the_way() {
    block_on(async {
        let (database, mut journal) = tracked(PARTED).await;
        guard(&mut journal, &from(&["203.0.113.0/24", "2001:db8::/32", "local"])).await;
        for sql in [
            "INSERT INTO public.t VALUES (1, 1)",
            "INSERT INTO public.t_1 VALUES (1, 1)",
            "INSERT INTO public.t_2_a VALUES (120, 1)",
            "UPDATE public.t SET v = 1 WHERE id = 91",
            "UPDATE public.t_2 SET v = 1",
            "DELETE FROM public.t_1",
            "TRUNCATE public.t",
            "TRUNCATE public.t_1",
            "TRUNCATE public.t_2_a",
        ] {
            refused(&database, sql, "RCL01").await;
        }
        if let Some(copy) = database.psql("COPY public.t FROM STDIN;\n1\t1\n\\.\n") {
            let told = String::from_utf8_lossy(&copy.stderr).into_owned();
            assert!(told.contains("may not be changed from"), "{told}");
        }
        database.execute("SET session_replication_role = replica").await;
        refused(&database, "DELETE FROM public.t", "RCL01").await;
        database.execute("RESET session_replication_role; CREATE TABLE public.t_3 PARTITION OF public.t FOR VALUES FROM (200) TO (300)").await;
        refused(&database, "INSERT INTO public.t_3 VALUES (200, 1)", "RCL01").await;
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "20");

        guard(&mut journal, &from(&["127.0.0.0/8", "::1"])).await;
        database.execute("INSERT INTO public.t VALUES (1, 1); TRUNCATE public.t_2_a").await;
        let anyone = GuardOptions { allow_from: Wish::Remove, ..GuardOptions::default() };
        guard(&mut journal, &anyone).await;
        assert_eq!(database.scalar("SELECT count(*) FROM recall.guard").await, "0");
        database.execute("DELETE FROM public.t").await;
    });
}

#[test]
fn an_actor_may_change_so_many_rows_a_minute() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &most(5)).await;
        as_actor(&database, "ann", "UPDATE public.t SET v = 1 WHERE id <= 3").await;
        as_actor(
            &database,
            "ann",
            "DELETE FROM public.t WHERE id = 1; INSERT INTO public.t VALUES (1, 1)",
        )
        .await;
        refused(
            &database,
            "BEGIN; SELECT recall.set_actor('ann'); UPDATE public.t SET v = 2 WHERE id = 1",
            "RCL02",
        )
        .await;
        // Others have their own five, also those without a name.
        as_actor(&database, "bob", "UPDATE public.t SET v = 2 WHERE id <= 5").await;
        database.execute("UPDATE public.t SET v = 3 WHERE id <= 5").await;
        refused(&database, "UPDATE public.t SET v = 4 WHERE id = 1", "RCL02").await;
        // One statement is enough to be refused, and then nothing of it is done.
        refused(
            &database,
            "BEGIN; SELECT recall.set_actor('eve'); UPDATE public.t SET v = 9",
            "RCL02",
        )
        .await;
        refused(&database, "BEGIN; SELECT recall.set_actor('eve'); TRUNCATE public.t", "RCL02")
            .await;
        assert_eq!(database.scalar("SELECT count(*) FROM public.t WHERE v = 9").await, "0");
        // A minute later they count no more.
        database
            .execute(
                "BEGIN; SET LOCAL recall.removal = 'on'; UPDATE recall.transaction SET at = at - interval '61 seconds'; UPDATE recall.change SET at = at - interval '61 seconds'; COMMIT",
            )
            .await;
        as_actor(&database, "ann", "UPDATE public.t SET v = 5 WHERE id <= 5").await;
    });
}

#[test]
fn a_client_cannot_reset_what_was_counted() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &most(5)).await;
        let id = database.scalar("SELECT id FROM recall.relation").await;
        let app = database.create_role("app").await;
        database.execute(&format!("GRANT ALL ON public.t TO \"{app}\"")).await;
        let session = database.session_as(&app).await;
        let set =
            session.try_execute(&format!("SELECT setval('recall.guard_count_{id}', 0)")).await;
        set.expect_err("closed");
        refused(
            &session,
            "BEGIN; UPDATE public.t SET v = 1 WHERE id <= 5; RESET ALL; DISCARD PLANS; UPDATE public.t SET v = 1 WHERE id = 6",
            "RCL02",
        )
        .await;
        refused(
            &session,
            "BEGIN; SELECT set_config('recall.context', '{\"actor\": \"a\"}', true); UPDATE public.t SET v = 1 WHERE id <= 5; \
             SELECT set_config('recall.context', '{\"actor\": \"b\"}', true); UPDATE public.t SET v = 1 WHERE id = 6",
            "RCL02",
        )
        .await;
    });
}

#[test]
fn protected_rows_are_deleted_with_an_approval_only() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        database.execute("CREATE TABLE public.other (id int PRIMARY KEY)").await;
        track(&mut journal, "other", &TrackOptions::default()).await;
        guard(&mut journal, &protect()).await;
        database.execute("INSERT INTO public.t VALUES (100, 1); UPDATE public.t SET v = 7").await;
        for context in [
            "{}",
            "{\"approval\": true}",
            "{\"approval\": \"1\", \"second_factor\": \"yes\"}",
            "{\"approval\": \"00000000-0000-0000-0000-000000000000\"}",
            "{\"second_factor\": {\"a\": 1}}",
        ] {
            refused(&database, &format!("BEGIN; SELECT recall.set_context('{context}'); DELETE FROM public.t WHERE id = 1"), "RCL03").await;
        }
        refused(&database, "TRUNCATE public.t", "RCL03").await;

        let with = |id: &str, actor: &str, sql: &str| {
            format!(
                "BEGIN; SELECT recall.set_context('{{\"approval\": \"{id}\", \"actor\": \"{actor}\"}}'); {sql}; COMMIT"
            )
        };
        let other = database.scalar("SELECT recall.approve('other', 'x')").await;
        refused(&database, &with(&other, "ann", "DELETE FROM public.t WHERE id = 1"), "RCL03")
            .await;
        let late =
            database.scalar("SELECT recall.approve('t', 'x', valid_for => '-1 second')").await;
        refused(&database, &with(&late, "ann", "DELETE FROM public.t WHERE id = 1"), "RCL03").await;
        let anns = database.scalar("SELECT recall.approve('t', 'ticket 7', actor => 'ann')").await;
        refused(&database, &with(&anns, "eve", "DELETE FROM public.t WHERE id = 1"), "RCL03").await;
        // A use that was rolled back is none, also back to a savepoint.
        database
            .execute(&with(&anns, "ann", "DELETE FROM public.t").replace("COMMIT", "ROLLBACK"))
            .await;
        database
            .execute(&with(&anns, "ann", "SAVEPOINT s; DELETE FROM public.t; ROLLBACK TO s; DELETE FROM public.t WHERE id <= 2"))
            .await;
        refused(&database, &with(&anns, "ann", "DELETE FROM public.t WHERE id = 3"), "RCL03").await;
        let again = database.scalar("SELECT recall.approve('t', 'ticket 8')").await;
        database.execute(&with(&again, "eve", "TRUNCATE public.t")).await;
    });
}

#[test]
fn an_approval_that_was_only_tried_and_taken_back_is_still_used_up_by_the_next() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &protect()).await;
        let id = database.scalar("SELECT recall.approve('t', 'x')").await;
        let context = format!("SELECT recall.set_context('{{\"approval\": \"{id}\"}}')");
        // The mark of the approval goes with the savepoint, or the deletion would use up nothing.
        database
            .execute(&format!(
                "BEGIN; {context}; SAVEPOINT s; DELETE FROM public.t WHERE id = 1; ROLLBACK TO s; DELETE FROM public.t WHERE id = 1; COMMIT"
            ))
            .await;
        assert_eq!(
            database.scalar("SELECT count(*) FROM recall.approval WHERE used_at IS NOT NULL").await,
            "1"
        );
        refused(
            &database,
            &format!("BEGIN; {context}; DELETE FROM public.t WHERE id = 2"),
            "RCL03",
        )
        .await;
    });
}

#[test]
fn of_two_transactions_at_once_one_has_the_approval() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &protect()).await;
        let id = database.scalar("SELECT recall.approve('t', 'x')").await;
        let context = format!("BEGIN; SELECT recall.set_context('{{\"approval\": \"{id}\"}}')");
        let (one, two) = (database.session().await, database.session().await);
        one.execute(&format!("{context}; DELETE FROM public.t WHERE id = 1")).await;
        two.execute(&context).await;
        let (second, ()) = tokio::join!(
            two.try_execute("DELETE FROM public.t WHERE id = 2"),
            one.execute("COMMIT")
        );
        let error = second.expect_err("used up");
        assert_eq!(error.code().expect("code").code(), "RCL03");
    });
}

#[test]
fn a_second_factor_is_its_actors_until_it_expires() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &protect()).await;
        let app = database.create_role("app").await;
        database.execute(&format!("GRANT ALL ON public.t TO \"{app}\"")).await;
        let session = database.session_as(&app).await;
        for forged in [
            "SELECT recall.confirm_second_factor('ann')",
            "SELECT recall.approve('t', 'x')",
            "SELECT count(*) FROM recall.approval",
            "INSERT INTO recall.approval (kind) VALUES ('approval')",
        ] {
            session.try_execute(forged).await.expect_err(forged);
        }
        let id = database.scalar("SELECT recall.confirm_second_factor('ann')").await;
        let with = |actor: &str| {
            format!(
                "BEGIN; SELECT recall.set_context('{{\"second_factor\": \"{id}\", \"actor\": \"{actor}\"}}'); \
                 DELETE FROM public.t WHERE id = (SELECT min(id) FROM public.t); COMMIT"
            )
        };
        session.execute(&with("ann")).await;
        session.execute(&with("ann")).await;
        refused(&session, &with("eve"), "RCL03").await;
        database
            .execute("UPDATE recall.approval SET expires_at = now() - interval '1 second'")
            .await;
        refused(&session, &with("ann"), "RCL03").await;
    });
}

#[test]
fn rows_that_would_go_by_a_foreign_key_are_protected_too() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.parent (id int PRIMARY KEY);
             CREATE TABLE public.t (id int PRIMARY KEY REFERENCES public.parent ON DELETE CASCADE);
             INSERT INTO public.parent VALUES (1); INSERT INTO public.t VALUES (1)",
        )
        .await;
        guard(&mut journal, &protect()).await;
        refused(&database, "DELETE FROM public.parent", "RCL03").await;
        refused(&database, "TRUNCATE public.parent CASCADE", "RCL03").await;
    });
}

#[test]
fn a_refusal_is_recorded_although_it_is_rolled_back() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let app = database.create_role("app").await;
        database.execute(&format!("GRANT ALL ON public.t TO \"{app}\"")).await;
        let session = database.session_as(&app).await;
        assert_eq!(journal.refusals(None).await.expect("refusals"), []);
        guard(&mut journal, &protect()).await;
        refused(&session, "BEGIN; SELECT recall.set_actor('ann'); DELETE FROM public.t", "RCL03")
            .await;
        refused(
            &session,
            "BEGIN; SELECT recall.set_actor('Änne aus der Buchhaltung'); TRUNCATE public.t",
            "RCL03",
        )
        .await;
        refused(&session, "DELETE FROM public.t", "RCL03").await;
        guard(&mut journal, &from(&["203.0.113.7"])).await;
        // Also where the application caught the error.
        session
            .execute("DO $$ BEGIN UPDATE public.t SET v = 1; EXCEPTION WHEN SQLSTATE 'RCL01' THEN NULL; END $$")
            .await;
        let found = journal.refusals(None).await.expect("refusals");
        let short: Vec<_> = found
            .iter()
            .map(|r| {
                assert_eq!(r.database_user.as_deref(), Some(app.as_str()));
                assert_eq!(r.table.as_deref(), Some("public.t"));
                (r.id, r.guard.as_str(), r.op.as_str(), r.detail.as_deref())
            })
            .collect();
        assert_eq!(
            short,
            [
                (4, "address", "update", Some("127.0.0.1")),
                (3, "protection", "delete", None),
                (2, "protection", "truncate", Some("Änne aus der Buchhal…")),
                (1, "protection", "delete", Some("ann")),
            ]
        );
        let recent = database.scalar("SELECT bool_and(at BETWEEN now() - interval '1 minute' AND now()) FROM recall.refusals").await;
        assert_eq!(recent, "t");
        assert_eq!(database.scalar("SELECT count(*) FROM recall.refusal").await, "4");
        assert_eq!(journal.refusals(None).await.expect("refusals"), found);
        assert_eq!(changes(&journal).await.len(), 0);
    });
}

#[test]
fn more_refusals_than_fit_leave_the_latest() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &protect()).await;
        let refuse = "DO $$ BEGIN FOR i IN 1..150 LOOP
            BEGIN DELETE FROM public.t; EXCEPTION WHEN SQLSTATE 'RCL03' THEN NULL; END; END LOOP; END $$";
        database.execute(refuse).await;
        let numbers = "SELECT string_agg(id::text, ',' ORDER BY id) FROM recall.refusals";
        let expected = (135..=150).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(database.scalar(numbers).await, expected);
        assert_eq!(journal.refusals(None).await.expect("refusals").len(), 16);
        refused(&database, "DELETE FROM public.t", "RCL03").await;
        assert_eq!(journal.refusals(Some(2)).await.expect("refusals")[0].id, 151);
        assert_eq!(database.scalar("SELECT count(*) FROM recall.refusals").await, "17");
    });
}

#[test]
fn guards_do_not_disturb_the_recording_and_are_put_right() {
    block_on(async {
        let (database, mut journal) = tracked(PARTED).await;
        let all = GuardOptions {
            allow_from: origins(&["local", "127.0.0.1", "::1"]),
            max_changes: Wish::Set(100),
            protect: Wish::Set(()),
            guard_drop: Wish::Set(()),
        };
        assert!(guard(&mut journal, &all).await);
        assert!(!guard(&mut journal, &GuardOptions::default()).await);
        let tables = catalogue::tables(journal.client()).await.expect("tables");
        let table =
            tables.iter().find(|table| table.name.to_string() == "public.t").expect("table");
        let outcome = journal.track(table, &TrackOptions::default()).await.expect("track");
        assert_eq!(outcome, pgrecall_journal::Outcome::Unchanged);
        database
            .execute("ALTER TABLE public.t_1 DISABLE TRIGGER \"!recall_guard_protection\"")
            .await;
        assert!(guard(&mut journal, &GuardOptions::default()).await);
        database
            .execute("CREATE TABLE public.t_3 PARTITION OF public.t FOR VALUES FROM (200) TO (300)")
            .await;
        assert!(guard(&mut journal, &GuardOptions::default()).await);
        refused(&database, "TRUNCATE public.t_3", "RCL03").await;
        refused(&database, "DELETE FROM public.t_1", "RCL03").await;
        database.execute("INSERT INTO public.t VALUES (201, 1)").await;
        assert_eq!(changes(&journal).await.len(), 1);
    });
}

#[test]
fn guards_go_with_the_tracking_and_with_the_journal() {
    block_on(async {
        let database = pgrecall_testkit::Server::shared().database().await;
        database.execute(PARTED).await;
        let before = picture(&database).await;
        let mut connection = database.connect().await;
        pgrecall_journal::install(&mut connection).await.expect("install");
        let mut journal = Journal::open(connection).await.expect("open");
        track(&mut journal, "public.*", &TrackOptions::default()).await;
        let all = GuardOptions {
            allow_from: origins(&["203.0.113.7"]),
            max_changes: Wish::Set(1),
            protect: Wish::Set(()),
            guard_drop: Wish::Set(()),
        };
        guard(&mut journal, &all).await;
        refused(&database, "DELETE FROM public.t", "RCL01").await;
        let table = journal.table("t").await.expect("table");
        journal.untrack(&table).await.expect("untrack");
        assert_eq!(journal.guards().await.expect("guards").len(), 0);
        assert_eq!(triggers(&database).await, "0");
        track(&mut journal, "public.*", &TrackOptions::default()).await;
        guard(&mut journal, &all).await;
        uninstall(
            &mut database.connect().await,
            pgrecall_journal::Leave { journal: true, roles: true },
        )
        .await
        .expect("uninstall");
        assert_eq!(triggers(&database).await, "0");
        database.execute("DELETE FROM public.t WHERE id < 95").await;
        uninstall(&mut database.connect().await, pgrecall_journal::Leave::default())
            .await
            .expect("uninstall");
        let after = picture(&database).await;
        assert_eq!(before.difference(&after), Vec::<String>::new());
    });
}

async fn triggers(database: &TestDatabase) -> String {
    database.scalar("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '!recall%'").await
}

#[test]
fn a_table_that_is_not_tracked_cannot_be_guarded() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        database.execute("CREATE TABLE public.other (id int)").await;
        let tables = catalogue::tables(journal.client()).await.expect("tables");
        let other =
            tables.iter().find(|table| table.name.to_string() == "public.other").expect("table");
        let error = journal.guard(other, &protect()).await.expect_err("not tracked");
        assert!(matches!(error, pgrecall_journal::JournalError::NotTracked(_)), "{error:?}");
    });
}

fn guard_drop() -> GuardOptions {
    GuardOptions { guard_drop: Wish::Set(()), ..GuardOptions::default() }
}

#[test]
fn a_guarded_table_is_dropped_with_an_approval_only() {
    block_on(async {
        let (database, mut journal) = tracked(PARTED).await;
        database
            .execute("CREATE SCHEMA other; CREATE TABLE other.u (id int); CREATE TABLE public.v (id int)")
            .await;
        assert!(guard(&mut journal, &guard_drop()).await);
        assert!(!guard(&mut journal, &GuardOptions::default()).await, "it stays");
        database
            .execute("CREATE ROLE owner_of_guarded; ALTER TABLE public.t OWNER TO owner_of_guarded")
            .await;
        let rows = "SELECT count(*) FROM public.t";
        for sql in [
            "DROP TABLE public.t",
            "DROP TABLE public.v, public.t",
            "DROP TABLE public.t_1",
            "DROP TABLE public.t_2_a",
            "DROP TABLE public.t_2",
            "DROP SCHEMA public CASCADE",
            "DROP OWNED BY owner_of_guarded CASCADE",
            "SET session_replication_role = replica; DROP TABLE public.t",
        ] {
            refused(&database, sql, "RCL04").await;
            database.execute("RESET session_replication_role").await;
            assert_eq!(database.scalar(rows).await, "20", "{sql}");
        }
        database
            .execute("ALTER TABLE public.t RENAME TO s; ALTER TABLE public.s SET SCHEMA other")
            .await;
        refused(&database, "DROP SCHEMA other CASCADE", "RCL04").await;
        database.execute("ALTER TABLE other.s SET SCHEMA public; ALTER TABLE public.s RENAME TO t; DROP TABLE public.v; DROP TABLE other.u; ALTER TABLE public.t DROP COLUMN v").await;

        let approved = database.scalar("SELECT recall.approve('public.t', 'really', 'ann')").await;
        let with = |actor: &str, end: &str| {
            format!(
                r#"BEGIN; SELECT recall.set_context('{{"actor": "{actor}", "approval": "{approved}"}}'); DROP TABLE public.t; {end}"#
            )
        };
        refused(&database, &with("eve", "COMMIT"), "RCL04").await;
        database.execute(&with("ann", "ROLLBACK")).await;
        database.execute(&with("ann", "COMMIT")).await;
        assert_eq!(database.scalar("SELECT to_regclass('public.t') IS NULL").await, "t");
        assert_eq!(
            database.scalar("SELECT string_agg(tracked::text, ' ') FROM recall.tracked WHERE table_name = 't'").await,
            "false"
        );
        database.execute("DROP ROLE owner_of_guarded").await;
    });
}

#[test]
fn a_refused_drop_is_recorded_and_the_guard_can_be_taken_off() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &guard_drop()).await;
        refused(&database, "BEGIN; SELECT recall.set_actor('eve'); DROP TABLE public.t", "RCL04")
            .await;
        let refusals = journal.refusals(None).await.expect("refusals");
        assert_eq!(refusals.len(), 1);
        let refusal = &refusals[0];
        assert_eq!((refusal.guard.as_str(), refusal.op.as_str()), ("drop", "drop"));
        assert_eq!(refusal.table.as_deref(), Some("public.t"));
        assert_eq!(refusal.detail.as_deref(), Some("eve"));
        // Nothing else is refused.
        database
            .execute("DELETE FROM public.t; TRUNCATE public.t; ALTER TABLE public.t ADD w int")
            .await;

        let off = GuardOptions { guard_drop: Wish::Remove, ..GuardOptions::default() };
        assert!(guard(&mut journal, &off).await);
        assert_eq!(database.scalar("SELECT count(*) FROM recall.guard").await, "0");
        database.execute("DROP TABLE public.t").await;
    });
}

#[test]
fn without_the_right_to_make_event_triggers_the_drop_guard_is_refused() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        drop(journal);
        let owner = database.create_role("plain_owner").await;
        database
            .execute(&format!(
                "ALTER TABLE public.t OWNER TO {owner}; GRANT recall_admin TO {owner}"
            ))
            .await;
        let mut journal = Journal::open(database.connect_as(&owner).await).await.expect("open");
        let refused = journal.prepare_guards(&guard_drop()).await.expect_err("no superuser");
        assert!(
            matches!(refused, pgrecall_journal::JournalError::NoEventTriggers(_)),
            "{refused:?}"
        );
        assert_eq!(database.scalar("SELECT count(*) FROM recall.guard").await, "0");
        database.execute("DROP TABLE public.t").await;
    });
}

#[test]
fn a_drop_guard_that_cannot_do_its_work_fails_nothing_and_goes_with_the_journal() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &guard_drop()).await;
        database.execute("CREATE TABLE public.u (id int)").await;
        let leave = pgrecall_journal::Leave { journal: true, roles: false };
        uninstall(&mut database.connect().await, leave).await.expect("uninstall");
        let left = "SELECT count(*) FROM pg_event_trigger WHERE evtname = 'recall_check_drop'";
        assert_eq!(database.scalar(left).await, "0");

        let (database, mut journal) = tracked(TABLE).await;
        guard(&mut journal, &guard_drop()).await;
        database.execute("CREATE TABLE public.u (id int); ALTER TABLE recall.relation RENAME TO away; DROP TABLE public.u").await;
        database.execute("DROP SCHEMA recall CASCADE; DROP TABLE public.t").await;
        assert_eq!(database.scalar(left).await, "0");
    });
}

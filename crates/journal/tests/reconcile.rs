//! What reconciling finds and mends beside schema changes, and what it leaves alone.

use pgrecall_journal::{
    AfterImage, EventTriggers, GuardOptions, Journal, Leave, OnFailure, SelectivityOptions,
    TrackOptions, Verdict, Wish, uninstall,
};
use pgrecall_model::Pattern;
use pgrecall_testkit::{block_on, catalogue_fingerprint};

use crate::schema_changes::{covered, gaps, mend};
use crate::{installed, summary};

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v int)";

async fn remember(journal: &mut Journal, patterns: &[&str], excluded: &[&str]) {
    let parse = |texts: &[&str]| -> Vec<Pattern> {
        texts.iter().map(|text| text.parse().expect("pattern")).collect()
    };
    let options = (&TrackOptions::default(), &GuardOptions::default());
    journal.remember(&parse(patterns), &parse(excluded), options, &[]).await.expect("remember");
}

#[test]
fn a_dry_run_changes_nothing() {
    block_on(async {
        let (database, mut journal) = covered(TABLE, &TrackOptions::default(), false).await;
        database.execute("ALTER TABLE public.t ADD w int; CREATE TABLE public.u (id int)").await;
        let before = catalogue_fingerprint(&database).await;
        assert_eq!(journal.reconcile(true).await.expect("dry run").len(), 2);
        assert_eq!(catalogue_fingerprint(&database).await, before);
        assert_eq!(database.scalar("SELECT count(*) FROM recall.schema_change").await, "0");
        assert_eq!(mend(&mut journal).await.len(), 2);
    });
}

#[test]
fn functions_that_somebody_changed_are_written_anew_and_leave_a_gap() {
    block_on(async {
        for change in [
            "CREATE OR REPLACE FUNCTION recall.capture_1_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "ALTER FUNCTION recall.capture_1_update() SECURITY INVOKER",
            "ALTER FUNCTION recall.capture_1_update() SET search_path = public",
        ] {
            let (database, mut journal) = covered(TABLE, &TrackOptions::default(), true).await;
            database.execute(change).await;
            assert_eq!(
                mend(&mut journal).await,
                ["public.t: functions missing or changed"],
                "{change}"
            );
            assert_eq!(gaps(&database).await, "t bypassed");
            database.execute("INSERT INTO public.t VALUES (1, 1); UPDATE public.t SET v = 2").await;
            assert_eq!(summary(&journal).await.len(), 2);
            assert_eq!(mend(&mut journal).await, Vec::<String>::new());
        }
    });
}

#[test]
fn a_paused_table_stays_paused() {
    block_on(async {
        let (database, mut journal) = covered(TABLE, &TrackOptions::default(), true).await;
        let t = journal.table("t").await.expect("t");
        journal.pause(&[t], None).await.expect("pause");
        assert_eq!(mend(&mut journal).await, [""; 0]);
        database.execute("ALTER TABLE public.t ADD w int; INSERT INTO public.t VALUES (1)").await;
        assert_eq!(mend(&mut journal).await, [""; 0]);
        assert_eq!(summary(&journal).await, [""; 0]);

        let t = journal.table("t").await.expect("t");
        assert!(journal.resume(&t).await.expect("resume"));
        assert_eq!(mend(&mut journal).await, ["public.t: to be recorded otherwise"]);
        database.execute("INSERT INTO public.t VALUES (2)").await;
        assert_eq!(summary(&journal).await, ["insert public.t id=2"]);
        assert_eq!(gaps(&database).await, "t paused");
    });
}

#[test]
fn a_new_table_is_recorded_as_selectively_as_its_pattern_says() {
    block_on(async {
        let (database, mut journal) = installed().await;
        let options = TrackOptions {
            selectivity: SelectivityOptions {
                only_roles: Wish::Keep,
                condition: Wish::Set("NEW.id > 10".to_owned()),
            },
            on_failure: Some(OnFailure::Isolate),
            after_image: Some(AfterImage::Changed),
            ..TrackOptions::default()
        };
        let pattern = ["public.*".parse().expect("pattern")];
        let wanted = (&options, &GuardOptions::default());
        journal.remember(&pattern, &[], wanted, &[]).await.expect("remember");
        database.execute(TABLE).await;
        assert_eq!(mend(&mut journal).await, ["public.t: new"]);
        database.execute("INSERT INTO public.t VALUES (1), (11)").await;
        assert_eq!(summary(&journal).await, ["insert public.t id=11"]);
        let t = journal.table("t").await.expect("t");
        assert_eq!(t.on_failure, OnFailure::Isolate);
        assert_eq!(t.after_image, AfterImage::Changed);
        assert_eq!(mend(&mut journal).await, [""; 0]);
    });
}

#[test]
fn the_last_pattern_that_fits_decides() {
    block_on(async {
        let (database, mut journal) = installed().await;
        remember(&mut journal, &["public.*"], &["public.session*"]).await;
        database
            .execute("CREATE TABLE public.session_1 (id int); CREATE TABLE public.a (id int)")
            .await;
        remember(&mut journal, &["session_2"], &[]).await;
        database
            .execute("CREATE TABLE public.session_2 (id int); CREATE TABLE public.\"a%b\" (id int)")
            .await;
        let tracked =
            "SELECT string_agg(table_name, ' ' ORDER BY id) FROM recall.tracked WHERE tracked";
        assert_eq!(database.scalar(tracked).await, "a session_2 a%b");

        let a = journal.table("a").await.expect("a");
        let names = [(a.relation.name.clone(), a.relation.oid)];
        journal.forget(&["public.a".parse().expect("pattern")], &names).await.expect("forget");
        journal.untrack(&a).await.expect("untrack");
        assert_eq!(mend(&mut journal).await.len(), 2, "a stays as it was left");
        assert_eq!(database.scalar(tracked).await, "session_2 a%b");
        journal.forget(&["public.*".parse().expect("pattern")], &[]).await.expect("forget");
        database.execute("CREATE TABLE public.b (id int)").await;
        assert_eq!(mend(&mut journal).await, Vec::<String>::new());
    });
}

#[test]
fn whoever_makes_a_table_needs_no_right_on_the_journal() {
    block_on(async {
        let (database, mut journal) = covered(TABLE, &TrackOptions::default(), true).await;
        let role = database.create_role("app").await;
        database
            .execute(&format!("GRANT CREATE, USAGE ON SCHEMA public TO \"{role}\"; GRANT INSERT ON public.t TO \"{role}\""))
            .await;
        let app = database.session_as(&role).await;
        app.execute(
            "SET recall.at_work = 'on'; CREATE TABLE public.own (id int PRIMARY KEY); INSERT INTO public.own VALUES (1);
             ALTER TABLE public.own ADD v int; UPDATE public.own SET v = 2; ALTER TABLE public.own DISABLE TRIGGER USER;
             DROP TABLE public.own",
        )
        .await;
        assert_eq!(summary(&journal).await, ["insert public.own id=1", "update public.own id=1"]);
        assert_eq!(gaps(&database).await, "own bypassed");
        mend(&mut journal).await;
    });
}

#[test]
fn a_journal_whose_owner_may_not_touch_the_table_says_what_it_misses() {
    block_on(async {
        let (database, _journal) = covered(TABLE, &TrackOptions::default(), true).await;
        let weak = database.create_role("weak").await;
        database
            .execute(&format!(
                "ALTER SCHEMA recall OWNER TO \"{weak}\";
                 DO $$ DECLARE o record; BEGIN
                   FOR o IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'recall'::regnamespace AND relkind IN ('r', 'p', 'v') LOOP
                     EXECUTE format('ALTER TABLE %s OWNER TO \"{weak}\"', o.name);
                   END LOOP;
                   FOR o IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'recall'::regnamespace LOOP
                     EXECUTE format('ALTER ROUTINE %s OWNER TO \"{weak}\"', o.name);
                   END LOOP;
                 END $$;
                 GRANT ALL ON ALL SEQUENCES IN SCHEMA recall TO \"{weak}\";
                 CREATE TABLE public.theirs (id int); INSERT INTO public.theirs VALUES (1)"
            ))
            .await;
        assert_eq!(gaps(&database).await, "theirs untracked");
    });
}

#[test]
fn an_event_trigger_that_cannot_do_its_work_fails_nothing() {
    block_on(async {
        let (database, _journal) = covered(TABLE, &TrackOptions::default(), true).await;
        database.execute("ALTER TABLE recall.relation RENAME TO away").await;
        database
            .execute(
                "CREATE TABLE public.u (id int); ALTER TABLE public.u ADD v int; ALTER TABLE public.t ADD w int;
                 ALTER TABLE public.t DISABLE TRIGGER USER; DROP TABLE public.u; DROP TABLE public.t",
            )
            .await;
        database
            .execute(
                "DROP SCHEMA recall CASCADE; CREATE TABLE public.v (id int); DROP TABLE public.v",
            )
            .await;
        assert_eq!(database.scalar("SELECT count(*) FROM pg_event_trigger").await, "0");
    });
}

#[test]
fn temporary_tables_extensions_and_dropped_owners_do_no_harm() {
    block_on(async {
        let (database, mut journal) = covered(TABLE, &TrackOptions::default(), true).await;
        for script in [
            "CREATE TEMP TABLE x (id int); DROP TABLE x",
            "BEGIN ISOLATION LEVEL SERIALIZABLE; CREATE TABLE public.s (id int); COMMIT",
            "SET session_replication_role = replica; CREATE TABLE public.r (id int); RESET session_replication_role",
            "CREATE ROLE owner_of_much; CREATE TABLE public.much (id int); ALTER TABLE public.much OWNER TO owner_of_much",
            "DROP OWNED BY owner_of_much; DROP ROLE owner_of_much",
            "CREATE EXTENSION hstore; DROP EXTENSION hstore",
        ] {
            database.execute(script).await;
        }
        let tracked =
            "SELECT string_agg(table_name, ' ' ORDER BY id) FROM recall.tracked WHERE tracked";
        assert_eq!(database.scalar(tracked).await, "t s r");
        mend(&mut journal).await;
    });
}

#[test]
fn event_triggers_that_are_missing_are_made_and_go_with_the_journal() {
    block_on(async {
        let (database, mut journal) = covered(TABLE, &TrackOptions::default(), false).await;
        assert_eq!(journal.event_triggers().await.expect("state"), EventTriggers::Missing);
        journal.create_event_triggers().await.expect("create");
        assert_eq!(journal.event_triggers().await.expect("state"), EventTriggers::Present);
        let leave = Leave { journal: true, roles: false };
        uninstall(&mut database.connect().await, leave).await.expect("uninstall");
        assert_eq!(database.scalar("SELECT count(*) FROM pg_event_trigger").await, "0");
        assert_eq!(database.scalar("SELECT count(*) FROM recall.pattern").await, "0");
    });
}

#[test]
fn a_chain_that_something_broke_unseen_is_a_gap_once() {
    block_on(async {
        for (unseen, keys) in [
            ("UPDATE public.t SET v = 9 WHERE id <= 2", 2),
            ("DELETE FROM public.t WHERE id = 1", 1),
            ("UPDATE public.t SET v = 9 WHERE id = 1; UPDATE public.t SET v = 9 WHERE id = 4", 1),
            ("UPDATE public.t SET id = 20 WHERE id = 1", 1),
        ] {
            for then in [
                "SELECT",
                "DELETE FROM public.t WHERE v = 9",
                "INSERT INTO public.t VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET v = 5",
            ] {
                let (database, mut journal) = covered(
                    "CREATE TABLE public.t (id int PRIMARY KEY, v int); INSERT INTO public.t VALUES (4, 1)",
                    &TrackOptions::default(),
                    false,
                )
                .await;
                database
                    .execute(
                        "INSERT INTO public.t SELECT g, g FROM generate_series(1, 3) AS g; UPDATE public.t SET v = 7 WHERE id = 2;
                         UPDATE public.t SET id = 30 WHERE id = 3; TRUNCATE public.t",
                    )
                    .await;
                database
                    .execute("INSERT INTO public.t SELECT g, g FROM generate_series(1, 4) AS g")
                    .await;
                let table = journal.table("t").await.expect("table");
                let whole =
                    journal.check_chain(&table, false).await.expect("check").expect("checked");
                assert_eq!(whole.keys, 0, "{unseen}");
                database
                    .execute(&format!(
                        "ALTER TABLE public.t DISABLE TRIGGER USER; {unseen};
                         DO $$ DECLARE t record; BEGIN
                           FOR t IN SELECT tgname FROM pg_trigger WHERE tgname LIKE '!recall%' LOOP
                             EXECUTE format('ALTER TABLE public.t ENABLE ALWAYS TRIGGER %I', t.tgname);
                           END LOOP;
                         END $$"
                    ))
                    .await;
                database.execute(then).await;
                assert_eq!(mend(&mut journal).await, Vec::<String>::new(), "nothing is to be seen");
                let broken =
                    journal.check_chain(&table, true).await.expect("dry").expect("checked");
                let expected = if unseen.contains("id = 4") { keys + 1 } else { keys };
                assert!(
                    broken.keys >= expected.min(1) && broken.keys <= expected,
                    "{unseen}; {then}: {broken:?}"
                );
                assert_eq!(gaps(&database).await, "");
                journal.check_chain(&table, false).await.expect("check").expect("checked");
                assert_eq!(gaps(&database).await, "t bypassed");
                let again =
                    journal.check_chain(&table, false).await.expect("check").expect("checked");
                assert_eq!(again.keys, 0, "it is known now");
            }
        }
    });
}

#[test]
fn a_chain_is_whole_where_triggers_changed_rows_before_their_own_change_was_recorded() {
    block_on(async {
        let (database, mut journal) = covered(
            "CREATE TABLE public.t (id int PRIMARY KEY, v int); INSERT INTO public.t VALUES (1, 1), (2, 1), (3, 1);
             CREATE FUNCTION public.pass_on() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN UPDATE public.t SET v = v + 100 WHERE id = NEW.id + 1; RETURN NULL; END';
             CREATE TRIGGER pass_on AFTER UPDATE ON public.t FOR EACH ROW WHEN (pg_trigger_depth() = 0)
               EXECUTE FUNCTION public.pass_on()",
            &TrackOptions::default(),
            false,
        )
        .await;
        let before = "SELECT string_agg(new, ' ' ORDER BY id) FROM recall.change WHERE key = '3'";
        database.execute("UPDATE public.t SET v = v + 1").await;
        assert_eq!(database.scalar(before).await, "(3,102) (3,2)", "in another order");
        let table = journal.table("t").await.expect("table");
        let whole = journal.check_chain(&table, false).await.expect("check").expect("checked");
        assert_eq!(whole.keys, 0, "the row of today");
        database.execute("UPDATE public.t SET v = v + 1").await;
        let whole = journal.check_chain(&table, false).await.expect("check").expect("checked");
        assert_eq!(whole.keys, 0, "two transactions");
        database
            .execute(
                "ALTER TABLE public.t DISABLE TRIGGER USER; UPDATE public.t SET v = 7 WHERE id = 3;
                 ALTER TABLE public.t ENABLE TRIGGER USER",
            )
            .await;
        let broken = journal.check_chain(&table, true).await.expect("check").expect("checked");
        assert_eq!(broken.keys, 1, "what was changed unseen");
    });
}

#[test]
fn the_doctor_finds_what_is_amiss_and_nothing_else() {
    block_on(async {
        let (database, mut journal) = covered(TABLE, &TrackOptions::default(), true).await;
        let verdict = async |journal: &mut Journal, name: &str| {
            let checks = journal.examine().await.expect("examine");
            checks.into_iter().find(|check| check.name == name).expect(name).verdict
        };
        for check in journal.examine().await.expect("examine") {
            assert_ne!(check.verdict, Verdict::Problem, "{check:?}");
            assert_eq!(check.hint.is_none(), check.verdict == Verdict::Ok, "{check:?}");
        }
        assert_eq!(verdict(&mut journal, "upkeep").await, Verdict::Warning);
        journal.maintain().await.expect("maintain");
        assert_eq!(verdict(&mut journal, "upkeep").await, Verdict::Ok);
        for (amiss, name, expected) in [
            ("ALTER EVENT TRIGGER recall_ddl DISABLE", "event triggers", Verdict::Warning),
            ("CREATE SCHEMA other; CREATE TABLE other.u (id int)", "coverage", Verdict::Warning),
            ("ALTER TABLE public.t DISABLE TRIGGER USER", "tables", Verdict::Problem),
        ] {
            assert_eq!(verdict(&mut journal, name).await, Verdict::Ok, "{name}");
            database.execute(amiss).await;
            assert_eq!(verdict(&mut journal, name).await, expected, "{name}");
        }
        let uncovered = journal.uncovered().await.expect("uncovered");
        let reasons: Vec<String> =
            uncovered.iter().map(|table| format!("{}: {}", table.name, table.reason)).collect();
        assert_eq!(reasons, ["other.u: no pattern"]);
    });
}

//! Recording for each statement, and where that goes by row. That both tell the same is shown by the
//! torture suite, which records every scenario either way.

use pgrecall_journal::{
    ForEach, Journal, Leave, OnFailure, Outcome, SelectivityOptions, TrackOptions, Wish, uninstall,
};
use pgrecall_postgres::catalogue::{self, Table};
use pgrecall_testkit::{Server, Session, TestDatabase, block_on};

use crate::schema_changes::gaps;
use crate::{changes, installed, summary, track, tracked};

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text);
    INSERT INTO public.t SELECT g, 'row' FROM generate_series(1, 4) AS g;";

/// How the rows of the last statement on the first relation were recorded.
const HOW: &str = "SELECT CASE last_value & 7 WHEN 0 THEN 'at once' WHEN 4 THEN 'by row' END FROM recall.statement_1";

const TRIGGERS: &str = "SELECT string_agg(tgname, ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = 'public.t'::regclass";

fn for_each(each: ForEach) -> TrackOptions {
    TrackOptions { for_each: Some(each), ..TrackOptions::default() }
}

async fn by_statement(sql: &str) -> (TestDatabase, Journal) {
    let (database, mut journal) = installed().await;
    database.execute(sql).await;
    track(&mut journal, "public.t", &for_each(ForEach::Statement)).await;
    (database, journal)
}

async fn table(journal: &Journal) -> Table {
    let tables = catalogue::tables(journal.client()).await.expect("tables");
    tables.into_iter().find(|table| table.name.to_string() == "public.t").expect("public.t")
}

/// The changes of rows since the table was made, in short: `I1 U2 D3`.
async fn told(database: &TestDatabase) -> String {
    database
        .scalar(
            "SELECT coalesce(string_agg(concat(op, key), ' ' ORDER BY id), '') FROM recall.change",
        )
        .await
}

async fn how(database: &TestDatabase, session: &Session, sql: &str) -> String {
    session.execute("SELECT setval('recall.statement_1', 7)").await;
    session.execute(sql).await;
    database.scalar(HOW).await
}

#[test]
fn a_statement_of_a_client_is_recorded_at_its_end() {
    block_on(async {
        let (database, _journal) = by_statement(TABLE).await;
        let session = database.session().await;
        for (sql, changes) in [
            ("INSERT INTO public.t VALUES (5), (6)", "I5 I6"),
            ("UPDATE public.t SET v = 'new' WHERE id > 4", "I5 I6 U5 U6"),
            ("UPDATE public.t SET v = v", "I5 I6 U5 U6"),
            ("/* import */ DELETE FROM public.t WHERE id = 6;", "I5 I6 U5 U6 D6"),
            ("BEGIN; DELETE FROM public.t WHERE v = 'new'; COMMIT", "I5 I6 U5 U6 D6 D5"),
            (
                "\n insert INTO public.t WITH more AS (SELECT 9) SELECT * FROM more;",
                "I5 I6 U5 U6 D6 D5 I9",
            ),
        ] {
            assert_eq!(how(&database, &session, sql).await, "at once", "{sql}");
            assert_eq!(told(&database).await, changes, "{sql}");
        }
        if Server::shared().major_version() >= 15 {
            let merge = "MERGE INTO public.t USING (VALUES (7), (8)) AS s (id) ON t.id = s.id
                WHEN NOT MATCHED THEN INSERT VALUES (s.id)";
            assert_eq!(how(&database, &session, merge).await, "at once");
            assert!(told(&database).await.ends_with("I9 I7 I8"));
        }
    });
}

#[test]
fn what_does_more_than_one_thing_or_is_called_goes_by_row() {
    block_on(async {
        let (database, _journal) = by_statement(&format!(
            "{TABLE}
             CREATE FUNCTION public.more(int) RETURNS int LANGUAGE sql AS 'INSERT INTO public.t VALUES ($1) RETURNING id';
             CREATE PROCEDURE public.most() LANGUAGE plpgsql AS 'BEGIN UPDATE public.t SET v = ''most'' WHERE id = 1; END'"
        ))
        .await;
        let session = database.session().await;
        for (sql, last) in [
            ("SELECT public.more(10)", "I10"),
            ("CALL public.most()", "U1"),
            ("DO 'BEGIN DELETE FROM public.t WHERE id = 10; END'", "D10"),
            ("INSERT INTO public.t SELECT public.more(20) + 1", "I20 I21"),
            ("UPDATE public.t SET v = public.more(22)::text WHERE id = 1", "I22 U1"),
            (
                "INSERT INTO public.t VALUES (1), (23) ON CONFLICT (id) DO UPDATE SET v = 'again'",
                "U1 I23",
            ),
            (
                "WITH gone AS (DELETE FROM public.t WHERE id IN (1, 2) RETURNING *) INSERT INTO public.t SELECT * FROM gone WHERE id = 1",
                "D1 I1 D2",
            ),
            (
                "WITH new AS (UPDATE public.t SET v = 'with' WHERE id = 3 RETURNING id) DELETE FROM public.t WHERE id = 4",
                "U3 D4",
            ),
            (
                "COPY (WITH new AS (INSERT INTO public.t VALUES (24) RETURNING id) SELECT id FROM new) TO PROGRAM 'cat > /dev/null'",
                "I24",
            ),
            // What is in them is not looked at closely.
            ("PREPARE gone AS DELETE FROM public.t WHERE id > $1; EXECUTE gone (23)", "D24"),
            ("UPDATE public.t SET v = 'with;' WHERE id = 22", "U22"),
            ("BEGIN; DELETE FROM public.t WHERE id = 22; COMMIT; -- with care", "D22"),
            (
                "BEGIN ISOLATION LEVEL REPEATABLE READ; DELETE FROM public.t WHERE id = 3; COMMIT",
                "D3",
            ),
        ] {
            assert_eq!(how(&database, &session, sql).await, "by row", "{sql}");
            let told = told(&database).await;
            let mut expected: Vec<&str> = last.split(' ').collect();
            let mut found: Vec<&str> = told.rsplit(' ').take(expected.len()).collect();
            // Rows of different keys may come in any order.
            expected.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, expected, "{sql}: {told}");
        }
    });
}

#[test]
fn rows_go_one_by_one_where_the_table_does_not_allow_more() {
    block_on(async {
        for (sql, reason) in [
            (
                "CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                 CREATE TRIGGER own AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
                "it has other triggers",
            ),
            ("CREATE TABLE public.child () INHERITS (public.t)", "it inherits, or others inherit from it"),
            (
                "CREATE TABLE public.parent (id int, v text); ALTER TABLE public.t INHERIT public.parent",
                "it inherits, or others inherit from it",
            ),
            (
                "CREATE TABLE public.p (id int NOT NULL, v text) PARTITION BY RANGE (id);
                 ALTER TABLE public.p ATTACH PARTITION public.t DEFAULT",
                "it is partitioned or a partition",
            ),
            (
                "ALTER TABLE public.t ADD COLUMN other int REFERENCES public.t ON DELETE CASCADE",
                "a foreign key that refers to it changes rows",
            ),
        ] {
            let (database, journal) = by_statement(TABLE).await;
            let session = database.session().await;
            let insert = "INSERT INTO public.t (id) VALUES (5), (6)";
            assert_eq!(how(&database, &session, insert).await, "at once");
            assert_eq!(journal.why_by_row(&table(&journal).await).await.expect("why"), None);
            database.execute(sql).await;
            let delete = "DELETE FROM public.t WHERE id = 6";
            assert_eq!(how(&database, &session, delete).await, "by row", "{sql}");
            assert_eq!(told(&database).await, "I5 I6 D6");
            let oid = Table { partition: false, ..table(&journal).await };
            let why = journal.why_by_row(&oid).await.expect("why");
            assert_eq!(why.as_deref(), Some(reason), "{sql}");
        }
    });
}

#[test]
fn a_parent_s_statement_is_recorded_of_the_child() {
    block_on(async {
        let (database, _journal) = by_statement(
            "CREATE TABLE public.parent (id int, v text);
             CREATE TABLE public.t (PRIMARY KEY (id)) INHERITS (public.parent);
             INSERT INTO public.t VALUES (1), (2)",
        )
        .await;
        // No statement on the table itself was ever begun in this session.
        database.session().await.execute("UPDATE public.parent SET v = 'x'").await;
        assert_eq!(told(&database).await, "U1 U2");
    });
}

#[test]
fn forged_settings_hide_nothing_and_record_nothing_twice() {
    block_on(async {
        let (database, _journal) = by_statement(&format!(
            "{TABLE}
             CREATE FUNCTION public.forge(setting text) RETURNS int LANGUAGE sql AS
               'SELECT length(set_config(''recall.statement_1'', setting, false)) * 0'"
        ))
        .await;
        let session = database.session().await;
        session.execute("INSERT INTO public.t SELECT 10 + public.forge('')").await;
        session.execute("INSERT INTO public.t SELECT 11 + public.forge('1')").await;
        session.execute("SET recall.statement_1 = 'on'; DISCARD SEQUENCES; DELETE FROM public.t WHERE id = 10").await;
        session.execute("RESET ALL; DELETE FROM public.t WHERE id = 11").await;
        assert_eq!(told(&database).await, "I10 I11 D10 D11");
        // Where no statement begins, nobody can be told that one did.
        database.execute("ALTER TABLE public.t DISABLE TRIGGER \"!recall_1_begin\"").await;
        let session = database.session().await;
        let forged = session
            .try_execute("SET recall.statement_1 = 'on'; INSERT INTO public.t VALUES (12)")
            .await;
        assert!(forged.is_err());
        session.execute("RESET recall.statement_1; INSERT INTO public.t VALUES (13)").await;
        assert_eq!(told(&database).await, "I10 I11 D10 D11 I13");
    });
}

#[test]
fn settings_that_change_while_rows_are_recorded_hide_nothing() {
    block_on(async {
        let (database, _journal) = by_statement(&format!(
            "{TABLE}
             CREATE TABLE public.child (id int REFERENCES public.t ON DELETE CASCADE, setting text);
             INSERT INTO public.child VALUES (1, ''), (2, 'on'), (3, '');
             CREATE FUNCTION public.forge() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN PERFORM set_config(''recall.statement_1'', OLD.setting, false); RETURN OLD; END';
             CREATE TRIGGER forge BEFORE DELETE ON public.child FOR EACH ROW EXECUTE FUNCTION public.forge()"
        ))
        .await;
        // The children go by what the key does between the rows of the statement and its end.
        let session = database.session().await;
        assert_eq!(how(&database, &session, "DELETE FROM public.t").await, "by row");
        assert_eq!(told(&database).await, "D1 D2 D3 D4");
    });
}

#[test]
fn rows_that_go_with_others_in_a_circle_are_recorded_once() {
    block_on(async {
        let (database, _journal) = by_statement(
            "CREATE TABLE public.t (id int PRIMARY KEY, c int);
             CREATE TABLE public.c (id int PRIMARY KEY, t int REFERENCES public.t ON DELETE CASCADE);
             INSERT INTO public.t VALUES (1); INSERT INTO public.c VALUES (1, 1);
             INSERT INTO public.t VALUES (2, 1), (3, NULL);
             ALTER TABLE public.t ADD FOREIGN KEY (c) REFERENCES public.c ON DELETE CASCADE",
        )
        .await;
        let session = database.session().await;
        assert_eq!(how(&database, &session, "DELETE FROM public.t WHERE id <> 2").await, "by row");
        assert_eq!(told(&database).await, "D1 D3 D2");
    });
}

#[test]
fn what_triggers_of_other_tables_change_meanwhile_goes_by_row() {
    block_on(async {
        let (database, _journal) = by_statement(&format!(
            "{TABLE}
             CREATE TABLE public.child (id int REFERENCES public.t ON DELETE CASCADE, other int);
             INSERT INTO public.child VALUES (1, 3), (2, 4);
             CREATE FUNCTION public.also() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN DELETE FROM public.t WHERE id = OLD.other; RETURN OLD; END';
             CREATE TRIGGER also BEFORE DELETE ON public.child FOR EACH ROW EXECUTE FUNCTION public.also()"
        ))
        .await;
        let session = database.session().await;
        let delete = "DELETE FROM public.t WHERE id < 3";
        assert_eq!(how(&database, &session, delete).await, "by row");
        assert_eq!(told(&database).await, "D1 D3 D2 D4");
    });
}

#[test]
fn a_statement_that_fails_leaves_nothing_under_way() {
    block_on(async {
        let (database, _journal) = by_statement(TABLE).await;
        let session = database.session().await;
        session.execute("BEGIN; SAVEPOINT a").await;
        assert!(session.try_execute("INSERT INTO public.t VALUES (5), (1)").await.is_err());
        let again = "ROLLBACK TO a; INSERT INTO public.t VALUES (5), (6); COMMIT";
        session.execute(again).await;
        assert_eq!(told(&database).await, "I5 I6");
        assert_eq!(database.scalar(HOW).await, "at once");
    });
}

#[test]
fn what_a_failed_statement_left_hides_nothing_of_a_partition() {
    block_on(async {
        let (database, _journal) = by_statement(TABLE).await;
        let session = database.session().await;
        assert!(session.try_execute("UPDATE public.t SET id = 1").await.is_err());
        database
            .execute(
                "CREATE TABLE public.p (id int NOT NULL, v text) PARTITION BY RANGE (id);
                 ALTER TABLE public.p ATTACH PARTITION public.t DEFAULT",
            )
            .await;
        session.execute("UPDATE public.p SET v = 'x' WHERE id < 3").await;
        assert_eq!(told(&database).await, "U1 U2");
    });
}

#[test]
fn what_is_said_of_a_transaction_is_written_with_its_first_change() {
    block_on(async {
        let (database, journal) = by_statement(TABLE).await;
        database
            .execute("SELECT recall.set_actor('ann'); UPDATE public.t SET v = 'x' WHERE id > 90")
            .await;
        assert_eq!(
            database.scalar("SELECT count(*) FROM recall.transaction WHERE actor = 'ann'").await,
            "0"
        );
        database.execute("SELECT recall.set_actor('ann'); DELETE FROM public.t WHERE id > 2").await;
        let changes = changes(&journal).await;
        assert_eq!(changes.len(), 2);
        assert!(changes.iter().all(|change| change.context.actor.as_deref() == Some("ann")));
    });
}

#[test]
fn it_stays_so_until_it_is_said_otherwise_and_leaves_no_gap() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let rows = "!recall_1_delete !recall_1_insert !recall_1_truncate !recall_1_update";
        let all = "!recall_1_begin !recall_1_delete !recall_1_deleted !recall_1_insert !recall_1_inserted \
                   !recall_1_truncate !recall_1_update !recall_1_updated";
        assert_eq!(database.scalar(TRIGGERS).await, rows);
        let wanted = table(&journal).await;
        let mut outcomes = Vec::new();
        for options in
            [for_each(ForEach::Statement), for_each(ForEach::Statement), TrackOptions::default()]
        {
            outcomes.push(journal.track(&wanted, &options).await.expect("track"));
        }
        assert_eq!(outcomes, [Outcome::Changed, Outcome::Unchanged, Outcome::Unchanged]);
        assert_eq!(database.scalar(TRIGGERS).await, all);
        database.execute("UPDATE public.t SET v = 'x' WHERE id < 3").await;
        track(&mut journal, "public.t", &for_each(ForEach::Row)).await;
        assert_eq!(database.scalar(TRIGGERS).await, rows);
        let left = "SELECT count(*) FROM pg_class WHERE relname = 'statement_1'";
        assert_eq!(database.scalar(left).await, "0");
        database.execute("DELETE FROM public.t WHERE id = 1").await;
        assert_eq!(told(&database).await, "U1 U2 D1");
        assert_eq!(gaps(&database).await, "");
    });
}

#[test]
fn a_trigger_that_is_switched_off_is_noticed() {
    block_on(async {
        for trigger in ["begin", "inserted", "updated", "deleted"] {
            let (database, _journal) = by_statement(TABLE).await;
            let disable = format!("ALTER TABLE public.t DISABLE TRIGGER \"!recall_1_{trigger}\"");
            database.execute(&disable).await;
            assert_eq!(database.scalar("SELECT recall._is_hung(1)").await, "f", "{trigger}");
            assert_eq!(gaps(&database).await, "t bypassed", "{trigger}");
        }
    });
}

#[test]
fn what_is_about_rows_is_recorded_for_each_row() {
    block_on(async {
        let condition = Wish::Set("NEW.v IS NOT NULL".to_owned());
        let selectivity = SelectivityOptions { condition, ..SelectivityOptions::default() };
        let partitioned =
            "CREATE TABLE public.t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
            CREATE TABLE public.t_1 PARTITION OF public.t DEFAULT";
        for (sql, options, reason) in [
            (
                TABLE,
                TrackOptions { selectivity, ..for_each(ForEach::Statement) },
                "which changes are recorded depends on the row",
            ),
            (
                TABLE,
                TrackOptions {
                    on_failure: Some(OnFailure::Isolate),
                    ..for_each(ForEach::Statement)
                },
                "failures are isolated for each row",
            ),
            (partitioned, for_each(ForEach::Statement), "it is partitioned or a partition"),
        ] {
            let (database, mut journal) = installed().await;
            database.execute(sql).await;
            let table = table(&journal).await;
            journal.track(&table, &options).await.expect("track");
            assert_eq!(journal.tables().await.expect("tables")[0].for_each, ForEach::Row);
            let why = journal.why_by_row(&table).await.expect("why");
            assert_eq!(why.as_deref(), Some(reason));
            database.execute("INSERT INTO public.t VALUES (9, 'x')").await;
            assert_eq!(told(&database).await, "I9");
            let again = journal.track(&table, &options).await.expect("again");
            assert_eq!(again, Outcome::Unchanged);
        }
    });
}

#[test]
fn pausing_untracking_and_uninstalling_know_of_it() {
    block_on(async {
        let (database, mut journal) = by_statement(TABLE).await;
        let known = journal.table("t").await.expect("table");
        journal.pause(std::slice::from_ref(&known), None).await.expect("pause");
        database.execute("DELETE FROM public.t WHERE id = 1").await;
        journal.resume(&known).await.expect("resume");
        database.execute("DELETE FROM public.t WHERE id = 2").await;
        assert_eq!(summary(&journal).await, ["delete public.t id=2"]);
        journal.untrack(&known).await.expect("untrack");
        assert_eq!(
            database
                .scalar("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'public.t'::regclass")
                .await,
            "0"
        );
        let left = "SELECT count(*) FROM pg_proc WHERE proname LIKE 'capture\\_%'";
        assert_eq!(database.scalar(left).await, "0");
        track(&mut journal, "public.t", &for_each(ForEach::Statement)).await;
        drop(journal);
        uninstall(&mut database.connect().await, Leave::default()).await.expect("uninstall");
        assert_eq!(
            database
                .scalar("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'public.t'::regclass")
                .await,
            "0"
        );
        database.execute("DELETE FROM public.t").await;
    });
}

#[test]
fn what_a_statement_did_comes_before_what_triggers_make_of_it() {
    block_on(async {
        let (database, _journal) = by_statement(&format!(
            "{TABLE}
             CREATE TABLE public.child (t int REFERENCES public.t ON DELETE CASCADE);
             INSERT INTO public.child VALUES (1);
             CREATE FUNCTION public.bury() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN INSERT INTO public.t VALUES (OLD.t, ''tombstone''); RETURN OLD; END';
             CREATE TRIGGER bury BEFORE DELETE ON public.child FOR EACH ROW EXECUTE FUNCTION public.bury();
             CREATE TABLE public.items (t int);
             CREATE FUNCTION public.add_up() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN UPDATE public.t SET v = v || ''+'' WHERE id = NEW.t; RETURN NULL; END';
             CREATE TRIGGER add_up AFTER INSERT ON public.items FOR EACH ROW EXECUTE FUNCTION public.add_up()"
        ))
        .await;
        let session = database.session().await;
        session.execute("DELETE FROM public.t WHERE id = 1").await;
        assert_eq!(told(&database).await, "D1 I1");
        let both = "WITH new AS (INSERT INTO public.t VALUES (9, 'new') RETURNING id)
            INSERT INTO public.items SELECT id FROM new";
        session.execute(both).await;
        assert_eq!(told(&database).await, "D1 I1 I9 U9");
    });
}

#[test]
fn a_session_that_discards_its_sequences_goes_on() {
    block_on(async {
        for sql in [
            "CREATE TABLE public.parent (id int PRIMARY KEY); INSERT INTO public.parent VALUES (1), (2);
             CREATE TABLE public.t (id int PRIMARY KEY REFERENCES public.parent ON DELETE CASCADE, v text)",
            "CREATE TABLE public.parent (id int, v text);
             CREATE TABLE public.t (PRIMARY KEY (id)) INHERITS (public.parent)",
        ] {
            let (database, _journal) = by_statement(sql).await;
            let session = database.session().await;
            session.execute("INSERT INTO public.t VALUES (1, 'a'), (2, 'b')").await;
            session.execute("DISCARD SEQUENCES").await;
            session.execute("DELETE FROM public.parent WHERE id = 1").await;
            session.execute("DISCARD SEQUENCES; UPDATE public.t SET v = 'c'").await;
            assert_eq!(told(&database).await, "I1 I2 D1 U2", "{sql}");
        }
    });
}

#[test]
fn a_session_goes_on_when_its_sequence_was_made_anew() {
    block_on(async {
        let (database, mut journal) = by_statement(
            "CREATE TABLE public.parent (id int PRIMARY KEY); INSERT INTO public.parent VALUES (1), (2);
             CREATE TABLE public.t (id int PRIMARY KEY REFERENCES public.parent ON DELETE CASCADE, v text);
             INSERT INTO public.t VALUES (1, 'a'), (2, 'b')",
        )
        .await;
        let [one, two] = [database.session().await, database.session().await];
        one.execute("UPDATE public.t SET v = 'one' WHERE id = 1").await;
        two.execute("UPDATE public.t SET v = 'two' WHERE id = 2").await;
        track(&mut journal, "public.t", &for_each(ForEach::Row)).await;
        track(&mut journal, "public.t", &for_each(ForEach::Statement)).await;
        one.execute("UPDATE public.t SET v = 'again' WHERE id = 1").await;
        two.execute("DELETE FROM public.parent WHERE id = 2").await;
        one.execute("DELETE FROM public.parent WHERE id = 1").await;
        assert_eq!(told(&database).await, "U1 U2 U1 D2 D1");
        assert_eq!(gaps(&database).await, "");
    });
}

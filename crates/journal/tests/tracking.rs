use pgrecall_journal::{JournalError, Outcome, TrackOptions, resolve};
use pgrecall_model::Explain;
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{block_on, catalogue_fingerprint};

use crate::{changes, installed, track};

fn options(excluded: &[&str], hashed: &[&str]) -> TrackOptions {
    let parse = |names: &[&str]| names.iter().map(|name| name.parse().expect("column")).collect();
    TrackOptions { excluded: parse(excluded), hashed: parse(hashed), ..TrackOptions::default() }
}

#[test]
fn the_key_is_the_primary_key_else_a_declared_one_else_none() {
    block_on(async {
        let (database, journal) = installed().await;
        database
            .execute(
                "CREATE TABLE public.a (v int UNIQUE NOT NULL, id int PRIMARY KEY);
                 CREATE TABLE public.b (v int UNIQUE, w int NOT NULL, x int NOT NULL, UNIQUE (x, w));
                 CREATE TABLE public.c (v int UNIQUE);
                 CREATE TABLE public.d (v int NOT NULL); CREATE UNIQUE INDEX ON public.d (v) WHERE v > 0;
                 CREATE TABLE public.e (v int NOT NULL, w int); CREATE UNIQUE INDEX ON public.e (v) INCLUDE (w);",
            )
            .await;
        let keys: Vec<Vec<String>> = catalogue::tables(journal.client())
            .await
            .expect("tables")
            .iter()
            .map(|table| table.key.iter().map(|name| name.as_str().to_owned()).collect())
            .collect();
        let expected: [&[&str]; 5] = [&["id"], &["x", "w"], &[], &[], &["v"]];
        assert_eq!(
            keys,
            expected.map(|key| key.iter().map(ToString::to_string).collect::<Vec<_>>())
        );
    });
}

#[test]
fn excluded_columns_are_nowhere_in_the_journal_and_hashed_ones_only_as_hash() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database
            .execute("CREATE TABLE public.t (id int PRIMARY KEY, pin text, iban text, v int)")
            .await;
        track(&mut journal, "public.t", &options(&["t.pin"], &["public.t.iban"])).await;
        database
            .execute(
                "INSERT INTO public.t VALUES (1, 'geheim', 'DE99', 1);
                 UPDATE public.t SET pin = 'geheim2';
                 UPDATE public.t SET iban = 'DE98';
                 UPDATE public.t SET iban = NULL, v = 2;
                 TRUNCATE public.t",
            )
            .await;
        let everything =
            database.scalar("SELECT string_agg(c::text, '') FROM recall.change AS c").await;
        assert!(!everything.contains("geheim") && !everything.contains("DE9"), "{everything}");
        let found = changes(&journal).await;
        assert_eq!(found.len(), 4);
        let hash = found[0].new.as_ref().expect("row")["iban"].as_str().expect("hash").to_owned();
        assert!(hash.starts_with("sha256:") && hash.len() == 71, "{hash}");
        assert_eq!(found[1].changed, ["iban"]);
        assert!(found[2].new.as_ref().expect("row")["iban"].is_null());
        // A later call without options does not open what was closed.
        track(&mut journal, "public.*", &TrackOptions::default()).await;
        let table = journal.table("t").await.expect("table");
        assert!(!table.relation.records("pin") && !table.relation.records("iban"));
    });
}

#[test]
fn a_column_of_the_key_cannot_be_hidden() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let before = catalogue_fingerprint(&database).await;
        let table = catalogue::tables(journal.client()).await.expect("tables").remove(0);
        let error = journal.track(&table, &options(&["t.id"], &[])).await.expect_err("hidden key");
        assert!(matches!(error, JournalError::HiddenKey { .. }), "{error:?}");
        assert_eq!(catalogue_fingerprint(&database).await, before);
    });
}

#[test]
fn tracking_twice_changes_nothing_and_new_options_change_the_functions_only() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY, v int)").await;
        let table = catalogue::tables(journal.client()).await.expect("tables").remove(0);
        let none = TrackOptions::default();
        assert_eq!(journal.track(&table, &none).await.expect("first"), Outcome::Started);
        let before = catalogue_fingerprint(&database).await;
        assert_eq!(journal.track(&table, &none).await.expect("second"), Outcome::Unchanged);
        assert_eq!(catalogue_fingerprint(&database).await, before);
        assert_eq!(
            journal.track(&table, &options(&["t.v"], &[])).await.expect("third"),
            Outcome::Changed
        );
        database.execute("INSERT INTO public.t VALUES (1, 4711)").await;
        assert!(!changes(&journal).await[0].new.as_ref().expect("row").contains_key("v"));
    });
}

#[test]
fn what_is_hidden_stays_hidden_until_it_is_included_again() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY, a int, b int)").await;
        track(&mut journal, "t", &options(&["t.a"], &[])).await;
        track(&mut journal, "t", &options(&[], &["t.b"])).await;
        let hidden = async |journal: &pgrecall_journal::Journal| {
            let relation = journal.table("t").await.expect("table").relation;
            let names = |idents: &[pgrecall_model::Ident]| {
                idents.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            };
            format!("{} {}", names(&relation.excluded), names(&relation.hashed))
        };
        assert_eq!(hidden(&journal).await, "a b");
        track(&mut journal, "t", &options(&["t.b"], &[])).await;
        assert_eq!(hidden(&journal).await, "a,b ");
        let included = vec!["t.a".parse().expect("column"), "t.b".parse().expect("column")];
        track(&mut journal, "t", &TrackOptions { included, ..TrackOptions::default() }).await;
        assert_eq!(hidden(&journal).await, " ");
    });
}

#[test]
fn a_new_key_begins_the_tracking_anew() {
    block_on(async {
        let (database, mut journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY, v int)").await;
        database.execute("INSERT INTO public.t VALUES (1, 1)").await;
        let before = journal.table("t").await.expect("table");
        database.execute("ALTER TABLE public.t RENAME COLUMN id TO nr").await;
        let renamed = journal.table("t").await.expect("table");
        assert!(matches!(renamed.check_key(), Err(JournalError::KeyGone { .. })));
        track(&mut journal, "t", &TrackOptions::default()).await;
        let after = journal.table("t").await.expect("table");
        after.check_key().expect("a key that is there");
        assert_eq!(after.relation.id, before.relation.id);
        assert!(after.relation.since > before.relation.since);
    });
}

#[test]
fn triggers_that_were_disabled_are_put_right_and_leave_a_gap() {
    block_on(async {
        let (database, mut journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("ALTER TABLE public.t DISABLE TRIGGER ALL").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        database.execute("ALTER TABLE public.t ENABLE TRIGGER ALL").await;
        track(&mut journal, "t", &TrackOptions::default()).await;
        let modes = "SELECT string_agg(DISTINCT tgenabled::text, '') FROM pg_trigger \
             WHERE tgname LIKE '!recall%'";
        assert_eq!(database.scalar(modes).await, "A");
        let table = journal.table("t").await.expect("table");
        let gaps = journal.gaps(table.relation.id).await.expect("gaps");
        assert_eq!((gaps.len(), gaps[0].reason.as_str()), (1, "bypassed"));
        track(&mut journal, "t", &TrackOptions::default()).await;
        assert_eq!(journal.gaps(table.relation.id).await.expect("gaps").len(), 1);
    });
}

#[test]
fn a_table_made_anew_is_another_one_with_a_history_of_its_own() {
    block_on(async {
        let (database, mut journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        database.execute("DROP TABLE public.t; CREATE TABLE public.t (id int PRIMARY KEY)").await;
        track(&mut journal, "t", &TrackOptions::default()).await;
        database.execute("INSERT INTO public.t VALUES (2)").await;
        assert_eq!(journal.tables_named("t").await.expect("both").len(), 2);
        assert!(journal.table("t").await.expect("the one that is there").relation.tracked);
        assert_eq!(changes(&journal).await.len(), 2);
    });
}

#[test]
fn a_trigger_that_was_dropped_is_put_back() {
    block_on(async {
        let (database, mut journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("DROP TRIGGER \"!recall_1_delete\" ON public.t").await;
        track(&mut journal, "public.t", &TrackOptions::default()).await;
        database.execute("INSERT INTO public.t VALUES (1); DELETE FROM public.t").await;
        assert_eq!(changes(&journal).await.len(), 2);
    });
}

#[test]
fn untracking_takes_everything_off_the_table_and_notes_a_gap() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let triggers = "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'public.t'::regclass";
        track(&mut journal, "public.t", &TrackOptions::default()).await;
        assert_eq!(database.scalar(triggers).await, "4");
        let table = journal.table("t").await.expect("table");
        journal.untrack(&table).await.expect("untrack");
        journal.untrack(&table).await.expect("again");
        assert_eq!(database.scalar(triggers).await, "0");
        database.execute("INSERT INTO public.t VALUES (1)").await;
        assert_eq!(changes(&journal).await.len(), 0);
        let gaps = journal.gaps(table.relation.id).await.expect("gaps");
        assert_eq!(gaps.len(), 1);
        track(&mut journal, "public.t", &TrackOptions::default()).await;
        assert!(journal.gaps(table.relation.id).await.expect("gaps")[0].until_tx.is_some());
    });
}

#[test]
fn a_table_that_stays_locked_is_given_up_without_a_trace() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let writer = database.session().await;
        writer.execute("BEGIN; INSERT INTO public.t VALUES (1)").await;
        let before = catalogue_fingerprint(&database).await;
        let table = catalogue::tables(journal.client()).await.expect("tables").remove(0);
        let error = journal.track(&table, &TrackOptions::default()).await.expect_err("locked");
        assert_eq!(error.code(), "server/locked");
        assert_eq!(catalogue_fingerprint(&database).await, before);
        // Nobody queues behind us any more.
        database.execute("INSERT INTO public.t VALUES (2)").await;
        writer.execute("COMMIT").await;
        journal.track(&table, &TrackOptions::default()).await.expect("free");
    });
}

#[test]
fn patterns_that_fit_nothing_or_too_much_are_named() {
    block_on(async {
        let (database, journal) = installed().await;
        database
            .execute(
                "CREATE SCHEMA app; CREATE TABLE app.t (id int); CREATE TABLE public.t (id int);
                 CREATE TABLE public.p (id int) PARTITION BY LIST (id);
                 CREATE TABLE public.p_1 PARTITION OF public.p DEFAULT",
            )
            .await;
        let tables = catalogue::tables(journal.client()).await.expect("tables");
        let code = |pattern: &str| {
            resolve(&tables, &[pattern.parse().expect("pattern")], &[])
                .map(|m| m.tables.len())
                .map_err(|e| e.code())
        };
        assert_eq!(code("nothing"), Err("journal/unknown-table"));
        assert_eq!(code("nothing*"), Err("journal/nothing-matches"));
        assert_eq!(code("t"), Err("journal/ambiguous-table"));
        assert_eq!(code("public.p_1"), Err("journal/partition"));
        assert_eq!(code("public.*"), Ok(2));
        assert_eq!(code("*.t"), Ok(2));
    });
}

#[test]
fn a_column_that_no_table_has_is_named() {
    block_on(async {
        let (database, journal) = installed().await;
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let tables = catalogue::tables(journal.client()).await.expect("tables");
        let error = options(&["t.nix"], &[]).check(&journal, &tables).await.expect_err("unknown");
        assert_eq!(error.to_string(), "no table that is to be tracked has a column `t.nix`");
    });
}

#[test]
fn a_restored_table_goes_on_with_its_history_when_it_is_tracked_again() {
    block_on(async {
        let (database, mut journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY, v int)").await;
        database.execute("INSERT INTO public.t VALUES (1, 1)").await;
        // What a dump and restore does to the catalogue: everything is there, the numbers differ.
        database.execute("UPDATE recall.relation SET oid = 1").await;
        assert!(!journal.table("t").await.expect("by its name").relation.tracked);
        track(&mut journal, "t", &TrackOptions::default()).await;
        database.execute("UPDATE public.t SET v = 2").await;
        let table = journal.table("t").await.expect("table");
        assert_eq!(journal.tables().await.expect("tables").len(), 1);
        let key = journal.key(&table, "1").await.expect("key");
        assert_eq!(journal.history(&table, &key.text).await.expect("history").len(), 2);
        assert!(journal.gaps(table.relation.id).await.expect("gaps").is_empty());
    });
}

#[test]
fn a_copy_of_a_tracked_table_with_its_triggers_is_a_table_of_its_own() {
    block_on(async {
        let (database, mut journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let function = database
            .scalar("SELECT 'recall.capture_' || id || '_insert' FROM recall.relation")
            .await;
        database
            .execute(&format!(
                "CREATE TABLE public.u (id int PRIMARY KEY); CREATE TRIGGER \"!recall_insert\" AFTER INSERT \
                 ON public.u FOR EACH ROW EXECUTE FUNCTION {function}()"
            ))
            .await;
        track(&mut journal, "u", &TrackOptions::default()).await;
        database.execute("INSERT INTO public.u VALUES (7)").await;
        let tables: Vec<_> = changes(&journal).await.iter().map(|c| c.table.to_string()).collect();
        assert_eq!(tables, ["public.u"]);
    });
}

use std::collections::BTreeSet;

use pgrecall_journal::{
    Extent, Installed, Journal, Leave, Reclassify, TrackOptions, install, uninstall, upgrade,
};
use pgrecall_model::{Class, Explain, Ident, RelationName};
use pgrecall_testkit::{TestDatabase, block_on, catalogue_fingerprint};

use crate::{installed, track, tracked};

const TABLES: &str = "
    CREATE TABLE public.customer (id int PRIMARY KEY, gone int, email text, iban text, note text);
    ALTER TABLE public.customer DROP gone;
    CREATE TABLE public.prize (id int PRIMARY KEY, name text)";

fn classes(names: &[&str]) -> BTreeSet<Class> {
    names.iter().map(|name| name.parse().expect("class")).collect()
}

fn add(names: &[&str]) -> Reclassify {
    Reclassify::Add(classes(names))
}

async fn classify(
    journal: &mut Journal,
    table: &str,
    columns: &[&str],
    change: &Reclassify,
) -> bool {
    let table = journal.table(table).await.expect("table");
    let columns: Vec<Ident> = columns.iter().map(|name| Ident::new(*name).expect("name")).collect();
    journal.classify(&table, &columns, change).await.expect("classify")
}

/// The classes of all tables that have some: `public.t: a; email: b c`.
async fn shown(journal: &Journal) -> Vec<String> {
    let words =
        |classes: &BTreeSet<Class>| classes.iter().map(Class::as_str).collect::<Vec<_>>().join(" ");
    let all = journal.classification().await.expect("classification");
    let mut lines = Vec::new();
    for table in all.tables() {
        if table.classes.is_empty() && table.columns.is_empty() {
            continue;
        }
        let columns = table.columns.iter().map(|c| format!("; {}: {}", c.name, words(&c.classes)));
        let columns: String = columns.collect();
        lines.push(format!("{}: {}{columns}", table.name, words(&table.classes)));
    }
    lines
}

async fn touched(journal: &Journal, table: &str, extent: &Extent) -> Option<Vec<String>> {
    let table: RelationName = table.parse().expect("name");
    let all = journal.classification().await.expect("classification");
    Some(all.touched(&table, extent)?.iter().map(ToString::to_string).collect())
}

fn columns(names: &[&str]) -> Extent {
    Extent::Columns(names.iter().map(|name| Ident::new(*name).expect("name")).collect())
}

#[test]
fn columns_and_tables_get_classes_and_lose_them() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        let mut journal = journal.acting_as(Some("ann".to_owned()));
        let personal = add(&["personal", "contact"]);
        assert!(classify(&mut journal, "customer", &["email", "note"], &personal).await);
        assert!(!classify(&mut journal, "customer", &["email"], &personal).await, "twice");
        assert!(classify(&mut journal, "public.prize", &[], &add(&["financial"])).await);
        assert_eq!(
            shown(&journal).await,
            [
                "public.customer: ; email: contact personal; note: contact personal",
                "public.prize: financial"
            ]
        );
        let remove = Reclassify::Remove(classes(&["contact", "health"]));
        assert!(classify(&mut journal, "customer", &["note"], &remove).await);
        assert!(!classify(&mut journal, "customer", &["note"], &remove).await, "twice");
        assert!(classify(&mut journal, "prize", &[], &Reclassify::Clear).await);
        assert!(!classify(&mut journal, "customer", &[], &Reclassify::Clear).await, "columns stay");
        assert_eq!(
            shown(&journal).await,
            ["public.customer: ; email: contact personal; note: personal"]
        );
        let told =
            "SELECT string_agg(actor || ' ' || reason, '; ' ORDER BY id) FROM recall.transaction
             WHERE reason LIKE '%class%'";
        assert_eq!(
            database.scalar(told).await,
            "ann classify public.customer (email, note) as contact, personal; \
             ann classify public.prize as financial; \
             ann classify public.customer (note) no longer as contact, health; \
             ann take all classes off public.prize"
        );
        let since = "SELECT count(*) FROM recall.classification AS c
             JOIN recall.transaction AS t ON t.id = c.since_tx";
        assert_eq!(database.scalar(since).await, "3");
    });
}

#[test]
fn what_is_touched_depends_on_the_columns_and_always_on_the_table() {
    block_on(async {
        let (_database, mut journal) = tracked(TABLES).await;
        classify(&mut journal, "customer", &["email"], &add(&["personal"])).await;
        classify(&mut journal, "customer", &["iban"], &add(&["financial"])).await;
        let of = async |extent| touched(&journal, "public.customer", &extent).await.expect("known");
        assert_eq!(of(columns(&["email", "id"])).await, ["personal"]);
        assert_eq!(of(columns(&["note"])).await, Vec::<String>::new());
        assert_eq!(of(Extent::Whole).await, ["financial", "personal"]);
        assert_eq!(touched(&journal, "public.prize", &Extent::Whole).await, Some(Vec::new()));
        assert_eq!(touched(&journal, "public.nobody", &Extent::Whole).await, None, "nobody knows");
        classify(&mut journal, "customer", &[], &add(&["secret"])).await;
        assert_eq!(
            touched(&journal, "public.customer", &columns(&["note"])).await.expect("known"),
            ["secret"]
        );
    });
}

#[test]
fn classes_stay_when_columns_and_tables_get_other_names() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        classify(&mut journal, "customer", &["email"], &add(&["personal"])).await;
        database
            .execute(
                "ALTER TABLE public.customer RENAME email TO \"Odd Mail\"; ALTER TABLE public.customer RENAME note TO email;
                 CREATE SCHEMA crm; ALTER TABLE public.customer SET SCHEMA crm; ALTER TABLE crm.customer RENAME TO client",
            )
            .await;
        assert_eq!(shown(&journal).await, ["crm.client: ; \"Odd Mail\": personal"]);
        assert_eq!(touched(&journal, "crm.client", &columns(&["email"])).await, Some(Vec::new()));
        assert!(classify(&mut journal, "client", &["Odd Mail"], &Reclassify::Clear).await);
        assert_eq!(shown(&journal).await, Vec::<String>::new());
    });
}

#[test]
fn classes_do_not_pass_on_to_what_gets_the_same_name() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        classify(&mut journal, "customer", &["email"], &add(&["personal"])).await;
        classify(&mut journal, "customer", &["iban"], &add(&["financial"])).await;
        database
            .execute(
                "ALTER TABLE public.customer DROP iban; ALTER TABLE public.customer ADD iban text",
            )
            .await;
        assert_eq!(shown(&journal).await, ["public.customer: ; email: personal"]);
        database.execute("DROP TABLE public.customer").await;
        let whole = Extent::Whole;
        assert_eq!(shown(&journal).await, ["public.customer: ; email: personal"], "of the past");
        assert_eq!(
            touched(&journal, "public.customer", &whole).await.expect("known"),
            ["personal"]
        );
        let same =
            "CREATE TABLE public.customer (id int PRIMARY KEY, gone int, email text, iban text)";
        database.execute(same).await;
        track(&mut journal, "public.*", &TrackOptions::default()).await;
        assert_eq!(touched(&journal, "public.customer", &whole).await, Some(Vec::new()));
        let all = journal.classification().await.expect("classification");
        let new = journal.table("customer").await.expect("table").relation.id;
        assert!(all.table(new).expect("known").columns.is_empty());
    });
}

#[test]
fn a_table_that_is_gone_or_not_tracked_any_more_keeps_its_classes_until_they_are_taken_off() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        classify(&mut journal, "prize", &["name"], &add(&["personal"])).await;
        let prize = journal.table("prize").await.expect("table");
        journal.untrack(&prize).await.expect("untrack");
        assert_eq!(shown(&journal).await, ["public.prize: ; name: personal"]);
        database.execute("DROP TABLE public.prize").await;
        assert_eq!(shown(&journal).await, ["public.prize: ; name: personal"]);
        assert!(classify(&mut journal, "prize", &["name"], &Reclassify::Clear).await);
        assert_eq!(shown(&journal).await, Vec::<String>::new());
    });
}

#[test]
fn a_column_that_is_not_there_is_refused_and_nothing_is_classified() {
    block_on(async {
        let (_database, mut journal) = tracked(TABLES).await;
        let table = journal.table("customer").await.expect("table");
        let names = ["email", "gone", "ctid"].map(|name| Ident::new(name).expect("name"));
        for named in [&names[..2], &names[2..]] {
            let error = journal.classify(&table, named, &add(&["personal"])).await;
            assert_eq!(error.expect_err("no such column").code(), "journal/unknown-column");
        }
        assert_eq!(shown(&journal).await, Vec::<String>::new());
    });
}

#[test]
fn readers_of_the_journal_read_classes_and_only_its_owner_changes_them() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        classify(&mut journal, "customer", &["email"], &add(&["personal"])).await;
        let viewer = database.create_role("acme").await;
        journal.grant_viewer(&viewer, "acme", None).await.expect("viewer");
        let mut readers = vec![viewer];
        for group in ["recall_admin", "recall_auditor"] {
            let role = database.create_role(group).await;
            database.execute(&format!("GRANT {group} TO \"{role}\"")).await;
            readers.push(role);
        }
        for role in readers {
            let mut theirs = Journal::open(database.connect_as(&role).await).await.expect("open");
            assert_eq!(shown(&theirs).await, ["public.customer: ; email: personal"], "{role}");
            let table = theirs.table("customer").await.expect("table");
            for change in [add(&["personal"]), add(&["secret"]), Reclassify::Clear] {
                let error = theirs.classify(&table, &[], &change).await.expect_err("no right");
                assert_eq!(error.code(), "server/forbidden", "{role}");
            }
            let session = database.session_as(&role).await;
            for forbidden in [
                "DELETE FROM recall.classification",
                "INSERT INTO recall.classification VALUES (1, 0, 'x', 1)",
                "UPDATE recall.classification SET class = 'x'",
            ] {
                session.try_execute(forbidden).await.expect_err(forbidden);
            }
        }
        let stranger = database.create_role("stranger").await;
        let session = database.session_as(&stranger).await;
        session.try_execute("TABLE recall.classification").await.expect_err("no reader");
        let owner = "INSERT INTO recall.classification VALUES (1, 0, 'Personal', 1)";
        database.try_execute(owner).await.expect_err("no word");
        assert_eq!(shown(&journal).await, ["public.customer: ; email: personal"]);
    });
}

/// What a restored dump has: the same table under another number, without the dropped column.
async fn restore(database: &TestDatabase, columns: &str) {
    let relation = "SELECT id FROM recall.relation WHERE table_name = 'customer'";
    let n = database.scalar(relation).await;
    database
        .execute(&format!(
            "CREATE TABLE public.restored (id int PRIMARY KEY, {columns});
             SET recall.at_work = 'on'; DROP TABLE public.customer; ALTER TABLE public.restored RENAME TO customer;
             CREATE TRIGGER \"!recall_{n}_insert\" AFTER INSERT ON public.customer
               FOR EACH ROW EXECUTE FUNCTION recall.capture_{n}_insert();
             RESET recall.at_work"
        ))
        .await;
}

#[test]
fn columns_that_got_other_numbers_in_a_dump_keep_their_own_classes() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let before = journal.table("customer").await.expect("table").relation.id;
        for (column, class) in [("email", "personal"), ("iban", "financial"), ("note", "health")] {
            classify(&mut journal, "customer", &[column], &add(&[class])).await;
        }
        classify(&mut journal, "customer", &[], &add(&["secret"])).await;
        restore(&database, "email text, iban text, note text").await;
        track(&mut journal, "customer", &TrackOptions::default()).await;
        assert_eq!(journal.table("customer").await.expect("table").relation.id, before);
        assert_eq!(
            shown(&journal).await,
            ["public.customer: secret; email: personal; iban: financial; note: health"]
        );
    });
}

#[test]
fn the_class_of_a_column_that_a_dump_has_under_an_unknown_name_is_that_of_the_table() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        classify(&mut journal, "customer", &["email", "note"], &add(&["personal"])).await;
        classify(&mut journal, "customer", &["iban"], &add(&["financial"])).await;
        // That of a column which was dropped goes with it.
        database.execute("ALTER TABLE public.customer DROP iban").await;
        journal.reconcile(false).await.expect("reconcile");
        restore(&database, "mail text, remark text, iban text").await;
        track(&mut journal, "customer", &TrackOptions::default()).await;
        assert_eq!(shown(&journal).await, ["public.customer: personal"]);
    });
}

#[test]
fn a_journal_of_version_2_gets_classes_with_the_upgrade() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        let fresh = catalogue_fingerprint(&database).await;
        drop(journal);
        database
            .execute(
                "DROP TABLE recall.classification;
                 UPDATE recall.setting SET value = '2' WHERE name = 'schema_version'",
            )
            .await;
        let error = Journal::open(database.connect().await).await.expect_err("old");
        assert_eq!(error.code(), "journal/outdated");
        let mut connection = database.connect().await;
        assert_eq!(install(&mut connection).await.expect_err("old").code(), "journal/outdated");
        let upgraded = upgrade(&mut connection).await.expect("upgrade");
        assert_eq!(upgraded, Installed::Upgraded { from: 2 });
        assert_eq!(upgrade(&mut connection).await.expect("again"), Installed::AlreadyThere);
        assert_eq!(catalogue_fingerprint(&database).await, fresh);
        let mut journal = Journal::open(connection).await.expect("open");
        assert!(classify(&mut journal, "prize", &["name"], &add(&["personal"])).await);
        assert_eq!(
            upgrade(&mut database.connect().await).await.expect("and again"),
            Installed::AlreadyThere
        );
        assert_eq!(shown(&journal).await, ["public.prize: ; name: personal"]);
    });
}

#[test]
fn classes_go_with_the_journal_and_stay_with_it() {
    block_on(async {
        let (database, journal) = installed().await;
        drop(journal);
        database.execute(TABLES).await;
        let mut journal = Journal::open(database.connect().await).await.expect("open");
        track(&mut journal, "public.*", &TrackOptions::default()).await;
        classify(&mut journal, "prize", &["name"], &add(&["personal"])).await;
        let kept = Leave { journal: true, roles: true };
        uninstall(&mut database.connect().await, kept).await.expect("uninstall");
        assert_eq!(database.scalar("SELECT count(*) FROM recall.classification").await, "1");
        uninstall(&mut database.connect().await, Leave::default()).await.expect("uninstall");
        assert_eq!(database.scalar("SELECT to_regnamespace('recall') IS NULL").await, "t");
    });
}

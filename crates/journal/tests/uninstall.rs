use pgrecall_journal::{Journal, Leave, TrackOptions, install, uninstall};
use pgrecall_model::Explain;
use pgrecall_testkit::{Server, block_on, catalogue, catalogue_fingerprint};

use crate::track;

const TABLES: &str = r#"
    CREATE TABLE public.plain (id int PRIMARY KEY, v text);
    CREATE TABLE public."Odd ""Name" ("order" int PRIMARY KEY, "Old" text);
    CREATE TABLE public.keyless (v text);
    CREATE TABLE public.parted (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE public.parted_1 PARTITION OF public.parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE public.parted_2 PARTITION OF public.parted DEFAULT;
    CREATE FUNCTION public.own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER own BEFORE UPDATE ON public.plain FOR EACH ROW EXECUTE FUNCTION public.own();
"#;

#[test]
fn uninstalling_leaves_the_catalogue_as_it_was() {
    block_on(async {
        let database = Server::shared().database().await;
        database.execute(TABLES).await;
        let before = catalogue(&database).await;
        let mut connection = database.connect().await;
        install(&mut connection).await.expect("install");
        let mut journal = Journal::open(connection).await.expect("open");
        track(&mut journal, "public.*", &TrackOptions::default()).await;
        database.execute("INSERT INTO public.plain VALUES (1, 'a'); TRUNCATE public.parted").await;
        let done =
            uninstall(&mut database.connect().await, Leave::default()).await.expect("uninstall");
        assert_eq!(done.triggers, 4 * 3 + 5);
        let after = catalogue(&database).await;
        assert_eq!(before.difference(&after), Vec::<String>::new());
        database.execute("INSERT INTO public.plain VALUES (2, 'b'); TRUNCATE public.parted").await;
    });
}

#[test]
fn keeping_the_journal_keeps_the_changes_and_opens_a_gap() {
    block_on(async {
        let (database, mut journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY, v int)").await;
        database.execute("INSERT INTO public.t VALUES (1, 1)").await;
        uninstall(&mut database.connect().await, Leave { journal: true, roles: false })
            .await
            .expect("uninstall");
        database.execute("UPDATE public.t SET v = 2").await;
        assert_eq!(crate::changes(&journal).await.len(), 1);
        let table = journal.table("t").await.expect("table");
        assert!(!table.relation.tracked);
        assert!(journal.gaps(table.relation.id).await.expect("gaps")[0].until_tx.is_none());

        track(&mut journal, "public.t", &TrackOptions::default()).await;
        database.execute("UPDATE public.t SET v = 3").await;
        assert_eq!(crate::changes(&journal).await.len(), 2);
        let gaps = journal.gaps(table.relation.id).await.expect("gaps");
        assert!(gaps[0].until_tx.is_some());
        assert_eq!(gaps.len(), 1);
    });
}

#[test]
fn a_view_of_the_application_on_the_journal_is_not_dropped_with_it() {
    block_on(async {
        let (database, _journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("CREATE VIEW public.audit AS SELECT id, actor FROM recall.log").await;
        let before = catalogue_fingerprint(&database).await;
        let error =
            uninstall(&mut database.connect().await, Leave::default()).await.expect_err("depends");
        assert!(error.to_string().contains("recall.log"), "{error}");
        assert!(error.hint().expect("hint").contains("public.audit"), "{:?}", error.hint());
        assert_eq!(catalogue_fingerprint(&database).await, before);
    });
}

use pgrecall_journal::Journal;
use pgrecall_testkit::block_on;

use crate::tracked;

async fn history(journal: &Journal, key: &str) -> Vec<String> {
    let table = journal.table("t").await.expect("table");
    let key = journal.key(&table, key).await.expect("key");
    let changes = journal.history(&table, &key.text).await.expect("history");
    changes
        .iter()
        .map(|change| {
            let id = |row: &Option<pgrecall_model::Row>| {
                row.as_ref().map_or("-".to_owned(), |r| r["id"].to_string())
            };
            format!("{} {}>{}", change.op, id(&change.old), id(&change.new))
        })
        .collect()
}

#[test]
fn a_record_is_followed_through_changes_of_its_key() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v int)").await;
        database
            .execute(
                "INSERT INTO public.t VALUES (1, 1), (9, 9);
                 UPDATE public.t SET id = 2 WHERE id = 1;
                 UPDATE public.t SET v = 5 WHERE id = 2;
                 UPDATE public.t SET id = 3 WHERE id = 2;
                 INSERT INTO public.t VALUES (1, 7);
                 DELETE FROM public.t WHERE id = 3;",
            )
            .await;
        let lives = ["insert ->1", "update 1>2", "update 2>2", "update 2>3", "delete 3>-"];
        assert_eq!(history(&journal, "3").await, lives);
        assert_eq!(history(&journal, "id=2").await, lives);
        assert_eq!(history(&journal, "9").await, ["insert ->9"]);
    });
}

#[test]
fn a_key_of_several_columns_and_odd_types() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.t (id text, at timestamptz, n numeric, PRIMARY KEY (id, at, n))",
        )
        .await;
        database.execute("SET TimeZone = 'Asia/Tokyo'; INSERT INTO public.t VALUES ('a,b', '2026-01-01 09:00', 1.50)").await;
        let found = history(&journal, "at='2026-01-01 00:00+00',id='a,b',n=1.50").await;
        assert_eq!(found, ["insert ->\"a,b\""]);
    });
}

#[test]
fn keys_that_do_not_fit_are_refused_without_showing_values_of_rows() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v int)").await;
        database.execute("INSERT INTO public.t VALUES (1, 1)").await;
        let table = journal.table("t").await.expect("table");
        for (given, code) in
            [("abc", "journal/key"), ("nr=1", "journal/key"), ("id=1,v=2", "journal/key")]
        {
            let error = journal.key(&table, given).await.expect_err(given);
            assert_eq!(pgrecall_model::Explain::code(&error), code);
        }
    });
}

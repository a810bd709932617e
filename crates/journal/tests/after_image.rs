//! What is kept of a row after an update.

use pgrecall_journal::{AfterImage, Journal, TrackOptions};
use pgrecall_testkit::{TestDatabase, block_on};

use crate::{changes, installed, track};

fn kept(image: AfterImage) -> TrackOptions {
    TrackOptions { after_image: Some(image), ..TrackOptions::default() }
}

const TABLE: &str =
    "CREATE TABLE public.t (id int PRIMARY KEY, v text, w text, n numeric, a text[])";

async fn tracked(image: AfterImage) -> (TestDatabase, Journal) {
    let (database, mut journal) = installed().await;
    database.execute(TABLE).await;
    track(&mut journal, "public.t", &kept(image)).await;
    (database, journal)
}

#[test]
fn only_what_changed_is_kept() {
    block_on(async {
        let (database, journal) = tracked(AfterImage::Changed).await;
        database
            .execute("INSERT INTO public.t VALUES (1, repeat('long ', 50), 'w', 1.0, '{a,NULL}')")
            .await;
        database.execute("UPDATE public.t SET w = 'new', n = NULL").await;
        let kept = "SELECT new FROM recall.change WHERE op = 'U'";
        assert_eq!(database.scalar(kept).await, "={3,new,4,\"\"}");
        let change = changes(&journal).await.pop().expect("a change");
        let (old, new) = (change.old.expect("before"), change.new.expect("after"));
        assert_eq!((&old["w"], &new["w"]), (&"w".into(), &"new".into()));
        assert_eq!((&old["v"], &old["a"]), (&new["v"], &new["a"]));
        assert!(new["n"].is_null());
        let log = "SELECT changes::text FROM recall.log WHERE op = 'update'";
        assert_eq!(
            database.scalar(log).await,
            r#"{"n": {"to": null, "from": 1.0}, "w": {"to": "new", "from": "w"}}"#
        );
    });
}

#[test]
fn where_nearly_all_changed_the_row_is_kept() {
    block_on(async {
        let (database, _journal) = tracked(AfterImage::Changed).await;
        database.execute("INSERT INTO public.t VALUES (1, 'a', 'b', 1, '{}')").await;
        database.execute("UPDATE public.t SET id = 2, v = 'c', w = 'd', n = 2, a = '{x}'").await;
        let kept = "SELECT new FROM recall.change WHERE op = 'U'";
        assert_eq!(database.scalar(kept).await, "(2,c,d,2,{x})");
    });
}

#[test]
fn it_stays_so_until_it_is_said_otherwise() {
    block_on(async {
        let (database, mut journal) = tracked(AfterImage::Changed).await;
        let image =
            async |journal: &Journal| journal.table("public.t").await.expect("table").after_image;
        track(&mut journal, "public.t", &TrackOptions::default()).await;
        assert_eq!(image(&journal).await, AfterImage::Changed);
        track(&mut journal, "public.t", &kept(AfterImage::Full)).await;
        assert_eq!(image(&journal).await, AfterImage::Full);
        database.execute("INSERT INTO public.t (id, v) VALUES (1, repeat('long ', 50))").await;
        database.execute("UPDATE public.t SET w = 'new'").await;
        let whole = "SELECT new LIKE '(1,%' FROM recall.change WHERE op = 'U'";
        assert_eq!(database.scalar(whole).await, "t");
    });
}

/// Every row of two texts after every other, with texts that need all the quoting there is.
const PAIRS: &str = r#"
    WITH awkward (v) AS (
      VALUES (NULL), (''), ('a'), (','), ('"'), ('\'), ('()'), ('(,"'), (' = '), ('={1,x}'), ('{"a"}'), (E'\n\t'), ('é,"\"é')
    ),
    pair AS (
      SELECT concat(ROW(a.v, 7, b.v)) AS before, concat(ROW(c.v, 7, d.v)) AS after
      FROM awkward AS a CROSS JOIN awkward AS b CROSS JOIN awkward AS c CROSS JOIN awkward AS d
    )
    SELECT count(*) || ' of ' || (SELECT count(*) FROM pair)
    FROM pair
    WHERE recall._whole(before, recall._delta(before, after)) = after"#;

#[test]
fn what_changed_and_the_row_before_make_the_row_after() {
    block_on(async {
        let (database, _journal) = installed().await;
        assert_eq!(database.scalar(PAIRS).await, "28561 of 28561");
    });
}

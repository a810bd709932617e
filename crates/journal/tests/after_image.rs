//! What is kept of a row after an update.

use pgrecall_journal::{AfterImage, ForEach, Journal, TrackOptions};
use pgrecall_testkit::{TestDatabase, block_on};

use crate::{changes, installed, track};

fn kept(image: AfterImage) -> TrackOptions {
    TrackOptions { after_image: Some(image), ..TrackOptions::default() }
}

const TABLE: &str =
    "CREATE TABLE public.t (id int PRIMARY KEY, v text, w text, n numeric, a text[])";

/// What is kept of the rows after updates.
const KEPT: &str =
    "SELECT coalesce(string_agg(new, ' ' ORDER BY id), '') FROM recall.change WHERE op = 'U'";

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
        database.execute("UPDATE public.t SET w = 'new', n = 1.00").await;
        assert_eq!(database.scalar(KEPT).await, "=(,,new,1.00,)");
        let change = changes(&journal).await.pop().expect("a change");
        let (old, new) = (change.old.expect("before"), change.new.expect("after"));
        assert_eq!((&old["w"], &new["w"]), (&"w".into(), &"new".into()));
        assert_eq!((&old["v"], &old["a"]), (&new["v"], &new["a"]));
        let log = "SELECT changes::text FROM recall.log WHERE op = 'update'";
        assert_eq!(
            database.scalar(log).await,
            r#"{"n": {"to": 1.00, "from": 1.0}, "w": {"to": "new", "from": "w"}}"#
        );
    });
}

#[test]
fn where_a_value_became_null_the_row_is_kept() {
    block_on(async {
        let (database, _journal) = tracked(AfterImage::Changed).await;
        database.execute("INSERT INTO public.t VALUES (1, 'a', 'b', 1, NULL)").await;
        database.execute("UPDATE public.t SET v = NULL, w = ''").await;
        assert_eq!(database.scalar(KEPT).await, "(1,,\"\",1,)");
        database.execute("UPDATE public.t SET v = 'a'").await;
        assert_eq!(database.scalar(KEPT).await, "(1,,\"\",1,) =(,a,,,)");
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
        database.execute("INSERT INTO public.t (id, v) VALUES (1, 'long')").await;
        database.execute("UPDATE public.t SET w = 'new'").await;
        assert_eq!(database.scalar(KEPT).await, "(1,long,new,,)");
    });
}

/// A table of which values may be equal without being the same, and a row of nulls.
const UNLIKE: &str = r#"
    CREATE COLLATION public.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TYPE public.pair AS (x int, y text);
    CREATE DOMAIN public.amount AS numeric;
    CREATE TABLE public.t (
      id int PRIMARY KEY, t text COLLATE public.caseless, s varchar(9) COLLATE public.caseless, c char(5), n numeric, d public.amount,
      f float8, j jsonb, o json, p public.pair, i interval, z timestamptz(0), m timestamp, q int[], g float8[], b bytea, r numrange, k boolean, "it's $v1 {a}" int
    );
    INSERT INTO public.t (id) VALUES (0);"#;

/// Each makes something else of every value of the row 0.
const STATES: [&str; 6] = [
    r#"UPDATE public.t SET t = 'a', s = 'a', c = 'a', n = 1.0, d = 1.0, f = 0, j = '{"a": 1.0}', o = '{"a":1}', p = (1, 'a'),
       i = '1 day', z = '2020-01-01 00:00Z', m = '2020-01-01', q = '{1,2}', g = '{0}', b = '\x00', r = '[1.0,2)', k = true, "it's $v1 {a}" = 1"#,
    r#"UPDATE public.t SET t = 'A', s = 'A', c = 'a ', n = 1.00, d = 1.00, f = -0.0::float8, j = '{"a": 1.00}', o = '{"a": 1}', p = (1, 'A'),
       i = '24 hours', z = '2020-01-01 01:00+01', m = 'infinity', q = '[0:1]={1,2}', g = '{-0}', b = '', r = '[1.00,2)', k = false, "it's $v1 {a}" = 2"#,
    "UPDATE public.t SET p = (NULL, NULL), t = '', j = 'null', o = 'null', q = '{NULL}', f = 'NaN', r = 'empty'",
    "UPDATE public.t SET p = NULL",
    "UPDATE public.t SET p = (NULL, NULL), t = NULL, n = 'NaN'",
    r#"UPDATE public.t SET p = (2, '"\,'), t = '"\,(=(', s = NULL, c = NULL, n = NULL, d = NULL, j = NULL, o = NULL, z = NULL, k = NULL"#,
];

/// Settings under which texts are as most sessions have them, and others.
const SETTINGS: [&str; 3] = [
    "SET TimeZone = 'UTC'",
    r#"SET TimeZone = 'UTC'; SELECT recall.set_session_context('{"actor": "ann"}')"#,
    "SET DateStyle = 'German'; SET extra_float_digits = 0",
];

/// Notes what the row became by the last change.
const SEE: &str = "INSERT INTO public.seen
    SELECT (SELECT max(c.id) FROM recall.change AS c), concat(t.*) FROM public.t AS t";

/// How many updates are recorded, and of how many of them the row after is not as it became.
const RECORDED: &str = "SELECT count(*) || ', ' || count(*) FILTER (WHERE recall._whole(c.old, c.new) IS DISTINCT FROM s.row)
    FROM recall.change AS c FULL JOIN seen AS s ON s.change = c.id WHERE c.op = 'U' OR c.op IS NULL";

#[test]
fn what_is_equal_and_not_the_same_is_kept() {
    for each in [ForEach::Row, ForEach::Statement] {
        for settings in SETTINGS {
            block_on(async {
                let (database, mut journal) = installed().await;
                database.execute(UNLIKE).await;
                let options = TrackOptions { for_each: Some(each), ..kept(AfterImage::Changed) };
                track(&mut journal, "public.t", &options).await;
                database.execute("CREATE TABLE public.seen (change bigint, row text)").await;
                let session = database.session().await;
                session.execute(settings).await;
                for state in STATES {
                    session.execute(state).await;
                    session.execute("UPDATE public.t SET n = n, j = j").await;
                    database.execute(SEE).await;
                }
                assert_eq!(database.scalar(RECORDED).await, "6, 0", "{each:?} {settings}");
            });
        }
    }
}

#[test]
fn hidden_columns_stay_hidden() {
    for each in [ForEach::Row, ForEach::Statement] {
        block_on(async {
            let (database, mut journal) = installed().await;
            database.execute(TABLE).await;
            database.execute("INSERT INTO public.t VALUES (1, 'a', 'b', 1, '{}')").await;
            let options = TrackOptions {
                for_each: Some(each),
                excluded: vec!["t.v".parse().expect("name")],
                hashed: vec!["t.w".parse().expect("name")],
                ..kept(AfterImage::Changed)
            };
            track(&mut journal, "public.t", &options).await;
            database.execute("UPDATE public.t SET v = 'hidden'").await;
            assert_eq!(database.scalar(KEPT).await, "", "nothing that is recorded changed");
            database.execute("UPDATE public.t SET w = 'hashed'").await;
            let hash = database.scalar("SELECT recall._hash('hashed'::text)").await;
            let kept = format!("=(,{hash},,)");
            assert_eq!(database.scalar(KEPT).await, kept);
            database.execute("UPDATE public.t SET v = 'hidden as well', n = NULL").await;
            assert_eq!(database.scalar(KEPT).await, format!("{kept} (1,{hash},,{{}})"));
        });
    }
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
        // As it was written first.
        let older = r#"SELECT recall._whole('(1,"a,b",c,)', '={2,new,4,"\"x,y\""}')"#;
        assert_eq!(database.scalar(older).await, "(1,new,c,\"x,y\")");
    });
}

use pgrecall_journal::{Journal, TrackOptions};
use pgrecall_model::{Moment, TxId};
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_timetravel::{Boundary, Evidence, Fate, Since, TimeTravelError, blame};

use crate::{latest, tracked};

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, a text, b numeric);
    INSERT INTO public.t VALUES (1, 'a', 1), (2, 'a', 2)";

/// Does something as somebody, and gives the transaction.
async fn by(database: &TestDatabase, actor: &str, sql: &str) -> TxId {
    let who = format!("SELECT recall.set_actor('{actor}')");
    database.execute(&format!("BEGIN; {who}; {sql}; COMMIT")).await;
    latest(database).await
}

/// Who set each column of a record, in short, after what has become of it.
async fn blamed(journal: &Journal, key: &str, at: Moment) -> String {
    let table = journal.table("t").await.expect("table");
    let key = journal.key(&table, key).await.expect("key");
    let boundary = Boundary::of(journal, at).await.expect("moment");
    let found = blame(journal, &table, &key, &boundary, Evidence::Rows).await.expect("blame");
    let mut words = match &found.fate {
        Fate::Present => vec![found.key.to_string()],
        Fate::Deleted(setter) => {
            let actor = setter.context.actor.as_deref().unwrap_or("-");
            vec![format!("{} deleted by {actor}", found.key)]
        }
        Fate::Missing => vec![format!("{} missing", found.key)],
    };
    for column in &found.columns {
        let value = column.value.as_ref().map(|value| value.to_string().replace('"', ""));
        let origin = match (&column.setter, column.since) {
            (Some(setter), _) => setter.context.actor.clone().unwrap_or_else(|| "-".to_owned()),
            (None, Since::BeforeTracking) => "before".to_owned(),
            (None, Since::NotRecorded) => "hidden".to_owned(),
            (None, Since::Unknown | Since::Change) => "unknown".to_owned(),
        };
        words.push(format!("{}={}:{origin}", column.column, value.unwrap_or_default()));
    }
    words.join(" ")
}

async fn track_again(journal: &mut Journal, options: &TrackOptions) {
    for table in catalogue::tables(journal.client()).await.expect("tables") {
        journal.track(&table, options).await.expect("track");
    }
}

#[test]
fn each_column_names_the_last_who_set_it() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        let ann = by(&database, "ann", "UPDATE public.t SET a = 'b' WHERE id = 1").await;
        by(&database, "bob", "UPDATE public.t SET a = 'b', b = 5 WHERE id = 1").await;
        by(&database, "eve", "INSERT INTO public.t VALUES (3, 'c', 3)").await;
        assert_eq!(blamed(&journal, "1", Moment::Now).await, "id=1 id=1:before a=b:ann b=5:bob");
        assert_eq!(
            blamed(&journal, "1", Moment::After(ann)).await,
            "id=1 id=1:before a=b:ann b=1:before"
        );
        assert_eq!(
            blamed(&journal, "1", Moment::Before(ann)).await,
            "id=1 id=1:before a=a:before b=1:before"
        );
        assert_eq!(blamed(&journal, "3", Moment::Now).await, "id=3 id=3:eve a=c:eve b=3:eve");
        let table = journal.table("t").await.expect("table");
        for (key, at) in [("9", Moment::Now), ("3", Moment::After(ann))] {
            let key = journal.key(&table, key).await.expect("key");
            let boundary = Boundary::of(&journal, at).await.expect("moment");
            let refused = blame(&journal, &table, &key, &boundary, Evidence::Rows).await;
            assert!(matches!(refused, Err(TimeTravelError::NoRecord { .. })), "{refused:?}");
        }
    });
}

#[test]
fn a_record_is_followed_through_keys_deletion_and_return() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        by(&database, "ann", "UPDATE public.t SET a = 'x' WHERE id = 1").await;
        by(&database, "bob", "UPDATE public.t SET id = 10 WHERE id = 1").await;
        // By its new key, and by the one that it had.
        let moved = "id=10 id=10:bob a=x:ann b=1:before";
        assert_eq!(blamed(&journal, "10", Moment::Now).await, moved);
        assert_eq!(blamed(&journal, "1", Moment::Now).await, moved);
        // Another record under the old key is another record.
        by(&database, "eve", "INSERT INTO public.t VALUES (1, 'new', 0)").await;
        assert_eq!(blamed(&journal, "1", Moment::Now).await, "id=1 id=1:eve a=new:eve b=0:eve");
        assert_eq!(blamed(&journal, "10", Moment::Now).await, moved);
        by(&database, "max", "DELETE FROM public.t WHERE id = 10").await;
        assert_eq!(
            blamed(&journal, "10", Moment::Now).await,
            "id=10 deleted by max id=10:bob a=x:ann b=1:before"
        );
        by(&database, "zoe", "INSERT INTO public.t VALUES (10, 'x', 1)").await;
        assert_eq!(blamed(&journal, "10", Moment::Now).await, "id=10 id=10:zoe a=x:zoe b=1:zoe");
    });
}

#[test]
fn what_nobody_recorded_is_blamed_on_nobody() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        by(&database, "ann", "UPDATE public.t SET a = 'x', b = 7 WHERE id = 1").await;
        database.execute("SET session_replication_role = replica; ALTER TABLE public.t DISABLE TRIGGER ALL; UPDATE public.t SET a = 'unseen' WHERE id = 1; DELETE FROM public.t WHERE id = 2; RESET session_replication_role").await;
        assert_eq!(
            blamed(&journal, "1", Moment::Now).await,
            "id=1 id=1:before a=unseen:unknown b=7:ann"
        );
        track_again(&mut journal, &TrackOptions::default()).await;
        by(&database, "bob", "UPDATE public.t SET b = 8 WHERE id = 1").await;
        assert_eq!(
            blamed(&journal, "1", Moment::Now).await,
            "id=1 id=1:before a=unseen:unknown b=8:bob"
        );
    });
}

#[test]
fn a_renamed_column_keeps_who_set_it() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        by(&database, "ann", "UPDATE public.t SET a = 'x', b = 7 WHERE id = 1").await;
        database.execute("ALTER TABLE public.t RENAME COLUMN a TO title").await;
        by(&database, "bob", "UPDATE public.t SET b = 8 WHERE id = 1").await;
        let renamed = "id=1 id=1:before title=x:ann b=8:bob";
        assert_eq!(blamed(&journal, "1", Moment::Now).await, renamed);
        track_again(&mut journal, &TrackOptions::default()).await;
        assert_eq!(blamed(&journal, "1", Moment::Now).await, renamed);
        // A column that took the place of another one has nothing to do with it.
        database.execute("ALTER TABLE public.t DROP COLUMN b; ALTER TABLE public.t ADD COLUMN c numeric DEFAULT 8").await;
        assert_eq!(
            blamed(&journal, "1", Moment::Now).await,
            "id=1 id=1:before title=x:ann c=8:unknown"
        );
    });
}

#[test]
fn hidden_columns_are_said_to_be_hidden() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let options = TrackOptions {
            excluded: vec!["t.a".parse().expect("column")],
            hashed: vec!["t.b".parse().expect("column")],
            ..TrackOptions::default()
        };
        track_again(&mut journal, &options).await;
        by(&database, "ann", "UPDATE public.t SET a = 'x', b = 7 WHERE id = 1").await;
        let found = blamed(&journal, "1", Moment::Now).await;
        let hash = found.split("b=").nth(1).and_then(|rest| rest.strip_suffix(":ann"));
        assert_eq!(hash.map(str::len), Some("sha256:".len() + 64), "{found}");
        assert!(found.starts_with("id=1 id=1:before a=:hidden b="), "{found}");
    });
}

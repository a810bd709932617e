//! A journal of an older version, brought to this one.

use pgrecall_journal::{ForEach, Installed, Journal, TrackOptions, install, upgrade};
use pgrecall_model::Explain;
use pgrecall_testkit::{Server, block_on};

use crate::{changes, track, tracked};

/// A dump of a database with a journal of version 1 and some changes.
const VERSION_1: &str = include_str!("journal_v1.dump");

#[test]
fn a_journal_of_version_1_is_kept_whole_and_goes_on() {
    block_on(async {
        let database = Server::shared().database().await;
        database.execute(VERSION_1).await;
        let mut connection = database.connect().await;
        assert_eq!(install(&mut connection).await.expect_err("old").code(), "journal/outdated");
        let upgraded = upgrade(&mut connection).await.expect("upgrade");
        assert_eq!(upgraded, Installed::Upgraded { from: 1 });
        assert_eq!(upgrade(&mut connection).await.expect("again"), Installed::AlreadyThere);
        let mut journal = Journal::open(connection).await.expect("open");
        let before = changes(&journal).await;
        assert_eq!(before.len(), 10);
        assert_eq!(before[0].context.actor.as_deref(), Some("ann"));
        let renamed = before.iter().find(|c| c.changed == ["name"]).expect("update");
        assert_eq!(renamed.old.as_ref().expect("old")["name"], "one");
        assert_eq!(renamed.new.as_ref().expect("new")["name"], "uno");
        assert_eq!(renamed.new.as_ref().expect("new")["tags"][1], "b");

        track(&mut journal, "public.*", &TrackOptions::default()).await;
        database.execute("UPDATE public.t SET name = 'eins' WHERE id = 1").await;
        let after = changes(&journal).await;
        assert_eq!(after.len(), 11);
        assert!(after[10].tx > before[9].tx);
        assert_eq!(after[10].old.as_ref().expect("old")["name"], "uno");
        let key = journal.key(&journal.table("t").await.expect("t"), "1").await.expect("key");
        let table = journal.table("t").await.expect("t");
        assert_eq!(journal.history(&table, &key.text).await.expect("history").len(), 3);
    });
}

#[test]
fn tables_of_a_journal_of_version_3_are_recorded_for_each_row() {
    block_on(async {
        let (database, mut journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, name text)").await;
        database.execute("INSERT INTO public.t VALUES (1, 'one')").await;
        drop(journal);
        database
            .execute(
                "ALTER TABLE recall.relation DROP COLUMN for_each;
                 DROP TABLE recall.checkpoint_policy, recall.checkpoint CASCADE;
                 UPDATE recall.setting SET value = '3' WHERE name = 'schema_version'",
            )
            .await;
        let mut connection = database.connect().await;
        let upgraded = upgrade(&mut connection).await.expect("upgrade");
        assert_eq!(upgraded, Installed::Upgraded { from: 3 });
        journal = Journal::open(connection).await.expect("open");
        let table = journal.table("t").await.expect("t");
        assert_eq!(table.for_each, ForEach::Row);
        database.execute("UPDATE public.t SET name = 'uno'").await;
        assert_eq!(changes(&journal).await.len(), 2);
        assert_eq!(journal.take_checkpoint(&table).await.expect("checkpoint").rows, 1);
        let options =
            TrackOptions { for_each: Some(ForEach::Statement), ..TrackOptions::default() };
        track(&mut journal, "public.t", &options).await;
        database.execute("DELETE FROM public.t").await;
        assert_eq!(changes(&journal).await.len(), 3);
    });
}

use pgrecall_journal::{Journal, TrackOptions, install};
use pgrecall_testkit::{Server, block_on};

use crate::{changes, track, tracked};

#[test]
fn a_client_killed_midway_leaves_neither_change_nor_record() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let client = database.session().await;
        client.execute("BEGIN; INSERT INTO public.t VALUES (1)").await;
        let pid = client.scalar("SELECT pg_backend_pid()").await;
        drop(client);
        let gone = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}");
        while database.scalar(&gone).await != "0" {
            tokio::task::yield_now().await;
        }
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "0");
        assert!(changes(&journal).await.is_empty());
        let begun = "SELECT count(*) FROM recall.change";
        assert_eq!(database.scalar(begun).await, "0");
    });
}

#[test]
fn a_server_killed_midway_leaves_neither_change_nor_record() {
    block_on(async {
        // Without fsync a killed server still keeps what it wrote: only the machine must not die.
        let server = Server::own(&[]);
        let database = server.database().await;
        let mut connection = database.connect().await;
        install(&mut connection).await.expect("install");
        let mut journal = Journal::open(connection).await.expect("open");
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        track(&mut journal, "public.t", &TrackOptions::default()).await;
        let kept = database.session().await;
        kept.execute("SET synchronous_commit = on; INSERT INTO public.t VALUES (1)").await;
        let lost = database.session().await;
        lost.execute("BEGIN; INSERT INTO public.t VALUES (2)").await;
        server.kill();
        server.start();
        let after = database.session().await;
        assert_eq!(after.scalar("SELECT string_agg(id::text, ',') FROM public.t").await, "1");
        assert_eq!(after.scalar("SELECT count(*) FROM recall.log").await, "1");
        after.execute("INSERT INTO public.t VALUES (3)").await;
        assert_eq!(after.scalar("SELECT count(*) FROM recall.log WHERE actor IS NULL").await, "2");
    });
}

use std::time::Duration;

use pgrecall_testkit::block_on;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::tracked;

#[test]
fn following_shows_changes_as_they_are_committed() {
    block_on(async {
        let (database, program) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        let mut child = program.start(&["log", "--follow", "--json", "--op", "insert"]);
        let mut talk = BufReader::new(child.stderr.take().expect("stderr")).lines();
        let ready = talk.next_line().await.expect("talk").expect("line");
        assert!(ready.contains("Waiting"), "{ready}");
        let slow = database.session().await;
        slow.execute("BEGIN; INSERT INTO public.t VALUES (2)").await;
        database
            .execute("INSERT INTO public.t VALUES (3); DELETE FROM public.t WHERE id = 1")
            .await;
        let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let mut next = async || {
            let line = tokio::time::timeout(Duration::from_mins(1), lines.next_line()).await;
            let text = line.expect("a change in time").expect("read").expect("line");
            serde_json::from_str::<serde_json::Value>(&text).expect("json")["key"]["id"].clone()
        };
        assert_eq!(next().await, 3);
        slow.execute("COMMIT").await;
        assert_eq!(next().await, 2);
        child.kill().await.expect("kill");
    });
}

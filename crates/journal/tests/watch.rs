use pgrecall_journal::News;
use pgrecall_testkit::block_on;

use crate::{tracked, transactions};

#[test]
fn a_transaction_that_commits_late_is_reported_exactly_once() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let mut news = News::default();
        let slow = database.session().await;
        slow.execute("BEGIN; INSERT INTO public.t VALUES (1)").await;
        assert!(news.next(&journal).await.expect("first").is_empty());
        database.execute("INSERT INTO public.t VALUES (2)").await;
        let quick = news.next(&journal).await.expect("quick");
        slow.execute("COMMIT").await;
        let late = news.next(&journal).await.expect("late");
        assert!(news.next(&journal).await.expect("none").is_empty());
        assert_eq!((quick.len(), late.len()), (1, 1));
        assert!(late[0] < quick[0], "a high-water mark would have missed it");
        assert_eq!(transactions(&journal).await, [late[0], quick[0]]);
    });
}

//! What is asked on a connection again and again.

use futures_util::future::try_join;
use pgrecall_postgres::Ask;
use pgrecall_testkit::{Server, block_on};

const SUM: &str = "SELECT pg_catalog.sum(v) AS sum FROM public.t WHERE v > $1";
const ALL: &str = "SELECT * FROM public.t";

#[test]
fn what_is_asked_again_is_answered_from_the_tables_of_the_time() {
    block_on(async {
        let server = Server::shared().database().await;
        server.execute("CREATE TABLE public.t (v int); INSERT INTO public.t VALUES (1), (2)").await;
        let database = server.connect().await;
        let sum = async |above: i32| -> i64 {
            database.row(SUM, &[&above]).await.unwrap().try_get("sum").unwrap()
        };
        for _ in 0..8 {
            assert_eq!((sum(0).await, sum(1).await), (3, 2));
        }
        let kept = "SELECT count(*) FROM pg_catalog.pg_prepared_statements WHERE statement LIKE '%pg_catalog.sum%'";
        let kept: i64 = database.client().query_one(kept, &[]).await.unwrap().get(0);
        // And the one that counts them.
        assert_eq!(kept, 2);
        server
            .execute("ALTER TABLE public.t ADD COLUMN w int; UPDATE public.t SET v = v + 10")
            .await;
        assert_eq!(sum(0).await, 23);
        server.execute("DROP TABLE public.t; CREATE TABLE public.t (v int, w text); INSERT INTO public.t VALUES (7, 'x')").await;
        assert_eq!(sum(0).await, 7);
    });
}

#[test]
fn a_statement_that_is_no_good_any_more_is_made_anew() {
    block_on(async {
        let server = Server::shared().database().await;
        server.execute("CREATE TABLE public.t (v int); INSERT INTO public.t VALUES (1)").await;
        let database = server.connect().await;
        assert_eq!(database.row(ALL, &[]).await.unwrap().len(), 1);
        server.execute("ALTER TABLE public.t ADD COLUMN w int").await;
        assert!(database.row(ALL, &[]).await.is_err());
        assert_eq!(database.row(ALL, &[]).await.unwrap().len(), 2);
    });
}

#[test]
fn questions_that_are_asked_at_once_get_their_own_answers() {
    block_on(async {
        let database = Server::shared().database().await.connect().await;
        for _ in 0..2 {
            let (one, none) = try_join(
                database.rows("SELECT 1", &[]),
                database.row_if_any("SELECT WHERE false", &[]),
            )
            .await
            .unwrap();
            assert_eq!((one.len(), none.is_none()), (1, true));
        }
        assert!(database.row("SELECT WHERE false", &[]).await.is_err());
        assert!(database.row_if_any("SELECT FROM generate_series(1, 2)", &[]).await.is_err());
    });
}

use pgrecall_testkit::block_on;

use crate::{changes, tracked, transactions};

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v int)";

#[test]
fn every_key_of_the_context_is_kept() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database
            .execute(
                r#"BEGIN;
                SELECT recall.set_context('{"actor": "ann", "actor_email": "ann@example.com", "tenant": "acme",
                  "session": "s1", "request": "r1", "reason": "because", "application": "shop", "ip": "10.1.2.3",
                  "user_agent": "curl", "ticket": 4711}');
                INSERT INTO public.t VALUES (1);
                COMMIT"#,
            )
            .await;
        let context = changes(&journal).await.remove(0).context;
        let given = [
            (&context.actor, "ann"),
            (&context.actor_email, "ann@example.com"),
            (&context.tenant, "acme"),
            (&context.session, "s1"),
            (&context.request, "r1"),
            (&context.reason, "because"),
            (&context.application, "shop"),
            (&context.ip, "10.1.2.3"),
            (&context.user_agent, "curl"),
        ];
        for (found, expected) in given {
            assert_eq!(found.as_deref(), Some(expected));
        }
        assert_eq!(context.extra["ticket"], 4711);
        assert_eq!(context.extra.len(), 1);
    });
}

#[test]
fn the_context_ends_with_its_transaction() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database
            .execute(
                "BEGIN; SELECT recall.set_actor('ann'); INSERT INTO public.t VALUES (1); COMMIT",
            )
            .await;
        database.execute("INSERT INTO public.t VALUES (2)").await;
        database.execute("BEGIN; SELECT recall.set_actor('bob'); ROLLBACK").await;
        database.execute("INSERT INTO public.t VALUES (3)").await;
        let actors: Vec<_> = changes(&journal).await.into_iter().map(|c| c.context.actor).collect();
        assert_eq!(actors, [Some("ann".to_owned()), None, None]);
    });
}

#[test]
fn calls_add_up_and_null_forgets() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database
            .execute(
                r#"SELECT recall.set_session_context('{"actor": "job", "tenant": "acme", "node": 3}');
                BEGIN;
                SELECT recall.set_reason('nightly');
                SELECT recall.set_context('{"tenant": null, "node": null}');
                INSERT INTO public.t VALUES (1);
                COMMIT;"#,
            )
            .await;
        database.execute("INSERT INTO public.t VALUES (2)").await;
        let found = changes(&journal).await;
        let of = |at: usize| {
            let context = &found[at].context;
            (
                context.actor.as_deref(),
                context.tenant.as_deref(),
                context.reason.as_deref(),
                context.extra.len(),
            )
        };
        assert_eq!(of(0), (Some("job"), None, Some("nightly"), 0));
        assert_eq!(of(1), (Some("job"), Some("acme"), None, 1));
    });
}

#[test]
fn what_is_no_object_is_refused_with_an_example() {
    block_on(async {
        let (database, _journal) = tracked(TABLE).await;
        let error =
            database.try_execute("SELECT recall.set_context('[1]')").await.expect_err("array");
        let answer = error.as_db_error().expect("answer");
        assert_eq!(answer.message(), "the context must be a JSON object");
        assert!(answer.hint().expect("hint").contains("recall.set_context"));
    });
}

#[test]
fn a_context_that_cannot_be_read_fails_no_write() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database.execute("SET recall.context = 'nonsense'; INSERT INTO public.t VALUES (1)").await;
        database.execute("SET recall.context = '[1]'; INSERT INTO public.t VALUES (2)").await;
        let found = changes(&journal).await;
        assert_eq!(found[0].context.extra["unreadable"], "nonsense");
        assert_eq!(found[1].context.extra["unreadable"][0], 1);
    });
}

#[test]
fn a_forged_setting_attaches_nothing_to_another_transaction() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database
            .execute(
                "BEGIN; SELECT recall.set_actor('ann'); INSERT INTO public.t VALUES (1); COMMIT",
            )
            .await;
        let victim = transactions(&journal).await[0];
        for forged in [victim.to_string(), (victim.0 + 100).to_string()] {
            database
                .execute(&format!(
                    "BEGIN; SELECT recall.set_actor('eve'); SELECT set_config('recall.transaction', '{forged}', true); \
                     UPDATE public.t SET v = coalesce(v, 0) + 1; \
                     SELECT set_config('recall.transaction', '{forged}', true); DELETE FROM public.t; \
                     INSERT INTO public.t VALUES (1); COMMIT"
                ))
                .await;
        }
        let found = changes(&journal).await;
        let actors: Vec<_> =
            found.iter().map(|c| c.context.actor.as_deref().expect("known")).collect();
        assert_eq!(actors, ["ann", "eve", "eve", "eve", "eve", "eve", "eve"]);
        let ids = transactions(&journal).await;
        assert_eq!((ids.len(), ids[0]), (3, victim));
    });
}

#[test]
fn savepoints_resets_and_exception_blocks_stay_one_transaction() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database
            .execute(
                "BEGIN;
                SELECT recall.set_actor('ann');
                SAVEPOINT a; INSERT INTO public.t VALUES (1); ROLLBACK TO a;
                INSERT INTO public.t VALUES (2);
                SAVEPOINT b; INSERT INTO public.t VALUES (3); RELEASE b;
                RESET ALL; INSERT INTO public.t VALUES (4);
                DO $$ BEGIN INSERT INTO public.t VALUES (5); PERFORM 1/0; EXCEPTION WHEN OTHERS THEN NULL; END $$;
                INSERT INTO public.t VALUES (6);
                COMMIT",
            )
            .await;
        database.execute("DISCARD ALL").await;
        let found = changes(&journal).await;
        let ids: Vec<_> =
            found.iter().map(|c| c.new.as_ref().expect("row")["id"].to_string()).collect();
        assert_eq!(ids, ["2", "3", "4", "6"]);
        assert_eq!(transactions(&journal).await.len(), 1);
        assert_eq!(found[0].context.actor.as_deref(), Some("ann"));
    });
}

#[test]
fn a_procedure_that_commits_makes_several_transactions() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY);
             CREATE PROCEDURE public.work() LANGUAGE plpgsql AS
               'BEGIN FOR i IN 1..3 LOOP INSERT INTO public.t VALUES (i); COMMIT; END LOOP; END'",
        )
        .await;
        database.execute("CALL public.work()").await;
        assert_eq!(transactions(&journal).await.len(), 3);
        assert_eq!(changes(&journal).await.len(), 3);
    });
}

#[test]
fn a_prepared_transaction_counts_when_it_is_committed() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database
            .execute("BEGIN; SELECT recall.set_actor('ann'); INSERT INTO public.t VALUES (1); PREPARE TRANSACTION 'a'")
            .await;
        assert_eq!(changes(&journal).await.len(), 0);
        database.session().await.execute("COMMIT PREPARED 'a'").await;
        assert_eq!(changes(&journal).await[0].context.actor.as_deref(), Some("ann"));
    });
}

#[test]
fn a_journal_restored_into_another_cluster_begins_a_new_incarnation() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        // From here on this is another cluster, of a journal whose numbers were higher.
        database
            .execute(
                "INSERT INTO recall.transaction (id, started_at, at, database_user)
                 VALUES (1000000000, '2020-01-01', '2020-01-01', 'old');
                 CREATE OR REPLACE FUNCTION recall._system() RETURNS text LANGUAGE sql AS $$SELECT 'another'$$",
            )
            .await;
        for id in 2..5 {
            database.session().await.execute(&format!("INSERT INTO public.t VALUES ({id})")).await;
        }
        assert_eq!(database.scalar("SELECT max(id) FROM recall.incarnation").await, "2");
        let found = changes(&journal).await;
        assert_eq!(found.len(), 4);
        assert!(found[1..].iter().all(|change| change.tx.0 > 1_000_000_000));
        let transaction = journal.transaction(found[3].tx).await.expect("transaction");
        assert!(transaction.xid.parse::<i64>().expect("xid") < 1_000_000_000);
        assert!(found.iter().all(|change| change.context.actor.is_none()));
    });
}

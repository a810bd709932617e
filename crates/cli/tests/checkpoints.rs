//! Checkpoints, as people and scripts take and drop them.

use pgrecall_testkit::block_on;

use crate::tracked;

const TABLES: &str =
    "CREATE TABLE public.t (id int PRIMARY KEY, v text); CREATE TABLE public.bag (v int);
    INSERT INTO public.t VALUES (1, 'first'), (2, 'second')";

#[test]
fn checkpoints_are_taken_listed_and_dropped() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        program.succeeds(&["mark", "noon"]).await;
        let taken = program.json(&["checkpoint", "take", "t"]).await;
        assert_eq!((&taken[0]["id"], &taken[0]["rows"]), (&1.into(), &2.into()));
        assert_eq!(taken[0]["table"], "public.t");
        database.execute("UPDATE public.t SET v = 'later'").await;
        let past = program.succeeds(&["at", "mark:noon", "SELECT v FROM t ORDER BY id"]).await;
        assert!(past.contains("first") && past.contains("second"), "{past}");
        let refused = program.fails(&["checkpoint", "take", "bag"]).await;
        assert!(refused.contains("it has no key") && refused.contains("hint:"), "{refused}");
        let all = program.succeeds(&["checkpoint", "take", "--all"]).await;
        assert!(all.contains("public.t: 2 rows"), "{all}");
        let listed = program.json(&["checkpoint", "list"]).await;
        assert_eq!(listed.len(), 2);
        assert!(listed.iter().all(|line| line["usable"] == true));
        assert!(program.succeeds(&["status"]).await.contains("checkpoints      2"));
        let unknown = program.fails(&["checkpoint", "drop", "7"]).await;
        assert!(unknown.contains("code: journal/unknown-checkpoint"), "{unknown}");
        program.succeeds(&["checkpoint", "drop", "1"]).await;
        program.succeeds(&["checkpoint", "drop", "--table", "public.*"]).await;
        assert!(program.json(&["checkpoint", "list"]).await.is_empty());
    });
}

#[test]
fn maintain_takes_those_that_were_asked_for() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        program.succeeds(&["checkpoint", "every", "2", "t", "--keep", "1"]).await;
        let policies = program.json(&["checkpoint", "list", "--policies"]).await;
        assert_eq!((&policies[0]["every"], &policies[0]["keep"]), (&2.into(), &1.into()));
        for dropped in [0, 1] {
            database.execute("UPDATE public.t SET v = v || 'x'").await;
            let done = program.json(&["maintain"]).await;
            assert_eq!(done[0]["checkpoints_taken"], 1);
            assert_eq!(done[0]["checkpoints_dropped"], dropped);
        }
        program.succeeds(&["checkpoint", "never", "t"]).await;
        database.execute("UPDATE public.t SET v = v || 'x'").await;
        assert_eq!(program.json(&["maintain"]).await[0]["checkpoints_taken"], 0);
        let refused = program.fails(&["checkpoint", "every", "2", "bag"]).await;
        assert!(refused.contains("code: journal/no-checkpoint"), "{refused}");
    });
}

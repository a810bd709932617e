//! What scripts rely on when tables change.

use pgrecall_testkit::block_on;

use crate::program::told;
use crate::tracked;

#[test]
fn differences_are_shown_and_mended() {
    block_on(async {
        let (database, program) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        assert_eq!(program.run(&["reconcile", "--dry-run"]).await.status.code(), Some(0));
        database.execute("ALTER TABLE public.t DISABLE TRIGGER USER").await;
        database.execute("CREATE TABLE public.u (id int PRIMARY KEY)").await;
        let dry = program.run(&["reconcile", "--dry-run", "--json"]).await;
        assert_eq!(dry.status.code(), Some(6), "{}", told(&dry));
        assert_eq!(program.run(&["doctor"]).await.status.code(), Some(6));
        let mended = program.json(&["reconcile"]).await;
        assert_eq!(mended.len(), 2);
        assert_eq!(
            (&mended[0]["table"], &mended[0]["status"]),
            (&"public.t".into(), &"mended".into())
        );
        assert_eq!(mended[1]["found"][0]["kind"], "new");
        assert_eq!(program.run(&["reconcile", "--deep", "--dry-run"]).await.status.code(), Some(0));
        assert_eq!(program.run(&["doctor"]).await.status.code(), Some(0));
        assert_eq!(program.json(&["status"]).await[0]["tracked"], 2);
    });
}

#[test]
fn what_is_untracked_stays_so_and_is_listed() {
    block_on(async {
        let (database, program) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        program.succeeds(&["untrack", "t"]).await;
        database.execute("CREATE SCHEMA other; CREATE TABLE other.u (id int)").await;
        program.succeeds(&["maintain"]).await;
        let listed = program.json(&["tables", "--untracked"]).await;
        let reasons: Vec<_> =
            listed.iter().map(|table| (&table["table"], &table["reason"])).collect();
        assert_eq!(
            reasons,
            [(&"other.u".into(), &"no pattern".into()), (&"public.t".into(), &"exception".into())]
        );
        program.succeeds(&["track", "t"]).await;
        assert_eq!(program.json(&["tables", "--untracked"]).await.len(), 1);
    });
}

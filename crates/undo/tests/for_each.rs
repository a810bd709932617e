//! What was recorded for each statement is taken back as anything else, and recorded once.

use pgrecall_journal::{ForEach, TrackOptions};
use pgrecall_model::Selection;
use pgrecall_testkit::block_on;
use pgrecall_undo::{Options, Planning, apply, plan_with};

use crate::{copy, track_all_with, tracked, transaction};

const SCHEMA: &str = "
    CREATE TABLE public.page (id int PRIMARY KEY DEFERRABLE, title text, tags text[]);
    INSERT INTO public.page SELECT g, 'title ' || g, ARRAY['a,b', NULL, '\"'] FROM generate_series(1, 50) AS g";

const MISTAKES: [&str; 4] = [
    "UPDATE public.page SET title = NULL",
    "UPDATE public.page SET id = 51 - id",
    "DELETE FROM public.page WHERE id < 30; INSERT INTO public.page SELECT generate_series(1, 10)",
    "INSERT INTO public.page SELECT generate_series(100, 120)",
];

#[test]
fn what_was_recorded_for_each_statement_comes_back_and_is_recorded_once() {
    block_on(async {
        let (database, mut journal) = tracked(SCHEMA).await;
        let options =
            TrackOptions { for_each: Some(ForEach::Statement), ..TrackOptions::default() };
        track_all_with(&mut journal, &options).await;
        let count = "SELECT count(*) FROM recall.change";
        for mistake in MISTAKES {
            for (bulk_from, lock_tables) in [(1, false), (1, true), (i64::MAX, true)] {
                let before = copy(&database, &["public.page"]).await;
                let earlier: i64 = database.scalar(count).await.parse().expect("count");
                let tx = transaction(&database, mistake).await;
                let mistaken: i64 = database.scalar(count).await.parse().expect("count");
                let planning = Planning { bulk_from, ..Planning::default() };
                let selection = Selection::transactions(&[tx]);
                let prepared = plan_with(&journal, selection, &planning).await.expect("plan");
                let options = Options { lock_tables, ..Options::default() };
                apply(&mut journal, &prepared, &options).await.expect("apply");
                assert_eq!(copy(&database, &["public.page"]).await, before, "{mistake}");
                let undone: i64 = database.scalar(count).await.parse().expect("count");
                assert!(undone > mistaken, "{mistake}");
                assert!(undone - mistaken <= mistaken - earlier, "recorded twice: {mistake}");
            }
        }
    });
}

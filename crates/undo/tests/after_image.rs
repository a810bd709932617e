//! Of a table whose changes are kept as what changed, undo brings everything back all the same.

use pgrecall_journal::{AfterImage, TrackOptions};
use pgrecall_model::Selection;
use pgrecall_testkit::block_on;
use pgrecall_undo::{Options, Planning, apply, plan_with};

use crate::{copy, track_all_with, tracked, transaction};

const SCHEMA: &str = "
    CREATE TABLE public.page (id int PRIMARY KEY DEFERRABLE, title text, body text, tags text[], note jsonb);
    INSERT INTO public.page SELECT g, 'title ' || g, repeat('body ', 40) || g, ARRAY['a,b', NULL, '\"'], '{\"a\": 1}'
    FROM generate_series(1, 50) AS g";

const MISTAKES: [&str; 4] = [
    "UPDATE public.page SET title = NULL, tags = tags || '{\"(x)\"}'",
    "UPDATE public.page SET title = '', note = NULL; UPDATE public.page SET title = 'twice' WHERE id > 20",
    "UPDATE public.page SET id = 51 - id",
    "UPDATE public.page SET title = 'gone'; DELETE FROM public.page WHERE id < 30; INSERT INTO public.page VALUES (1, 'new')",
];

#[test]
fn what_was_kept_as_what_changed_comes_back_exactly() {
    block_on(async {
        let (database, mut journal) = tracked(SCHEMA).await;
        let options =
            TrackOptions { after_image: Some(AfterImage::Changed), ..TrackOptions::default() };
        track_all_with(&mut journal, &options).await;
        for mistake in MISTAKES {
            for bulk_from in [1, i64::MAX] {
                let before = copy(&database, &["public.page"]).await;
                let tx = transaction(&database, mistake).await;
                let planning = Planning { bulk_from, ..Planning::default() };
                let selection = Selection::transactions(&[tx]);
                let prepared = plan_with(&journal, selection, &planning).await.expect("plan");
                apply(&mut journal, &prepared, &Options::default()).await.expect("apply");
                assert_eq!(copy(&database, &["public.page"]).await, before, "{mistake}");
            }
        }
        let kept = "SELECT count(*) > 0 FROM recall.change WHERE new LIKE '=%'";
        assert_eq!(database.scalar(kept).await, "t");
    });
}

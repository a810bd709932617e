use pgrecall_access::{Deed, EntryFilter};
use pgrecall_testkit::block_on;

use crate::home;

#[test]
fn the_log_is_only_ever_added_to() {
    block_on(async {
        let (database, control) = home().await;
        for name in ["ann", "bob\n2026-01-01 forged", "carl"] {
            let deed = Deed::on_command_line(Some(name.to_owned()), "user.add", name);
            control.note(&deed).await.expect("noted");
        }
        for sql in [
            "UPDATE recall_control.audit SET actor = 'x'",
            "DELETE FROM recall_control.audit",
            "TRUNCATE recall_control.audit",
        ] {
            let refused = database.try_execute(sql).await.expect_err(sql);
            assert_eq!(refused.code().expect("state").code(), "RCL20");
        }
        let all = EntryFilter { limit: 10, ..EntryFilter::default() };
        let entries = control.entries(&all).await.expect("entries");
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[1].subject.as_deref(), Some("bob\n2026-01-01 forged"));
        let page = EntryFilter { before: Some(entries[0].id), limit: 1, ..EntryFilter::default() };
        assert_eq!(control.entries(&page).await.expect("page"), entries[1..2]);
        let of_ann = EntryFilter { actor: Some("ann".to_owned()), ..all };
        assert_eq!(control.entries(&of_ann).await.expect("entries").len(), 1);
    });
}

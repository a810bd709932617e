use pgrecall_access::{AccessError, Invitation, Membership, Role};
use pgrecall_testkit::block_on;

use crate::{PASSWORD, deed, disable, home, sign_in, user};

#[test]
fn the_first_administrator_comes_in_by_a_link_that_counts_once() {
    block_on(async {
        let (_database, control) = home().await;
        assert!(!control.has_administrator().await.expect("asked"));
        let old = control.invite(None).await.expect("link");
        let link = control.invite(None).await.expect("link");
        assert!(matches!(control.invitation(&old).await, Err(AccessError::NoInvitation)));
        assert_eq!(control.invitation(&link).await.expect("good"), Invitation::First);
        let wrong = control.accept(&link, Some("Root User"), PASSWORD).await.expect_err("name");
        assert!(matches!(wrong, AccessError::UserName(_)), "{wrong}");
        let wrong = control.accept(&link, Some("root"), "short").await.expect_err("password");
        assert!(matches!(wrong, AccessError::Password), "{wrong}");
        assert_eq!(control.accept(&link, Some("root"), PASSWORD).await.expect("accepted"), "root");
        assert!(control.has_administrator().await.expect("asked"));
        let again = control.accept(&link, Some("other"), PASSWORD).await.expect_err("used");
        assert!(matches!(again, AccessError::NoInvitation), "{again}");
        let principal = control.session(&sign_in(&control, "root").await.secret).await;
        assert!(
            principal
                .expect("asked")
                .expect("known")
                .may_everywhere(pgrecall_access::Right::Administer)
        );
    });
}

#[test]
fn two_links_make_one_first_administrator_only() {
    block_on(async {
        let (database, control) = home().await;
        let link = control.invite(None).await.expect("link");
        user(&control, "root", Role::Administrator).await;
        let late = control.accept(&link, Some("late"), PASSWORD).await.expect_err("there is one");
        assert!(matches!(late, AccessError::NoInvitation), "{late}");
        let count = "SELECT count(*) FROM recall_control.user_account";
        assert_eq!(database.scalar(count).await, "1");
    });
}

#[test]
fn a_link_that_is_too_old_is_not_good() {
    block_on(async {
        let (database, control) = home().await;
        let link = control.invite(None).await.expect("link");
        database
            .execute(
                "UPDATE recall_control.invitation SET expires_at = now() - interval '1 second'",
            )
            .await;
        assert!(matches!(control.invitation(&link).await, Err(AccessError::NoInvitation)));
        assert!(control.accept(&link, Some("root"), PASSWORD).await.is_err());
    });
}

#[test]
fn users_are_added_once_and_listed_with_their_roles() {
    block_on(async {
        let (_database, control) = home().await;
        let held = [
            Membership::new(Role::Viewer, Some("shop"), Some("acme")).expect("viewer"),
            Membership::new(Role::Auditor, Some("crm"), None).expect("auditor"),
        ];
        control.add_user("ann", &held, &deed("user.add")).await.expect("added");
        let twice = control.add_user("ann", &held, &deed("user.add")).await.expect_err("twice");
        assert!(matches!(twice, AccessError::UserTaken(_)), "{twice}");
        for name in ["", "Ann", "a b", "-ann", "ann\n"] {
            let wrong = control.add_user(name, &held, &deed("user.add")).await.expect_err(name);
            assert!(matches!(wrong, AccessError::UserName(_)), "{wrong}");
        }
        let users = control.users(None).await.expect("listed");
        assert_eq!(users.len(), 1);
        let roles: Vec<String> = users[0].roles.iter().map(ToString::to_string).collect();
        assert_eq!(roles, ["auditor of crm", "viewer of shop (tenant acme)"]);
        assert!(!users[0].has_password);
        let unknown = disable(&control, "bob").await.expect_err("unknown");
        assert!(matches!(unknown, AccessError::UnknownUser(_)), "{unknown}");
    });
}

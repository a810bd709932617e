use pgrecall_access::{AccessError, Control, Invitation, Membership, Own, PasswordChange, Role};
use pgrecall_testkit::block_on;

use crate::{Held, LOCKOUT, PASSWORD, deed, disable, home, sign_in, user};

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

#[test]
fn a_link_is_over_with_the_next_one_or_another_password_and_not_for_who_is_disabled() {
    block_on(async {
        let (_database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let first = control.invite(Some(id)).await.expect("link");
        let second = control.invite(Some(id)).await.expect("link");
        assert!(matches!(control.invitation(&first).await, Err(AccessError::NoInvitation)));
        let session = sign_in(&control, "ann").await;
        let ann = control.session(&session.secret).await.expect("asked").expect("known");
        let own = Own { user: &ann, session: &session.secret, lockout: LOCKOUT };
        let new = "another good password".to_owned();
        let change = PasswordChange { old: PASSWORD.to_owned(), new, proof: None };
        control.change_password(own, &change, &deed("password.change")).await.expect("changed");
        assert!(matches!(control.invitation(&second).await, Err(AccessError::NoInvitation)));

        let third = control.invite(Some(id)).await.expect("link");
        disable(&control, "ann").await.expect("disabled");
        let refused = control.accept(&third, None, PASSWORD).await;
        assert!(matches!(refused, Err(AccessError::NoInvitation)), "{refused:?}");
    });
}

#[test]
fn a_link_that_two_follow_at_once_counts_once() {
    block_on(async {
        let (database, control) = home().await;
        let second = Control::open(database.conninfo()).await.expect("another server");
        let held = [Membership::new(Role::Auditor, None, None).expect("role")];
        let link = control.add_user("ann", &held, &deed("user.add")).await.expect("added");
        let rows = Held::rows_of(&database, "invitation").await;
        let (a, b, ()) = tokio::join!(
            control.accept(&link, None, PASSWORD),
            second.accept(&link, None, "another good password"),
            rows.until_two_wait(&database)
        );
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
        assert!(matches!(control.invitation(&link).await, Err(AccessError::NoInvitation)));
    });
}

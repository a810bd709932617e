use pgrecall_access::{AccessError, Control, Right, Role, Secret, SessionOrigin, Via};
use pgrecall_testkit::block_on;

use crate::{LOCKOUT, PASSWORD, credentials, deed, disable, home, sign_in, user};

async fn refused(control: &Control, name: &str, password: &str) {
    let origin = SessionOrigin::default();
    let outcome = control.sign_in(&credentials(name, password), LOCKOUT, &origin).await;
    assert!(matches!(outcome, Err(AccessError::Refused)), "{name}: {outcome:?}");
}

#[test]
fn a_session_is_opened_found_and_closed() {
    block_on(async {
        let (database, control) = home().await;
        user(&control, "ann", Role::Auditor).await;
        let session = sign_in(&control, "ann").await;
        let other = sign_in(&control, "ann").await;
        assert_ne!(session.secret, other.secret, "each sign-in has a session of its own");
        let ann = control.session(&session.secret).await.expect("asked").expect("known");
        assert_eq!(ann.name, "ann");
        assert!(ann.may_everywhere(Right::Query) && !ann.may_everywhere(Right::Undo));
        assert_eq!(ann.via, Via::Session { second_factor: false }, "none was shown");
        let lasts = "SELECT DISTINCT expires_at - created_at FROM recall_control.session";
        assert_eq!(database.scalar(lasts).await, "12:00:00");
        let kept = "SELECT encode(token_hash, 'escape') FROM recall_control.session";
        for row in database.query_text(kept).await {
            assert!(!row[0].clone().expect("hash").contains(session.secret.expose()));
        }
        control.close_session(&session.secret).await.expect("closed");
        assert_eq!(control.session(&session.secret).await.expect("asked"), None);
        assert!(control.session(&other.secret).await.expect("asked").is_some());
        assert_eq!(control.session(&Secret::shown("prs_x")).await.expect("asked"), None);
        database.execute("UPDATE recall_control.session SET expires_at = now()").await;
        assert_eq!(control.session(&other.secret).await.expect("asked"), None);
    });
}

#[test]
fn whatever_is_wrong_the_answer_is_the_same() {
    block_on(async {
        let (_database, control) = home().await;
        user(&control, "ann", Role::Auditor).await;
        refused(&control, "ann", "wrong password").await;
        refused(&control, "nobody", PASSWORD).await;
        refused(&control, "", "").await;
        refused(&control, "ann'; DROP TABLE x; --", PASSWORD).await;
        // Without a password of its own nobody comes in.
        let membership = pgrecall_access::Membership::new(Role::Auditor, None, None).expect("role");
        control.add_user("new", &[membership], &deed("user.add")).await.expect("added");
        refused(&control, "new", "").await;
    });
}

#[test]
fn after_failures_in_a_row_a_user_is_locked_out_also_with_the_right_password() {
    block_on(async {
        let (database, control) = home().await;
        user(&control, "ann", Role::Auditor).await;
        user(&control, "bob", Role::Auditor).await;
        refused(&control, "ann", "wrong").await;
        refused(&control, "ann", "wrong").await;
        sign_in(&control, "ann").await;
        for _ in 0..LOCKOUT.failures {
            refused(&control, "ann", "wrong").await;
        }
        refused(&control, "ann", PASSWORD).await;
        assert!(control.users(Some("ann")).await.expect("listed")[0].locked_until.is_some());
        sign_in(&control, "bob").await;
        database.execute("UPDATE recall_control.user_account SET locked_until = now()").await;
        sign_in(&control, "ann").await;
    });
}

#[test]
fn guesses_made_at_once_are_counted_one_by_one() {
    block_on(async {
        let (_database, control) = home().await;
        user(&control, "ann", Role::Auditor).await;
        let guess = || refused(&control, "ann", "wrong");
        tokio::join!(guess(), guess(), guess());
        assert!(control.users(Some("ann")).await.expect("listed")[0].locked_until.is_some());
    });
}

#[test]
fn who_is_disabled_or_reset_is_out_at_once() {
    block_on(async {
        let (_database, control) = home().await;
        user(&control, "ann", Role::Auditor).await;
        let session = sign_in(&control, "ann").await;
        disable(&control, "ann").await.expect("disabled");
        disable(&control, "ann").await.expect("twice");
        assert_eq!(control.session(&session.secret).await.expect("asked"), None);
        refused(&control, "ann", PASSWORD).await;
        let link = control.reset_user("ann", &deed("user.reset")).await.expect("reset");
        refused(&control, "ann", PASSWORD).await;
        control.accept(&link, None, "another good password").await.expect("accepted");
        refused(&control, "ann", PASSWORD).await;
        let origin = SessionOrigin::default();
        let new = credentials("ann", "another good password");
        control.sign_in(&new, LOCKOUT, &origin).await.expect("in again");
    });
}

use pgrecall_access::{
    AccessError, Control, Credentials, Lockout, NewSession, Own, PasswordChange, Proof,
    RecoveryCodes, Role, SessionOrigin, Shown,
};
use pgrecall_testkit::{block_on, code_shown};

use crate::{LOCKOUT, PASSWORD, deed, home, recovery_code, user};

/// Confirms from a session of its own.
async fn confirm(
    control: &Control,
    code: &str,
) -> Result<(RecoveryCodes, NewSession), AccessError> {
    let session = signed_in(control).await;
    let user = control.session(&session.secret).await.expect("asked").expect("known");
    let own = Own { user: &user, session: &session.secret, lockout: LOCKOUT };
    let noted = deed("second_factor.confirm");
    let (codes, session) = control.confirm_second_factor(own, code, &noted).await?;
    Ok((codes.expect("it is the first"), session))
}

async fn signed_in(control: &Control) -> NewSession {
    attempt(control, None).await.expect("signed in")
}

async fn attempt(control: &Control, code: Option<&str>) -> Result<NewSession, AccessError> {
    let credentials = Credentials {
        name: "ann".to_owned(),
        password: PASSWORD.to_owned(),
        proof: code.map(|code| Proof::Code(code.to_owned())),
    };
    control.sign_in(&credentials, LOCKOUT, &SessionOrigin::default()).await
}

/// Who has no second factor shows none.
fn nothing(user: i64) -> Shown<'static> {
    Shown { user, proof: None, session: None, lockout: LOCKOUT }
}

#[test]
fn a_code_counts_once_and_recovery_codes_stand_in_for_it() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let new = control.begin_second_factor(nothing(id), "ann").await.expect("begun");
        assert!(new.uri.starts_with("otpauth://totp/pgRecall:ann?secret="), "{}", new.uri);
        attempt(&control, None).await.expect("not asked for yet");
        let wrong = confirm(&control, "000000").await.expect_err("wrong");
        assert!(matches!(wrong, AccessError::WrongCode), "{wrong}");
        let first = code_shown(&database, &new.secret, -1).await;
        let codes = confirm(&control, &first).await.expect("confirmed").0.0;
        assert_eq!(codes.len(), 10);
        assert!(control.begin_second_factor(nothing(id), "ann").await.is_err(), "there is one");

        let half = attempt(&control, None).await.expect("half the way");
        assert!(half.awaits_second_factor);
        assert_eq!(control.session(&half.secret).await.expect("asked"), None);
        assert!(attempt(&control, Some(&first)).await.is_err(), "it was used to confirm");
        let now = code_shown(&database, &new.secret, 0).await;
        attempt(&control, Some(&now)).await.expect("right");
        assert!(attempt(&control, Some(&now)).await.is_err(), "it was used");
        attempt(&control, Some(&codes[0])).await.expect("a recovery code");
        assert!(attempt(&control, Some(&codes[0])).await.is_err(), "it was used");
        attempt(&control, Some(&codes[1])).await.expect("another");
    });
}

#[test]
fn wrong_codes_lock_out_as_wrong_passwords_do() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let new = control.begin_second_factor(nothing(id), "ann").await.expect("begun");
        let first = code_shown(&database, &new.secret, 0).await;
        let codes = confirm(&control, &first).await.expect("confirmed").0.0;
        for _ in 0..LOCKOUT.failures {
            assert!(attempt(&control, Some("wrong")).await.is_err());
        }
        assert!(attempt(&control, Some(&codes[0])).await.is_err(), "locked out");
        control.reset_user("ann", &deed("user.reset")).await.expect("reset");
        assert!(!control.users(Some("ann")).await.expect("listed")[0].second_factor);
    });
}

#[test]
fn the_same_code_shown_twice_at_once_counts_once() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let new = control.begin_second_factor(nothing(id), "ann").await.expect("begun");
        let first = code_shown(&database, &new.secret, -1).await;
        confirm(&control, &first).await.expect("confirmed");
        let now = code_shown(&database, &new.secret, 0).await;
        let (a, b) = tokio::join!(attempt(&control, Some(&now)), attempt(&control, Some(&now)));
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
    });
}

#[test]
fn a_session_goes_on_with_another_secret_when_a_second_factor_is_set_up() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let new = control.begin_second_factor(nothing(id), "ann").await.expect("begun");
        let known = signed_in(&control).await;
        let principal = control.session(&known.secret).await.expect("asked").expect("known");
        let own = Own { user: &principal, session: &known.secret, lockout: LOCKOUT };
        let shown = code_shown(&database, &new.secret, 0).await;
        let noted = deed("second_factor.confirm");
        let confirmed = control.confirm_second_factor(own, &shown, &noted).await;
        let session = confirmed.expect("confirmed").1;
        assert_eq!(control.session(&known.secret).await.expect("asked"), None, "it was fixed");
        let now = control.session(&session.secret).await.expect("asked").expect("goes on");
        assert_eq!(now.via, pgrecall_access::Via::Session { second_factor: true });
    });
}

#[test]
fn what_is_ones_own_needs_more_than_a_session() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let new = control.begin_second_factor(nothing(id), "ann").await.expect("begun");
        let first = code_shown(&database, &new.secret, -1).await;
        let (codes, session) = confirm(&control, &first).await.expect("confirmed");
        let principal = control.session(&session.secret).await.expect("asked").expect("known");
        // None of what follows is to be locked out.
        let lockout = Lockout { failures: 100, ..LOCKOUT };
        let own = Own { user: &principal, session: &session.secret, lockout };
        let other = attempt(&control, Some(&codes.0[0])).await.expect("elsewhere");
        let change = |old: &str, code: Option<&str>| PasswordChange {
            old: old.to_owned(),
            new: "another good password".to_owned(),
            proof: code.map(|code| Proof::Code(code.to_owned())),
        };
        let noted = deed("password.change");
        let wrong = control.change_password(own, &change("wrong", None), &noted).await;
        assert!(matches!(wrong, Err(AccessError::WrongPassword)), "{wrong:?}");
        let none = control.change_password(own, &change(PASSWORD, None), &noted).await;
        assert!(matches!(none, Err(AccessError::SecondFactorNeeded)), "{none:?}");
        let right = change(PASSWORD, Some(&codes.0[1]));
        control.change_password(own, &right, &noted).await.expect("changed");
        assert_eq!(control.session(&other.secret).await.expect("asked"), None, "signed out");
        assert!(control.session(&session.secret).await.expect("asked").is_some());
        let old = attempt(&control, Some(&codes.0[2])).await;
        assert!(matches!(old, Err(AccessError::Refused)), "{old:?}");

        let proof = |text: &str| Proof::Code(text.to_owned());
        let noted = deed("recovery_codes.renew");
        let used = control.renew_recovery_codes(own, &proof(&codes.0[1]), &noted).await;
        assert!(matches!(used, Err(AccessError::WrongCode)), "{used:?}");
        let renewed = control.renew_recovery_codes(own, &proof(&codes.0[3]), &noted).await;
        let renewed = renewed.expect("renewed");
        let noted = deed("second_factor.remove");
        let old = control.remove_second_factor(own, &proof(&codes.0[4]), &noted).await;
        assert!(matches!(old, Err(AccessError::WrongCode)), "{old:?}");
        control.remove_second_factor(own, &proof(&renewed.0[0]), &noted).await.expect("removed");
        let gone = control.remove_second_factor(own, &proof(&renewed.0[1]), &noted).await;
        assert!(matches!(gone, Err(AccessError::NoSecondFactor)), "{gone:?}");
    });
}

#[test]
fn codes_that_are_shown_in_a_session_are_counted_as_those_of_a_sign_in() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let new = control.begin_second_factor(nothing(id), "ann").await.expect("begun");
        let first = code_shown(&database, &new.secret, -1).await;
        let codes = confirm(&control, &first).await.expect("confirmed").0;
        for _ in 0..LOCKOUT.failures {
            let proof = Proof::Code("000000".to_owned());
            let shown = Shown { proof: Some(&proof), ..nothing(id) };
            assert!(control.prove_second_factor(shown).await.is_err());
        }
        let right = Proof::Code(codes.0[0].clone());
        let shown = Shown { proof: Some(&right), ..nothing(id) };
        let locked = control.prove_second_factor(shown).await;
        assert!(matches!(locked, Err(AccessError::LockedOut)), "{locked:?}");
    });
}

#[test]
fn a_code_of_somebody_else_is_none() {
    block_on(async {
        let (database, control) = home().await;
        let ann = user(&control, "ann", Role::Operator).await;
        let bob = user(&control, "bob", Role::Operator).await;
        let (hers, his) =
            (recovery_code(&database, ann).await, recovery_code(&database, bob).await);
        let theirs = Proof::Code(his.clone());
        let shown = Shown { proof: Some(&theirs), ..nothing(ann) };
        let refused = control.prove_second_factor(shown).await;
        assert!(matches!(refused, Err(AccessError::WrongCode)), "{refused:?}");
        assert!(attempt(&control, Some(&his)).await.is_err());
        attempt(&control, Some(&hers)).await.expect("her own");
        let shown = Shown { proof: Some(&theirs), ..nothing(bob) };
        control.prove_second_factor(shown).await.expect("it was not used up by others");
    });
}

#[test]
fn who_knows_the_password_does_not_guess_codes_for_long() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let right = Proof::Code(recovery_code(&database, id).await);
        let origin = SessionOrigin::default();
        for _ in 0..LOCKOUT.failures {
            // The right password, shown again before each guess, forgives none of them.
            let half = signed_in(&control).await;
            let guess = Proof::Code("000000".to_owned());
            let wrong = control.finish_sign_in(&half.secret, &guess, LOCKOUT, &origin).await;
            assert!(matches!(wrong, Err(AccessError::WrongCode)), "{wrong:?}");
        }
        assert!(attempt(&control, None).await.is_err(), "locked out");
        database.execute("UPDATE recall_control.user_account SET locked_until = NULL").await;
        let half = signed_in(&control).await;
        control.finish_sign_in(&half.secret, &right, LOCKOUT, &origin).await.expect("signed in");
    });
}

#[test]
fn only_who_waits_for_it_finishes_a_sign_in_and_not_for_long() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let whole = signed_in(&control).await;
        let proof = Proof::Code(recovery_code(&database, id).await);
        let half = signed_in(&control).await;
        let lasts =
            "SELECT expires_at - created_at FROM recall_control.session WHERE awaits_second_factor";
        assert_eq!(database.scalar(lasts).await, "00:10:00");
        database
            .execute(
                "UPDATE recall_control.session SET expires_at = now() WHERE awaits_second_factor",
            )
            .await;
        for session in [whole, half] {
            let origin = SessionOrigin::default();
            let late = control.finish_sign_in(&session.secret, &proof, LOCKOUT, &origin).await;
            assert!(matches!(late, Err(AccessError::NothingToConfirm)), "{late:?}");
        }
    });
}

use pgrecall_access::{
    AccessError, AllowList, Control, Ended, EntryFilter, Known, Membership, Proof, Role,
    SessionOrigin, UserChange,
};
use pgrecall_testkit::block_on;

use crate::{LOCKOUT, PASSWORD, credentials, deed, disable, home, recovery_code, sign_in, user};

fn held(role: Role) -> [Membership; 1] {
    [Membership::new(role, None, None).expect("role")]
}

async fn actions(control: &Control) -> Vec<String> {
    let all = EntryFilter { limit: 100, ..EntryFilter::default() };
    let entries = control.entries(&all).await.expect("entries");
    entries.into_iter().map(|entry| entry.action).collect()
}

#[test]
fn the_last_administrator_stays_one() {
    block_on(async {
        let (_database, control) = home().await;
        user(&control, "root", Role::Administrator).await;
        // One who was only invited could let nobody in.
        control
            .add_user("new", &held(Role::Administrator), &deed("user.add"))
            .await
            .expect("added");
        let last = disable(&control, "root").await.expect_err("the last");
        assert!(matches!(last, AccessError::LastAdministrator), "{last}");
        let roles = held(Role::Auditor);
        let last = control.set_memberships("root", &roles, &deed("user.memberships")).await;
        assert!(matches!(last, Err(AccessError::LastAdministrator)), "{last:?}");
        assert!(!actions(&control).await.contains(&"user.disable".to_owned()), "it was not done");
        user(&control, "other", Role::Administrator).await;
        disable(&control, "root").await.expect("there is another one");
        let last = disable(&control, "other").await.expect_err("who is disabled lets nobody in");
        assert!(matches!(last, AccessError::LastAdministrator), "{last}");
        control.reset_user("other", &deed("user.reset")).await.expect("the way back stays open");
        let elsewhere = Membership::new(Role::Administrator, Some("shop"), None);
        assert!(elsewhere.is_err(), "an administrator is one for all targets");
    });
}

#[test]
fn two_administrators_who_remove_each_other_at_once_leave_one() {
    block_on(async {
        let (database, control) = home().await;
        let second = Control::open(database.conninfo()).await.expect("another server");
        for round in 0..5 {
            let names = [format!("a{round}"), format!("b{round}")];
            user(&control, &names[0], Role::Administrator).await;
            user(&control, &names[1], Role::Administrator).await;
            let roles = held(Role::Auditor);
            let noted = deed("user.memberships");
            let (a, b) = tokio::join!(
                disable(&control, &names[0]),
                second.set_memberships(names[1].as_str(), &roles, &noted),
            );
            assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
            database.execute("DELETE FROM recall_control.user_account").await;
        }
    });
}

#[test]
fn what_somebody_else_changed_meanwhile_is_not_changed() {
    block_on(async {
        let (_database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        let seen = control.user("ann").await.expect("known");
        let known = Known { name: "ann", version: Some(seen.version) };
        let (roles, noted) = (held(Role::Auditor), deed("user.memberships"));
        control.set_memberships(known, &roles, &noted).await.expect("first");
        let late = control.set_memberships(known, &held(Role::Approver), &noted).await;
        let late = late.expect_err("changed");
        assert!(matches!(late, AccessError::ChangedMeanwhile), "{late}");
        assert_eq!(control.user("ann").await.expect("known").roles, roles);
        let unknown = disable(&control, "nobody").await.expect_err("unknown");
        assert!(matches!(unknown, AccessError::UnknownUser(_)), "{unknown}");
    });
}

#[test]
fn who_is_enabled_again_has_the_password_and_not_the_sessions() {
    block_on(async {
        let (_database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        let session = sign_in(&control, "ann").await;
        disable(&control, "ann").await.expect("disabled");
        let enable = UserChange { disabled: Some(false), ..UserChange::default() };
        let enabled = control.change_user("ann", &enable, &deed("user.enable")).await;
        assert_eq!(enabled.expect("enabled").disabled_at, None);
        assert_eq!(control.session(&session.secret).await.expect("asked"), None);
        sign_in(&control, "ann").await;
    });
}

#[test]
fn a_change_and_its_entry_are_one() {
    block_on(async {
        let (database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        database
            .execute(
                "ALTER TABLE recall_control.audit ADD CONSTRAINT closed CHECK (false) NOT VALID",
            )
            .await;
        disable(&control, "ann").await.expect_err("it cannot be written down");
        control.reset_user("ann", &deed("user.reset")).await.expect_err("nor this");
        control
            .add_user("bob", &held(Role::Auditor), &deed("user.add"))
            .await
            .expect_err("nor this");
        let sessions = control.end_sessions("ann", Ended::All, &deed("session.end")).await;
        sessions.expect_err("nor this");
        let ann = control.user("ann").await.expect("known");
        assert!(ann.disabled_at.is_none() && ann.has_password);
        assert!(control.user("bob").await.is_err());
    });
}

#[test]
fn sessions_are_listed_and_ended_one_by_one() {
    block_on(async {
        let (database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        user(&control, "bob", Role::Operator).await;
        let (first, second) = (sign_in(&control, "ann").await, sign_in(&control, "ann").await);
        let bobs = sign_in(&control, "bob").await;
        let listed = control.sessions("ann", Some(&first.secret)).await.expect("listed");
        assert_eq!(listed.iter().map(|row| row.current).collect::<Vec<_>>(), [false, true]);
        let ended = deed("session.end");
        let not_hers = control.end_sessions("bob", Ended::One(listed[0].id), &ended).await;
        assert!(matches!(not_hers, Err(AccessError::UnknownSession(_))), "{not_hers:?}");
        control.end_sessions("ann", Ended::One(listed[0].id), &ended).await.expect("ended");
        assert_eq!(control.session(&second.secret).await.expect("asked"), None);
        assert!(control.session(&first.secret).await.expect("asked").is_some());
        assert_eq!(control.end_sessions("ann", Ended::All, &ended).await.expect("ended"), 1);
        assert!(control.session(&bobs.secret).await.expect("asked").is_some());
        database
            .execute(
                "UPDATE recall_control.session SET last_used_at = now() - interval '59 minutes'",
            )
            .await;
        let unused =
            "SELECT last_used_at < now() - interval '1 minute' FROM recall_control.session";
        assert!(control.idle_session(&bobs.secret).await.expect("asked").is_some());
        assert_eq!(database.scalar(unused).await, "t", "nobody used it");
        assert!(control.session(&bobs.secret).await.expect("asked").is_some());
        assert_eq!(database.scalar(unused).await, "f");
        database
            .execute(
                "UPDATE recall_control.session
                 SET last_used_at = now() - make_interval(mins => idle_minutes)",
            )
            .await;
        assert_eq!(control.session(&bobs.secret).await.expect("asked"), None, "it was idle");
        assert!(control.sessions("bob", None).await.expect("listed").is_empty());
    });
}

#[test]
fn a_sign_in_from_elsewhere_is_told_once() {
    block_on(async {
        let (_database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        for ip in ["192.0.2.1", "192.0.2.99", "198.51.100.1", "198.51.100.2", "2001:db8::1"] {
            let origin = SessionOrigin { ip: Some(ip.to_owned()), ..SessionOrigin::default() };
            let shown = credentials("ann", PASSWORD);
            control.sign_in(&shown, LOCKOUT, &origin).await.expect("signed in");
        }
        let new = EntryFilter {
            action: Some("session.new_place".to_owned()),
            limit: 10,
            ..EntryFilter::default()
        };
        let told = control.entries(&new).await.expect("entries");
        let networks: Vec<_> = told.iter().map(|entry| entry.details["network"].clone()).collect();
        assert_eq!(networks, ["2001:db8::/48", "198.51.100.0/24"]);
        assert_eq!(told[0].subject.as_deref(), Some("ann"));
    });
}

#[test]
fn whoever_comes_from_elsewhere_than_allowed_does_not_come_in() {
    block_on(async {
        let (_database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        let networks = AllowList::parse(&["192.0.2.0/24"]).expect("networks");
        let change = UserChange { allow_from: Some(networks.clone()), ..UserChange::default() };
        let ann = control.change_user("ann", &change, &deed("user.change")).await.expect("changed");
        assert_eq!(ann.allow_from, networks);
        for (ip, comes_in) in
            [(Some("192.0.2.7"), true), (Some("198.51.100.7"), false), (None, false)]
        {
            let origin = SessionOrigin { ip: ip.map(str::to_owned), ..SessionOrigin::default() };
            let entered = control.sign_in(&credentials("ann", PASSWORD), LOCKOUT, &origin).await;
            assert_eq!(entered.is_ok(), comes_in, "{ip:?}: {entered:?}");
        }
    });
}

#[test]
fn who_is_let_in_anew_is_signed_out_and_has_no_second_factor() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let session = sign_in(&control, "ann").await;
        let code = recovery_code(&database, id).await;
        let half = sign_in(&control, "ann").await;
        assert!(half.awaits_second_factor);
        control.reset_user("ann", &deed("user.reset")).await.expect("reset");
        assert_eq!(control.session(&session.secret).await.expect("asked"), None);
        let proof = Proof::Code(code);
        let origin = SessionOrigin::default();
        let entered = control.finish_sign_in(&half.secret, &proof, LOCKOUT, &origin).await;
        assert!(matches!(entered, Err(AccessError::NothingToConfirm)), "{entered:?}");
    });
}

#[test]
fn a_viewer_is_given_another_tenant_in_place_of_the_first() {
    block_on(async {
        let (_database, control) = home().await;
        let of =
            |tenant| [Membership::new(Role::Viewer, Some("shop"), Some(tenant)).expect("role")];
        control.add_user("ann", &of("acme"), &deed("user.add")).await.expect("added");
        let noted = deed("user.memberships");
        let ann = control.set_memberships("ann", &of("blue"), &noted).await.expect("changed");
        assert_eq!(ann.roles, of("blue"));
    });
}

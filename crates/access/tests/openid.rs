//! Who comes by a provider of OpenID Connect, once it is known what the provider says.

use pgrecall_access::{
    AccessError, AllowList, Control, Identity, NewSession, Role, SessionOrigin, UserChange,
};
use pgrecall_testkit::block_on;

use crate::{LOCKOUT, deed, home, user};

const ISSUER: &str = "https://login.example";

async fn come(
    control: &Control,
    issuer: &str,
    ip: Option<&str>,
) -> Result<NewSession, AccessError> {
    let identity = Identity {
        issuer: issuer.to_owned(),
        subject: "1001".to_owned(),
        new_name: None,
        roles: None,
        second_factor: false,
    };
    let origin = SessionOrigin { ip: ip.map(str::to_owned), ..SessionOrigin::default() };
    control.sign_in_by_identity(&identity, LOCKOUT, &origin).await
}

/// Ann, who is somebody at the provider, too.
async fn ann(control: &Control) -> i64 {
    let id = user(control, "ann", Role::Operator).await;
    let linked = control.link_identity(id, (ISSUER, "1001"), deed("identity.link")).await;
    linked.expect("linked");
    id
}

#[test]
fn the_same_subject_of_another_issuer_is_somebody_else() {
    block_on(async {
        let (_database, control) = home().await;
        ann(&control).await;
        assert_eq!(come(&control, ISSUER, None).await.expect("known").user, "ann");
        let other = come(&control, "https://login.example.evil.example", None).await;
        assert!(matches!(other, Err(AccessError::UnknownIdentity)), "{other:?}");
    });
}

#[test]
fn whoever_comes_by_a_provider_from_elsewhere_than_allowed_does_not_come_in() {
    block_on(async {
        let (_database, control) = home().await;
        ann(&control).await;
        let networks = AllowList::parse(&["192.0.2.0/24"]).expect("networks");
        let change = UserChange { allow_from: Some(networks), ..UserChange::default() };
        control.change_user("ann", &change, &deed("user.change")).await.expect("changed");
        for ip in [Some("198.51.100.7"), None] {
            let elsewhere = come(&control, ISSUER, ip).await;
            assert!(matches!(elsewhere, Err(AccessError::Refused)), "{ip:?}: {elsewhere:?}");
        }
        come(&control, ISSUER, Some("192.0.2.7")).await.expect("from where she may");
    });
}

#[test]
fn who_is_let_in_anew_is_nobody_at_the_provider_any_more() {
    block_on(async {
        let (_database, control) = home().await;
        let id = ann(&control).await;
        // Whoever sat in her session may have begun to link an account of their own.
        let ticket = control.begin_openid("/", Some(id)).await.expect("begun");
        control.reset_user("ann", &deed("user.reset")).await.expect("reset");
        let before = come(&control, ISSUER, None).await;
        assert!(matches!(before, Err(AccessError::UnknownIdentity)), "{before:?}");
        let back = control.take_openid(&ticket.state, &ticket.browser).await;
        assert!(matches!(back, Err(AccessError::NoAttempt)), "{back:?}");
    });
}

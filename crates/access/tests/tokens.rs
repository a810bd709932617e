use pgrecall_access::{AccessError, AllowList, Pass, Reach, Right, Role, Secret, TokenRequest};
use pgrecall_testkit::block_on;

use crate::{deed, disable, home, user};

fn request(user: &str, scopes: &[Right], target: Option<&str>) -> TokenRequest {
    TokenRequest {
        user: user.to_owned(),
        name: "export".to_owned(),
        scopes: scopes.to_vec(),
        target: target.map(str::to_owned),
        days: 30,
        allow_from: AllowList::default(),
    }
}

#[test]
fn a_token_is_hashed_scoped_listed_and_revoked() {
    block_on(async {
        let (database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        user(&control, "bob", Role::Operator).await;
        let wanted = request("ann", &[Right::Read], Some("shop"));
        let token = control.create_token(&wanted, deed("token.create")).await.expect("token");
        let dump = database.query_text("SELECT t::text FROM recall_control.token AS t").await;
        assert!(!dump[0][0].clone().expect("row").contains(token.secret.expose()));
        let bearer = control.bearer(&token.secret).await.expect("asked").expect("known");
        assert_eq!(bearer.reach(Right::Read, "shop"), Some(Reach::Everything));
        assert_eq!(bearer.reach(Right::Undo, "shop"), None);
        assert_eq!(bearer.reach(Right::Read, "crm"), None);
        let listed = control.tokens(Some("ann")).await.expect("listed");
        assert_eq!(listed.len(), 1);
        assert!(listed[0].active && listed[0].last_used_at.is_some());
        assert!(control.tokens(Some("bob")).await.expect("listed").is_empty());

        let other = control
            .revoke_token(token.id, Some("bob"), &deed("token.revoke"))
            .await
            .expect_err("not bob's");
        assert!(matches!(other, AccessError::UnknownToken(_)), "{other}");
        assert!(
            control
                .revoke_token(token.id, Some("ann"), &deed("token.revoke"))
                .await
                .expect("revoked")
        );
        assert!(!control.revoke_token(token.id, None, &deed("token.revoke")).await.expect("twice"));
        assert_eq!(control.bearer(&token.secret).await.expect("asked"), None);
        assert!(control.revoke_token(99, None, &deed("token.revoke")).await.is_err());
    });
}

#[test]
fn a_token_ends_with_its_time_and_with_its_user() {
    block_on(async {
        let (database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        let wanted = request("ann", &Right::ALL, None);
        let first = control.create_token(&wanted, deed("token.create")).await.expect("token");
        let lasts = "SELECT expires_at = created_at + interval '30 days' FROM recall_control.token";
        assert_eq!(database.scalar(lasts).await, "t");
        database.execute("UPDATE recall_control.token SET expires_at = now()").await;
        assert_eq!(control.bearer(&first.secret).await.expect("asked"), None);
        let second = control.create_token(&wanted, deed("token.create")).await.expect("token");
        assert!(control.bearer(&second.secret).await.expect("asked").is_some());
        disable(&control, "ann").await.expect("disabled");
        assert_eq!(control.bearer(&second.secret).await.expect("asked"), None);
        assert!(control.create_token(&wanted, deed("token.create")).await.is_err());
        assert!(
            control
                .create_token(&request("nobody", &[Right::Read], None), deed("token.create"))
                .await
                .is_err()
        );
        assert_eq!(control.bearer(&Secret::shown("")).await.expect("asked"), None);
    });
}

#[test]
fn a_viewer_token_is_good_in_its_target_and_for_its_minutes() {
    block_on(async {
        let (database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        let wanted = request("ann", &[Right::Mint], None);
        let token = control.create_token(&wanted, deed("token.create")).await.expect("token");
        let pass = Pass {
            target: "shop".to_owned(),
            tenant: Some("acme".to_owned()),
            tables: None,
            record_key: None,
            rights: vec![Right::Read],
            subject: None,
        };
        let minted = control.mint(token.id, &pass, 15).await.expect("minted");
        let lasts = "SELECT expires_at - created_at FROM recall_control.viewer_token";
        assert_eq!(database.scalar(lasts).await, "00:15:00");
        let viewer = control.viewer(&minted.secret).await.expect("asked").expect("known");
        let acme = Some(Reach::Tenant("acme".to_owned()));
        assert_eq!(viewer.pass.reach(Right::Read, "shop"), acme);
        assert_eq!(viewer.pass.reach(Right::Read, "crm"), None);
        assert_eq!(viewer.pass.reach(Right::Query, "shop"), None);
        assert_eq!(
            control.bearer(&minted.secret).await.expect("asked"),
            None,
            "it is none of these"
        );
    });
}

use pgrecall_access::{AccessError, Control, PlanStatus, Proof, Role, Secret, SessionOrigin};
use pgrecall_testkit::{Server, block_on, catalogue_fingerprint};

use crate::{LOCKOUT, PASSWORD, credentials, home, sign_in, user};

/// What a home of version 1 consists of. These files are never changed again.
const VERSION_1: [&str; 11] = [
    include_str!("../sql/schema/schema.sql"),
    include_str!("../sql/schema/migration.sql"),
    include_str!("../sql/schema/user_account.sql"),
    include_str!("../sql/schema/membership.sql"),
    include_str!("../sql/schema/invitation.sql"),
    include_str!("../sql/schema/session.sql"),
    include_str!("../sql/schema/token.sql"),
    include_str!("../sql/schema/recovery_code.sql"),
    include_str!("../sql/schema/plan.sql"),
    include_str!("../sql/schema/audit.sql"),
    include_str!("../sql/schema/refuse_change.sql"),
];

/// What version 2 added. These files are never changed again, either.
const VERSION_2: [&str; 24] = [
    include_str!("../sql/schema/plan_effects.sql"),
    include_str!("../sql/schema/approval.sql"),
    include_str!("../sql/schema/approval_decision.sql"),
    include_str!("../sql/schema/break_glass_review.sql"),
    include_str!("../sql/schema/audit_via_server.sql"),
    include_str!("../sql/schema/administered_user.sql"),
    include_str!("../sql/schema/listed_session.sql"),
    include_str!("../sql/schema/token_allow_from.sql"),
    include_str!("../sql/schema/place.sql"),
    include_str!("../sql/schema/identity.sql"),
    include_str!("../sql/schema/openid_attempt.sql"),
    include_str!("../sql/schema/user_mail.sql"),
    include_str!("../sql/schema/audit_request.sql"),
    include_str!("../sql/schema/topic.sql"),
    include_str!("../sql/schema/notice.sql"),
    include_str!("../sql/schema/wake.sql"),
    include_str!("../sql/schema/notice_of_deed.sql"),
    include_str!("../sql/schema/subscription.sql"),
    include_str!("../sql/schema/delivery.sql"),
    include_str!("../sql/schema/delivery_attempt.sql"),
    include_str!("../sql/schema/watched.sql"),
    include_str!("../sql/schema/bulk_stretch.sql"),
    include_str!("../sql/schema/viewer_token.sql"),
    include_str!("../sql/schema/saved_search.sql"),
];

/// What was in it.
const KEPT: &str = "
    INSERT INTO recall_control.migration (version) VALUES (1);
    INSERT INTO recall_control.membership (user_id, role) SELECT id, 'operator' FROM recall_control.user_account;
    INSERT INTO recall_control.session (token_hash, user_id, expires_at)
    SELECT sha256('prs_kept'), id, now() + interval '1 hour' FROM recall_control.user_account;
    INSERT INTO recall_control.token (token_hash, user_id, name, scopes, expires_at)
    SELECT sha256('prt_kept'), id, 'x', '{undo}', now() + interval '1 hour' FROM recall_control.user_account;
    INSERT INTO recall_control.plan (id, target, hash, request, rows, conflicts, created_by, expires_at, status, previewed_at)
    VALUES ('kept', 'shop', 'abc', '{}', '[]', 0, 'ann', now() + interval '1 hour', 'previewed', now());
    INSERT INTO recall_control.audit (via, action, outcome) VALUES ('nobody', 'plan.make', 'done')";

#[test]
fn a_home_of_version_1_keeps_everything_and_becomes_what_a_new_one_is() {
    block_on(async {
        let (new, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        let hash = new.scalar("SELECT password_hash FROM recall_control.user_account").await;
        let old = Server::shared().database().await;
        for object in VERSION_1 {
            old.execute(object).await;
        }
        let account = "INSERT INTO recall_control.user_account (name, password_hash) VALUES";
        old.execute(&format!("{account} ('ann', '{hash}')")).await;
        old.execute(KEPT).await;

        let control = Control::open(old.conninfo()).await.expect("brought up to date");
        assert_eq!(catalogue_fingerprint(&old).await, catalogue_fingerprint(&new).await);
        assert_eq!(sign_in(&control, "ann").await.user, "ann");
        let session = control.session(&Secret::shown("prs_kept")).await.expect("asked");
        assert_eq!(session.expect("kept").name, "ann");
        assert!(control.bearer(&Secret::shown("prt_kept")).await.expect("asked").is_some());
        let plan = control.plan("shop", "kept").await.expect("kept");
        assert_eq!((plan.status, plan.version), (PlanStatus::Previewed, 1));
        assert_eq!((plan.effects, plan.approval), (None, None));
        assert_eq!(
            old.scalar("SELECT count(*) FROM recall_control.audit WHERE action = 'plan.make'")
                .await,
            "1"
        );
    });
}

/// What was in a home of version 2, beside what there was in one of version 1.
const KEPT_2: &str = "
    INSERT INTO recall_control.migration (version) VALUES (2);
    UPDATE recall_control.user_account SET totp_secret = sha256('x'), totp_confirmed = true WHERE name = 'ann';
    INSERT INTO recall_control.recovery_code (user_id, code_hash)
    SELECT id, sha256('code') FROM recall_control.user_account WHERE name = 'ann';
    INSERT INTO recall_control.user_account (name) VALUES ('bob')";

#[test]
fn a_home_of_version_2_keeps_second_factors_and_gets_room_for_keys() {
    block_on(async {
        let (new, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        let hash = new.scalar("SELECT password_hash FROM recall_control.user_account").await;
        let old = Server::shared().database().await;
        for object in VERSION_1.iter().chain(&VERSION_2) {
            old.execute(object).await;
        }
        let account = "INSERT INTO recall_control.user_account (name, password_hash) VALUES";
        old.execute(&format!("{account} ('ann', '{hash}')")).await;
        old.execute(KEPT).await;
        old.execute(KEPT_2).await;

        let control = Control::open(old.conninfo()).await.expect("brought up to date");
        assert_eq!(catalogue_fingerprint(&old).await, catalogue_fingerprint(&new).await);
        assert!(sign_in(&control, "ann").await.awaits_second_factor, "the device counts");
        assert!(control.session(&Secret::shown("prs_kept")).await.expect("asked").is_some());
        let handles = "SELECT count(DISTINCT key_handle) FROM recall_control.user_account";
        assert_eq!(old.scalar(handles).await, "2", "each user has one of its own");
        let mut credentials = credentials("ann", PASSWORD);
        credentials.proof = Some(Proof::Code("code".to_owned()));
        let origin = SessionOrigin::default();
        control.sign_in(&credentials, LOCKOUT, &origin).await.expect("with a code of then");
    });
}

#[test]
fn opening_twice_changes_nothing() {
    block_on(async {
        let (database, _control) = home().await;
        let before = catalogue_fingerprint(&database).await;
        Control::open(database.conninfo()).await.expect("again");
        assert_eq!(catalogue_fingerprint(&database).await, before);
    });
}

#[test]
fn servers_that_start_at_once_take_turns() {
    block_on(async {
        let database = Server::shared().database().await;
        let open = || Control::open(database.conninfo());
        let (a, b, c) = tokio::join!(open(), open(), open());
        for opened in [a, b, c] {
            opened.expect("home");
        }
        assert_eq!(database.scalar("SELECT count(*) FROM recall_control.migration").await, "4");
    });
}

#[test]
fn a_home_of_a_newer_build_is_left_alone() {
    block_on(async {
        let (database, _control) = home().await;
        database.execute("INSERT INTO recall_control.migration (version) VALUES (99)").await;
        let refused = Control::open(database.conninfo()).await.expect_err("newer");
        assert!(matches!(refused, AccessError::Newer { found: 99, known: 4 }), "{refused}");
    });
}

#[test]
fn everything_that_people_see_is_explained_and_closed_to_others() {
    block_on(async {
        let (database, _control) = home().await;
        let unexplained = "SELECT c.oid::regclass FROM pg_class AS c
            WHERE c.relnamespace = 'recall_control'::regnamespace AND c.relkind = 'r'
              AND obj_description(c.oid, 'pg_class') IS NULL";
        assert!(database.query_text(unexplained).await.is_empty());
        let role = database.create_role("nobody").await;
        for table in [
            "user_account",
            "session",
            "token",
            "audit",
            "approval",
            "break_glass_review",
            "security_key",
            "key_challenge",
        ] {
            let read = format!("SET ROLE \"{role}\"; SELECT FROM recall_control.{table}");
            assert!(database.session().await.try_execute(&read).await.is_err(), "{table}");
        }
    });
}

#[test]
fn a_home_that_was_away_is_found_again() {
    block_on(async {
        let server = Server::own(&[]);
        let database = server.database().await;
        let control = Control::open(database.conninfo()).await.expect("home");
        control.ping().await.expect("there");
        server.stop();
        control.ping().await.expect_err("away");
        server.start();
        // The first answer may still be that the connection was lost.
        let mut back = control.ping().await;
        if back.is_err() {
            back = control.ping().await;
        }
        back.expect("back");
    });
}

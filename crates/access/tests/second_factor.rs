use pgrecall_access::{AccessError, Control, Credentials, NewSession, Role, SessionOrigin};
use pgrecall_testkit::{TestDatabase, block_on};
use totp_rs::{Builder, Secret};

use crate::{LOCKOUT, PASSWORD, home, user};

/// What the device shows so many steps from now.
async fn code(database: &TestDatabase, secret: &str, steps: i64) -> String {
    let epoch = database.scalar("SELECT extract(epoch FROM clock_timestamp())::bigint").await;
    let epoch: i64 = epoch.parse().expect("number");
    let secret = Secret::try_from_base32(secret).expect("secret");
    let totp = Builder::new().with_secret(secret).build().expect("totp");
    totp.generate(u64::try_from(epoch + 30 * steps).expect("positive")).to_string()
}

async fn attempt(control: &Control, code: Option<&str>) -> Result<NewSession, AccessError> {
    let credentials = Credentials {
        name: "ann".to_owned(),
        password: PASSWORD.to_owned(),
        code: code.map(str::to_owned),
    };
    control.sign_in(&credentials, LOCKOUT, &SessionOrigin::default()).await
}

#[test]
fn a_code_counts_once_and_recovery_codes_stand_in_for_it() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let new = control.begin_second_factor(id, "ann").await.expect("begun");
        assert!(new.uri.starts_with("otpauth://totp/pgRecall:ann?secret="), "{}", new.uri);
        attempt(&control, None).await.expect("not asked for yet");
        let wrong = control.confirm_second_factor(id, "000000").await.expect_err("wrong");
        assert!(matches!(wrong, AccessError::WrongCode), "{wrong}");
        let first = code(&database, &new.secret, -1).await;
        let codes = control.confirm_second_factor(id, &first).await.expect("confirmed").0;
        assert_eq!(codes.len(), 10);
        assert!(control.begin_second_factor(id, "ann").await.is_err(), "there is one");

        let none = attempt(&control, None).await.expect_err("asked for");
        assert!(matches!(none, AccessError::CodeNeeded), "{none}");
        assert!(attempt(&control, Some(&first)).await.is_err(), "it was used to confirm");
        let now = code(&database, &new.secret, 0).await;
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
        let new = control.begin_second_factor(id, "ann").await.expect("begun");
        let first = code(&database, &new.secret, 0).await;
        let codes = control.confirm_second_factor(id, &first).await.expect("confirmed").0;
        for _ in 0..LOCKOUT.failures {
            assert!(attempt(&control, Some("wrong")).await.is_err());
        }
        assert!(attempt(&control, Some(&codes[0])).await.is_err(), "locked out");
        control.reset_user("ann").await.expect("reset");
        assert!(!control.users(Some("ann")).await.expect("listed")[0].second_factor);
    });
}

#[test]
fn the_same_code_shown_twice_at_once_counts_once() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "ann", Role::Operator).await;
        let new = control.begin_second_factor(id, "ann").await.expect("begun");
        let first = code(&database, &new.secret, -1).await;
        control.confirm_second_factor(id, &first).await.expect("confirmed");
        let now = code(&database, &new.secret, 0).await;
        let (a, b) = tokio::join!(attempt(&control, Some(&now)), attempt(&control, Some(&now)));
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
    });
}

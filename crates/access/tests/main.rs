//! Users, sessions and tokens on a real PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod audit;
mod invitations;
mod migrations;
mod notices;
mod plans;
mod second_factor;
mod sign_in;
mod tokens;

use pgrecall_access::{Control, Credentials, Lockout, Membership, NewSession, Role, SessionOrigin};
use pgrecall_testkit::{Server, TestDatabase};

const PASSWORD: &str = "correct horse battery";
const LOCKOUT: Lockout = Lockout { failures: 3, minutes: 15, session_hours: 12 };

async fn home() -> (TestDatabase, Control) {
    let database = Server::shared().database().await;
    let control = Control::open(database.conninfo()).await.expect("home");
    (database, control)
}

/// A user with a password and a role for all targets.
async fn user(control: &Control, name: &str, role: Role) -> i64 {
    let tenant = (role == Role::Viewer).then_some("acme");
    let membership = Membership::new(role, None, tenant).expect("membership");
    let id = control.add_user(name, &[membership]).await.expect("user");
    let link = control.invite(Some(id)).await.expect("link");
    assert_eq!(control.accept(&link, None, PASSWORD).await.expect("accepted"), name);
    id
}

fn credentials(name: &str, password: &str) -> Credentials {
    Credentials { name: name.to_owned(), password: password.to_owned(), code: None }
}

async fn sign_in(control: &Control, name: &str) -> NewSession {
    let origin = SessionOrigin::default();
    control.sign_in(&credentials(name, PASSWORD), LOCKOUT, &origin).await.expect("signed in")
}

//! Users, sessions and tokens on a real PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod audit;
mod invitations;
mod keys;
mod migrations;
mod notices;
mod plans;
mod second_factor;
mod sign_in;
mod tokens;
mod users;

use pgrecall_access::{
    AccessError, Control, Credentials, Deed, Lockout, Membership, NewSession, Role, SessionOrigin,
    User, UserChange,
};
use pgrecall_testkit::{Server, TestDatabase};

const PASSWORD: &str = "correct horse battery";
const LOCKOUT: Lockout = Lockout { failures: 3, minutes: 15, session_hours: 12, idle_minutes: 60 };

async fn home() -> (TestDatabase, Control) {
    let database = Server::shared().database().await;
    let control = Control::open(database.conninfo()).await.expect("home");
    (database, control)
}

/// A user with a password and a role for all targets.
async fn user(control: &Control, name: &str, role: Role) -> i64 {
    let tenant = (role == Role::Viewer).then_some("acme");
    let membership = Membership::new(role, None, tenant).expect("membership");
    let link = control.add_user(name, &[membership], &deed("user.add")).await.expect("user");
    assert_eq!(control.accept(&link, None, PASSWORD).await.expect("accepted"), name);
    control.user(name).await.expect("known").id
}

fn deed(action: &'static str) -> Deed {
    Deed::on_command_line(None, action, "somebody")
}

async fn disable(control: &Control, name: &str) -> Result<User, AccessError> {
    let change = UserChange { disabled: Some(true), ..UserChange::default() };
    control.change_user(name, &change, &deed("user.disable")).await
}

fn credentials(name: &str, password: &str) -> Credentials {
    Credentials { name: name.to_owned(), password: password.to_owned(), proof: None }
}

async fn sign_in(control: &Control, name: &str) -> NewSession {
    let origin = SessionOrigin::default();
    control.sign_in(&credentials(name, PASSWORD), LOCKOUT, &origin).await.expect("signed in")
}

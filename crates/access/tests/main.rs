//! Users, sessions and tokens on a real PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod approvals;
mod audit;
mod invitations;
mod keys;
mod migrations;
mod notices;
mod openid;
mod plans;
mod second_factor;
mod sign_in;
mod tokens;
mod users;

use std::time::Duration;

use pgrecall_access::{
    AccessError, Control, Credentials, Deed, Lockout, Membership, NewSession, Role, SessionOrigin,
    User, UserChange,
};
use pgrecall_testkit::{Server, Session, TestDatabase};

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

/// The rows of a table, locked: whoever wants to change one finds it as it is, and waits.
struct Held(Session);

impl Held {
    async fn rows_of(database: &TestDatabase, table: &str) -> Self {
        let session = database.session().await;
        session.execute(&format!("BEGIN; SELECT FROM recall_control.{table} FOR UPDATE")).await;
        Self(session)
    }

    /// Lets go as soon as two wait, so that they meet; in the end also where one of them never comes.
    async fn until_two_wait(self, database: &TestDatabase) {
        let waiting = "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'";
        for _ in 0..1_000 {
            if database.scalar(waiting).await == "2" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.0.execute("COMMIT").await;
    }
}

/// A code that stands in for the device of a user, who has one from now on.
async fn recovery_code(database: &TestDatabase, user: i64) -> String {
    let code = database.scalar("SELECT md5(random()::text)").await;
    database
        .execute(&format!(
            "UPDATE recall_control.user_account SET totp_secret = sha256('x'), totp_confirmed = true
             WHERE id = {user};
             INSERT INTO recall_control.recovery_code VALUES ({user}, sha256('{code}'))"
        ))
        .await;
    code
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

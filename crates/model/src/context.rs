use serde::{Deserialize, Serialize};

/// Who made a transaction, and why.
///
/// The keys are those that `recall.set_context(jsonb)` takes; every other key that an
/// application gave is in `extra`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// The application's user.
    pub actor: Option<String>,
    /// The mail address of the actor as it was then.
    pub actor_email: Option<String>,
    /// The customer on whose data the actor worked.
    pub tenant: Option<String>,
    /// The actor's session.
    pub session: Option<String>,
    /// The request within the session.
    pub request: Option<String>,
    /// Why the transaction was made.
    pub reason: Option<String>,
    /// The program that connected.
    pub application: Option<String>,
    /// The address of the actor, or of the database client where the application named none.
    pub ip: Option<String>,
    /// The actor's browser or client.
    pub user_agent: Option<String>,
    /// The database user that logged in.
    pub database_user: Option<String>,
    /// The role that the database user had taken on with `SET ROLE`.
    pub database_role: Option<String>,
    /// Whatever else the application gave.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

use pgrecall_model::{Code, Explain};
use pgrecall_postgres::{ConnectError, ServerError};

/// Why something about users and what they may was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The home database cannot be reached.
    #[error("the home database cannot be reached")]
    Unreachable(#[source] Box<ConnectError>),
    /// The home database refused, or is gone.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The home was made by a newer build.
    #[error(
        "the schema recall_control has version {found}, this pgRecall knows versions up to {known}"
    )]
    Newer {
        /// Its version.
        found: i32,
        /// The newest version that this build knows.
        known: i32,
    },
    /// Somebody is not who they say, or may not come in.
    #[error("the name, the password or the code is wrong")]
    Refused,
    /// A second factor is asked for.
    #[error("the user has a second factor, and no code was given")]
    CodeNeeded,
    /// The code does not fit the secret.
    #[error("the code is wrong or was used before")]
    WrongCode,
    /// There is nothing to confirm, or it is confirmed already.
    #[error("no second factor waits to be confirmed")]
    NothingToConfirm,
    /// A user is named who is not there.
    #[error("there is no user `{0}`")]
    UnknownUser(String),
    /// A user of that name is there already.
    #[error("there is a user `{0}` already")]
    UserTaken(String),
    /// The text is no name for a user.
    #[error("`{}` is no name for a user", .0.escape_debug())]
    UserName(String),
    /// The password is too easy to guess.
    #[error("the password is too short or too long")]
    Password,
    /// The link was used, is too old, or was never there.
    #[error("the link is not good any more")]
    NoInvitation,
    /// A token is named that is not there.
    #[error("there is no token {0}")]
    UnknownToken(i64),
    /// The user has a search of that name already.
    #[error("there is a search `{}` of this user already", .0.escape_debug())]
    SearchTaken(String),
    /// A search is named that the user does not have.
    #[error("this user has no search {0}")]
    UnknownSearch(i64),
    /// A plan is named that is not there.
    #[error("there is no plan `{}`", .0.escape_debug())]
    UnknownPlan(String),
    /// Somebody else applies the plan, or it was applied, or was not previewed.
    #[error("the plan is {0} and cannot be applied now")]
    PlanNotReady(&'static str),
    /// The operating system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random(#[source] getrandom::Error),
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Hash(#[source] argon2::password_hash::Error),
}

impl Explain for AccessError {
    fn code(&self) -> Code {
        match self {
            Self::Unreachable(_) => "access/unreachable",
            Self::Server(error) => error.code(),
            Self::Newer { .. } => "access/newer",
            Self::Refused => "access/refused",
            Self::CodeNeeded => "access/code-needed",
            Self::WrongCode => "access/wrong-code",
            Self::NothingToConfirm => "access/nothing-to-confirm",
            Self::UnknownUser(_) => "access/unknown-user",
            Self::UserTaken(_) => "access/user-taken",
            Self::UserName(_) => "access/user-name",
            Self::Password => "access/password",
            Self::NoInvitation => "access/no-invitation",
            Self::UnknownToken(_) => "access/unknown-token",
            Self::SearchTaken(_) => "access/search-taken",
            Self::UnknownSearch(_) => "access/unknown-search",
            Self::UnknownPlan(_) => "plan/unknown",
            Self::PlanNotReady(_) => "plan/not-ready",
            Self::Random(_) | Self::Hash(_) => "access/machinery",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreachable(error) => return error.hint(),
            Self::Server(error) => return error.hint(),
            Self::Newer { .. } => "nothing was changed; install a newer pgRecall".to_owned(),
            Self::Refused => {
                "after several failures in a row a user is locked out for a while; an administrator lets \
                 it in again with `pgrecall user reset`"
                    .to_owned()
            }
            Self::CodeNeeded => "give the code that the device shows, or a recovery code".to_owned(),
            Self::WrongCode => "wait for the next code; check the clock of the device".to_owned(),
            Self::NothingToConfirm => "begin with a new secret".to_owned(),
            Self::UnknownUser(_) => "list the users with `pgrecall user list`".to_owned(),
            Self::UserTaken(_) => "choose another name, or let it in again with `pgrecall user reset`".to_owned(),
            Self::UserName(_) => {
                "use lower case letters, digits and `._@+-`, 100 at most, and begin with a letter or digit"
                    .to_owned()
            }
            Self::Password => "use 12 characters at least, and 1024 bytes at most".to_owned(),
            Self::NoInvitation => {
                "ask for a new one: `pgrecall user reset NAME`; the first administrator's is printed by \
                 `pgrecall serve`"
                    .to_owned()
            }
            Self::UnknownToken(_) => "list the tokens with `pgrecall token list`".to_owned(),
            Self::SearchTaken(_) => "choose another name, or forget the other one".to_owned(),
            Self::UnknownSearch(_) => "list them with `GET /v1/me/searches`".to_owned(),
            Self::UnknownPlan(_) => "make it again".to_owned(),
            Self::PlanNotReady(_) => "look at the plan, or make it again".to_owned(),
            Self::Random(_) | Self::Hash(_) => return None,
        })
    }
}

impl From<tokio_postgres::Error> for AccessError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error.into())
    }
}

impl From<ConnectError> for AccessError {
    fn from(error: ConnectError) -> Self {
        Self::Unreachable(Box::new(error))
    }
}

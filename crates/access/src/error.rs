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
    /// What a key answered is not the answer.
    #[error("the key did not sign what it was asked to")]
    WrongKey(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// Nothing was asked of a key, or it was answered, or too long ago.
    #[error("no key was asked in this session, or its answer came too late")]
    NoChallenge,
    /// A key is named that is not there.
    #[error("this user has no key {0}")]
    UnknownKey(i64),
    /// The text is no name for a key.
    #[error("this is no name for a key")]
    KeyName,
    /// The user has a key of that name already.
    #[error("there is a key `{}` of this user already", .0.escape_debug())]
    KeyNameTaken(String),
    /// The key is somebody's already.
    #[error("the key is registered already")]
    KeyTaken,
    /// The server's address is none for which keys can be made.
    #[error("the address of this server is none for which browsers use keys")]
    NoKeySite,
    /// The user has no device that shows codes.
    #[error("there is no device that shows codes")]
    NoDevice,
    /// There is nothing to confirm, or it is confirmed already.
    #[error("no second factor waits to be confirmed")]
    NothingToConfirm,
    /// A user is named who is not there.
    #[error("there is no user `{0}`")]
    UnknownUser(String),
    /// Nobody could let others in any more.
    #[error("this would take away the last administrator")]
    LastAdministrator,
    /// The password until now is another one.
    #[error("the password is wrong")]
    WrongPassword,
    /// A session is named that is not there.
    #[error("there is no session {0}")]
    UnknownSession(i64),
    /// Nobody was sent to the provider from this browser.
    #[error("the sign-in was not begun in this browser, or too long ago")]
    NoAttempt,
    /// Nobody here is known by what the provider says.
    #[error("no user is linked to this account of the provider")]
    UnknownIdentity,
    /// Somebody is known by it already.
    #[error("a user is linked to this account of the provider already")]
    IdentityTaken,
    /// The provider gives no role that counts here.
    #[error("the provider gives this account no role here")]
    NoRole,
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
    /// A delivery is named that is not there.
    #[error("there is no delivery {0}")]
    UnknownDelivery(i64),
    /// There is nothing to try again.
    #[error("the delivery is {0}")]
    DeliveryNotDead(&'static str),
    /// The text is no mail address.
    #[error("`{}` is no mail address", .0.escape_debug())]
    Mail(String),
    /// Somebody else applies the plan, or it was applied, or was not previewed.
    #[error("the plan is {0} and cannot be applied now")]
    PlanNotReady(&'static str),
    /// An approval is named that is not there.
    #[error("there is no approval {0}")]
    UnknownApproval(i64),
    /// It was decided, or its time is over.
    #[error("the approval is {0} by now")]
    ApprovalSettled(&'static str),
    /// The plan has one already that is under way.
    #[error("an approval of the plan is under way already")]
    ApprovalUnderWay,
    /// No rule asks for one.
    #[error("the plan needs no approval")]
    NoApprovalNeeded,
    /// The plan may not be applied without one, or with fewer users who approved.
    #[error("the plan needs the approval of {needed} and has that of {given}")]
    NeedsApproval {
        /// How many users must approve.
        needed: i32,
        /// How many have.
        given: i32,
    },
    /// Nobody decides about what they want themselves.
    #[error("who made the plan or asked for its approval does not decide about it")]
    OwnApproval,
    /// The user has decided before.
    #[error("the user has decided about this before")]
    DecidedBefore,
    /// Only who asked for an approval withdraws it.
    #[error("only who asked for the approval cancels it")]
    NotRequester,
    /// Another plan was looked at.
    #[error("the approval is for another plan than the one with this hash")]
    OtherHash,
    /// What is to be changed is not what was seen.
    #[error("it was changed since it was read")]
    ChangedMeanwhile,
    /// Somebody used it before, and nobody has looked at that in time.
    #[error("an earlier use without an approval has waited too long for its review")]
    ReviewOverdue,
    /// A review is named that is not there.
    #[error("there is no review {0}")]
    UnknownReview(i64),
    /// Nobody reviews what they did themselves.
    #[error("who applied a plan without an approval does not review that")]
    OwnReview,
    /// Somebody has closed it.
    #[error("the review is closed already")]
    ReviewClosed,
    /// The user has no second factor.
    #[error("a second factor is asked for, and the user has none")]
    NoSecondFactor,
    /// A second factor is asked for, and none was shown.
    #[error("a second factor is asked for, and none was shown")]
    SecondFactorNeeded,
    /// There were too many wrong codes.
    #[error("the user is locked out for a while after wrong codes or passwords")]
    LockedOut,
    /// The operating system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random(#[source] getrandom::Error),
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Hash(#[source] argon2::password_hash::Error),
}

impl AccessError {
    /// Whether it is about who asks, rather than about what is asked for.
    #[must_use]
    pub fn concerns_who_asks(&self) -> bool {
        matches!(
            self,
            Self::NeedsApproval { .. }
                | Self::OwnApproval
                | Self::DecidedBefore
                | Self::NotRequester
                | Self::ReviewOverdue
                | Self::OwnReview
                | Self::NoSecondFactor
                | Self::SecondFactorNeeded
                | Self::WrongCode
                | Self::WrongKey(_)
                | Self::NoChallenge
                | Self::LockedOut
        )
    }

    /// Whether what was shown of a second factor is wrong, or was used before.
    pub(crate) fn is_wrong_proof(&self) -> bool {
        matches!(self, Self::WrongCode | Self::WrongKey(_) | Self::NoChallenge)
    }
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
            Self::WrongKey(_) => "access/wrong-key",
            Self::NoChallenge => "access/no-challenge",
            Self::UnknownKey(_) => "access/unknown-key",
            Self::KeyName => "access/key-name",
            Self::KeyNameTaken(_) => "access/key-name-taken",
            Self::KeyTaken => "access/key-taken",
            Self::NoKeySite => "access/no-key-site",
            Self::NoDevice => "access/no-device",
            Self::NothingToConfirm => "access/nothing-to-confirm",
            Self::UnknownUser(_) => "access/unknown-user",
            Self::LastAdministrator => "access/last-administrator",
            Self::WrongPassword => "access/wrong-password",
            Self::UnknownSession(_) => "access/unknown-session",
            Self::NoAttempt => "access/no-attempt",
            Self::UnknownIdentity => "access/unknown-identity",
            Self::IdentityTaken => "access/identity-taken",
            Self::NoRole => "access/no-role",
            Self::UserTaken(_) => "access/user-taken",
            Self::UserName(_) => "access/user-name",
            Self::Password => "access/password",
            Self::NoInvitation => "access/no-invitation",
            Self::UnknownToken(_) => "access/unknown-token",
            Self::SearchTaken(_) => "access/search-taken",
            Self::UnknownSearch(_) => "access/unknown-search",
            Self::UnknownPlan(_) => "plan/unknown",
            Self::UnknownDelivery(_) => "delivery/unknown",
            Self::DeliveryNotDead(_) => "delivery/not-dead",
            Self::Mail(_) => "access/mail",
            Self::PlanNotReady(_) => "plan/not-ready",
            Self::UnknownApproval(_) => "approval/unknown",
            Self::ApprovalSettled(_) => "approval/settled",
            Self::ApprovalUnderWay => "approval/under-way",
            Self::NoApprovalNeeded => "approval/not-needed",
            Self::NeedsApproval { .. } => "plan/needs-approval",
            Self::OwnApproval => "approval/own",
            Self::DecidedBefore => "approval/decided-before",
            Self::NotRequester => "approval/not-requester",
            Self::OtherHash => "approval/other-hash",
            Self::ChangedMeanwhile => "access/changed-meanwhile",
            Self::ReviewOverdue => "review/overdue",
            Self::UnknownReview(_) => "review/unknown",
            Self::OwnReview => "review/own",
            Self::ReviewClosed => "review/closed",
            Self::NoSecondFactor => "access/no-second-factor",
            Self::SecondFactorNeeded => "access/second-factor-needed",
            Self::LockedOut => "access/locked-out",
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
            Self::CodeNeeded => {
                "show it with `POST /v1/session/second-factor`: a code of the device, a recovery code, or a key"
                    .to_owned()
            }
            Self::WrongCode => "wait for the next code; check the clock of the device".to_owned(),
            Self::NothingToConfirm => "begin with a new secret".to_owned(),
            Self::UnknownUser(_) => "list the users with `pgrecall user list`".to_owned(),
            Self::LastAdministrator => {
                "make somebody else an administrator first, who has signed in or set a password".to_owned()
            }
            Self::WrongPassword => {
                "give the password that you sign in with; without one, ask an administrator for a link".to_owned()
            }
            Self::UnknownSession(_) => "list them anew; it may be over".to_owned(),
            Self::NoAttempt => "begin again, and allow cookies".to_owned(),
            Self::UnknownIdentity => {
                "sign in with your password and link the account, or ask an administrator".to_owned()
            }
            Self::IdentityTaken => "sign in with it, or ask an administrator to reset that user".to_owned(),
            Self::NoRole => "ask whoever keeps the provider for a group that has a role here".to_owned(),
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
            Self::UnknownDelivery(_) => "list them with `GET /v1/deliveries`".to_owned(),
            Self::DeliveryNotDead(_) => {
                "only what waits or was given up is tried again".to_owned()
            }
            Self::Mail(_) => "write it as `ann@example.com`, without a name".to_owned(),
            Self::PlanNotReady(_) => "look at the plan, or make it again".to_owned(),
            Self::NoSecondFactor => "set one up with `POST /v1/me/second-factor`, then confirm it".to_owned(),
            Self::SecondFactorNeeded => {
                "send `second_factor: {\"code\": \"…\"}` with what the device shows or a recovery code, or \
                 `{\"key\": …}` with the answer of a key"
                    .to_owned()
            }
            Self::LockedOut => {
                "wait for a while; an administrator lets the user in again with `pgrecall user reset`".to_owned()
            }
            Self::Random(_) | Self::Hash(_) => return None,
            _ => {
                let hint = self.hint_about_keys().or_else(|| self.hint_about_approval());
                return hint.map(str::to_owned);
            }
        })
    }
}

impl AccessError {
    /// What to do where it is about a security key.
    fn hint_about_keys(&self) -> Option<&'static str> {
        Some(match self {
            Self::WrongKey(_) => {
                "use a key that is registered here for you; ask for a new challenge"
            }
            Self::NoChallenge => "ask for a new challenge; it is good for 5 minutes, once",
            Self::UnknownKey(_) => "list them with `GET /v1/me/second-factor`",
            Self::KeyName => "use 1 to 100 characters, without line breaks",
            Self::KeyNameTaken(_) => "choose another name",
            Self::KeyTaken => "use another key; this one need not be registered twice",
            Self::NoKeySite => {
                "have an administrator set `server.public_url` to an `https://` address with a domain"
            }
            Self::NoDevice => "remove keys with `DELETE /v1/me/second-factor/keys/{id}`",
            _ => return None,
        })
    }

    /// What to do where it is about an approval or a review.
    fn hint_about_approval(&self) -> Option<&'static str> {
        Some(match self {
            Self::UnknownApproval(_) => "list them with `GET …/approvals`",
            Self::ApprovalSettled(_) => "look at the plan, and ask for a new one if need be",
            Self::ApprovalUnderWay => {
                "wait for it, or cancel it with `POST …/approvals/{id}/cancel`"
            }
            Self::NoApprovalNeeded => "apply it",
            Self::NeedsApproval { .. } => {
                "ask for it with `POST …/plans/{plan}/approval`; `needs` of the plan says which rules ask for it"
            }
            Self::OwnApproval => "have somebody else decide; who asked can cancel",
            Self::DecidedBefore => "have somebody else decide",
            Self::NotRequester => "reject it instead, if you may approve",
            Self::OtherHash => "look at the plan, and send the `hash` that the approval shows",
            Self::ChangedMeanwhile => "read it again, and send its new `ETag` as `If-Match`",
            Self::ReviewOverdue => {
                "have an approver or administrator close it with `POST …/reviews/{id}/close`"
            }
            Self::UnknownReview(_) => "list them with `GET …/reviews`",
            Self::OwnReview => "have another approver or administrator close it",
            Self::ReviewClosed => "look at it with `GET …/reviews`",
            _ => return None,
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

//! Who may do what with the server of pgRecall.
//!
//! This crate owns users, their roles, how they sign in, sessions, tokens of programs, the log of
//! what they did, the plans that they keep, who approves them, and what is to be told to whom: the
//! schema `recall_control` in the home database
//! (every object of it is a file below `sql/schema`). It must not know HTTP, nor any journal.
//!
//! To add a role: a variant of [`Role`] with its [`Right`]s, and the constraint of
//! `sql/schema/membership.sql` by a migration. To add an object: a file in `sql/schema/`, and a
//! `Migration` in `schema.rs` for homes that exist.

mod allow_list;
mod alteration;
mod application;
mod approval;
mod audit;
mod ceremony;
mod decision;
mod delivery;
mod error;
mod home;
mod invitation;
mod key;
mod notice;
mod openid;
mod own;
mod password;
mod plan;
mod principal;
mod review;
mod role;
mod saved_search;
mod schema;
mod second_factor;
mod secret;
mod session;
mod sign_in;
mod subscription;
mod token;
mod user;
mod viewer;
mod watched;

pub use allow_list::{AllowList, AllowListError};
pub use application::{Asked, Claim, Claimed, Settled};
pub use approval::{Approval, ApprovalDecision, ApprovalFilter, ApprovalStatus, NewApproval};
pub use audit::{Deed, Entry, EntryFilter, Outcome};
pub use ceremony::KeySite;
pub use decision::{Case, Consent};
pub use delivery::{
    Attempt, Delivery, DeliveryFilter, Listener, Outgoing, PERSONAL, Patience, Reply,
};
pub use error::AccessError;
pub use home::Control;
pub use invitation::Invitation;
pub use key::{Challenge, NewKey, SecurityKey};
pub use notice::{Notice, Route, Topic, UnknownTopic};
pub use openid::{Identity, OpenIdAttempt, OpenIdTicket};
pub use own::{Own, PasswordChange};
pub use plan::{KeptPlan, NewPlan, PlanFilter, PlanStatus};
pub use principal::{Principal, Reach, Via};
pub use review::{Review, ReviewFilter};
pub use role::{Membership, MembershipError, Right, Role};
pub use saved_search::{NewSearch, SavedSearch};
pub use second_factor::{NewSecondFactor, Proof, RecoveryCodes, Shown};
pub use secret::{Nonce, Secret};
pub use session::{Ended, NewSession, SessionOrigin, SessionRow};
pub use sign_in::{Credentials, Lockout};
pub use subscription::{Subscription, Subscriptions};
pub use token::{NewToken, TokenRequest, TokenRow};
pub use user::{Known, MailAddress, User, UserChange};
pub use viewer::{Pass, Viewer};
pub use watched::{Happening, Watched};

//! Whoever may be shown a part of a journal: a user, or somebody with a viewer token.
//!
//! An operation that takes a [`Caller`] is closed to viewer tokens, whatever it does. One that takes a
//! [`Visitor`] is open to them, and shows what a [`View`] gives, which is held to what the token opens.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use pgrecall_access::{Deed, Outcome, Reach, Right, Secret, Viewer};
use pgrecall_journal::JournalError;
use pgrecall_model::Moment;
use pgrecall_timetravel::Boundary;

use crate::caller::{Caller, Origin, bearer};
use crate::problem::{Problem, Refusal};
use crate::service::{Desk, Service};
use crate::view::{Scope, View};

/// Whoever may be shown a part of a journal.
#[derive(Debug)]
pub(crate) enum Visitor {
    /// A user.
    User(Box<Caller>),
    /// Somebody with a viewer token.
    Viewer(Box<TokenHolder>),
}

/// Somebody with a viewer token.
#[derive(Debug)]
pub(crate) struct TokenHolder {
    pub(crate) viewer: Viewer,
    secret: Secret,
    origin: Origin,
    service: Arc<Service>,
}

impl FromRequestParts<Arc<Service>> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Problem> {
        let Some(secret) = bearer(&parts.headers).filter(Secret::is_of_viewer) else {
            let caller = <Caller as FromRequestParts<_>>::from_request_parts(parts, service).await;
            return Ok(Self::User(Box::new(caller?)));
        };
        let origin = <Origin as FromRequestParts<_>>::from_request_parts(parts, service).await?;
        let Some(viewer) = service.control.viewer(&secret).await? else {
            service.count_request(&origin.address.to_string())?;
            return Err(Refusal::SignedOut.into());
        };
        service.count_request(&via(&viewer))?;
        let service = Arc::clone(service);
        Ok(Self::Viewer(Box::new(TokenHolder { viewer, secret, origin, service })))
    }
}

impl Visitor {
    pub(crate) fn service(&self) -> &Service {
        match self {
            Self::User(caller) => caller.service(),
            Self::Viewer(holder) => &holder.service,
        }
    }

    /// What is shown of a target with a right.
    pub(crate) async fn view(&self, right: Right, target: &str) -> Result<View, Problem> {
        let (desk, reach) = self.reach(right, target).await?;
        let seat = desk.seats.take(&reach).await?;
        match self {
            Self::User(caller) => {
                let seat = seat.acting_as(&caller.principal.name);
                Ok(View::new(seat, reach, Scope::default()))
            }
            Self::Viewer(holder) => {
                let scope = Scope::of(&seat, &holder.viewer.pass).await?;
                Ok(View::new(seat, reach, scope))
            }
        }
    }

    /// A target, and how far a right reaches there.
    pub(crate) async fn reach(
        &self,
        right: Right,
        target: &str,
    ) -> Result<(&Desk, Reach), Problem> {
        match self {
            Self::User(caller) => caller.reach(right, target).await,
            Self::Viewer(holder) => holder.reach(right, target).await,
        }
    }

    /// What belongs to a moment. It is found out on a seat that sees everything: of what else there
    /// is, only numbers of transactions come out of it. Who sees one tenant can name its
    /// transactions, and no marks.
    pub(crate) async fn boundary(
        &self,
        right: Right,
        target: &str,
        moment: Moment,
    ) -> Result<Boundary, Problem> {
        let (desk, reach) = self.reach(right, target).await?;
        let everything = desk.seats.take(&Reach::Everything).await?;
        if let Reach::Tenant(tenant) = &reach {
            let tx = match &moment {
                Moment::Before(tx) | Moment::After(tx) => Some(*tx),
                Moment::Change(change) => Some(everything.transaction_of(*change).await?),
                Moment::Mark(_) => return Err(Refusal::Forbidden.into()),
                Moment::Now | Moment::Time(_) | Moment::Tick(_) => None,
            };
            if let Some(tx) = tx
                && everything.transaction(tx).await?.context.tenant.as_ref() != Some(tenant)
            {
                return Err(JournalError::UnknownTransaction(tx).into());
            }
        }
        Ok(Boundary::of(&everything, moment).await?)
    }

    /// Something that was done.
    pub(crate) fn deed(
        &self,
        action: &'static str,
        target: Option<&str>,
        subject: Option<&str>,
    ) -> Deed {
        match self {
            Self::User(caller) => caller.deed(action, target, subject),
            Self::Viewer(holder) => holder.deed(action, target, subject),
        }
    }

    /// What shows who it is, to be asked again later.
    pub(crate) fn shown(&self) -> Shown {
        match self {
            Self::User(caller) => match &caller.session {
                Some(session) => Shown::Session(session.clone()),
                None => Shown::Token(caller.token.clone()),
            },
            Self::Viewer(holder) => Shown::ViewerToken(holder.secret.clone()),
        }
    }
}

/// How a viewer token is called in the log, and where requests are counted.
fn via(viewer: &Viewer) -> String {
    format!("viewer token {}", viewer.id)
}

impl TokenHolder {
    async fn reach(&self, right: Right, target: &str) -> Result<(&Desk, Reach), Problem> {
        let pass = &self.viewer.pass;
        if pass.target != target {
            return Err(Refusal::UnknownTarget(target.to_owned()).into());
        }
        let desk = self.service.desk(target)?;
        let Some(reach) = pass.reach(right, target) else {
            let mut deed = self.deed("refused", Some(target), None);
            deed.outcome = Outcome::Refused;
            deed.details["right"] = serde_json::json!(right);
            self.service.note(deed).await?;
            return Err(Refusal::Forbidden.into());
        };
        // The target may have got tenants since the token was minted.
        if reach == Reach::Everything && !desk.target.without_tenant {
            return Err(Refusal::TenantNeeded.into());
        }
        Ok((desk, reach))
    }

    fn deed(&self, action: &'static str, target: Option<&str>, subject: Option<&str>) -> Deed {
        let mut deed = self.origin.deed(Some(&self.viewer.minter), action, Outcome::Done);
        deed.via = via(&self.viewer);
        deed.target = target.map(str::to_owned);
        deed.subject = subject.map(str::to_owned);
        deed.details = serde_json::json!({ "for": self.viewer.pass.subject });
        deed
    }
}

/// What somebody has shown.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    Session(Secret),
    Token(Option<Secret>),
    ViewerToken(Secret),
}

impl Shown {
    /// How far a right reaches in a target by now.
    pub(crate) async fn reach(
        &self,
        service: &Service,
        right: Right,
        target: &str,
    ) -> Result<Option<Reach>, Problem> {
        let control = &service.control;
        let principal = match self {
            Self::Session(secret) => control.idle_session(secret).await?,
            Self::Token(Some(secret)) => control.bearer(secret).await?,
            Self::Token(None) => None,
            Self::ViewerToken(secret) => {
                let viewer = control.viewer(secret).await?;
                return Ok(viewer.and_then(|viewer| viewer.pass.reach(right, target)));
            }
        };
        Ok(principal.and_then(|principal| principal.reach(right, target)))
    }
}

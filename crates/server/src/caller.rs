//! Who asks: by a session or a token, from which address, and what they may.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use pgrecall_access::{
    AccessError, Deed, Outcome, Own, Principal, Proof, Reach, Right, Secret, SessionOrigin, Shown,
    Via,
};
use pgrecall_model::Explain as _;
use serde_json::Value;

use crate::config::Serving;
use crate::problem::{Problem, Refusal};
use crate::request_id::RequestId;
use crate::seats::Seat;
use crate::service::{Desk, Service};

/// What the cookie is called where it goes over TLS; browsers hold it to this host then (RFC 6265bis).
const SECURE_COOKIE: &str = "__Host-pgrecall";
/// What it is called over plain HTTP.
const COOKIE: &str = "pgrecall";
/// The header that pages of ours send, and others cannot.
const CSRF_HEADER: &str = "x-csrf-token";
/// What the text in that header is made for.
const CSRF: &str = "csrf";

/// From where a request comes.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) address: IpAddr,
    pub(crate) user_agent: Option<String>,
    pub(crate) request: Option<String>,
}

/// Somebody who is known to be who they say.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    pub(crate) origin: Origin,
    /// What the cookie holds, where there is a session.
    pub(crate) session: Option<Secret>,
    /// What a program has shown.
    pub(crate) token: Option<Secret>,
    service: Arc<Service>,
}

impl FromRequestParts<Arc<Service>> for Origin {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<SocketAddr>().map(SocketAddr::ip);
        let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        let text = |name| Some(parts.headers.get(name)?.to_str().ok()?.to_owned());
        Ok(Self {
            address: client(peer, &parts.headers, &service.config.serving),
            user_agent: text(header::USER_AGENT),
            request: parts.extensions.get::<RequestId>().map(|id| id.0.clone()),
        })
    }
}

/// The address of the client: what trusted proxies say, from the last one backwards.
fn client(peer: IpAddr, headers: &HeaderMap, serving: &Serving) -> IpAddr {
    let is_trusted =
        |address: &IpAddr| serving.trusted_proxies.iter().any(|network| network.contains(address));
    let forwarded = headers.get_all("x-forwarded-for").iter();
    let hops: Vec<&str> = forwarded
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .collect();
    let mut address = peer.to_canonical();
    for hop in hops.iter().rev() {
        if !is_trusted(&address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

impl FromRequestParts<Arc<Service>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Problem> {
        let origin = <Origin as FromRequestParts<Arc<Service>>>::from_request_parts(parts, service);
        let origin = origin.await?;
        let token = bearer(&parts.headers);
        // What is open to them takes a `Visitor`.
        if token.as_ref().is_some_and(Secret::is_of_viewer) {
            service.count_request(&origin.address.to_string())?;
            return Err(Refusal::Forbidden.into());
        }
        let (principal, session) = match &token {
            Some(secret) => (service.control.bearer(secret).await?, None),
            None => match cookie(&parts.headers, service.config.serving.is_secure()) {
                Some(secret) => (service.control.session(&secret).await?, Some(secret)),
                None => (None, None),
            },
        };
        let Some(principal) = principal else {
            service.count_request(&origin.address.to_string())?;
            if let Some(secret) = &session
                && service.control.awaits_second_factor(secret).await?
            {
                return Err(AccessError::CodeNeeded.into());
            }
            return Err(Refusal::SignedOut.into());
        };
        service.count_request(&principal.name)?;
        if !principal.may_come_from(origin.address) {
            let mut deed = origin.deed(Some(&principal.name), "refused", Outcome::Refused);
            deed.via = principal.via();
            return Err(service.refuse_place(deed, origin.address).await);
        }
        if let Some(secret) = &session {
            check_page(parts, secret, &service.config.serving)?;
        }
        Ok(Self { principal, origin, session, token, service: Arc::clone(service) })
    }
}

/// For what is there for everybody, and more for some.
impl OptionalFromRequestParts<Arc<Service>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Option<Self>, Problem> {
        match <Self as FromRequestParts<Arc<Service>>>::from_request_parts(parts, service).await {
            Ok(caller) => Ok(Some(caller)),
            Err(problem) if ["api/signed-out", "access/code-needed"].contains(&problem.code()) => {
                Ok(None)
            }
            Err(problem) => Err(problem),
        }
    }
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    text.strip_prefix("Bearer ").map(|token| Secret::shown(token.trim()))
}

/// The session that the browser shows.
pub(crate) fn cookie(headers: &HeaderMap, secure: bool) -> Option<Secret> {
    cookie_of(headers, cookie_name(secure)).map(Secret::shown)
}

/// What a cookie holds.
pub(crate) fn cookie_of(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim() == wanted).map(|(_, value)| value.trim().to_owned())
}

pub(crate) fn cookie_name(secure: bool) -> &'static str {
    if secure { SECURE_COOKIE } else { COOKIE }
}

/// A browser sends the cookie along whoever's page asks. What changes something must therefore show a
/// text that only pages of ours can know, and must not come from a foreign origin.
fn check_page(parts: &Parts, secret: &Secret, serving: &Serving) -> Result<(), Refusal> {
    if [Method::GET, Method::HEAD].contains(&parts.method) {
        return Ok(());
    }
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(origin) = text("origin") {
        let known = origin == serving.public_url
            || serving.keys().is_some_and(|site| site.origin == origin)
            || serving.allowed_origins.iter().any(|allowed| allowed == origin);
        if !known {
            return Err(Refusal::Csrf);
        }
    }
    match text(CSRF_HEADER) {
        Some(shown) if shown == csrf_token(secret) => Ok(()),
        _ => Err(Refusal::Csrf),
    }
}

/// The text that pages of ours send along.
pub(crate) fn csrf_token(secret: &Secret) -> String {
    secret.derived(CSRF)
}

impl Origin {
    pub(crate) fn of_session(&self) -> SessionOrigin {
        SessionOrigin {
            ip: Some(self.address.to_string()),
            user_agent: self.user_agent.clone(),
            request: self.request.clone(),
        }
    }

    /// Something that somebody did who is not signed in.
    pub(crate) fn deed(&self, actor: Option<&str>, action: &'static str, outcome: Outcome) -> Deed {
        Deed {
            actor: actor.map(str::to_owned),
            via: "nobody".to_owned(),
            action,
            outcome,
            target: None,
            subject: None,
            details: Value::Object(serde_json::Map::new()),
            ip: Some(self.address.to_string()),
            request: self.request.clone(),
        }
    }
}

impl Caller {
    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// A target, and how far a right reaches there. A target for which the user has nothing at all
    /// is not said to be there.
    pub(crate) async fn reach(
        &self,
        right: Right,
        target: &str,
    ) -> Result<(&Desk, Reach), Problem> {
        let desk = self.service.desk(target)?;
        match self.principal.reach(right, target) {
            Some(reach) => Ok((desk, reach)),
            None if self.principal.knows(target) => Err(self.refused(right, Some(target)).await),
            None => Err(Refusal::UnknownTarget(target.to_owned()).into()),
        }
    }

    /// A target, for whoever has one of several rights there.
    pub(crate) async fn reach_by_any(
        &self,
        rights: &[Right],
        target: &str,
    ) -> Result<(&Desk, Reach), Problem> {
        let held = rights.iter().find(|right| self.principal.reach(**right, target).is_some());
        match held.or(rights.first()) {
            Some(right) => self.reach(*right, target).await,
            None => Err(Refusal::Forbidden.into()),
        }
    }

    /// A seat at a target, from which as much is seen as this user may see.
    pub(crate) async fn seat(&self, right: Right, target: &str) -> Result<Seat, Problem> {
        let (desk, reach) = self.reach(right, target).await?;
        Ok(desk.seats.take(&reach).await?.acting_as(&self.principal.name))
    }

    /// Lets only those pass who have a right about pgRecall itself.
    pub(crate) async fn demand(&self, right: Right) -> Result<(), Problem> {
        if self.principal.may_everywhere(right) {
            return Ok(());
        }
        Err(self.refused(right, None).await)
    }

    /// That somebody tried what they may not is written down.
    async fn refused(&self, right: Right, target: Option<&str>) -> Problem {
        let mut deed = self.deed("refused", target, None);
        deed.outcome = Outcome::Refused;
        deed.details = serde_json::json!({ "right": right });
        match self.service.note(deed).await {
            Ok(()) => Refusal::Forbidden.into(),
            Err(problem) => problem,
        }
    }

    /// Something that this user did.
    pub(crate) fn deed(
        &self,
        action: &'static str,
        target: Option<&str>,
        subject: Option<&str>,
    ) -> Deed {
        let mut deed = self.origin.deed(Some(&self.principal.name), action, Outcome::Done);
        deed.via = self.principal.via();
        deed.target = target.map(str::to_owned);
        deed.subject = subject.map(str::to_owned);
        deed
    }

    /// That somebody tried what they may not, or not so, is written down.
    pub(crate) async fn note_refusal(
        &self,
        deed: &Deed,
        error: &AccessError,
    ) -> Result<(), Problem> {
        if !error.concerns_who_asks() {
            return Ok(());
        }
        let mut deed = deed.clone();
        deed.outcome = Outcome::Refused;
        deed.details = serde_json::json!({ "code": error.code() });
        self.service.note(deed).await
    }

    /// What somebody shows besides being signed in.
    pub(crate) fn shown<'a>(&'a self, proof: Option<&'a Proof>) -> Shown<'a> {
        let session = self.session.as_ref();
        Shown { user: self.principal.user, proof, session, lockout: self.service.lockout() }
    }

    /// Somebody with a session, who changes what is their own.
    pub(crate) fn own(&self) -> Result<Own<'_>, Refusal> {
        self.demand_session()?;
        let session = self.session.as_ref().ok_or(Refusal::Forbidden)?;
        Ok(Own { user: &self.principal, session, lockout: self.service.lockout() })
    }

    /// Only a session may do what a token must not: give itself more time or more tokens, or decide
    /// in place of a person.
    pub(crate) fn demand_session(&self) -> Result<(), Refusal> {
        match self.principal.via {
            Via::Session { .. } => Ok(()),
            Via::Token { .. } => Err(Refusal::NotByToken),
        }
    }
}

#[cfg(test)]
mod tests {
    use pgrecall_access::AllowList;

    use super::*;

    fn serving() -> Serving {
        Serving {
            listen: "127.0.0.1:0".parse().unwrap(),
            public_url: "https://recall.example".to_owned(),
            key_domain: None,
            tls: None,
            allowed_origins: Vec::new(),
            allow_from: AllowList::default(),
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        }
    }

    fn client_of(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for text in forwarded {
            headers.append("x-forwarded-for", text.parse().unwrap());
        }
        client(peer.parse().unwrap(), &headers, &serving()).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client_of("192.0.2.1", &["198.51.100.7"]), "192.0.2.1", "no proxy of ours");
        assert_eq!(client_of("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client_of("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(client_of("10.0.0.1", &["203.0.113.9", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(client_of("::ffff:10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client_of("10.0.0.1", &["198.51.100.7, nonsense"]), "10.0.0.1");
        assert_eq!(client_of("10.0.0.1", &[]), "10.0.0.1");
    }
}

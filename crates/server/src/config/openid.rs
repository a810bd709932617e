use pgrecall_access::Membership;

use super::settle::{is_http, text};
use super::{Mistake, Secret, written};

/// A provider of OpenID Connect with which users may sign in.
#[derive(Debug, Clone)]
pub struct OpenId {
    /// Its address.
    pub issuer: String,
    /// What it calls pgRecall.
    pub client_id: String,
    /// With what pgRecall shows there who it is.
    pub client_secret: Option<Secret>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// What stands on the button.
    pub label: String,
    /// The domains of those who may come in; empty for all.
    pub allowed_domains: Vec<String>,
    /// Whether users are added who come for the first time.
    pub create_users: bool,
    /// The claim that new users are called by.
    pub name_claim: String,
    /// What gives roles; none where administrators do.
    pub roles: Option<RolesClaim>,
    /// Methods after which no second factor is asked for.
    pub trust_amr: Vec<String>,
    /// Classes of sign-ins after which no second factor is asked for.
    pub trust_acr: Vec<String>,
}

/// A claim that gives roles.
#[derive(Debug, Clone)]
pub struct RolesClaim {
    /// Its name; dots lead into it.
    pub claim: String,
    /// What its values mean.
    pub meanings: Vec<(String, Membership)>,
}

/// Settles what is written of the provider.
pub(super) fn openid(openid: written::OpenId, mistakes: &mut Vec<Mistake>) -> Option<OpenId> {
    let secret =
        text("openid.client_secret", openid.client_secret, openid.client_secret_file, mistakes);
    let mut needed = |setting: &str, value: Option<String>| {
        let value = value.filter(|value| !value.is_empty());
        if value.is_none() {
            let hint = "see the registration of pgRecall at the provider";
            mistakes.push(Mistake::new(format!("openid.{setting}"), "it is missing").hint(hint));
        }
        value
    };
    let (issuer, client_id) =
        (needed("issuer", openid.issuer), needed("client_id", openid.client_id));
    if issuer.as_ref().is_some_and(|issuer| !is_safe(issuer)) {
        let hint = "write `https://login.example`; over plain HTTP, only this machine is asked";
        mistakes.push(Mistake::new("openid.issuer", "it is no HTTPS address").hint(hint));
    }
    let meanings: Vec<_> =
        openid.roles.into_iter().filter_map(|role| meaning(role, mistakes)).collect();
    if openid.roles_claim.is_none() && !meanings.is_empty() {
        let hint = "name the claim, such as `groups`";
        mistakes.push(Mistake::new("openid.roles_claim", "it is missing").hint(hint));
    }
    let default_scopes = || ["openid", "profile", "email"].map(str::to_owned).to_vec();
    Some(OpenId {
        issuer: issuer?,
        client_id: client_id?,
        client_secret: secret,
        scopes: openid.scopes.unwrap_or_else(default_scopes),
        label: openid.label.unwrap_or_else(|| "OpenID Connect".to_owned()),
        allowed_domains: openid
            .allowed_domains
            .iter()
            .map(|domain| domain.to_lowercase())
            .collect(),
        create_users: openid.create_users,
        name_claim: openid.name_claim.unwrap_or_else(|| "preferred_username".to_owned()),
        roles: openid.roles_claim.map(|claim| RolesClaim { claim, meanings }),
        trust_amr: openid.trust_amr,
        trust_acr: openid.trust_acr,
    })
}

/// What the provider says must not be read or changed on the way.
fn is_safe(issuer: &str) -> bool {
    let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let is_here = |start: &&str| {
        issuer
            .strip_prefix(*start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    };
    is_http(issuer) && (issuer.starts_with("https://") || here.iter().any(is_here))
}

fn meaning(
    role: written::RoleOfClaim,
    mistakes: &mut Vec<Mistake>,
) -> Option<(String, Membership)> {
    let held = role.role.parse().and_then(|known| {
        Membership::new(known, role.target.as_deref(), role.tenant.as_deref())
            .map_err(|error| error.to_string())
    });
    match held {
        Ok(held) => Some((role.value, held)),
        Err(problem) => {
            mistakes.push(Mistake::new(format!("openid.roles `{}`", role.value), problem));
            None
        }
    }
}

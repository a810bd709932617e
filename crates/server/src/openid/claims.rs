use openidconnect::core::CoreGenderClaim;
use openidconnect::{AdditionalClaims, IdTokenClaims, StandardClaims, UserInfoClaims};
use pgrecall_access::{Identity, Membership};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::OpenIdError;
use crate::config::{OpenId, RolesClaim};

/// Whatever else a provider says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Claims {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Claims {}

/// What the provider says about somebody, in the ID token and where it tells more.
#[derive(Debug, Default)]
pub(super) struct Said {
    issuer: String,
    subject: String,
    mail: Option<String>,
    mail_is_verified: bool,
    acr: Option<String>,
    amr: Vec<String>,
    others: Map<String, Value>,
}

impl From<&IdTokenClaims<Claims, CoreGenderClaim>> for Said {
    fn from(claims: &IdTokenClaims<Claims, CoreGenderClaim>) -> Self {
        let mut others = claims.additional_claims().all.clone();
        others.extend(known_by(claims.preferred_username().map(|name| name.as_str())));
        let methods = claims.auth_method_refs().into_iter().flatten();
        Self {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            mail: claims.email().map(|mail| mail.to_string()),
            mail_is_verified: claims.email_verified().unwrap_or(false),
            acr: claims.auth_context_ref().map(|class| class.to_string()),
            amr: methods.map(|method| method.to_string()).collect(),
            others,
        }
    }
}

fn known_by(name: Option<&str>) -> Option<(String, Value)> {
    Some(("preferred_username".to_owned(), Value::from(name?)))
}

impl Said {
    /// Adds what is told where the ID token is short. It does not outrank the token, which is signed.
    pub(super) fn add(&mut self, more: &UserInfoClaims<Claims, CoreGenderClaim>) {
        let standard: &StandardClaims<CoreGenderClaim> = more.standard_claims();
        if self.mail.is_none() {
            self.mail = standard.email().map(|mail| mail.to_string());
            self.mail_is_verified = standard.email_verified().unwrap_or(false);
        }
        let name = known_by(standard.preferred_username().map(|name| name.as_str()));
        for (claim, value) in more.additional_claims().all.clone().into_iter().chain(name) {
            self.others.entry(claim).or_insert(value);
        }
    }

    /// Who that is here.
    pub(super) fn identity(self, config: &OpenId) -> Result<Identity, OpenIdError> {
        if !self.is_of(&config.allowed_domains) {
            return Err(OpenIdError::Domain);
        }
        let trusts = |known: &[String], shown: &str| known.iter().any(|class| class == shown);
        let second_factor = self.amr.iter().any(|method| trusts(&config.trust_amr, method))
            || self.acr.as_ref().is_some_and(|class| trusts(&config.trust_acr, class));
        Ok(Identity {
            new_name: self.new_name(config),
            roles: config.roles.as_ref().map(|roles| self.roles(roles)),
            issuer: self.issuer,
            subject: self.subject,
            second_factor,
        })
    }

    /// An address that nobody verified tells nothing.
    fn is_of(&self, domains: &[String]) -> bool {
        let domain =
            self.mail.as_ref().and_then(|mail| Some(mail.rsplit_once('@')?.1.to_lowercase()));
        domains.is_empty()
            || (self.mail_is_verified && domain.is_some_and(|domain| domains.contains(&domain)))
    }

    fn new_name(&self, config: &OpenId) -> Option<String> {
        if !config.create_users {
            return None;
        }
        let mail = || self.mail.as_deref().filter(|_| self.mail_is_verified);
        let name = match config.name_claim.as_str() {
            "email" => mail(),
            claim => found(&self.others, claim).and_then(Value::as_str).or_else(mail),
        };
        name.map(str::to_lowercase)
    }

    fn roles(&self, roles: &RolesClaim) -> Vec<Membership> {
        let value = found(&self.others, &roles.claim);
        let values: Vec<&str> = match value {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(value)) => vec![value],
            _ => Vec::new(),
        };
        let mut held: Vec<Membership> = Vec::new();
        for (_, meant) in
            roles.meanings.iter().filter(|(value, _)| values.contains(&value.as_str()))
        {
            // A viewer sees one tenant of a target; the first that is written counts.
            let is_there =
                |known: &Membership| (known.role, &known.target) == (meant.role, &meant.target);
            if !held.iter().any(is_there) {
                held.push(meant.clone());
            }
        }
        held
    }
}

/// A claim, whose name may itself hold dots, as addresses do; else dots lead into objects.
fn found<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    found(claims.get(first)?.as_object()?, rest)
}

#[cfg(test)]
mod tests {
    use pgrecall_access::Role;
    use serde_json::json;

    use super::*;

    fn said(others: &Value) -> Said {
        let others = others.as_object().unwrap().clone();
        Said { others, mail: Some("Ann@Example.com".to_owned()), ..Said::default() }
    }

    fn config() -> OpenId {
        OpenId {
            issuer: "https://login.example".to_owned(),
            client_id: "pgrecall".to_owned(),
            client_secret: None,
            scopes: Vec::new(),
            label: "Company".to_owned(),
            allowed_domains: Vec::new(),
            create_users: true,
            name_claim: "preferred_username".to_owned(),
            roles: None,
            trust_amr: vec!["mfa".to_owned()],
            trust_acr: vec!["gold".to_owned()],
        }
    }

    #[test]
    fn only_what_is_trusted_stands_for_a_second_factor() {
        let shown = |amr: &[&str], acr: Option<&str>| {
            let amr = amr.iter().map(ToString::to_string).collect();
            let ann = Said { amr, acr: acr.map(str::to_owned), ..said(&json!({})) };
            ann.identity(&config()).unwrap().second_factor
        };
        assert!(!shown(&[], None) && !shown(&["pwd"], Some("silver")));
        assert!(shown(&["pwd", "mfa"], None) && shown(&[], Some("gold")));
        assert!(!shown(&["gold"], Some("mfa")), "a method is no class, and a class no method");
    }

    #[test]
    fn an_address_that_nobody_verified_names_nobody() {
        for claim in ["email", "preferred_username"] {
            let config = OpenId { name_claim: claim.to_owned(), ..config() };
            let mut ann = said(&json!({}));
            assert_eq!(ann.new_name(&config), None, "{claim}");
            ann.mail_is_verified = true;
            assert_eq!(ann.new_name(&config).as_deref(), Some("ann@example.com"), "{claim}");
        }
    }

    #[test]
    fn what_is_told_besides_the_token_does_not_outrank_it() {
        let told = |mut more: Value| {
            more["sub"] = "1001".into();
            let text = more.to_string();
            UserInfoClaims::from_json::<std::io::Error>(text.as_bytes(), None).unwrap()
        };
        let more = json!({
            "email": "root@example.com", "email_verified": true, "groups": ["dba"], "team": "blue",
        });
        let mut ann = said(&json!({ "groups": ["staff"] }));
        ann.add(&told(more));
        assert_eq!(ann.mail.as_deref(), Some("Ann@Example.com"));
        assert!(!ann.mail_is_verified, "that is said of another address");
        assert_eq!(
            ann.others,
            *json!({ "groups": ["staff"], "team": "blue" }).as_object().unwrap()
        );
        ann.mail = None;
        ann.add(&told(json!({ "email": "ann@example.com" })));
        assert!(ann.mail.is_some() && !ann.mail_is_verified, "nobody says that it was");
    }

    #[test]
    fn an_address_counts_only_when_it_was_verified() {
        let domains = ["example.com".to_owned()];
        let mut ann = said(&json!({}));
        assert!(ann.is_of(&[]) && !ann.is_of(&domains));
        ann.mail_is_verified = true;
        assert!(ann.is_of(&domains) && !ann.is_of(&["ample.com".to_owned()]));
        ann.mail = Some("ann@example.com.evil.example".to_owned());
        assert!(!ann.is_of(&domains));
        ann.mail = None;
        assert!(!ann.is_of(&domains));
    }

    #[test]
    fn roles_are_found_inside_of_claims_and_only_those_that_mean_something() {
        let held = |role, target| Membership::new(role, target, None).unwrap();
        let roles = |claim: &str| RolesClaim {
            claim: claim.to_owned(),
            meanings: vec![
                ("dba".to_owned(), held(Role::Operator, Some("shop"))),
                ("audit".to_owned(), held(Role::Auditor, None)),
                ("auditors".to_owned(), held(Role::Auditor, None)),
            ],
        };
        let ann = said(&json!({
            "realm_access": { "roles": ["audit", "auditors", "king"] },
            "https://example.com/groups": "dba",
            "number": 5,
        }));
        assert_eq!(ann.roles(&roles("realm_access.roles")), [held(Role::Auditor, None)]);
        let named = ann.roles(&roles("https://example.com/groups"));
        assert_eq!(named, [held(Role::Operator, Some("shop"))]);
        assert!(ann.roles(&roles("number")).is_empty() && ann.roles(&roles("none")).is_empty());
    }
}

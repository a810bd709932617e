use std::net::IpAddr;

use pgrecall_postgres::ServerError;
use tokio_postgres::Row;

use crate::{AllowList, Membership, Right, Role};

/// Somebody who is known to be who they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The number of the user.
    pub user: i64,
    /// The name of the user, which journals name as the actor.
    pub name: String,
    /// The roles of the user.
    pub memberships: Vec<Membership>,
    /// From where the user may ask; for a token, both lists hold.
    pub allow_from: Vec<AllowList>,
    /// How it is known.
    pub via: Via,
}

/// How somebody is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// By a session of a browser.
    Session {
        /// Whether a second factor was shown.
        second_factor: bool,
    },
    /// By a token of a program.
    Token {
        /// Its number.
        id: i64,
        /// What it is for.
        scopes: Vec<Right>,
        /// For which target; `*` for all.
        target: String,
    },
}

/// How far somebody sees in a target.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Everything.
    Everything,
    /// One tenant.
    Tenant(String),
}

impl Principal {
    /// How far a right reaches in a target; none where the user or the token does not have it.
    #[must_use]
    pub fn reach(&self, right: Right, target: &str) -> Option<Reach> {
        if !self.token_allows(right, target) {
            return None;
        }
        let held = self.memberships.iter().filter(|membership| membership.is_for(target));
        let mut reach = None;
        for membership in held.filter(|membership| membership.role.rights().contains(&right)) {
            match &membership.tenant {
                None => return Some(Reach::Everything),
                // One that names the target is meant before one that holds for all.
                Some(tenant) if reach.is_none() || membership.target == target => {
                    reach = Some(Reach::Tenant(tenant.clone()));
                }
                Some(_) => {}
            }
        }
        reach
    }

    /// Whether the user has a right that is about pgRecall itself. A role that holds for some target
    /// only does not give it.
    #[must_use]
    pub fn may_everywhere(&self, right: Right) -> bool {
        self.token_allows(right, "*")
            && self.memberships.iter().any(|membership| {
                membership.target == "*" && membership.role.rights().contains(&right)
            })
    }

    /// Whether there is anything for this user in a target.
    #[must_use]
    pub fn knows(&self, target: &str) -> bool {
        Right::ALL.into_iter().any(|right| self.reach(right, target).is_some())
    }

    /// The roles that count for a target.
    pub fn roles(&self, target: &str) -> impl Iterator<Item = Role> {
        self.memberships.iter().filter(move |held| held.is_for(target)).map(|held| held.role)
    }

    fn token_allows(&self, right: Right, wanted: &str) -> bool {
        match &self.via {
            Via::Session { .. } => true,
            Via::Token { scopes, target, .. } => {
                scopes.contains(&right) && (target == "*" || target == wanted)
            }
        }
    }

    /// Whether the user, and the token, may ask from an address.
    #[must_use]
    pub fn may_come_from(&self, address: IpAddr) -> bool {
        self.allow_from.iter().all(|list| list.allows(address))
    }

    /// How it is known, for the log.
    #[must_use]
    pub fn via(&self) -> String {
        match &self.via {
            Via::Session { .. } => "session".to_owned(),
            Via::Token { id, .. } => format!("token {id}"),
        }
    }

    pub(crate) fn read(row: &Row, via: Via) -> Result<Self, ServerError> {
        let mut allow_from = vec![allow_list(row, "allow_from")?];
        if let Via::Token { .. } = via {
            allow_from.push(allow_list(row, "token_allow_from")?);
        }
        Ok(Self {
            user: row.try_get("id")?,
            name: row.try_get("name")?,
            memberships: memberships(row)?,
            allow_from,
            via,
        })
    }
}

/// The column with the roles of a user.
pub(crate) fn memberships(row: &Row) -> Result<Vec<Membership>, ServerError> {
    let memberships: serde_json::Value = row.try_get("memberships")?;
    serde_json::from_value(memberships).map_err(ServerError::unexpected)
}

/// A column with networks.
pub(crate) fn allow_list(row: &Row, column: &str) -> Result<AllowList, ServerError> {
    AllowList::read(&row.try_get::<_, Vec<String>>(column)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(held: &[(Role, Option<&str>, Option<&str>)], via: Via) -> Principal {
        let memberships =
            held.iter().map(|(role, target, tenant)| Membership::new(*role, *target, *tenant));
        let memberships = memberships.collect::<Result<_, _>>().unwrap();
        Principal { user: 1, name: "ann".to_owned(), memberships, allow_from: Vec::new(), via }
    }

    #[test]
    fn roles_reach_as_far_as_they_were_given() {
        let session = Via::Session { second_factor: false };
        let ann = principal(
            &[(Role::Viewer, Some("shop"), Some("acme")), (Role::Auditor, Some("crm"), None)],
            session.clone(),
        );
        assert_eq!(ann.reach(Right::Read, "shop"), Some(Reach::Tenant("acme".to_owned())));
        assert_eq!(ann.reach(Right::Query, "shop"), None);
        assert_eq!(ann.reach(Right::Query, "crm"), Some(Reach::Everything));
        assert_eq!(ann.reach(Right::Read, "hr"), None);
        assert!(!ann.knows("hr") && !ann.may_everywhere(Right::Audit));
        let both = principal(
            &[(Role::Viewer, None, Some("acme")), (Role::Viewer, Some("shop"), Some("blue"))],
            session,
        );
        assert_eq!(both.reach(Right::Read, "shop"), Some(Reach::Tenant("blue".to_owned())));
        assert_eq!(both.reach(Right::Read, "crm"), Some(Reach::Tenant("acme".to_owned())));
    }

    #[test]
    fn a_token_may_no_more_than_its_user_and_its_scopes() {
        let token = |scopes: &[Right], target: &str| Via::Token {
            id: 1,
            scopes: scopes.to_vec(),
            target: target.to_owned(),
        };
        let operator = [(Role::Operator, None, None)];
        let narrow = principal(&operator, token(&[Right::Read, Right::Audit], "shop"));
        assert_eq!(narrow.reach(Right::Read, "shop"), Some(Reach::Everything));
        assert_eq!(narrow.reach(Right::Read, "crm"), None);
        assert_eq!(narrow.reach(Right::Undo, "shop"), None);
        assert_eq!(narrow.reach(Right::Audit, "shop"), None, "its user may not");
        let root = [(Role::Administrator, None, None)];
        let may = |target| {
            let via = token(&[Right::Administer], target);
            principal(&root, via).may_everywhere(Right::Administer)
        };
        assert!(may("*") && !may("shop"), "what is about pgRecall itself is of no target");
    }
}

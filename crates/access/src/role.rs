use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The part that somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees one tenant's part of the journal.
    Viewer,
    /// Sees everything, changes nothing.
    Auditor,
    /// Takes changes back.
    Operator,
    /// Approves what operators want to do.
    Approver,
    /// Lets others in.
    Administrator,
}

/// Something that may be done. The names are those of the scopes of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// Read changes, transactions, histories and live events.
    Read,
    /// Run queries as of a moment, compare moments, ask who set what.
    Query,
    /// Name moments.
    Mark,
    /// Plan, preview and apply undos.
    Undo,
    /// Approve what others want to apply. A token never does.
    Approve,
    /// Read pgRecall's own log.
    Audit,
    /// Let others in: users and tokens.
    Administer,
    /// Mint viewer tokens for pages of the customer's own.
    Mint,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] =
        [Self::Viewer, Self::Auditor, Self::Operator, Self::Approver, Self::Administrator];

    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Auditor => "auditor",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Administrator => "administrator",
        }
    }

    /// What it may.
    #[must_use]
    pub fn rights(self) -> &'static [Right] {
        match self {
            Self::Viewer => &[Right::Read],
            Self::Auditor => &[Right::Read, Right::Query, Right::Audit],
            Self::Operator => &[Right::Read, Right::Query, Right::Mark, Right::Undo, Right::Mint],
            Self::Approver => &[Right::Read, Right::Query, Right::Approve],
            Self::Administrator => &[
                Right::Read,
                Right::Query,
                Right::Mark,
                Right::Audit,
                Right::Administer,
                Right::Mint,
            ],
        }
    }
}

impl Right {
    /// All rights.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Query,
        Self::Mark,
        Self::Undo,
        Self::Approve,
        Self::Audit,
        Self::Administer,
        Self::Mint,
    ];

    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Query => "query",
            Self::Mark => "mark",
            Self::Undo => "undo",
            Self::Approve => "approve",
            Self::Audit => "audit",
            Self::Administer => "administer",
            Self::Mint => "mint",
        }
    }
}

macro_rules! word {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.into_iter().find(|word| word.as_str() == text).ok_or_else(|| {
                    let words: Vec<_> = Self::ALL.iter().map(|word| word.as_str()).collect();
                    format!("`{text}` is none of {}", words.join(", "))
                })
            }
        }
    };
}

word!(Role);
word!(Right);

/// A role, and where it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The role.
    pub role: Role,
    /// The target for which it holds; `*` for all.
    pub target: String,
    /// The tenant that a viewer sees.
    pub tenant: Option<String>,
}

/// Why a role cannot be given so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MembershipError {
    /// A viewer of everything would be an auditor.
    #[error("a viewer needs a tenant")]
    NoTenant,
    /// Only viewers are held to a tenant.
    #[error("only viewers are bound to a tenant; the {0} sees all of them")]
    Tenant(Role),
    /// Users and tokens belong to no target.
    #[error("an administrator is one for all targets")]
    Administrator,
}

impl Membership {
    /// A role for a target, or for all of them.
    ///
    /// # Errors
    /// When a viewer has no tenant, or anybody else has one, or an administrator is to be one of a
    /// target.
    pub fn new(
        role: Role,
        target: Option<&str>,
        tenant: Option<&str>,
    ) -> Result<Self, MembershipError> {
        let tenant = tenant.filter(|tenant| !tenant.is_empty());
        match (role, tenant) {
            (Role::Viewer, None) => return Err(MembershipError::NoTenant),
            (Role::Viewer, Some(_)) | (_, None) => {}
            (role, Some(_)) => return Err(MembershipError::Tenant(role)),
        }
        let target = target.unwrap_or("*").to_owned();
        if role == Role::Administrator && target != "*" {
            return Err(MembershipError::Administrator);
        }
        Ok(Self { role, target, tenant: tenant.map(str::to_owned) })
    }

    pub(crate) fn is_for(&self, target: &str) -> bool {
        self.target == "*" || self.target == target
    }
}

/// In words.
impl fmt::Display for Membership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.role)?;
        if self.target != "*" {
            write!(f, " of {}", self.target)?;
        }
        match &self.tenant {
            Some(tenant) => write!(f, " (tenant {tenant})"),
            None => Ok(()),
        }
    }
}

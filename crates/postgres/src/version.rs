use std::fmt;

use pgrecall_model::{Code, Explain};

/// The oldest server version that is served.
const OLDEST: u32 = 13;
/// The newest server version that this build was tested with.
const NEWEST: u32 = 18;

/// The version of a server, such as 15.18.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerVersion {
    major: u32,
    minor: u32,
}

/// Why a server is not served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Before PostgreSQL 13.
    #[error("the server is PostgreSQL {0}, pgRecall needs {OLDEST} or newer")]
    TooOld(ServerVersion),
    /// Newer than anything this build was tested with.
    #[error("the server is PostgreSQL {0}, this pgRecall knows versions up to {NEWEST}")]
    TooNew(ServerVersion),
    /// Not a version of PostgreSQL.
    #[error("the server calls its version `{0}`, which is none of PostgreSQL")]
    Unknown(String),
}

impl Explain for VersionError {
    fn code(&self) -> Code {
        match self {
            Self::TooOld(_) => "server/too-old",
            Self::TooNew(_) => "server/too-new",
            Self::Unknown(_) => "server/unknown-version",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::TooOld(_) => format!("upgrade the server to PostgreSQL {OLDEST} to {NEWEST}"),
            Self::TooNew(_) => "install a newer pgRecall".to_owned(),
            Self::Unknown(_) => {
                "connect to PostgreSQL itself, not to a system that speaks its protocol".to_owned()
            }
        })
    }
}

impl ServerVersion {
    /// Reads what a server reports as `server_version` and checks that it is served.
    ///
    /// # Errors
    /// When the version is too old, too new or none.
    pub fn checked(reported: &str) -> Result<Self, VersionError> {
        let version =
            Self::parse(reported).ok_or_else(|| VersionError::Unknown(reported.to_owned()))?;
        match version.major {
            0..OLDEST => Err(VersionError::TooOld(version)),
            OLDEST..=NEWEST => Ok(version),
            _ => Err(VersionError::TooNew(version)),
        }
    }

    /// The major version: 13 to 18.
    #[must_use]
    pub fn major(self) -> u32 {
        self.major
    }

    /// `15.18 (Debian 15.18-0+deb12u1)`, `19beta1` and `9.6.24` are all seen in the field.
    fn parse(reported: &str) -> Option<Self> {
        let number = |text: &str| -> Option<u32> {
            let digits = text.find(|c: char| !c.is_ascii_digit()).map_or(text, |end| &text[..end]);
            digits.parse().ok()
        };
        let mut parts = reported.split_whitespace().next()?.split('.');
        let major = number(parts.next()?)?;
        let minor = parts.next().and_then(number).unwrap_or(0);
        Some(Self { major, minor })
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_from_13_to_18_are_served() {
        let shown =
            |text| ServerVersion::checked(text).map(|v| v.to_string()).map_err(|e| e.code());
        assert_eq!(shown("15.18 (Debian 15.18-0+deb12u1)"), Ok("15.18".to_owned()));
        assert_eq!(shown("13.23"), Ok("13.23".to_owned()));
        assert_eq!(shown("18beta1"), Ok("18.0".to_owned()));
        assert_eq!(shown("9.6.24"), Err("server/too-old"));
        assert_eq!(shown("12.22"), Err("server/too-old"));
        assert_eq!(shown("19.0"), Err("server/too-new"));
        assert_eq!(shown("cockroach"), Err("server/unknown-version"));
    }
}

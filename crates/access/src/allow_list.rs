use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use pgrecall_postgres::ServerError;
use serde::{Serialize, Serializer};

/// From where somebody may ask; an empty list is for everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList(Vec<IpNet>);

/// Why a list cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no network", .0.escape_debug())]
pub struct AllowListError(String);

impl AllowList {
    /// Reads networks such as `10.0.0.0/8`, and single addresses.
    ///
    /// # Errors
    /// With the first text that is neither.
    pub fn parse(texts: &[impl AsRef<str>]) -> Result<Self, AllowListError> {
        let network = |text: &str| {
            let address = || text.parse().map(|address: IpAddr| IpNet::from(address));
            let network = text.parse().or_else(|_| address());
            // The database takes no network with bits beyond its mask.
            network.map(|network: IpNet| network.trunc())
        };
        let networks = texts.iter().map(|text| {
            network(text.as_ref()).map_err(|_| AllowListError(text.as_ref().to_owned()))
        });
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether an address is on it.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.is_empty() || self.0.iter().any(|network| network.contains(&address))
    }

    /// The networks as texts.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    pub(crate) fn read(texts: &[String]) -> Result<Self, ServerError> {
        Self::parse(texts).map_err(ServerError::unexpected)
    }
}

/// In one line.
impl fmt::Display for AllowList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.texts().join(", "))
    }
}

impl Serialize for AllowList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_on_the_list_however_it_is_written() {
        let list = AllowList::parse(&["10.1.2.3/8", "192.0.2.7", "2001:db8::/32"]).unwrap();
        assert_eq!(list.texts(), ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]);
        let allows = |text: &str| list.allows(text.parse().unwrap());
        assert!(allows("10.9.9.9") && allows("192.0.2.7") && allows("2001:db8::1"));
        assert!(allows("::ffff:10.0.0.1"), "a mapped address is the address");
        assert!(!allows("192.0.2.8") && !allows("::1"));
        assert!(AllowList::default().allows("192.0.2.8".parse().unwrap()));
        assert!(AllowList::parse(&["everywhere"]).is_err());
    }
}

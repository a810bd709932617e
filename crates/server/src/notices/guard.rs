//! Where messages must not go: an address of a webhook may lead into the network of the server, by
//! itself or by what its name means at the moment (server-side request forgery).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// What is not on the Internet, or not somebody else's there (IANA's registry of special addresses,
/// and the host server of Azure).
const CLOSED_V4: [(Ipv4Addr, u8); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];
/// All that is handed out on the Internet.
const OPEN_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// But for what leads to an address of version 4 (Teredo, 6to4), and what is for documents.
const CLOSED_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Tells where messages may go, and looks names up accordingly.
///
/// The HTTP client connects to the very addresses that the guard gives, so that a name cannot mean
/// something else by then.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    allowed: Arc<[IpNet]>,
}

/// A name that leads nowhere that messages may go.
#[derive(Debug, thiserror::Error)]
#[error("the address of the receiver lies in a private or special network")]
struct Closed;

impl Guard {
    pub(crate) fn new(allowed: &[IpNet]) -> Self {
        Self { allowed: allowed.into() }
    }

    /// Whether messages may go to an address.
    pub(crate) fn permits(&self, address: IpAddr) -> bool {
        // `::ffff:10.0.0.1` is 10.0.0.1.
        let address = address.to_canonical();
        self.allowed.iter().any(|network| network.contains(&address)) || is_open(address)
    }

    /// Whether messages may go to the address in a URL; a name is looked up later. The HTTP client
    /// does not look up what is an address already.
    pub(crate) fn permits_literal(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host.parse().map_or(true, |address| self.permits(address))
    }
}

fn is_open(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !CLOSED_V4.iter().any(|(network, length)| contains_v4(*network, *length, address))
        }
        IpAddr::V6(address) => {
            contains_v6(OPEN_V6.0, OPEN_V6.1, address)
                && !CLOSED_V6
                    .iter()
                    .any(|(network, length)| contains_v6(*network, *length, address))
        }
    }
}

fn contains_v4(network: Ipv4Addr, length: u8, address: Ipv4Addr) -> bool {
    Ipv4Net::new(network, length).is_ok_and(|network| network.contains(&address))
}

fn contains_v6(network: Ipv6Addr, length: u8, address: Ipv6Addr) -> bool {
    Ipv6Net::new(network, length).is_ok_and(|network| network.contains(&address))
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open: Vec<_> = found.filter(|address| guard.permits(address.ip())).collect();
            if open.is_empty() {
                return Err(Closed.into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &[&str]) -> Guard {
        Guard::new(&allowed.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>())
    }

    #[test]
    fn only_addresses_of_the_internet_are_open() {
        let strict = guard(&[]);
        for open in ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111"] {
            assert!(strict.permits(open.parse().unwrap()), "{open}");
        }
        for closed in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.9.9.9",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "::a00:1",
        ] {
            assert!(!strict.permits(closed.parse().unwrap()), "{closed}");
        }
    }

    #[test]
    fn what_is_named_is_open_too_however_it_is_written() {
        let some = guard(&["10.0.0.0/8", "::1/128"]);
        for open in ["10.1.2.3", "::ffff:10.1.2.3", "::1"] {
            assert!(some.permits(open.parse().unwrap()), "{open}");
        }
        for closed in ["127.0.0.1", "192.168.1.1", "::2"] {
            assert!(!some.permits(closed.parse().unwrap()), "{closed}");
        }
    }

    #[test]
    fn an_address_in_a_url_is_known_however_it_is_written() {
        for closed in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://127。0。0。1/",
        ] {
            assert!(!guard(&[]).permits_literal(&Url::parse(closed).unwrap()), "{closed}");
        }
        for open in ["https://hooks.example/x", "http://1.1.1.1/", "http://[2606:4700::1111]/"] {
            assert!(guard(&[]).permits_literal(&Url::parse(open).unwrap()), "{open}");
        }
    }

    #[test]
    fn a_name_is_looked_up_by_the_guard_and_leads_nowhere_closed() {
        let look_up = |guard: &Guard| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(guard.resolve("localhost".parse().unwrap()))
        };
        let refused = look_up(&guard(&[])).err().unwrap().to_string();
        assert!(refused.contains("private or special network"), "{refused}");
        let only_v4 = guard(&["127.0.0.0/8"]);
        let found: Vec<_> = look_up(&only_v4).unwrap_or_else(|_| panic!("refused")).collect();
        assert!(!found.is_empty() && found.iter().all(std::net::SocketAddr::is_ipv4), "{found:?}");
    }
}

//! For which domain security keys are made, and which pages may have them asked. Browsers use keys only
//! on pages with a domain, and over TLS, but for those of the machine itself.

use std::net::IpAddr;

use pgrecall_access::KeySite;
use reqwest::Url;

use super::{Mistake, Serving};

impl Serving {
    /// Where security keys are good; nowhere where browsers would not use them.
    #[must_use]
    pub fn keys(&self) -> Option<KeySite> {
        let site = site(&self.public_url)?;
        let domain = self.key_domain.clone().unwrap_or(site.domain);
        Some(KeySite { domain, ..site })
    }
}

fn site(public_url: &str) -> Option<KeySite> {
    let url = Url::parse(public_url).ok()?;
    if let Some(domain) = url.domain() {
        let is_own = domain == "localhost" || domain.ends_with(".localhost");
        let origin = url.origin().ascii_serialization();
        return (is_own || url.scheme() == "https")
            .then(|| KeySite { domain: domain.to_owned(), origin });
    }
    let address: IpAddr = url.host_str()?.trim_matches(['[', ']']).parse().ok()?;
    // Nothing is said of a name, so it is asked for from the same machine.
    (address.is_loopback() || address.is_unspecified()).then(|| {
        let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
        let origin = format!("{}://localhost{port}", url.scheme());
        KeySite { domain: "localhost".to_owned(), origin }
    })
}

/// A domain that was set: that of the address, or one above it.
pub(super) fn domain(
    written: Option<String>,
    public_url: &str,
    mistakes: &mut Vec<Mistake>,
) -> Option<String> {
    let domain = written?.to_lowercase();
    let problem = match site(public_url) {
        None => "browsers use keys only over TLS, at an address with a domain",
        Some(site) if !is_within(&site.domain, &domain) => "`server.public_url` is not within it",
        Some(_) => return Some(domain),
    };
    let hint = "with `public_url = \"https://recall.example.com\"`, write `recall.example.com` or `example.com`";
    mistakes.push(Mistake::new("server.key_domain", problem).hint(hint));
    None
}

fn is_within(host: &str, domain: &str) -> bool {
    let above = host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
    host == domain || (domain.contains('.') && above.is_some_and(|rest| !rest.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Domain and origin, with a space between.
    fn site_of(public_url: &str) -> Option<String> {
        site(public_url).map(|site| format!("{} {}", site.domain, site.origin))
    }

    #[test]
    fn keys_are_good_where_browsers_use_them() {
        let own = Some("localhost http://localhost:7788");
        for url in ["http://127.0.0.1:7788", "http://[::1]:7788", "http://0.0.0.0:7788"] {
            assert_eq!(site_of(url).as_deref(), own, "{url}");
        }
        assert_eq!(site_of("http://localhost:7788").as_deref(), own);
        let recall = Some("recall.example https://recall.example");
        assert_eq!(site_of("https://recall.example").as_deref(), recall);
        assert_eq!(site_of("https://Recall.example:443/pg").as_deref(), recall);
        let port = Some("recall.example https://recall.example:8443");
        assert_eq!(site_of("https://recall.example:8443").as_deref(), port);
        for url in ["http://recall.example", "https://192.0.2.7", "http://192.0.2.7:7788", "x"] {
            assert_eq!(site_of(url), None, "{url}");
        }
    }

    #[test]
    fn a_domain_is_that_of_the_address_or_above_it() {
        for domain in ["recall.example.com", "example.com"] {
            assert!(is_within("recall.example.com", domain), "{domain}");
        }
        for domain in ["com", "l.example.com", "evil.com", "", ".", "a.recall.example.com"] {
            assert!(!is_within("recall.example.com", domain), "{domain}");
        }
    }
}

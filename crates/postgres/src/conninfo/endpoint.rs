use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::parameters::Parameters;
use super::pgpass::SOCKET_FOLDERS;
use super::{ConninfoError, Problem};

const DEFAULT_PORT: u16 = 5432;

/// One place at which a server may listen. Shown as `host:port`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The host as it was named, which is also the name its certificate must bear.
    pub host: Host,
    /// The address to connect to, where `hostaddr` spares looking it up.
    pub address: Option<IpAddr>,
    /// The port, which is also part of the name of a socket.
    pub port: u16,
}

/// What a server listens on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// The folder of a Unix socket.
    Socket(PathBuf),
    /// A host name or a numeric address.
    Name(String),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Socket(folder) => write!(f, "{}:{}", folder.display(), self.port),
            Host::Name(name) if name.contains(':') => write!(f, "[{name}]:{}", self.port),
            Host::Name(name) => write!(f, "{name}:{}", self.port),
        }
    }
}

/// Joins the lists `host`, `hostaddr` and `port` as libpq's `connectOptions2` does.
pub(super) fn endpoints(parameters: &Parameters) -> Result<Vec<Endpoint>, ConninfoError> {
    let hosts = list(parameters, "host");
    let addresses = list(parameters, "hostaddr");
    if let (Some(hosts), Some(addresses)) = (&hosts, &addresses)
        && hosts.len() != addresses.len()
    {
        let problem = Problem::AddressCount { addresses: addresses.len(), hosts: hosts.len() };
        return Err(problem.of(&parameters.origin("hostaddr")));
    }
    let count = hosts.as_ref().or(addresses.as_ref()).map_or(1, Vec::len);
    let ports = ports(parameters, count)?;
    (0..count)
        .map(|index| {
            let nth = |list: &Option<Vec<String>>| {
                list.as_ref().map_or("", |list| list[index].as_str()).to_owned()
            };
            let address = address(parameters, &nth(&addresses))?;
            let port = ports[if ports.len() == 1 { 0 } else { index }];
            Ok(Endpoint { host: host(&nth(&hosts), address, port), address, port })
        })
        .collect()
}

fn host(name: &str, address: Option<IpAddr>, port: u16) -> Host {
    match address {
        _ if name.starts_with('/') => Host::Socket(name.into()),
        Some(address) if name.is_empty() => Host::Name(address.to_string()),
        None if name.is_empty() => default_host(port),
        _ => Host::Name(name.to_owned()),
    }
}

/// libpq takes the folder it was built with; which one that is differs between systems, so the
/// socket decides.
fn default_host(port: u16) -> Host {
    let socket = format!(".s.PGSQL.{port}");
    SOCKET_FOLDERS
        .iter()
        .map(Path::new)
        .find(|folder| folder.join(&socket).exists())
        .map_or_else(|| Host::Name("localhost".to_owned()), |folder| Host::Socket(folder.into()))
}

fn list(parameters: &Parameters, name: &'static str) -> Option<Vec<String>> {
    let parts = parameters.text(name)?.split(',');
    Some(parts.map(|part| part.trim().to_owned()).collect())
}

fn address(parameters: &Parameters, text: &str) -> Result<Option<IpAddr>, ConninfoError> {
    if text.is_empty() {
        return Ok(None);
    }
    let problem = Problem::InvalidValue { name: "hostaddr", expected: "a numeric IP address" };
    text.parse().map(Some).map_err(|_| problem.of(&parameters.origin("hostaddr")))
}

fn ports(parameters: &Parameters, hosts: usize) -> Result<Vec<u16>, ConninfoError> {
    let texts = list(parameters, "port").unwrap_or_else(|| vec![String::new()]);
    let origin = parameters.origin("port");
    if texts.len() != 1 && texts.len() != hosts {
        return Err(Problem::PortCount { ports: texts.len(), hosts }.of(&origin));
    }
    let expected = "a number from 1 to 65535";
    let number = |text: &str| match text.parse() {
        _ if text.is_empty() => Ok(DEFAULT_PORT),
        Ok(0) | Err(_) => Err(Problem::InvalidValue { name: "port", expected }.of(&origin)),
        Ok(port) => Ok(port),
    };
    texts.iter().map(|text| number(text)).collect()
}

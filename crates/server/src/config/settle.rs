//! What the written settings mean, and which of them cannot be meant.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use pgrecall_access::AllowList;
use pgrecall_model::{Explain as _, Pattern};
use pgrecall_postgres::{Conninfo, Environment};

use super::{
    Config, Mistake, Secret, Serving, Target, TargetName, TlsFiles, keys, notices, rules, written,
};

const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 7788));

/// The longest that a viewer token can be allowed to be good: a week.
const MOST_VIEWER_MINUTES: i32 = 7 * 24 * 60;

/// Settles everything; what cannot be settled is a mistake, and something else stands in its place.
pub(super) fn settle(
    written: written::Written,
    environment: &Environment,
    mistakes: &mut Vec<Mistake>,
) -> Config {
    let serving = serving(written.server, mistakes);
    limits(&written.limits, mistakes);
    let openid = written.openid.and_then(|openid| super::openid::openid(openid, mistakes));
    let mut targets = BTreeMap::new();
    for (name, target) in written.targets {
        let setting = format!("targets.{name}");
        let settled = self::target(&setting, target, environment, mistakes);
        match name.parse::<TargetName>() {
            Ok(name) => targets.extend(settled.map(|target| (name, target))),
            Err(error) => mistakes.push(
                Mistake::new(setting, error.to_string())
                    .hint("use lower case letters, digits, `-` and `_`"),
            ),
        }
    }
    let names: Vec<TargetName> = targets.keys().cloned().collect();
    let about = notices::Written {
        mail: written.mail,
        rules: written.notifications,
        channels: written.channels,
    };
    let notices = notices::settle(about, &names, mistakes);
    // With a broken target, the home could only be said to be missing.
    let home = if mistakes.iter().any(|mistake| mistake.setting.starts_with("targets.")) {
        None
    } else {
        home(written.home, &targets, environment, mistakes)
    };
    let (limits, log) = (written.limits, written.log);
    Config { file: None, targets, home, serving, limits, log, openid, notices }
}

fn serving(server: written::Server, mistakes: &mut Vec<Mistake>) -> Serving {
    let listen = match server.listen.as_deref().map(str::parse) {
        None => DEFAULT_LISTEN,
        Some(Ok(listen)) => listen,
        Some(Err(_)) => {
            mistakes.push(
                Mistake::new("server.listen", "it is no address with a port")
                    .hint("write `127.0.0.1:7788`, or `[::]:7788` for all addresses"),
            );
            DEFAULT_LISTEN
        }
    };
    let tls = tls(server.tls, mistakes);
    let scheme = if tls.is_some() { "https" } else { "http" };
    let public_url = server.public_url.unwrap_or_else(|| format!("{scheme}://{listen}"));
    let public_url = public_url.trim_end_matches('/').to_owned();
    if !is_http(&public_url) {
        mistakes.push(
            Mistake::new("server.public_url", "it is no HTTP address")
                .hint("write `https://recall.example`"),
        );
    }
    let key_domain = keys::domain(server.key_domain, &public_url, mistakes);
    for origin in server.allowed_origins.iter().filter(|origin| !is_origin(origin)) {
        mistakes.push(
            Mistake::new("server.allowed_origins", format!("`{origin}` is no origin"))
                .hint("write `https://console.example`, without a path, and no `*`"),
        );
    }
    let mut trusted_proxies = Vec::new();
    for text in server.trusted_proxies {
        trusted_proxies.extend(network("server.trusted_proxies", &text, mistakes));
    }
    let allow_from = AllowList::parse(&server.allow_from).unwrap_or_else(|error| {
        mistakes.push(
            Mistake::new("server.allow_from", error.to_string())
                .hint("write `10.0.0.0/8` or `127.0.0.1`"),
        );
        AllowList::default()
    });
    let allowed_origins = server.allowed_origins;
    Serving { listen, public_url, key_domain, tls, allowed_origins, trusted_proxies, allow_from }
}

/// A network, or a single address.
pub(super) fn network(setting: &str, text: &str, mistakes: &mut Vec<Mistake>) -> Option<IpNet> {
    let address = || text.parse().map(|address: std::net::IpAddr| IpNet::from(address));
    let network = text.parse().or_else(|_| address()).ok();
    if network.is_none() {
        mistakes.push(
            Mistake::new(setting, format!("`{text}` is no network"))
                .hint("write `10.0.0.0/8` or `127.0.0.1`"),
        );
    }
    network
}

pub(super) fn is_http(address: &str) -> bool {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty() && !host.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

fn is_origin(origin: &str) -> bool {
    is_http(origin)
        && !origin.contains('*')
        && origin.split_once("://").is_some_and(|(_, host)| !host.contains('/'))
}

fn tls(tls: Option<written::Tls>, mistakes: &mut Vec<Mistake>) -> Option<TlsFiles> {
    let tls = tls?;
    let mut file = |setting: &str, path: Option<PathBuf>| {
        let problem = match &path {
            None => "it is missing",
            Some(path) if std::fs::File::open(path).is_err() => "the file cannot be read",
            Some(_) => return path,
        };
        let hint = "name a PEM file with `certificate`, and that of its key with `key`";
        mistakes.push(Mistake::new(setting, problem).hint(hint));
        None
    };
    let certificate = file("server.tls.certificate", tls.certificate);
    let key = file("server.tls.key", tls.key);
    Some(TlsFiles { certificate: certificate?, key: key? })
}

fn limits(limits: &written::Limits, mistakes: &mut Vec<Mistake>) {
    let positive = [
        ("body_bytes", limits.body_bytes > 0),
        ("request_seconds", limits.request_seconds > 0),
        ("query_seconds", (1..=86_400).contains(&limits.query_seconds)),
        ("rows", limits.rows > 0),
        ("connections", limits.connections > 0),
        ("requests_per_minute", limits.requests_per_minute > 0),
        ("sign_ins_per_minute", limits.sign_ins_per_minute > 0),
        ("failures", limits.failures > 0),
        ("lockout_minutes", limits.lockout_minutes > 0),
        ("session_hours", limits.session_hours > 0),
        ("session_idle_minutes", limits.session_idle_minutes > 0),
        ("plan_minutes", limits.plan_minutes > 0),
        ("viewer_token_minutes", (1..=MOST_VIEWER_MINUTES).contains(&limits.viewer_token_minutes)),
    ];
    for (name, _) in positive.iter().filter(|(_, is_right)| !is_right) {
        let problem = "nothing could be done with so little or so much";
        mistakes.push(
            Mistake::new(format!("limits.{name}"), problem).hint("leave it out for the default"),
        );
    }
}

fn target(
    setting: &str,
    target: written::Target,
    environment: &Environment,
    mistakes: &mut Vec<Mistake>,
) -> Option<Target> {
    let url = text(&format!("{setting}.url"), target.url, target.url_file, mistakes);
    let password_setting = format!("{setting}.password");
    let password = text(&password_setting, target.password, target.password_file, mistakes);
    let query_setting = format!("{setting}.query_url");
    let query = text(&query_setting, target.query_url, target.query_url_file, mistakes);
    let pairs = [
        ("PGHOST", target.host),
        ("PGPORT", target.port.map(|port| port.to_string())),
        ("PGDATABASE", target.database),
        ("PGUSER", target.user),
        ("PGPASSWORD", password.map(|password| password.expose().to_owned())),
        ("PGSSLMODE", target.sslmode),
        ("PGSSLROOTCERT", target.sslrootcert),
    ];
    let is_named = pairs
        .iter()
        .any(|(name, value)| ["PGHOST", "PGDATABASE"].contains(name) && value.is_some());
    if url.is_none()
        && !is_named
        && mistakes.iter().all(|known| !known.setting.starts_with(setting))
    {
        mistakes.push(
            Mistake::new(setting, "it does not say where the database is")
                .hint("give it a `url`, a `url_file`, or `host` and `database`"),
        );
    }
    let own = environment
        .of_the_user()
        .with(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))));
    let conninfo = conninfo(&format!("{setting}.url"), url.as_ref(), &own, mistakes);
    let query = query
        .map(|query| conninfo_of(&query_setting, &query, &environment.of_the_user(), mistakes));
    let undo = rules::settle(&format!("{setting}.undo"), target.undo, mistakes);
    if target.tick_seconds == Some(0) {
        mistakes.push(Mistake::new(format!("{setting}.tick_seconds"), "it must be 1 at least"));
    }
    Some(Target {
        conninfo: conninfo?,
        query: match query {
            Some(query) => Some(query?),
            None => None,
        },
        query_functions: functions(setting, &target.query_functions, mistakes),
        maintain: target.maintain.unwrap_or(true),
        tick_seconds: target.tick_seconds.unwrap_or(1),
        undo,
        without_tenant: target.viewers.without_tenant.unwrap_or(false),
    })
}

fn functions(setting: &str, texts: &[String], mistakes: &mut Vec<Mistake>) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for text in texts {
        match text.parse() {
            Ok(pattern) => patterns.push(pattern),
            Err(_) => mistakes.push(
                Mistake::new(
                    format!("{setting}.query_functions"),
                    format!("`{text}` names no function"),
                )
                .hint("write `app.price_of`, without arguments, or a pattern such as `geo.*`"),
            ),
        }
    }
    patterns
}

/// A secret that stands in the file itself, or in a file of its own.
pub(super) fn text(
    setting: &str,
    here: Option<Secret>,
    file: Option<PathBuf>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Secret> {
    match (here, file) {
        (Some(_), Some(_)) => {
            mistakes.push(
                Mistake::new(setting, format!("it is given twice, also as `{setting}_file`"))
                    .hint("keep one of them"),
            );
            None
        }
        (here, None) => here,
        (None, Some(path)) => match std::fs::read_to_string(&path) {
            Ok(text) => Some(Secret::new(text.trim_end_matches(['\r', '\n']))),
            Err(error) => {
                let problem = format!("{} cannot be read: {error}", path.display());
                mistakes.push(Mistake::new(format!("{setting}_file"), problem));
                None
            }
        },
    }
}

fn conninfo_of(
    setting: &str,
    url: &Secret,
    environment: &Environment,
    mistakes: &mut Vec<Mistake>,
) -> Option<Conninfo> {
    conninfo(setting, Some(url), environment, mistakes)
}

fn conninfo(
    setting: &str,
    url: Option<&Secret>,
    environment: &Environment,
    mistakes: &mut Vec<Mistake>,
) -> Option<Conninfo> {
    match Conninfo::resolve(url.map(Secret::expose), environment) {
        Ok(conninfo) => Some(conninfo),
        Err(error) => {
            let causes = std::iter::successors(error.source(), |&cause| cause.source());
            let told = causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"));
            let mistake = Mistake::new(setting, told);
            mistakes.push(match error.hint() {
                Some(hint) => mistake.hint(hint),
                None => mistake,
            });
            None
        }
    }
}

fn home(
    home: written::Home,
    targets: &BTreeMap<TargetName, Target>,
    environment: &Environment,
    mistakes: &mut Vec<Mistake>,
) -> Option<Conninfo> {
    if let Some(url) = text("home.url", home.url, home.url_file, mistakes) {
        return conninfo_of("home.url", &url, &environment.of_the_user(), mistakes);
    }
    if let Some(name) = &home.target {
        let found = targets.iter().find(|(known, _)| known.as_str() == name);
        if found.is_none() {
            mistakes.push(
                Mistake::new("home.target", format!("there is no target `{name}`"))
                    .hint("name one of those under `[targets.…]`"),
            );
        }
        return found.map(|(_, target)| target.conninfo.clone());
    }
    let mut all = targets.values();
    match (all.next(), all.next()) {
        (Some(only), None) => Some(only.conninfo.clone()),
        (None, _) => None,
        _ => {
            mistakes.push(
                Mistake::new("home.target", "there are several targets, and none is the home")
                    .hint(
                        "say in which database pgRecall keeps its own state: `home.target = \"…\"`",
                    ),
            );
            None
        }
    }
}

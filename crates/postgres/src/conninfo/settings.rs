use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::config::ChannelBinding;

use super::parameters::Parameters;
use super::{ConninfoError, Problem};
use crate::environment::Environment;

/// How far the way to the server is to be trusted: libpq's `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// Whose certificates are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Roots {
    /// Those of the operating system.
    System,
    /// Those in a PEM file.
    File(PathBuf),
}

/// What is to be done about TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsSettings {
    pub(crate) mode: SslMode,
    pub(crate) roots: Roots,
    /// The client's certificate and key.
    pub(crate) identity: Option<(PathBuf, PathBuf)>,
    pub(crate) channel_binding: ChannelBinding,
}

/// What kind of server will do: libpq's `target_session_attrs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

/// How the transport notices that the other side is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Liveness {
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) tcp_user_timeout: Option<Duration>,
    pub(crate) keepalives: bool,
    pub(crate) idle: Option<Duration>,
    pub(crate) interval: Option<Duration>,
    pub(crate) count: Option<u32>,
}

impl TlsSettings {
    /// With `sslmode=require` a root certificate turns on `verify-ca`, and `sslrootcert=system`
    /// makes `verify-full` the default and the only choice, as in libpq.
    pub(super) fn read(
        parameters: &Parameters,
        environment: &Environment,
    ) -> Result<Self, ConninfoError> {
        let asked = parameters.parse("sslmode", SslMode::EXPECTED, SslMode::named)?;
        let named = parameters.text("sslrootcert").map(PathBuf::from);
        let of_user = || {
            let path = environment.home()?.join(".postgresql/root.crt");
            path.exists().then_some(path)
        };
        let (roots, mode) = match named {
            Some(word) if word.as_os_str() == "system" => {
                let mode = asked.unwrap_or(SslMode::VerifyFull);
                if mode != SslMode::VerifyFull {
                    return Err(Problem::WeakMode.of(&parameters.origin("sslmode")));
                }
                (Roots::System, mode)
            }
            named => match (named.or_else(of_user), asked.unwrap_or(SslMode::Prefer)) {
                (Some(file), SslMode::Require) => (Roots::File(file), SslMode::VerifyCa),
                (Some(file), mode) => (Roots::File(file), mode),
                (None, mode) => (Roots::System, mode),
            },
        };
        let path = |name| parameters.text(name).map(PathBuf::from);
        let identity = match (path("sslcert"), path("sslkey")) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            (Some(_), None) => return Err(Problem::HalfIdentity.of(&parameters.origin("sslcert"))),
            (None, Some(_)) => return Err(Problem::HalfIdentity.of(&parameters.origin("sslkey"))),
        };
        let channel_binding = parameters
            .parse("channel_binding", "`disable`, `prefer` or `require`", |text| match text {
                "disable" => Some(ChannelBinding::Disable),
                "prefer" => Some(ChannelBinding::Prefer),
                "require" => Some(ChannelBinding::Require),
                _ => None,
            })?
            .unwrap_or(ChannelBinding::Prefer);
        Ok(Self { mode, roots, identity, channel_binding })
    }
}

impl SslMode {
    const EXPECTED: &str = "`disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`";

    fn named(text: &str) -> Option<Self> {
        Some(match text {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }
}

impl Wanted {
    pub(super) fn read(parameters: &Parameters) -> Result<Self, ConninfoError> {
        let expected = "`any`, `read-write`, `read-only`, `primary`, `standby` or `prefer-standby`";
        let wanted = parameters.parse("target_session_attrs", expected, |text| {
            Some(match text {
                "any" => Self::Any,
                "read-write" => Self::ReadWrite,
                "read-only" => Self::ReadOnly,
                "primary" => Self::Primary,
                "standby" => Self::Standby,
                "prefer-standby" => Self::PreferStandby,
                _ => return None,
            })
        })?;
        Ok(wanted.unwrap_or(Self::Any))
    }
}

impl Liveness {
    /// Zero means the default of the system, and for the connection timeout to wait for ever.
    pub(super) fn read(parameters: &Parameters) -> Result<Self, ConninfoError> {
        let number =
            |name| parameters.parse(name, "a whole number", |text| text.parse::<i32>().ok());
        let positive = |name| -> Result<Option<u32>, ConninfoError> {
            let number = number(name)?.and_then(|number| u32::try_from(number).ok());
            Ok(number.filter(|number| *number > 0))
        };
        let seconds = |name| -> Result<Option<Duration>, ConninfoError> {
            Ok(positive(name)?.map(|number| Duration::from_secs(number.into())))
        };
        Ok(Self {
            connect_timeout: seconds("connect_timeout")?,
            tcp_user_timeout: positive("tcp_user_timeout")?
                .map(|number| Duration::from_millis(number.into())),
            keepalives: number("keepalives")? != Some(0),
            idle: seconds("keepalives_idle")?,
            interval: seconds("keepalives_interval")?,
            count: positive("keepalives_count")?,
        })
    }
}

/// Parameters of which one value is what happens anyway; another would be a broken promise.
pub(super) fn check_fixed(parameters: &Parameters) -> Result<(), ConninfoError> {
    for (name, expected, accepted) in [
        ("client_encoding", "`utf8` or `auto`", &["utf8", "utf-8", "unicode", "auto"][..]),
        ("gssencmode", "`disable` or `prefer`", &["disable", "prefer"]),
        ("sslnegotiation", "`postgres`", &["postgres"]),
        ("load_balance_hosts", "`disable`", &["disable"]),
    ] {
        let accepts = |text: &str| accepted.contains(&text.to_ascii_lowercase().as_str());
        parameters.parse(name, expected, |text| accepts(text).then_some(()))?;
    }
    Ok(())
}

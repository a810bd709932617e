use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use pgrecall_model::Explain;

use super::*;

fn resolve(url: Option<&str>, pairs: &[(&str, &str)]) -> Result<Conninfo, ConninfoError> {
    Conninfo::resolve(url, &Environment::from_pairs(pairs.iter().copied()))
}

/// What a string describes for a user `me` with nothing else set.
fn described(url: &str) -> String {
    match resolve(Some(url), &[("USER", "me")]) {
        Ok(conninfo) => conninfo.describe(),
        Err(error) => told(&error),
    }
}

fn told(error: &ConninfoError) -> String {
    let because = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    format!("{error}: {because} [{}]", error.code())
}

fn revealed(conninfo: &Conninfo) -> Vec<Option<String>> {
    let password = |endpoint| Some(conninfo.password(endpoint)?.0.reveal().to_owned());
    conninfo.hosts().iter().map(password).collect()
}

#[test]
fn the_string_outranks_variables_in_order() {
    let pairs = [
        ("USER", "me"),
        ("PGRECALL_URL", "postgres://recall.example/r"),
        ("DATABASE_URL", "postgres://database.example/d"),
        ("PGHOST", "pg.example"),
        ("PGPORT", "5433"),
        ("PGDATABASE", "p"),
        ("PGUSER", "pg"),
    ];
    for (url, skipped, expected) in [
        (Some("postgres://given.example/g"), 0, "pg@given.example:5433/g"),
        (Some("host=given.example user=u port=1"), 0, "u@given.example:1/p"),
        (None, 0, "pg@recall.example:5433/r"),
        (None, 2, "pg@database.example:5433/d"),
        (None, 3, "pg@pg.example:5433/p"),
        (None, 6, "pg@localhost:9/pg"),
        (None, 7, "me@localhost:9/me"),
    ] {
        let mut left: Vec<(&str, &str)> = pairs
            .iter()
            .enumerate()
            .filter(|(i, _)| *i == 0 || *i >= skipped)
            .map(|(_, p)| *p)
            .collect();
        if skipped >= 6 {
            // A port on which no server of this machine has its socket.
            left.push(("PGPORT", "9"));
        }
        if skipped == 7 {
            left.retain(|(name, _)| *name != "PGUSER");
        }
        assert_eq!(resolve(url, &left).unwrap().describe(), expected, "{url:?} {left:?}");
    }
}

#[test]
fn hosts_and_ports_are_joined() {
    for (url, expected) in [
        ("postgres://a,b:2,c/db", "me@a:5432,b:2,c:5432/db"),
        ("host=a,b port=1", "me@a:1,b:1/me"),
        ("host=a,b port=1,2", "me@a:1,b:2/me"),
        ("host=/run/x port=5433", "me@/run/x:5433/me"),
        ("postgres://%2Frun%2Fx/db", "me@/run/x:5432/db"),
        ("postgres://[::1]:5433/db", "me@[::1]:5433/db"),
        ("hostaddr=10.0.0.1", "me@10.0.0.1:5432/me"),
        ("host=a hostaddr=10.0.0.1", "me@a:5432/me"),
        ("host=a user=u", "u@a:5432/u"),
    ] {
        assert_eq!(described(url), expected, "{url}");
    }
}

#[test]
fn what_cannot_be_understood_is_named_with_its_place() {
    for (url, expected) in [
        (
            "postgres://h/db?schema=public",
            "the connection string cannot be used: connection parameter `schema` is not known [conninfo/unknown-parameter]",
        ),
        (
            "postgres://h:http/db",
            "the connection string cannot be used: connection parameter `port` must be a number from 1 to 65535 [conninfo/invalid-value]",
        ),
        (
            "host=a,b port=1,2,3",
            "the connection string cannot be used: 3 ports do not match 2 hosts [conninfo/invalid-value]",
        ),
        (
            "host=a,b hostaddr=::1",
            "the connection string cannot be used: 1 values of `hostaddr` do not match 2 of `host` [conninfo/invalid-value]",
        ),
        (
            "host=a hostaddr=b",
            "the connection string cannot be used: connection parameter `hostaddr` must be a numeric IP address [conninfo/invalid-value]",
        ),
        (
            "shop",
            "the connection string cannot be used: it is neither a URI such as `postgresql://user@host/database` nor `keyword=value` pairs [conninfo/syntax]",
        ),
        (
            "host=a sslmode=on",
            "the connection string cannot be used: connection parameter `sslmode` must be `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full` [conninfo/invalid-value]",
        ),
        (
            "host=a sslrootcert=system sslmode=require",
            "the connection string cannot be used: `sslrootcert=system` needs `sslmode=verify-full` [conninfo/invalid-value]",
        ),
        (
            "host=a load_balance_hosts=random",
            "the connection string cannot be used: connection parameter `load_balance_hosts` must be `disable` [conninfo/invalid-value]",
        ),
    ] {
        assert_eq!(described(url), expected);
    }
    let error = resolve(None, &[("PGUSER", "u"), ("PGPORT", "x")]).unwrap_err();
    assert_eq!(error.to_string(), "`PGPORT` cannot be used");
    let error = resolve(None, &[("PGUSER", "u"), ("DATABASE_URL", "mysql://h")]).unwrap_err();
    assert_eq!(error.to_string(), "`DATABASE_URL` cannot be used");
    assert_eq!(resolve(Some("host=a"), &[]).unwrap_err().code(), "conninfo/no-user");
}

#[test]
fn secrets_do_not_get_into_errors_or_debug() {
    for url in [
        "postgres://u:s3cret@h/db",
        "postgres://u:s3cret@h/db?nonsense=1",
        "postgres://u:x/s3cret@h/db",
        "postgres://u:x@s3cret@h/db",
        "postgres://u:s3cret%@h/db",
        "mysql://u:s3cret@h/db?a=b",
        "password=my s3cret host=h",
        "password='s3cret",
        "password=s3cret sslmode=nonsense",
    ] {
        let shown = match resolve(Some(url), &[("USER", "me")]) {
            Ok(conninfo) => format!("{conninfo:?} {}", conninfo.describe()),
            Err(error) => format!("{error:?} {} {:?}", told(&error), error.hint()),
        };
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn sslmode_follows_from_the_root_certificate() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".postgresql")).unwrap();
    fs::write(home.path().join(".postgresql/root.crt"), "").unwrap();
    let with_root = home.path().to_str().unwrap();
    for (home, url, expected) in [
        ("/nowhere", "host=h", SslMode::Prefer),
        ("/nowhere", "host=h sslmode=require", SslMode::Require),
        ("/nowhere", "postgres://h?ssl=true", SslMode::Require),
        ("/nowhere", "host=h sslmode=require sslrootcert=f", SslMode::VerifyCa),
        ("/nowhere", "host=h sslrootcert=system", SslMode::VerifyFull),
        ("/nowhere", "host=h sslrootcert=f", SslMode::Prefer),
        (with_root, "host=h sslmode=require", SslMode::VerifyCa),
        (with_root, "host=h", SslMode::Prefer),
    ] {
        let conninfo = resolve(Some(url), &[("USER", "me"), ("HOME", home)]).unwrap();
        assert_eq!(conninfo.tls().mode, expected, "{url}");
    }
}

#[test]
fn the_service_stands_between_string_and_variables() {
    let home = tempfile::tempdir().unwrap();
    let machine = tempfile::tempdir().unwrap();
    fs::write(home.path().join(".pg_service.conf"), "[a]\nhost=service\nport=1\ndbname=s\n")
        .unwrap();
    fs::write(machine.path().join("pg_service.conf"), "[b]\nhost=machine\n[c]\nnonsense=1\n")
        .unwrap();
    let path = |folder: &Path| folder.to_str().unwrap().to_owned();
    let (home, machine) = (path(home.path()), path(machine.path()));
    let pairs = [
        ("HOME", home.as_str()),
        ("PGSYSCONFDIR", machine.as_str()),
        ("PGUSER", "u"),
        ("PGPORT", "2"),
        ("PGDATABASE", "v"),
    ];
    for (url, expected) in [
        ("service=a", "u@service:1/s"),
        ("service=a dbname=given", "u@service:1/given"),
        ("postgres:///given?service=a", "u@service:1/given"),
        ("service=b", "u@machine:2/v"),
    ] {
        assert_eq!(resolve(Some(url), &pairs).unwrap().describe(), expected, "{url}");
    }
    let by_variable: Vec<_> = pairs.into_iter().chain([("PGSERVICE", "a")]).collect();
    assert_eq!(resolve(None, &by_variable).unwrap().describe(), "u@service:1/s");

    let absent = resolve(Some("service=z"), &pairs).unwrap_err();
    assert_eq!(
        told(&absent),
        format!(
            "the connection string cannot be used: service `z` is not defined in \
             {home}/.pg_service.conf or {machine}/pg_service.conf [conninfo/unknown-service]"
        )
    );
    let unknown = resolve(Some("service=c"), &pairs).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        format!("the service file {machine}/pg_service.conf cannot be used")
    );
    let file: Vec<_> = pairs.into_iter().chain([("PGSERVICEFILE", "/nowhere/f")]).collect();
    let missing = resolve(Some("service=a"), &file).unwrap_err();
    assert_eq!(
        told(&missing),
        "the service file /nowhere/f cannot be used: there is no such file [conninfo/unknown-service]"
    );
}

#[test]
fn the_password_file_is_asked_for_each_host_and_the_final_database() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".pgpass");
    fs::write(&file, "a:1:*:me:first\nb:*:db:me:second\nb:*:*:me:other\n").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let pairs = [("HOME", home.path().to_str().unwrap()), ("USER", "me")];
    let conninfo = resolve(Some("postgres://a:1,b:2,c:3/db"), &pairs).unwrap();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(revealed(&conninfo), [some("first"), some("second"), None]);
    let elsewhere = conninfo.with_database("x");
    assert_eq!(revealed(&elsewhere), [some("first"), some("other"), None]);
    let given = resolve(Some("postgres://me:own@a:1"), &pairs).unwrap();
    assert_eq!(revealed(&given), [some("own")]);
}

#[test]
fn a_password_file_that_others_may_read_is_ignored_with_a_warning() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".pgpass");
    fs::write(&file, "*:*:*:*:secret\n").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    let pairs = [("HOME", home.path().to_str().unwrap()), ("USER", "me")];
    let conninfo = resolve(Some("host=h"), &pairs).unwrap();
    assert_eq!(revealed(&conninfo), [None]);
    assert_eq!(conninfo.warnings(), [Warning::OpenPasswordFile(file)]);
    let by_variable: Vec<_> = pairs.into_iter().chain([("PGPASSWORD", "p")]).collect();
    let conninfo = resolve(Some("host=h"), &by_variable).unwrap();
    assert_eq!(revealed(&conninfo), [Some("p".to_owned())]);
    assert!(conninfo.warnings().is_empty());
}

#[test]
fn an_empty_value_asks_for_the_default() {
    let pairs = [("USER", "me"), ("PGDATABASE", "v"), ("PGHOST", "h")];
    assert_eq!(resolve(Some("dbname=''"), &pairs).unwrap().describe(), "me@h:5432/me");
}

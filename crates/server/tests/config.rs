use std::path::PathBuf;

use expect_test::{Expect, expect};
use pgrecall_postgres::Environment;
use pgrecall_server::config::{Config, ConfigError, Shown};

const NOTHING: [(&str, &str); 0] = [];

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().expect("folder");
    let file: PathBuf = folder.path().join("pgrecall.toml");
    std::fs::write(&file, text).expect("file");
    let user = [("USER", "me")];
    let environment = Environment::from_pairs(user.iter().chain(variables).copied());
    Config::load(Some(&file), &environment)
}

fn check(text: &str, variables: &[(&str, &str)], expected: &Expect) {
    let told = match load(text, variables) {
        Ok(_) => "right".to_owned(),
        Err(ConfigError::Mistakes { mistakes, .. }) => mistakes
            .iter()
            .map(|mistake| match &mistake.hint {
                Some(hint) => format!("{mistake}\n  hint: {hint}\n"),
                None => format!("{mistake}\n"),
            })
            .collect(),
        Err(error) => panic!("{error}"),
    };
    expected.assert_eq(&told);
}

const TWO: &str = r#"
home.target = "shop"
[server]
listen = "0.0.0.0:8080"
trusted_proxies = ["10.0.0.0/8", "127.0.0.1"]
allowed_origins = ["https://console.example"]
[targets.shop]
url = "postgresql://app:top-secret@db.example/shop"
[targets.crm]
host = "crm.example"
database = "crm"
user = "crm"
password = "also-secret"
undo.require_approval = true
"#;

#[test]
fn several_targets_are_read_and_secrets_are_not_shown() {
    let config = load(TWO, &[]).expect("right");
    let shown = Shown::from(&config);
    let lines: Vec<String> =
        shown.lines().iter().map(|(setting, value)| format!("{setting} {value}")).collect();
    let text = lines.join("\n");
    assert!(!text.contains("secret"), "{text}");
    assert!(!format!("{config:?}").contains("secret"), "{config:?}");
    for line in [
        "home app@db.example:5432/shop",
        "targets.crm.connects_to crm@crm.example:5432/crm",
        "targets.crm.undo.require_approval true",
        "server.listen 0.0.0.0:8080",
        "server.public_url http://0.0.0.0:8080",
        "limits.rows 10000",
    ] {
        assert!(lines.iter().any(|known| known == line), "{line} in\n{text}");
    }
}

#[test]
fn the_environment_outranks_the_file_and_may_be_all_there_is() {
    let variables = [
        ("PGRECALL_TARGETS__SHOP__URL", "postgresql://app@other.example/shop"),
        ("PGRECALL_LIMITS__ROWS", "5"),
        ("PGRECALL_SERVER__TRUSTED_PROXIES", "[\"10.1.0.0/16\"]"),
        ("PGRECALL_TARGETS__CRM__PASSWORD", "0123"),
    ];
    let config = load(TWO, &variables).expect("right");
    assert_eq!(
        config.target("shop").expect("shop").conninfo.describe(),
        "app@other.example:5432/shop"
    );
    assert_eq!(config.limits.rows, 5);
    assert_eq!(config.serving.trusted_proxies.len(), 1);
    let config = load("", &variables[..1]).expect("right");
    assert_eq!(config.targets.len(), 1);
    assert_eq!(config.home.expect("home").describe(), "app@other.example:5432/shop");
}

#[test]
fn variables_of_one_database_are_not_taken_for_the_targets() {
    let config = load(TWO, &[("PGHOST", "elsewhere"), ("PGPASSWORD", "x")]).expect("right");
    assert_eq!(config.target("crm").expect("crm").conninfo.describe(), "crm@crm.example:5432/crm");
}

#[test]
fn secrets_come_from_files() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("url");
    std::fs::write(&file, "postgresql://app:secret@db.example/shop\n").expect("file");
    let text = format!("[targets.shop]\nurl_file = {file:?}");
    assert_eq!(
        load(&text, &[]).expect("right").target("shop").expect("shop").conninfo.describe(),
        "app@db.example:5432/shop"
    );
    check(
        "[targets.shop]\nurl_file = \"/nowhere/url\"",
        &[],
        &expect![[r#"
            targets.shop.url_file: /nowhere/url cannot be read: No such file or directory (os error 2)
        "#]],
    );
}

#[test]
fn all_mistakes_are_found_at_once() {
    check(
        r#"
        homes = "shop"
        [server]
        listen = "nowhere"
        public_url = "recall.example"
        key_domain = "recall.example"
        allowed_origins = ["*", "https://console.example/path", "https://fine.example"]
        trusted_proxies = ["10.0.0.0/99"]
        allow_from = ["office"]
        tls = { certificate = "/nowhere/cert.pem" }
        port = 80
        [limits]
        rows = "many"
        failures = 0
        [log]
        format = "xml"
        [targets.shop]
        url = 5
        [targets."Odd Name"]
        url = "postgresql://db.example/shop"
        [targets.nowhere]
        maintain = "perhaps"
        tick_seconds = 0
        [targets.twice]
        url = "postgresql://db.example/shop?sslmode=sometimes"
        password = "a"
        password_file = "/nowhere/password"
        "#,
        &[("PGRECALL_LIMITS__CONNECTIONS", "several")],
        &expect![[r#"
            homes: there is no such setting
              hint: there are: home, server, limits, log, openid, mail, notifications, channels, targets
            limits.connections: it should be a whole number
            limits.rows: it should be a whole number
            log.format: it has none of the known values
              hint: there are: text, json
            server.port: there is no such setting
              hint: there are: listen, public_url, key_domain, tls, allowed_origins, trusted_proxies, allow_from
            targets.nowhere.maintain: it should be a boolean
            targets.shop.url: it should be a string
            server.listen: it is no address with a port
              hint: write `127.0.0.1:7788`, or `[::]:7788` for all addresses
            server.tls.certificate: the file cannot be read
              hint: name a PEM file with `certificate`, and that of its key with `key`
            server.tls.key: it is missing
              hint: name a PEM file with `certificate`, and that of its key with `key`
            server.public_url: it is no HTTP address
              hint: write `https://recall.example`
            server.key_domain: browsers use keys only over TLS, at an address with a domain
              hint: with `public_url = "https://recall.example.com"`, write `recall.example.com` or `example.com`
            server.allowed_origins: `*` is no origin
              hint: write `https://console.example`, without a path, and no `*`
            server.allowed_origins: `https://console.example/path` is no origin
              hint: write `https://console.example`, without a path, and no `*`
            server.trusted_proxies: `10.0.0.0/99` is no network
              hint: write `10.0.0.0/8` or `127.0.0.1`
            server.allow_from: `office` is no network
              hint: write `10.0.0.0/8` or `127.0.0.1`
            limits.failures: nothing could be done with so little or so much
              hint: leave it out for the default
            targets.Odd Name: `Odd Name` is no name for a target
              hint: use lower case letters, digits, `-` and `_`
            targets.nowhere.tick_seconds: it must be 1 at least
            targets.twice.password: it is given twice, also as `targets.twice.password_file`
              hint: keep one of them
            targets.twice.url: the connection string cannot be used: connection parameter `sslmode` must be `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`
        "#]],
    );
}

#[test]
fn all_mistakes_about_a_provider_are_found_at_once() {
    check(
        r#"
        targets.shop.url = "postgresql://db.example/shop"
        [openid]
        issuer = "http://login.example"
        client_secret = "a"
        client_secret_file = "/nowhere/secret"
        roles = [{ value = "dba", role = "king" }, { value = "support", role = "viewer" }]
        "#,
        &[],
        &expect![[r#"
            openid.client_secret: it is given twice, also as `openid.client_secret_file`
              hint: keep one of them
            openid.client_id: it is missing
              hint: see the registration of pgRecall at the provider
            openid.issuer: it is no HTTPS address
              hint: write `https://login.example`; over plain HTTP, only this machine is asked
            openid.roles `dba`: `king` is none of viewer, auditor, operator, approver, administrator
            openid.roles `support`: a viewer needs a tenant
        "#]],
    );
}

#[test]
fn all_mistakes_in_rules_are_found_at_once() {
    check(
        r#"
        [targets.shop]
        url = "postgresql://db.example/shop"
        [targets.shop.undo]
        require_approval = "perhaps"
        approval_hours = 0
        approved_minutes = 999999
        [[targets.shop.undo.rules]]
        rows_over = -5
        tables = []
        classes = []
        [[targets.shop.undo.rules]]
        tables = ["public.*", "a.b.c"]
        classes = ["personal", "Health Data", "9"]
        approvers = 0
        [[targets.shop.undo.rules]]
        row_over = 5
        hours = { outside = "morning", time_zone = "Europe/Atlantis" }
        [[targets.shop.undo.rules]]
        hours = { time_zone = "Europe/Vienna" }
        second_factor = 1
        "#,
        &[],
        &expect![[r#"
            targets.shop.undo.require_approval: it should be a boolean
            targets.shop.undo.rules.0.rows_over: it should be a whole number
            targets.shop.undo.rules.2.row_over: there is no such setting
              hint: there are: rows_over, tables, classes, hours, approvers, second_factor
            targets.shop.undo.rules.3.second_factor: it should be a boolean
            targets.shop.undo.rules.0.tables: it names no table
              hint: leave it out for all tables
            targets.shop.undo.rules.0.classes: it names no class
              hint: leave it out for whatever is changed
            targets.shop.undo.rules.1.tables: `a.b.c` has too many parts
              hint: write `prizes`, `public.*` or `"Odd Name"`
            targets.shop.undo.rules.1.classes: `Health Data` is no name of a class
              hint: write small letters, digits and hyphens, a letter first, 63 at most, such as `personal`
            targets.shop.undo.rules.1.classes: `9` is no name of a class
              hint: write small letters, digits and hyphens, a letter first, 63 at most, such as `personal`
            targets.shop.undo.rules.1.approvers: it lies between 1 and 20
            targets.shop.undo.rules.2.hours.outside: it is no stretch of a day
              hint: write `08:00-18:00`, or `22:00-06:00` over midnight
            targets.shop.undo.rules.2.hours.time_zone: it is no time zone known here
              hint: write a name as `Europe/Vienna`
            targets.shop.undo.rules.3.hours.outside: it is no stretch of a day
              hint: write `08:00-18:00`, or `22:00-06:00` over midnight
            targets.shop.undo.approval_hours: it lies between 1 and 8784
            targets.shop.undo.approved_minutes: it lies between 1 and 527040
        "#]],
    );
}

#[test]
fn rules_are_shown_as_they_hold() {
    let text = format!(
        "{TWO}[[targets.crm.undo.rules]]\nrows_over = 100\ntables = [\"public.*\"]\nclasses = [\"personal\", \"health\"]\napprovers = 2\n\
         hours = {{ outside = \"08:00-18:00\", time_zone = \"Europe/Vienna\" }}\n"
    );
    let shown = Shown::from(&load(&text, &[]).expect("right"));
    assert_eq!(
        shown.object()["targets"]["crm"]["undo"]["rules"],
        serde_json::json!([
            "always: 1 approver with a second factor",
            "more than 100 rows, tables public.*, classes personal, health, outside 08:00-18:00 Europe/Vienna: 2 approvers with a second factor",
        ])
    );
}

#[test]
fn what_is_no_toml_is_told_without_quoting_it() {
    check(
        "[targets.shop]\npassword = top-secret",
        &[],
        &expect![[r#"
        file: TOML parse error at line 2, column 12
          hint: it is no TOML
    "#]],
    );
}

#[test]
fn several_targets_need_a_home() {
    let text = TWO.replace("home.target = \"shop\"", "");
    check(
        &text,
        &[],
        &expect![[r#"
        home.target: there are several targets, and none is the home
          hint: say in which database pgRecall keeps its own state: `home.target = "…"`
    "#]],
    );
    let text = TWO.replace("home.target = \"shop\"", "home.target = \"shops\"");
    check(
        &text,
        &[],
        &expect![[r#"
        home.target: there is no target `shops`
          hint: name one of those under `[targets.…]`
    "#]],
    );
}

#[test]
fn an_unknown_target_names_those_that_are_there() {
    use pgrecall_model::Explain as _;
    let config = load(TWO, &[]).expect("right");
    let error = config.target("shops").expect_err("unknown");
    assert_eq!(error.to_string(), "there is no target `shops`");
    assert_eq!(error.hint().expect("hint"), "there are: crm, shop");
    let missing = Config::load(Some("/nowhere/x.toml".as_ref()), &Environment::from_pairs(NOTHING));
    assert_eq!(missing.expect_err("missing").code(), "config/unreadable");
}

#[test]
fn the_schema_describes_every_setting() {
    let schema = Config::schema();
    let text = schema.to_string();
    for name in
        ["targets", "query_url_file", "require_approval", "trusted_proxies", "lockout_minutes"]
    {
        assert!(text.contains(&format!("\"{name}\"")), "{name}");
    }
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn channels_and_mail_are_read_and_their_secrets_are_not_shown() {
    let text = format!(
        r#"{TWO}
        [mail]
        host = "mail.example"
        user = "recall"
        password = "mail-secret"
        from = "pgRecall <recall@example.com>"
        [channels.ops]
        kind = "webhook"
        url = "https://hooks.example/path-secret?key=query-secret"
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
        topics = ["break_glass", "gap"]
        targets = ["shop"]
        [channels.chat]
        kind = "slack"
        url = "https://hooks.slack.example/services/slack-secret"
        [channels.team]
        kind = "mail"
        to = ["ops@example.com"]
        "#
    );
    let config = load(&text, &[("PGRECALL_NOTIFICATIONS__ATTEMPTS", "3")]).expect("right");
    let lines: Vec<String> = Shown::from(&config)
        .lines()
        .iter()
        .map(|(setting, value)| format!("{setting} {value}"))
        .collect();
    let shown = lines.join("\n");
    for text in [&shown, &format!("{config:?}")] {
        assert!(!text.contains("-secret") && !text.contains("MfKQ"), "{text}");
    }
    for line in [
        "mail.port 587",
        "mail.security starttls",
        "notifications.attempts 3",
        "channels.ops.host hooks.example",
        r#"channels.ops.topics ["break_glass","gap"]"#,
        "channels.chat.kind slack",
        r#"channels.team.to ["ops@example.com"]"#,
    ] {
        assert!(lines.iter().any(|known| known == line), "{line} in\n{shown}");
    }
}

#[test]
fn mistakes_of_mail_and_rules_are_found_at_once() {
    check(
        r#"
        [targets.shop]
        url = "postgresql://db.example/shop"
        [mail]
        security = "none"
        user = "recall"
        password = "mail-secret"
        from = "nobody\r\nBcc: x@example.com"
        trusted_certificate = "/nowhere/ca.pem"
        [notifications]
        attempts = 0
        bulk_changes = 0
        allow_networks = ["everywhere"]
        [channels.personal]
        kind = "mail"
        to = []
        [channels."Odd Name"]
        kind = "mail"
        to = ["ann@example.com\r\nBcc: eve@example.com"]
        "#,
        &[],
        &expect![[r#"
            notifications.attempts: nothing could be done with so little or so much
              hint: leave it out for the default
            notifications.bulk_changes: nothing could be done with so little or so much
              hint: leave it out for the default
            notifications.allow_networks: `everywhere` is no network
              hint: write `10.0.0.0/8` or `127.0.0.1`
            mail.security: the password could be read on the way
              hint: use `starttls` or `tls`
            mail.trusted_certificate: the file cannot be read
              hint: name the PEM file of the authority of the server
            mail.host: it is missing
              hint: name the server
            mail.from: it is no mail address
              hint: write `recall@example.com`, or `pgRecall <recall@example.com>`
            channels.Odd Name: `Odd Name` is no name for a channel
              hint: use lower case letters, digits, `-` and `_`, and not `personal`
            channels.Odd Name.to: `ann@example.com\r\nBcc: eve@example.com` is no mail address
              hint: write it as `ann@example.com`, without a name
            channels.personal: `personal` is no name for a channel
              hint: use lower case letters, digits, `-` and `_`, and not `personal`
            channels.personal.to: it names nobody
              hint: write `to = ["ops@example.com"]`
        "#]],
    );
}

#[test]
fn mistakes_of_channels_are_found_at_once_and_no_secret_is_repeated() {
    check(
        r#"
        [targets.shop]
        url = "postgresql://db.example/shop"
        [channels.nothing]
        [channels.pigeon]
        kind = "pigeon"
        [channels.team]
        kind = "mail"
        to = ["a@b.c"]
        [channels.bare]
        kind = "webhook"
        topics = ["rain"]
        targets = ["elsewhere"]
        [channels.weak]
        kind = "webhook"
        url = "ftp://hooks.example/secret-path"
        secret = "whsec_c2hvcnQ="
        [channels.inside]
        kind = "slack"
        url = "http://169.254.169.254/latest/secret-path"
        "#,
        &[],
        &expect![[r#"
            channels.pigeon.kind: it has none of the known values
              hint: there are: webhook, slack, mail
            channels.bare.topics: `rain` is no topic of notices
              hint: there are: approval.asked, approval.decided, approval.expired, undo.applied, undo.failed, break_glass, review.due, sign_in.new_place, bulk_change, gap
            channels.bare.targets: there is no target `elsewhere`
              hint: name those under `[targets.…]`
            channels.bare.url: it is missing
              hint: give it `url` or `url_file`
            channels.bare.secret: it is missing
              hint: make one with `echo whsec_$(openssl rand -base64 32)`, and tell the receiver
            channels.inside.url: its address lies in a private or special network
              hint: if it is meant, name the network in `notifications.allow_networks`
            channels.nothing.kind: it is missing
              hint: there are: webhook, slack, mail
            channels.team: there is no server that takes mail
              hint: describe it under `[mail]`, with `host` and `from`
            channels.weak.url: it is no HTTP address, or has a user in it
              hint: write `https://hooks.example/…`
            channels.weak.secret: it is no secret for signatures
              hint: make one with `echo whsec_$(openssl rand -base64 32)`, and tell the receiver
        "#]],
    );
}

use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stage::{PASSWORD, Stage};

#[test]
fn a_session_needs_its_token_for_whatever_changes_something() {
    block_on(async {
        let stage = Stage::with("server.allowed_origins = [\"https://console.example\"]").await;
        stage.user("ann", Role::Administrator, None, None).await;
        let browser = stage.browser("ann").await;
        assert_eq!(browser.get("/v1/me").await.ok()["user"], "ann");
        let mut without = browser.clone();
        without.headers.retain(|(name, _)| *name != "x-csrf-token");
        assert_eq!(without.get("/v1/me").await.status, 200, "reading needs none");
        let mark = json!({ "name": "m" });
        for forged in [
            without.clone(),
            without.clone().with("x-csrf-token", "guessed"),
            browser.clone().with("origin", "https://evil.example"),
            browser.clone().with("origin", "null"),
        ] {
            let answer = forged.post("/v1/targets/shop/marks", &mark).await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "api/csrf"));
        }
        let console = browser.clone().with("origin", "https://console.example");
        assert_eq!(console.post("/v1/targets/shop/marks", &mark).await.status, 201);
        assert_eq!(browser.delete("/v1/session").await.status, 204);
        assert_eq!(browser.get("/v1/me").await.code(), "api/signed-out");
    });
}

#[test]
fn a_cookie_is_closed_to_scripts_and_a_session_is_new_each_time() {
    block_on(async {
        let stage = Stage::new().await;
        stage.user("ann", Role::Auditor, None, None).await;
        let shown = json!({ "name": "ann", "password": PASSWORD });
        // A session that somebody put into the browser before does not become the user's.
        let planted = stage.nobody().with("cookie", "pgrecall=prs_planted");
        let answer = planted.post("/v1/session", &shown).await;
        let cookie = answer.header("set-cookie").to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        assert!(!cookie.contains("prs_planted"), "{cookie}");
        assert_eq!(planted.get("/v1/me").await.status, 401);
    });
}

#[test]
fn over_tls_the_cookie_goes_over_tls_only() {
    block_on(async {
        let stage = Stage::with("server.public_url = \"https://recall.example\"").await;
        stage.user("ann", Role::Auditor, None, None).await;
        let shown = json!({ "name": "ann", "password": PASSWORD });
        let answer = stage.nobody().post("/v1/session", &shown).await;
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("__Host-pgrecall=") && cookie.contains("; Secure"), "{cookie}");
        assert!(answer.header("strict-transport-security").contains("max-age"));
    });
}

#[test]
fn guesses_are_slowed_down_by_address_whatever_it_claims_to_be() {
    block_on(async {
        let stage = Stage::with("limits.sign_ins_per_minute = 3").await;
        let shown = json!({ "name": "nobody", "password": "x" });
        let mut codes = Vec::new();
        for attempt in 0..4 {
            let claimed = stage.nobody().with("x-forwarded-for", format!("198.51.100.{attempt}"));
            codes.push(claimed.post("/v1/session", &shown).await.status);
        }
        assert_eq!(codes, [401, 401, 401, 429]);
    });
}

#[test]
fn guesses_are_slowed_down_at_every_door() {
    block_on(async {
        let stage =
            Stage::with("server.trusted_proxies = [\"127.0.0.1\"]\nlimits.sign_ins_per_minute = 1")
                .await;
        let link = json!({ "invitation": "x" });
        let acceptance = json!({ "invitation": "x", "password": PASSWORD });
        let doors = [
            ("POST", "/v1/session", Some(json!({ "name": "nobody", "password": "x" }))),
            ("POST", "/v1/session/second-factor", Some(json!({ "code": "000000" }))),
            ("POST", "/v1/session/second-factor/challenge", None),
            ("POST", "/v1/invitations/look", Some(link)),
            ("POST", "/v1/invitations", Some(acceptance)),
            ("GET", "/v1/session/openid", None),
            ("GET", "/v1/session/openid/callback?code=x&state=x", None),
        ];
        for (at, (method, path, body)) in doors.iter().enumerate() {
            let guess = stage.nobody().with("x-forwarded-for", format!("198.51.100.{at}"));
            let first = guess.send(method, path, body.as_ref()).await;
            assert!((400..429).contains(&first.status), "{path}: {} {}", first.status, first.text);
            let second = guess.send(method, path, body.as_ref()).await;
            assert_eq!(second.status, 429, "{path}: {}", second.text);
        }
    });
}

#[test]
fn tokens_are_not_guessed_for_long() {
    block_on(async {
        let stage =
            Stage::with("server.trusted_proxies = [\"127.0.0.1\"]\nlimits.requests_per_minute = 1")
                .await;
        let shown = [
            ("authorization", "Bearer prt_guessed"),
            ("authorization", "Bearer prv_guessed"),
            ("cookie", "pgrecall=prs_guessed"),
        ];
        // What is open to viewer tokens is another way in than what is not.
        for (number, path) in ["/v1/targets/shop/tables", "/v1/targets/shop"].iter().enumerate() {
            for (at, (header, value)) in shown.into_iter().enumerate() {
                let address = format!("198.51.{number}.{at}");
                let guess = stage.nobody().with("x-forwarded-for", address).with(header, value);
                let first = guess.get(path).await.status;
                assert!([401, 403].contains(&first), "{path} {value}: {first}");
                assert_eq!(guess.get(path).await.status, 429, "{path} {value}");
            }
        }
    });
}

#[test]
fn requests_of_a_user_are_counted() {
    block_on(async {
        let stage = Stage::with("limits.requests_per_minute = 2").await;
        let auditor = stage.program(Role::Auditor).await;
        let codes = [
            auditor.get("/v1/me").await.status,
            auditor.get("/v1/me").await.status,
            auditor.get("/v1/me").await.status,
        ];
        assert_eq!(codes, [200, 200, 429]);
    });
}

#[test]
fn the_first_administrator_comes_in_by_the_printed_link() {
    block_on(async {
        let stage = Stage::new().await;
        let link = stage.server.setup_link().expect("link").to_owned();
        let path = link.split_once("/setup").expect("path").1;
        let page = stage.nobody().get(&format!("/setup{path}")).await;
        assert_eq!(page.status, 200, "the form, or the console where it is built: {}", page.text);
        let secret = path.split_once('=').expect("secret").1;
        let shown = json!({ "invitation": secret });
        let purpose = stage.nobody().post("/v1/invitations/look", &shown).await.ok();
        assert_eq!(purpose, json!({ "user": null }), "for the first administrator");
        let acceptance = json!({ "invitation": secret, "name": "root", "password": PASSWORD });
        assert_eq!(stage.nobody().post("/v1/invitations", &acceptance).await.ok()["user"], "root");
        let again = stage.nobody().post("/v1/invitations", &acceptance).await;
        assert_eq!(again.code(), "access/no-invitation");
        let roles = stage.browser("root").await.get("/v1/me").await.ok()["roles"].clone();
        assert_eq!(roles, json!(["administrator"]));
        let second = crate::stage::start(&stage.file).await;
        assert_eq!(second.setup_link(), None, "there is one now");
    });
}

#[test]
fn the_form_behind_a_link_sets_the_password_without_scripts() {
    block_on(async {
        let stage = Stage::new().await;
        let held = pgrecall_access::Membership::new(Role::Auditor, None, None).expect("role");
        let deed = pgrecall_access::Deed::on_command_line(None, "user.add", "ann");
        let link = stage.control.add_user("ann", &[held], &deed).await.expect("user");
        let form = |password: &str| {
            let body = format!("invitation={}&password={password}", link.expose());
            format!(
                "POST /setup HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: \
                 application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
        };
        let send = async |request: String| {
            let mut stream = TcpStream::connect(stage.server.address()).await.expect("connects");
            stream.write_all(request.as_bytes()).await.expect("sent");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("answer");
            answer
        };
        let short = send(form("short")).await;
        assert!(short.starts_with("HTTP/1.1 400") && short.contains("12 characters"), "{short}");
        let done = send(form("correct+horse+battery")).await;
        assert!(done.contains("ann, you can sign in now"), "{done}");
        stage.browser("ann").await;
        assert!(send(form("correct+horse+battery")).await.starts_with("HTTP/1.1 400"), "used");
    });
}

#[test]
fn a_token_does_what_its_scopes_say_and_makes_no_other_tokens() {
    block_on(async {
        let stage = Stage::new().await;
        stage.user("ann", Role::Operator, None, None).await;
        let browser = stage.browser("ann").await;
        let wish = json!({ "name": "export", "scopes": ["read"], "days": 30, "target": "shop" });
        let made = browser.post("/v1/me/tokens", &wish).await.ok();
        let bearer = format!("Bearer {}", made["token"].as_str().expect("token"));
        let program = stage.nobody().with("authorization", bearer);
        program.get("/v1/targets/shop/changes").await.ok();
        assert_eq!(program.get("/v1/targets/shop/marks").await.status, 403);
        assert_eq!(program.post("/v1/me/tokens", &wish).await.status, 403);
        for wrong in [
            json!({ "name": "x", "scopes": ["everything"], "days": 1 }),
            json!({ "name": "x", "scopes": [], "days": 1 }),
            json!({ "name": "x", "scopes": ["read"], "days": 9999 }),
        ] {
            assert_eq!(browser.post("/v1/me/tokens", &wrong).await.status, 400);
        }
        let id = &made["id"];
        assert_eq!(browser.delete(&format!("/v1/me/tokens/{id}")).await.status, 204);
        assert_eq!(program.get("/v1/targets/shop/changes").await.status, 401);
    });
}

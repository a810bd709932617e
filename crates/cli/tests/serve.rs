use std::process::Stdio;

use pgrecall_testkit::block_on;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::program::{Program, text, told};
use crate::tracked;

fn configured(url: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("pgrecall.toml");
    let content = format!("server.listen = \"127.0.0.1:0\"\n[targets.shop]\nurl = \"{url}\"");
    std::fs::write(&path, content).expect("file");
    let path = path.to_str().expect("path").to_owned();
    (folder, path)
}

/// What the server answers to a request, as it comes.
async fn answer(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answer");
    answer
}

#[test]
fn it_serves_until_it_is_told_to_stop_and_says_how_to_come_in() {
    block_on(async {
        let (database, program) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let (_folder, path) = configured(&database.url());
        let mut server = program.start(&["--config", &path, "serve", "--json"]);
        let mut lines = BufReader::new(server.stdout.take().expect("stdout")).lines();
        let line = lines.next_line().await.expect("line").expect("line");
        let started: Value = serde_json::from_str(&line).expect("JSON");
        assert!(started["setup_link"].as_str().expect("link").contains("/setup?invitation=pri_"));
        let address = started["address"].as_str().expect("address").to_owned();

        let user = ["--config", &path, "user"];
        let add = ["add", "ann", "--role", "auditor", "--json"];
        let added = program.succeeds(&[&user[..], &add[..]].concat()).await;
        let added: Value = serde_json::from_str(&added).expect("JSON");
        assert_eq!(added["user"], "ann");
        let create = [
            "--config", &path, "token", "create", "--user", "ann", "--name", "x", "--scope", "read",
        ];
        let token = program.json(&create).await.remove(0);
        let request = format!(
            "GET /v1/targets/shop/changes HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n\r\n",
            token["token"].as_str().expect("token")
        );
        assert!(answer(&address, &request).await.starts_with("HTTP/1.1 200"));
        let revoke = ["--config", &path, "token", "revoke", &token["id"].to_string()];
        assert_eq!(program.json(&revoke).await[0]["revoked"], true);
        assert_eq!(program.json(&revoke).await[0]["revoked"], false);
        assert!(answer(&address, &request).await.starts_with("HTTP/1.1 401"));

        let pid = server.id().expect("running").to_string();
        let stopped = tokio::process::Command::new("kill").arg(&pid).stdout(Stdio::null()).status();
        assert!(stopped.await.expect("kill").success());
        let output = server.wait_with_output().await.expect("ended");
        assert!(output.status.success(), "{}", told(&output));
        assert!(text(&output.stderr).contains("Stopping."), "{}", text(&output.stderr));
    });
}

#[test]
fn users_are_managed_from_the_command_line() {
    block_on(async {
        let (database, program) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let (_folder, path) = configured(&database.url());
        let run = async |arguments: &[&str]| {
            program.run(&[&["--config", &path, "user"][..], arguments].concat()).await
        };
        let code = async |arguments: &[&str]| run(arguments).await.status.code();
        assert_eq!(code(&["add", "eve", "--role", "viewer", "--tenant", "acme"]).await, Some(0));
        assert_eq!(code(&["add", "eve", "--role", "auditor"]).await, Some(1), "taken");
        assert_eq!(code(&["add", "Eve", "--role", "auditor"]).await, Some(2), "no name");
        assert_eq!(code(&["add", "bob", "--role", "viewer"]).await, Some(2), "no tenant");
        assert_eq!(code(&["add", "bob", "--role", "king"]).await, Some(2), "no role");
        assert_eq!(code(&["disable", "nobody"]).await, Some(1));
        assert_eq!(code(&["disable", "eve"]).await, Some(0));
        let listed = run(&["list", "--json"]).await;
        let eve: Value = serde_json::from_slice(&listed.stdout).expect("one line");
        assert_eq!(eve["roles"], json!([{ "role": "viewer", "target": "*", "tenant": "acme" }]));
        assert!(eve["disabled_at"].is_string());
        assert_eq!(code(&["enable", "eve"]).await, Some(0));
        assert_eq!(code(&["grant", "eve", "--role", "operator", "--on", "shop"]).await, Some(0));
        assert_eq!(code(&["revoke", "eve", "--role", "operator"]).await, Some(2), "not for all");
        assert_eq!(code(&["revoke", "eve", "--role", "viewer"]).await, Some(0));
        assert_eq!(code(&["allow", "eve", "--from", "office"]).await, Some(2), "no network");
        assert_eq!(code(&["allow", "eve"]).await, Some(2), "from where");
        let allowed = run(&["allow", "eve", "--from", "10.0.0.0/8", "--json"]).await;
        let eve: Value = serde_json::from_slice(&allowed.stdout).expect("one line");
        assert_eq!(eve["allow_from"], json!(["10.0.0.0/8"]));
        assert_eq!(eve["roles"], json!([{ "role": "operator", "target": "shop", "tenant": null }]));
        assert_eq!(code(&["allow", "eve", "--from-anywhere"]).await, Some(0));
        let token =
            "INSERT INTO recall_control.token (token_hash, user_id, name, scopes, expires_at)
             SELECT sha256('x'), id, 'nightly', '{read}', now() + interval '1 day'
             FROM recall_control.user_account WHERE name = 'eve'";
        database.execute(token).await;
        let reset = run(&["reset", "eve"]).await;
        assert!(text(&reset.stdout).contains("/setup?invitation=pri_"), "{}", told(&reset));
        assert!(text(&reset.stderr).contains("tokens of eve still work: 1"), "{}", told(&reset));
        let log =
            "SELECT string_agg(action || ' ' || actor, ', ' ORDER BY id) FROM recall_control.audit";
        assert_eq!(
            database.scalar(log).await,
            "user.add tester, user.disable tester, user.enable tester, user.memberships tester, \
             user.memberships tester, user.change tester, user.change tester, user.reset tester"
        );
        let unserved = Program::on(&database.url()).run(&["serve"]).await;
        assert_eq!(unserved.status.code(), Some(1));
        assert!(text(&unserved.stderr).contains("serve/no-target"), "{}", text(&unserved.stderr));
    });
}

/// The next message that somebody sends, as it comes, with the connection that waits for an answer.
async fn message(listener: &TcpListener) -> (String, TcpStream) {
    let (mut stream, _) = listener.accept().await.expect("connects");
    let mut text = String::new();
    while !text.contains("\r\n\r\n{") {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.expect("message");
        text.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    (text, stream)
}

fn header<'a>(message: &'a str, name: &str) -> &'a str {
    let mut lines = message.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(found, _)| *found == name).expect("header").1
}

#[test]
fn a_message_that_a_killed_server_was_sending_is_sent_again_with_the_same_id() {
    block_on(async {
        let (database, program) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let (_folder, path) = configured(&database.url());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("address");
        let channel = format!(
            "\nnotifications.allow_networks = [\"127.0.0.1/32\"]\n[channels.ops]\nkind = \"webhook\"\n\
             url = \"http://{}/\"\nsecret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=\"\n",
            listener.local_addr().expect("address")
        );
        let content = std::fs::read_to_string(&path).expect("file");
        let (server, target) = content.split_once('\n').expect("lines");
        std::fs::write(&path, format!("{server}{channel}{target}")).expect("file");
        let serve = ["--config", &path, "serve", "--json"];
        let mut first = program.start(&serve);
        let mut lines = BufReader::new(first.stdout.take().expect("stdout")).lines();
        lines.next_line().await.expect("line").expect("started");
        let deed = "INSERT INTO recall_control.audit (actor, via, action, outcome)
                    VALUES ('ann', 'test', 'break_glass.use', 'done')";
        database.execute(deed).await;
        let (sent, _unanswered) = message(&listener).await;
        // SIGKILL: it has no time to write anything down.
        first.kill().await.expect("killed");
        // The time of the lease passes.
        database.execute("UPDATE recall_control.delivery SET leased_until = now()").await;
        let _second = program.start(&serve);
        let (again, mut stream) = message(&listener).await;
        let body = |text: &str| text.split_once("\r\n\r\n").expect("body").1.to_owned();
        assert_eq!(body(&sent), body(&again));
        assert_eq!(header(&sent, "webhook-id"), header(&again, "webhook-id"));
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("answered");
        let status = "SELECT status || ' ' || attempts FROM recall_control.delivery";
        while database.scalar(status).await != "delivered 2" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
}

#[test]
fn the_mail_address_of_a_user_is_given_and_taken_on_the_command_line() {
    block_on(async {
        let (database, program) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let (_folder, path) = configured(&database.url());
        let run = async |arguments: &[&str]| {
            program.run(&[&["--config", &path, "user"][..], arguments].concat()).await
        };
        let code = async |arguments: &[&str]| run(arguments).await.status.code();
        let mail = "SELECT coalesce(mail, '-') FROM recall_control.user_account";
        let wrong = ["add", "ann", "--role", "auditor", "--mail", "ann@example.com\nBcc: x@y.z"];
        assert_eq!(code(&wrong).await, Some(2), "no address");
        let add = ["add", "ann", "--role", "auditor", "--mail", "ann@example.com"];
        assert_eq!(code(&add).await, Some(0));
        assert_eq!(
            database.scalar(mail).await,
            "ann@example.com",
            "the first attempt added nobody"
        );
        let listed = text(&run(&["list"]).await.stdout);
        assert!(listed.contains("ann@example.com"), "{listed}");
        assert_eq!(code(&["change", "ann"]).await, Some(2), "nothing to change");
        let changed = run(&["change", "ann", "--mail", "a@example.com", "--json"]).await;
        let changed: Value = serde_json::from_slice(&changed.stdout).expect("JSON");
        assert_eq!((&changed["name"], &changed["mail"]), (&json!("ann"), &json!("a@example.com")));
        assert_eq!(code(&["change", "ann", "--no-mail"]).await, Some(0));
        assert_eq!(database.scalar(mail).await, "-");
        assert_eq!(code(&["change", "nobody", "--no-mail"]).await, Some(1));
        let log = "SELECT string_agg(action, ' ' ORDER BY id) FROM recall_control.audit";
        assert_eq!(database.scalar(log).await, "user.add user.change user.change user.change");
    });
}

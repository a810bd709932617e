//! What is left when the server is killed in the midst of an approval or of an application, and how
//! another one goes on with it.

use std::time::Duration;

use pgrecall_testkit::{Session, TestDatabase, block_on};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::Child;

use crate::program::Program;
use crate::tracked;

const PASSWORD: &str = "correct horse battery";
const RULES: &str = "[[targets.shop.undo.rules]]\nsecond_factor = false\n";
const TABLE: &str =
    "CREATE TABLE public.prize (id int PRIMARY KEY); INSERT INTO prize VALUES (1), (2)";

/// A database after an accident, with a plan to take it back that waits for its approval.
struct Scene {
    database: TestDatabase,
    program: Program,
    folder: tempfile::TempDir,
    operator: String,
    approver: String,
    plan: Value,
    approval: Value,
}

/// A server that runs until it is killed.
struct Running {
    child: Child,
    address: String,
}

fn configured<'a>(path: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    [&["--config", path], arguments].concat()
}

impl Scene {
    async fn new() -> (Self, Running) {
        let (database, program) = tracked(TABLE).await;
        database.execute("DELETE FROM prize").await;
        let folder = tempfile::tempdir().expect("folder");
        let url = database.url();
        let text =
            format!("server.listen = \"127.0.0.1:0\"\n[targets.shop]\nurl = \"{url}\"\n{RULES}");
        std::fs::write(folder.path().join("pgrecall.toml"), text).expect("file");
        let (plan, approval) = (Value::Null, Value::Null);
        let (operator, approver) = (String::new(), String::new());
        let mut scene = Self { database, program, folder, operator, approver, plan, approval };
        let server = scene.serve().await;
        scene.operator = scene.token("olga", "operator").await;
        scene.approver = scene.session(&server, "anton", "approver").await;
        let tx = scene.database.scalar("SELECT max(tx) FROM recall.change").await;
        let made = scene.operates(&server, "/plans", &json!({ "transactions": [tx] })).await;
        let id = made["plan"]["id"].as_str().expect("id").to_owned();
        scene.plan =
            scene.operates(&server, &format!("/plans/{id}/preview"), &json!({})).await["plan"]
                .clone();
        let wish = json!({ "hash": scene.plan["hash"], "reason": "why" });
        scene.approval = scene.operates(&server, &format!("/plans/{id}/approval"), &wish).await;
        (scene, server)
    }

    fn path(&self) -> String {
        self.folder.path().join("pgrecall.toml").to_str().expect("path").to_owned()
    }

    async fn serve(&self) -> Running {
        let path = self.path();
        let mut child = self.program.start(&configured(&path, &["serve", "--json"]));
        let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let line = lines.next_line().await.expect("line").expect("line");
        let started: Value = serde_json::from_str(&line).expect("JSON");
        Running { child, address: started["address"].as_str().expect("address").to_owned() }
    }

    /// A program that may what a role may.
    async fn token(&self, name: &str, role: &str) -> String {
        let path = self.path();
        let add = configured(&path, &["user", "add", name, "--role", role]);
        self.program.succeeds(&add).await;
        let create = ["token", "create", "--user", name, "--name", "x", "--scope", "undo"];
        let token = self.program.json(&configured(&path, &create)).await.remove(0);
        format!("authorization: Bearer {}\r\n", token["token"].as_str().expect("token"))
    }

    /// Somebody who is signed in.
    async fn session(&self, server: &Running, name: &str, role: &str) -> String {
        let path = self.path();
        let add = configured(&path, &["user", "add", name, "--role", role]);
        let added = self.program.json(&add).await.remove(0).to_string();
        let secret = added.split("invitation=").nth(1).expect("link");
        let secret = secret.split('"').next().expect("secret");
        let acceptance = json!({ "invitation": secret, "password": PASSWORD });
        server.post("", "/v1/invitations", &acceptance).await;
        let shown = json!({ "name": name, "password": PASSWORD });
        let (_, head, body) = server.post("", "/v1/session", &shown).await;
        let cookie = head.split("set-cookie: ").nth(1).expect("cookie");
        let cookie = cookie.split(';').next().expect("cookie");
        let csrf = body["csrf_token"].as_str().expect("token");
        format!("cookie: {cookie}\r\nx-csrf-token: {csrf}\r\n")
    }

    async fn operates(&self, server: &Running, path: &str, body: &Value) -> Value {
        let path = format!("/v1/targets/shop{path}");
        let (status, _, answer) = server.post(&self.operator, &path, body).await;
        assert!((200..300).contains(&status), "{path}: {answer}");
        answer
    }

    async fn approve(&self, server: &Running) -> (u16, Value) {
        let path = format!("/v1/targets/shop/approvals/{}/approve", self.approval["id"]);
        let body = json!({ "hash": self.plan["hash"] });
        let (status, _, answer) = server.post(&self.approver, &path, &body).await;
        (status, answer)
    }

    fn application(&self) -> (String, String, Value) {
        let path =
            format!("/v1/targets/shop/plans/{}/apply", self.plan["id"].as_str().expect("id"));
        let headers = format!("{}idempotency-key: k\r\n", self.operator);
        (headers, path, json!({ "hash": self.plan["hash"], "reason": "a mistake" }))
    }

    async fn apply(&self, server: &Running) -> (u16, Value) {
        let (headers, path, body) = self.application();
        let (status, _, answer) = server.post(&headers, &path, &body).await;
        (status, answer)
    }

    /// Asks again until the connection of the killed server has ended, too.
    async fn applied(&self, server: &Running) -> Value {
        loop {
            match self.apply(server).await {
                (200, plan) => return plan,
                (409, problem)
                    if problem["title"] == "the plan is applying and cannot be applied now" => {}
                other => unreachable!("{other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a query gives this.
    async fn until(&self, query: &str, expected: &str) {
        while self.database.scalar(query).await != expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn until_it_waits(&self, application: &str) {
        let waiting = format!(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()
               AND application_name = '{application}' AND wait_event_type = 'Lock'"
        );
        self.until(&waiting, "t").await;
    }

    async fn holding(&self, sql: &str) -> Session {
        let session = self.database.session().await;
        session.execute(&format!("BEGIN; {sql}")).await;
        session
    }

    async fn statuses(&self) -> String {
        let statuses = "SELECT p.status || ' ' || a.status FROM recall_control.plan AS p
                        JOIN recall_control.approval AS a ON a.plan = p.id";
        self.database.scalar(statuses).await
    }

    async fn prizes_and_undos(&self) -> String {
        let counts =
            "SELECT (SELECT count(*) FROM prize) || ' ' || (SELECT count(*) FROM recall.undo)";
        self.database.scalar(counts).await
    }
}

impl Running {
    /// Sends a request, and leaves it to the server.
    async fn send(&self, headers: &str, path: &str, body: &Value) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).await.expect("connects");
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        stream
    }

    async fn post(&self, headers: &str, path: &str, body: &Value) -> (u16, String, Value) {
        let mut answer = String::new();
        let mut stream = self.send(headers, path, body).await;
        stream.read_to_string(&mut answer).await.expect("answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        (status.expect("status"), head.to_owned(), body)
    }

    /// As the system kills what takes too much memory.
    async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }
}

#[test]
fn a_server_killed_in_the_midst_of_applying_leaves_nothing_done_and_another_goes_on() {
    block_on(async {
        let (scene, first) = Scene::new().await;
        assert_eq!(scene.approve(&first).await.0, 200);
        // Planning reads; what is to be applied waits.
        let holder = scene.holding("LOCK TABLE prize IN SHARE MODE").await;
        let (headers, path, body) = scene.application();
        let _asked = first.send(&headers, &path, &body).await;
        scene.until_it_waits("pgrecall serve").await;
        first.kill().await;
        assert_eq!(scene.statuses().await, "applying applying");
        let second = scene.serve().await;
        holder.execute("ROLLBACK").await;
        let applied = scene.applied(&second).await;
        assert_eq!(applied["status"], "applied");
        assert_eq!(scene.prizes_and_undos().await, "2 1");
        assert_eq!(scene.statuses().await, "applied applied");
        assert_eq!(scene.applied(&second).await["tx"], applied["tx"]);
        assert_eq!(scene.prizes_and_undos().await, "2 1");
        second.kill().await;
    });
}

#[test]
fn a_server_killed_between_the_deed_and_its_note_finds_the_deed_done() {
    block_on(async {
        let (scene, first) = Scene::new().await;
        assert_eq!(scene.approve(&first).await.0, 200);
        let before = scene.holding("LOCK TABLE prize IN SHARE MODE").await;
        let (headers, path, body) = scene.application();
        let _asked = first.send(&headers, &path, &body).await;
        scene.until_it_waits("pgrecall serve").await;
        // It can do the deed, but not write it down.
        let after = scene.holding("SELECT FROM recall_control.plan FOR UPDATE").await;
        before.execute("ROLLBACK").await;
        scene.until_it_waits("pgrecall control").await;
        assert_eq!(scene.prizes_and_undos().await, "2 1");
        first.kill().await;
        after.execute("ROLLBACK").await;
        assert_eq!(scene.statuses().await, "applying applying");
        let second = scene.serve().await;
        let applied = scene.applied(&second).await;
        let tx = scene.database.scalar("SELECT tx FROM recall.undo").await;
        assert_eq!(applied["tx"].to_string(), tx);
        assert_eq!(scene.prizes_and_undos().await, "2 1");
        assert_eq!(scene.statuses().await, "applied applied");
        let deeds =
            "SELECT string_agg(outcome, ',') FROM recall_control.audit WHERE action = 'plan.apply'";
        assert_eq!(scene.database.scalar(deeds).await, "done", "noted once");
        second.kill().await;
    });
}

#[test]
fn a_server_killed_in_the_midst_of_an_approval_has_not_approved() {
    block_on(async {
        let (scene, first) = Scene::new().await;
        let holder = scene.holding("SELECT FROM recall_control.plan FOR UPDATE").await;
        let path = format!("/v1/targets/shop/approvals/{}/approve", scene.approval["id"]);
        let body = json!({ "hash": scene.plan["hash"] });
        let _asked = first.send(&scene.approver, &path, &body).await;
        scene.until_it_waits("pgrecall control").await;
        first.kill().await;
        holder.execute("ROLLBACK").await;
        assert_eq!(scene.statuses().await, "previewed requested");
        let trace =
            "SELECT (SELECT count(*) FROM recall_control.approval_decision) || ' ' || count(*)
                     FROM recall_control.audit WHERE action = 'approval.approve'";
        assert_eq!(scene.database.scalar(trace).await, "0 0");
        let second = scene.serve().await;
        assert_eq!(scene.approve(&second).await.0, 200);
        assert_eq!(scene.database.scalar(trace).await, "1 1");
        scene.applied(&second).await;
        assert_eq!(scene.prizes_and_undos().await, "2 1");
        second.kill().await;
    });
}

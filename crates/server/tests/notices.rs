use pgrecall_access::{Deed, Role};
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::client::Client;
use crate::receiver::{Answer, Receiver};
use crate::stage::{Stage, start};

/// So that the receiver of a test can be reached.
const LOCAL: &str = "notifications.allow_networks = [\"127.0.0.0/8\"]\n";

/// Something that is told.
async fn happen(stage: &Stage, subject: &str) {
    let mut deed = Deed::on_command_line(Some("olga".to_owned()), "break_glass.use", subject);
    deed.target = Some("shop".to_owned());
    stage.control.note(&deed).await.expect("noted");
}

/// The newest delivery, as soon as it is as it should be.
async fn delivery(administrator: &Client, is_right: impl Fn(&Value) -> bool) -> Value {
    loop {
        let page = administrator.get("/v1/deliveries?limit=1").await.ok();
        if is_right(&page["deliveries"][0]) {
            return page["deliveries"][0].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Lets the time pass until what waits is due.
async fn wait_over(stage: &Stage) {
    let due = "UPDATE recall_control.delivery SET due_at = now() WHERE status = 'waiting';
               SELECT pg_notify('recall_control_notice', '')";
    stage.database.execute(due).await;
}

fn attempts(delivery: &Value) -> usize {
    delivery["attempts"].as_array().map(Vec::len).unwrap_or_default()
}

#[test]
fn a_webhook_is_signed_and_says_what_happened() {
    block_on(async {
        let mut receiver = Receiver::start(&[]).await;
        let url = "server.public_url = \"https://recall.example/pg\"\n";
        let stage = Stage::with(&format!("{LOCAL}{url}{}", receiver.channel("ops"))).await;
        happen(&stage, "b/1").await;
        let message = receiver.message().await;
        let body = message.checked();
        assert_eq!(message.path, "/hook/only-for-us");
        assert_eq!(message.header("content-type"), "application/json");
        assert_eq!(body["type"], "break_glass");
        assert!(body["timestamp"].is_string());
        let data = &body["data"];
        assert_eq!(data["title"], "olga did without an approval in shop");
        assert_eq!((&data["target"], &data["subject"]), (&json!("shop"), &json!("b/1")));
        assert_eq!(data["url"], "https://recall.example/pg/undo/shop/b%2F1");
        let administrator = stage.program(Role::Administrator).await;
        let told = delivery(&administrator, |told| told["status"] == "delivered").await;
        assert_eq!(told["message"], message.header("webhook-id"));
        assert_eq!((&told["channel"], &told["recipient"]), (&json!("ops"), &Value::Null));
        assert_eq!(told["attempts"][0]["status"], 200);
        assert!(receiver.is_quiet(), "once");
    });
}

#[test]
fn what_did_not_arrive_is_tried_again_with_the_same_id_and_secrets_are_not_told() {
    block_on(async {
        let mut receiver =
            Receiver::start(&[Answer::Status(500), Answer::Redirect, Answer::Status(404)]).await;
        let limits = "notifications.attempts = 3\n";
        let stage = Stage::with(&format!("{LOCAL}{limits}{}", receiver.channel("ops"))).await;
        let administrator = stage.program(Role::Administrator).await;
        happen(&stage, "1").await;
        let first = receiver.message().await;
        delivery(&administrator, |told| attempts(told) == 1 && told["due_at"].is_string()).await;
        wait_over(&stage).await;
        let second = receiver.message().await;
        assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
        assert_eq!(first.body, second.body);
        second.checked();
        delivery(&administrator, |told| attempts(told) == 2 && told["due_at"].is_string()).await;
        wait_over(&stage).await;
        receiver.message().await;
        let dead = delivery(&administrator, |told| told["status"] == "dead").await;
        let status: Vec<_> = dead["attempts"]
            .as_array()
            .expect("attempts")
            .iter()
            .map(|one| &one["status"])
            .collect();
        assert_eq!(status, [500, 307, 404], "a redirect is not followed");
        assert_eq!(dead["attempts"][0]["answer"], "cannot POST ***");
        assert!(!dead.to_string().contains("only-for-us"), "{dead}");

        let path = format!("/v1/deliveries/{}/retry", dead["id"]);
        assert_eq!(administrator.post(&path, &json!({})).await.status, 202);
        let again = receiver.message().await;
        assert_eq!(again.header("webhook-id"), first.header("webhook-id"));
        delivery(&administrator, |told| told["status"] == "delivered").await;
        let twice = administrator.post(&path, &json!({})).await;
        assert_eq!((twice.status, twice.code().as_str()), (409, "delivery/not-dead"));
        let unknown = administrator.post("/v1/deliveries/99999/retry", &json!({})).await;
        assert_eq!((unknown.status, unknown.code().as_str()), (404, "delivery/unknown"));
        let log = administrator.get("/v1/audit?action=delivery.retry").await.ok();
        assert_eq!(log["entries"].as_array().expect("entries").len(), 1);
    });
}

#[test]
fn a_receiver_that_is_gone_or_never_ends_does_not_hold_us_up() {
    block_on(async {
        let mut receiver = Receiver::start(&[Answer::Endless, Answer::Status(410)]).await;
        let stage = Stage::with(&format!("{LOCAL}{}", receiver.channel("ops"))).await;
        let administrator = stage.program(Role::Administrator).await;
        happen(&stage, "1").await;
        receiver.message().await;
        let told = delivery(&administrator, |told| told["status"] == "delivered").await;
        let said = told["attempts"][0]["answer"].as_str().expect("answer");
        assert!(said.len() < 400, "{said}");
        // What the sockets hold is sent, and no more is asked for.
        let taken = receiver.taken.load(std::sync::atomic::Ordering::Relaxed);
        assert!(taken < 50_000_000, "{taken}");
        happen(&stage, "2").await;
        receiver.message().await;
        let told =
            delivery(&administrator, |told| told["subject"] == "2" && attempts(told) > 0).await;
        assert_eq!(told["status"], "dead", "it wants no more");
    });
}

#[test]
fn messages_do_not_go_into_the_network_of_the_server() {
    block_on(async {
        let mut receiver = Receiver::start(&[]).await;
        // A name is only known to lead there when it is looked up.
        let port = receiver.address.port();
        let channel = receiver
            .channel("ops")
            .replace(&format!("127.0.0.1:{port}"), &format!("localhost:{port}"));
        let stage = Stage::with(&channel).await;
        let administrator = stage.program(Role::Administrator).await;
        happen(&stage, "1").await;
        let told = delivery(&administrator, |told| attempts(told) == 1).await;
        let said = told["attempts"][0]["answer"].as_str().expect("answer");
        assert!(said.contains("private or special network"), "{said}");
        assert!(!said.contains("localhost") && !said.contains("hook"), "{said}");
        assert_eq!(told["status"], "waiting");
        assert!(receiver.is_quiet());
    });
}

#[test]
fn a_message_waits_for_a_server_and_goes_on_after_a_restart() {
    block_on(async {
        let mut receiver = Receiver::start(&[Answer::Status(503)]).await;
        let settings = format!("{LOCAL}{}", receiver.channel("ops"));
        let stage = Stage::with(&settings).await;
        let administrator = stage.program(Role::Administrator).await;
        happen(&stage, "1").await;
        let first = receiver.message().await;
        delivery(&administrator, |told| told["due_at"].is_string() && attempts(told) == 1).await;
        let file = stage.file.clone();
        let Stage { database, control, server, .. } = stage;
        server.stop().await;
        let mut deed = Deed::on_command_line(None, "break_glass.use", "while it was away");
        deed.target = Some("shop".to_owned());
        control.note(&deed).await.expect("noted");
        assert!(receiver.is_quiet());
        database.execute("UPDATE recall_control.delivery SET due_at = now()").await;
        let _server = start(&file).await;
        let (a, b) = (receiver.message().await, receiver.message().await);
        let id = first.header("webhook-id");
        let mut subjects = [&a, &b].map(|one| one.checked()["data"]["subject"].to_string());
        subjects.sort();
        assert_eq!(subjects, ["\"1\"", "\"while it was away\""]);
        assert!([&a, &b].iter().any(|one| one.header("webhook-id") == id));
    });
}

#[test]
fn several_servers_share_the_work_and_send_each_message_once() {
    block_on(async {
        let mut receiver = Receiver::start(&[]).await;
        let stage = Stage::with(&format!("{LOCAL}{}", receiver.channel("ops"))).await;
        let (_second, _third) = (start(&stage.file).await, start(&stage.file).await);
        let mut ids = std::collections::BTreeSet::new();
        for number in 0..40 {
            happen(&stage, &number.to_string()).await;
        }
        for _ in 0..40 {
            ids.insert(receiver.message().await.header("webhook-id").to_owned());
        }
        assert_eq!(ids.len(), 40);
        let administrator = stage.program(Role::Administrator).await;
        while
            administrator.get("/v1/deliveries?status=delivered&limit=1000").await.ok()["deliveries"]
                .as_array()
                .is_none_or(|all| all.len() < 40)
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(receiver.is_quiet());
    });
}

#[test]
fn a_channel_is_tried_and_the_deliveries_are_paged() {
    block_on(async {
        let mut receiver = Receiver::start(&[]).await;
        let slack = receiver
            .channel("chat")
            .replace("webhook", "slack")
            .replace(&format!("secret = \"{}\"\n", crate::receiver::SIGNED_WITH), "topics = []\n");
        let channels = format!("{LOCAL}{}{slack}", receiver.channel("ops"));
        let stage = Stage::with(&channels).await;
        let administrator = stage.program(Role::Administrator).await;
        let listed = administrator.get("/v1/channels").await.ok();
        assert_eq!(listed[0]["name"], "chat");
        assert_eq!(
            (&listed[1]["kind"], &listed[1]["host"]),
            (&json!("webhook"), &json!("127.0.0.1"))
        );
        assert!(!listed.to_string().contains("only-for-us"), "{listed}");
        assert!(!listed.to_string().contains("whsec"), "{listed}");
        let answer = administrator.post("/v1/channels/nowhere/test", &json!({})).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "channel/unknown"));
        for name in ["chat", "ops", "chat"] {
            let tried = administrator.post(&format!("/v1/channels/{name}/test"), &json!({})).await;
            assert_eq!(tried.status, 202, "{}", tried.text);
            let message = receiver.message().await;
            if name == "chat" {
                let text = message.json()["text"].as_str().expect("text").to_owned();
                assert_eq!(text, "administrator tries the channel chat");
                assert_eq!(message.header("webhook-id"), "", "Slack checks no signature");
            } else {
                assert_eq!(message.checked()["type"], "test");
            }
        }
        assert!(receiver.is_quiet(), "only the channel that is tried");
        let chats = administrator.get("/v1/deliveries?channel=chat&limit=1").await.ok();
        assert_eq!(chats["deliveries"][0]["channel"], "chat");
        let next = format!("/v1/deliveries?channel=chat&limit=1&cursor={}", chats["next"]);
        let rest = administrator.get(&next).await.ok();
        assert_ne!(rest["deliveries"][0]["id"], chats["deliveries"][0]["id"]);
        for wrong in ["status=lost", "limit=0", "limit=1001", "cursor=x"] {
            assert_eq!(administrator.get(&format!("/v1/deliveries?{wrong}")).await.status, 400);
        }
    });
}

#[test]
fn one_chooses_what_one_is_told_with_a_session() {
    block_on(async {
        let stage = Stage::new().await;
        stage.user("paul", Role::Approver, Some("shop"), None).await;
        let browser = stage.browser("paul").await;
        let path = "/v1/me/notifications";
        let before = browser.get(path).await.ok();
        assert_eq!((&before["mail"], &before["mail_is_sent"]), (&Value::Null, &json!(false)));
        let choice = |all: &Value, topic: &str| {
            let topics = all["topics"].as_array().expect("topics").iter();
            topics.clone().find(|one| one["topic"] == topic).expect("topic").clone()
        };
        let asked = choice(&before, "approval.asked");
        assert_eq!((&asked["wanted"], &asked["by_default"]), (&Value::Null, &json!(true)));
        let wishes = json!({ "topics": { "approval.asked": false, "gap": true } });
        assert_eq!(browser.send("PUT", path, Some(&wishes)).await.status, 204);
        assert_eq!(browser.send("PUT", path, Some(&wishes)).await.status, 204, "twice");
        let after = browser.get(path).await.ok();
        assert_eq!(choice(&after, "approval.asked")["wanted"], false);
        assert_eq!(choice(&after, "gap")["wanted"], true);
        for wrong in [json!({ "topics": { "rain": true } }), json!({ "topics": { "test": true } })]
        {
            let answer = browser.send("PUT", path, Some(&wrong)).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "api/malformed"));
        }
        let token = stage.token("paul", &pgrecall_access::Right::ALL, None).await;
        assert_eq!(token.send("PUT", path, Some(&wishes)).await.status, 403);
        assert_eq!(token.get(path).await.ok(), after);
    });
}

#[test]
fn the_journals_are_watched_for_gaps_and_bulk_changes() {
    block_on(async {
        let mut receiver = Receiver::start(&[]).await;
        let limits = "notifications.bulk_changes = 50\n";
        let stage = Stage::with(&format!("{LOCAL}{limits}{}", receiver.channel("ops"))).await;
        let watched = "SELECT count(*) FROM recall_control.watched";
        while stage.database.scalar(watched).await == "0" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let file = stage.file.clone();
        let many = "INSERT INTO prize SELECT n, 'secret value', 1 FROM generate_series(1, 60) AS n";
        stage.change("acme", "<script>ann", many).await;
        let Stage { database, server, .. } = stage;
        server.stop().await;
        database.execute("SELECT recall.pause('public.note', 'for a test')").await;
        database
            .execute("UPDATE recall_control.watched SET bulk_at = bulk_at - interval '2 minutes'")
            .await;
        let mut servers = Vec::new();
        for _ in 0..2 {
            servers.push(start(&file).await);
        }
        let mut told = vec![receiver.message().await.checked(), receiver.message().await.checked()];
        told.sort_by_key(|one| one["type"].to_string());
        assert_eq!(told[0]["type"], "bulk_change");
        assert_eq!(told[0]["data"]["title"], "<script>ann changed 60 rows within a minute in shop");
        assert_eq!(told[0]["data"]["details"]["tables"], json!(["public.prize"]));
        assert_eq!(told[1]["type"], "gap");
        assert_eq!(told[1]["data"]["details"]["table"], "public.note");
        assert_eq!(told[1]["data"]["details"]["reason"], "paused");
        assert!(!format!("{told:?}").contains("secret value"), "no values of rows");
        for server in servers {
            server.stop().await;
        }
        // Who keeps the journal next sees the same again.
        database
            .execute("UPDATE recall_control.watched SET bulk_at = bulk_at - interval '2 minutes'")
            .await;
        let looked = "SELECT bulk_at FROM recall_control.watched";
        let before = database.scalar(looked).await;
        let _server = start(&file).await;
        while database.scalar(looked).await == before {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(database.scalar("SELECT count(*) FROM recall_control.notice").await, "2");
        assert!(receiver.is_quiet());
    });
}

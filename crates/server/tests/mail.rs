use pgrecall_access::{Deed, Role, UserChange};
use pgrecall_testkit::block_on;
use pgrecall_testkit::mail_server::MailServer;
use serde_json::{Value, json};

use crate::stage::Stage;
use crate::tls::certificate;

fn settings(server: &MailServer) -> String {
    format!(
        "server.public_url = \"https://recall.example\"\n\
         [mail]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"pgRecall <recall@example.com>\"\n",
        server.port
    )
}

fn header<'a>(mail: &'a Value, name: &str) -> &'a str {
    let headers = mail["headers"].as_array().expect("headers");
    let found: Vec<_> = headers.iter().filter(|one| one[0] == name).collect();
    assert_eq!(found.len(), 1, "{name} in {mail}");
    found[0][1].as_str().expect("text")
}

async fn happen(stage: &Stage, actor: &str, action: &'static str, subject: &str) {
    let mut deed = Deed::on_command_line(Some(actor.to_owned()), action, subject);
    deed.target = Some("shop".to_owned());
    deed.details = json!({ "reason": "a <b>mistake</b>" });
    stage.control.note(&deed).await.expect("noted");
}

async fn reader(stage: &Stage, name: &str, role: Role, mail: &str) {
    stage.user(name, role, Some("shop"), None).await;
    let mail = mail.parse().expect("mail");
    let change = UserChange { mail: Some(Some(mail)), ..UserChange::default() };
    let deed = Deed::on_command_line(None, "user.change", name);
    stage.control.change_user(name, &change, &deed).await.expect("mail");
}

#[test]
fn an_approver_is_told_who_asks_for_what_and_where_to_decide() {
    block_on(async {
        let mut server = MailServer::start(None).await;
        let stage = Stage::with(&settings(&server)).await;
        reader(&stage, "paul", Role::Approver, "paul@example.com").await;
        reader(&stage, "olga", Role::Operator, "olga@example.com").await;
        happen(&stage, "olga", "approval.request", "a17").await;
        let mail = server.mail().await;
        assert_eq!(mail["to"], json!(["paul@example.com"]));
        assert_eq!(mail["from"], "recall@example.com");
        assert_eq!(header(&mail, "Subject"), "pgRecall: olga asks for an approval in shop");
        assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
        assert!(!header(&mail, "Date").is_empty());
        let plain = mail["plain"].as_str().expect("plain");
        assert!(plain.contains("https://recall.example/approvals/shop/a17"), "{plain}");
        assert!(plain.contains("Reason: a <b>mistake</b>"), "{plain}");
        let html = mail["html"].as_str().expect("html");
        assert!(html.contains("a &lt;b&gt;mistake&lt;/b&gt;") && !html.contains("<b>"), "{html}");
        assert!(html.contains("href=\"https://recall.example/approvals/shop/a17\""), "{html}");
        let message = stage.database.scalar("SELECT message FROM recall_control.delivery").await;
        assert_eq!(header(&mail, "Message-ID"), format!("<{message}@recall.example>"));

        happen(&stage, "paul", "approval.approve", "a17").await;
        let mail = server.mail().await;
        assert_eq!(mail["to"], json!(["olga@example.com"]));
        assert_eq!(header(&mail, "Subject"), "pgRecall: paul gave an approval in shop");
    });
}

#[test]
fn a_hostile_name_becomes_no_header_and_no_markup() {
    block_on(async {
        let mut server = MailServer::start(None).await;
        let channel = "[channels.ops]\nkind = \"mail\"\nto = [\"ops@example.com\"]\n";
        let stage = Stage::with(&format!("{}{channel}", settings(&server))).await;
        for hostile in [
            "eve\r\nBcc: victim@example.com",
            "eve\nSubject: forged\n\nbody",
            "eve\r\n.\r\nMAIL FROM:<x@example.com>",
            "=?utf-8?q?eve=0d=0aBcc:_victim=40example.com?=",
            "<script>alert(1)</script>\u{202e}\u{0007}",
            &"x".repeat(5_000),
            "Ольга 株式会社 🦀",
        ] {
            let mut deed =
                Deed::on_command_line(Some(hostile.to_owned()), "break_glass.use", hostile);
            deed.target = Some("shop".to_owned());
            stage.control.note(&deed).await.expect("noted");
            let mail = server.mail().await;
            assert_eq!(mail["to"], json!(["ops@example.com"]), "{hostile:?}");
            let names: Vec<_> =
                mail["headers"].as_array().expect("headers").iter().map(|one| &one[0]).collect();
            assert_eq!(
                names,
                [
                    "From",
                    "To",
                    "Subject",
                    "Message-ID",
                    "Auto-Submitted",
                    "MIME-Version",
                    "Date",
                    "Content-Type"
                ],
                "{hostile:?}"
            );
            let subject = header(&mail, "Subject");
            assert!(
                subject.starts_with("pgRecall: ") && !subject.contains(['\r', '\n']),
                "{subject:?}"
            );
            assert!(!mail["html"].as_str().expect("html").contains("<script"), "{mail}");
        }
        let last = "SELECT status FROM recall_control.delivery WHERE status <> 'delivered'";
        while !stage.database.query_text(last).await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
}

#[test]
fn a_mailbox_that_is_not_there_is_given_up_and_a_busy_one_is_not() {
    block_on(async {
        let server = MailServer::start(None).await;
        let to = "to = [\"gone@example.com\", \"busy@example.com\"]";
        let channel = format!("[channels.ops]\nkind = \"mail\"\n{to}\n");
        let stage = Stage::with(&format!("{}{channel}", settings(&server))).await;
        happen(&stage, "olga", "break_glass.use", "1").await;
        let administrator = stage.program(Role::Administrator).await;
        let told = loop {
            let page = administrator.get("/v1/deliveries").await.ok();
            let all = page["deliveries"].as_array().expect("deliveries").clone();
            if all.len() == 2 && all.iter().all(|one| one["attempts"][0].is_object()) {
                break all;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        let of = |name: &str| told.iter().find(|one| one["recipient"] == name).expect("delivery");
        let (gone, busy) = (of("gone@example.com"), of("busy@example.com"));
        assert_eq!(
            (&gone["status"], &gone["attempts"][0]["status"]),
            (&json!("dead"), &json!(550))
        );
        let said = gone["attempts"][0]["answer"].as_str().expect("answer");
        assert!(said.contains("there is no such mailbox"), "{said}");
        assert_eq!(
            (&busy["status"], &busy["attempts"][0]["status"]),
            (&json!("waiting"), &json!(451))
        );
    });
}

#[test]
fn the_password_goes_over_tls_only_and_the_server_must_be_who_it_says() {
    block_on(async {
        let folder = tempfile::tempdir().expect("folder");
        if certificate(folder.path()).is_none() {
            eprintln!("skipped: the certificate is made by `openssl`, which is not installed");
            return;
        }
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let mut server = MailServer::start(Some((&cert, &key))).await;
        let settings = format!(
            "[mail]\nhost = \"localhost\"\nport = {}\nuser = \"recall\"\npassword = \"right horse\"\n\
             from = \"recall@example.com\"\n",
            server.port
        );
        let channel = "[channels.ops]\nkind = \"mail\"\nto = [\"ops@example.com\"]\n";
        let stranger = Stage::with(&format!("{settings}{channel}")).await;
        happen(&stranger, "olga", "break_glass.use", "1").await;
        let told = "SELECT answer FROM recall_control.delivery_attempt";
        let told = loop {
            if let Some(row) = stranger.database.query_text(told).await.first() {
                break row[0].clone().unwrap_or_default();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        assert!(told.contains("certificate"), "{told}");
        assert!(!told.contains("horse"), "{told}");

        let trusted = format!("trusted_certificate = \"{}\"\n", cert.display());
        let stage = Stage::with(&format!("{settings}{trusted}{channel}")).await;
        happen(&stage, "olga", "break_glass.use", "2").await;
        let mail = server.mail().await;
        assert_eq!((&mail["encrypted"], &mail["user"]), (&json!(true), &json!("recall")));
        assert!(mail["plain"].as_str().expect("plain").contains("Plan: 2"), "{mail}");
    });
}

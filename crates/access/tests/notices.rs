use std::collections::BTreeSet;

use jiff::Timestamp;
use pgrecall_access::{
    AccessError, Control, Credentials, Deed, DeliveryFilter, Happening, MailAddress, Membership,
    Outcome, Outgoing, Patience, Reply, Role, Route, SessionOrigin, Topic, UserChange, Watched,
};
use pgrecall_testkit::{TestDatabase, block_on};
use serde_json::json;

use crate::{LOCKOUT, PASSWORD, disable, home, user};

const PATIENCE: Patience = Patience { attempts: 3, first_pause_seconds: 30.0, lease_seconds: 60.0 };

/// As a worker that loses what it has at once.
const FORGETFUL: Patience = Patience { lease_seconds: 0.0, ..PATIENCE };

fn deed(actor: &str, action: &'static str, target: &str, subject: &str) -> Deed {
    let mut deed = Deed::on_command_line(Some(actor.to_owned()), action, subject);
    deed.target = Some(target.to_owned());
    deed
}

fn route(name: &str, topics: Option<&[Topic]>, targets: Option<&[&str]>) -> Route {
    Route {
        name: name.to_owned(),
        topics: topics.map(<[Topic]>::to_vec),
        targets: targets.map(|all| all.iter().map(ToString::to_string).collect()),
        recipients: vec![String::new()],
    }
}

fn reply(status: i32) -> Reply {
    Reply { status: Some(status), text: "said".to_owned() }
}

/// Has a user told at an address, or nowhere.
async fn tell(control: &Control, name: &str, mail: Option<MailAddress>) {
    let change = UserChange { mail: Some(mail), ..UserChange::default() };
    let deed = Deed::on_command_line(None, "user.change", name);
    control.change_user(name, &change, &deed).await.expect("changed");
}

/// A user with a role for a target, and a mail address.
async fn reader(
    control: &Control,
    name: &str,
    role: Role,
    target: Option<&str>,
    tenant: Option<&str>,
) -> i64 {
    let held = Membership::new(role, target, tenant).expect("membership");
    let deed = Deed::on_command_line(None, "user.add", name);
    control.add_user(name, &[held], &deed).await.expect("user");
    let mail = format!("{name}@example.com").parse().expect("mail");
    tell(control, name, Some(mail)).await;
    control.user(name).await.expect("user").id
}

/// Who gets what is waiting, as `topic recipient`.
async fn told(control: &Control, database: &TestDatabase) -> BTreeSet<String> {
    control.route_notices(&[], true).await.expect("routed");
    let told = "SELECT n.topic || ' ' || d.recipient FROM recall_control.delivery AS d
                JOIN recall_control.notice AS n ON n.id = d.notice_id ORDER BY 1";
    database.query_text(told).await.into_iter().flatten().flatten().collect()
}

fn set(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(ToString::to_string).collect()
}

/// A delivery of a channel.
async fn one_delivery(control: &Control) {
    control.note(&deed("ann", "plan.apply", "shop", "p1")).await.expect("noted");
    assert_eq!(control.route_notices(&[route("ops", None, None)], false).await.expect("routed"), 1);
}

async fn status(control: &Control) -> (String, usize) {
    let filter = DeliveryFilter { limit: 1, ..DeliveryFilter::default() };
    let delivery = control.deliveries(&filter).await.expect("deliveries").remove(0);
    (delivery.status, delivery.attempts.len())
}

#[test]
fn every_topic_is_known_to_the_database_too() {
    block_on(async {
        let (database, _control) = home().await;
        let names = "SELECT name FROM recall_control.topic";
        let names: BTreeSet<String> =
            database.query_text(names).await.into_iter().flatten().flatten().collect();
        assert_eq!(names, Topic::ALL.iter().map(ToString::to_string).collect());
        let unknown = "SELECT DISTINCT r FROM recall_control.topic AS t, unnest(t.readers || t.default_roles) AS r
                       WHERE r NOT IN ('viewer', 'auditor', 'operator', 'approver', 'administrator')";
        assert!(database.query_text(unknown).await.is_empty());
    });
}

#[test]
fn a_deed_and_its_notice_are_there_together_or_not_at_all() {
    block_on(async {
        let (database, control) = home().await;
        let count = "SELECT count(*) FROM recall_control.notice";
        for (action, outcome, news) in [
            ("approval.request", Outcome::Done, true),
            ("approval.approve", Outcome::Done, true),
            ("approval.approve", Outcome::Refused, false),
            ("approval.expire", Outcome::Done, true),
            ("break_glass.use", Outcome::Done, true),
            ("plan.apply", Outcome::Failed, true),
            ("plan.apply", Outcome::Refused, false),
            ("plan.apply", Outcome::Done, true),
            ("mark.make", Outcome::Done, false),
        ] {
            let before: i64 = database.scalar(count).await.parse().expect("number");
            let deed = Deed { outcome, ..deed("ann", action, "shop", "1") };
            control.note(&deed).await.expect("noted");
            let after: i64 = database.scalar(count).await.parse().expect("number");
            assert_eq!(after - before, i64::from(news), "{action} {outcome:?}");
        }
        let before = database.scalar(count).await;
        let undone = "BEGIN; INSERT INTO recall_control.audit (via, action, outcome)
                      VALUES ('x', 'break_glass.use', 'done'); ROLLBACK";
        database.execute(undone).await;
        assert_eq!(database.scalar(count).await, before);
    });
}

#[test]
fn who_is_told_is_a_matter_of_roles_and_of_whom_it_concerns() {
    block_on(async {
        let (database, control) = home().await;
        reader(&control, "olga", Role::Operator, Some("shop"), None).await;
        reader(&control, "paul", Role::Approver, Some("shop"), None).await;
        reader(&control, "petra", Role::Approver, Some("crm"), None).await;
        reader(&control, "adam", Role::Administrator, None, None).await;
        reader(&control, "vera", Role::Viewer, Some("shop"), Some("acme")).await;
        reader(&control, "gone", Role::Approver, None, None).await;
        disable(&control, "gone").await.expect("disabled");
        let nomail = Membership::new(Role::Approver, None, None).expect("membership");
        let added = Deed::on_command_line(None, "user.add", "nomail");
        control.add_user("nomail", &[nomail], &added).await.expect("user");

        control.note(&deed("olga", "approval.request", "shop", "7")).await.expect("noted");
        assert_eq!(told(&control, &database).await, set(&["approval.asked paul@example.com"]));
        // The approvals of another target are another one's, even with the same number.
        control.note(&deed("petra", "approval.request", "crm", "7")).await.expect("noted");
        control.note(&deed("paul", "approval.approve", "shop", "7")).await.expect("noted");
        control.note(&deed("olga", "break_glass.use", "shop", "8")).await.expect("noted");
        assert_eq!(
            told(&control, &database).await,
            set(&[
                "approval.asked paul@example.com",
                "approval.decided olga@example.com",
                "break_glass adam@example.com",
            ])
        );
    });
}

#[test]
fn nobody_is_told_what_they_may_not_know_whatever_they_wish() {
    block_on(async {
        let (database, control) = home().await;
        let everything: Vec<_> = Topic::ALL.into_iter().map(|topic| (topic, true)).collect();
        for (name, role, target, tenant) in [
            ("of-crm", Role::Operator, Some("crm"), None),
            ("viewer", Role::Viewer, Some("shop"), Some("blue")),
            ("acme", Role::Viewer, Some("shop"), Some("acme")),
            ("of-shop", Role::Auditor, Some("shop"), None),
        ] {
            let id = reader(&control, name, role, target, tenant).await;
            control.subscribe(id, &everything).await.expect("subscribed");
        }
        let gap = Happening {
            target: "shop".to_owned(),
            actor: None,
            from: Timestamp::UNIX_EPOCH,
            until: Timestamp::UNIX_EPOCH,
            details: json!({}),
        };
        assert!(control.note_gap("1", &gap).await.expect("noted"));
        assert!(!control.note_gap("1", &gap).await.expect("noted"), "once");
        assert_eq!(told(&control, &database).await, set(&["gap of-shop@example.com"]));
        database
            .execute("UPDATE recall_control.notice SET tenant = 'acme', routed_at = NULL")
            .await;
        assert_eq!(
            told(&control, &database).await,
            set(&["gap acme@example.com", "gap of-shop@example.com"])
        );
        control.note(&deed("eve", "approval.request", "shop", "1")).await.expect("noted");
        let now = told(&control, &database).await;
        assert!(now.contains("approval.asked of-shop@example.com") && now.len() == 3, "{now:?}");
    });
}

#[test]
fn who_wants_to_be_told_nothing_is_told_nothing_until_it_wants_to() {
    block_on(async {
        let (database, control) = home().await;
        let id = reader(&control, "paul", Role::Approver, None, None).await;
        control.subscribe(id, &[(Topic::ApprovalAsked, false)]).await.expect("chosen");
        control.note(&deed("olga", "approval.request", "shop", "1")).await.expect("noted");
        assert_eq!(told(&control, &database).await, set(&[]));
        let chosen = control.subscriptions(id).await.expect("chosen");
        assert_eq!(chosen.mail.as_deref(), Some("paul@example.com"));
        let asked =
            chosen.topics.iter().find(|one| one.topic == Topic::ApprovalAsked).expect("topic");
        assert_eq!((asked.wanted, asked.by_default, asked.available), (Some(false), true, true));
        assert!(chosen.topics.iter().all(|one| one.topic != Topic::Test));
        // What is not named is as by default again.
        control.subscribe(id, &[(Topic::Gap, true)]).await.expect("chosen");
        control.note(&deed("olga", "approval.request", "shop", "2")).await.expect("noted");
        assert_eq!(told(&control, &database).await, set(&["approval.asked paul@example.com"]));
        tell(&control, "paul", None).await;
        control.note(&deed("olga", "approval.request", "shop", "3")).await.expect("noted");
        assert_eq!(told(&control, &database).await.len(), 1, "nowhere to tell it");
    });
}

#[test]
fn what_still_waits_goes_to_the_address_of_now_and_to_nobody_who_was_disabled() {
    block_on(async {
        let (database, control) = home().await;
        reader(&control, "paul", Role::Approver, None, None).await;
        control.note(&deed("olga", "approval.request", "shop", "1")).await.expect("noted");
        assert_eq!(told(&control, &database).await.len(), 1);
        let mail = "paul@elsewhere.example".parse().expect("mail");
        tell(&control, "paul", Some(mail)).await;
        let claimed = control.claim_deliveries(9, FORGETFUL).await.expect("claimed").remove(0);
        assert_eq!(claimed.recipient.as_deref(), Some("paul@elsewhere.example"));
        disable(&control, "paul").await.expect("disabled");
        let claimed = control.claim_deliveries(9, PATIENCE).await.expect("claimed").remove(0);
        assert_eq!(claimed.recipient, None);
    });
}

#[test]
fn a_review_that_is_soon_due_is_told_once_and_not_to_who_needs_it() {
    block_on(async {
        let (database, control) = home().await;
        reader(&control, "paul", Role::Approver, Some("shop"), None).await;
        reader(&control, "adam", Role::Administrator, None, None).await;
        reader(&control, "olga", Role::Operator, Some("shop"), None).await;
        database
            .execute(
                "INSERT INTO recall_control.plan (id, target, hash, request, rows, conflicts, created_by, expires_at)
                 VALUES ('p1', 'shop', 'x', '{}', '[]', 0, 'olga', now());
                 INSERT INTO recall_control.break_glass_review (target, plan, used_by, reason, rules, due_at)
                 VALUES ('shop', 'p1', 'olga', 'why', '[]', now() + interval '2 days')",
            )
            .await;
        assert_eq!(control.note_due_reviews().await.expect("none"), 0);
        let soon =
            "UPDATE recall_control.break_glass_review SET due_at = now() + interval '3 hours'";
        database.execute(soon).await;
        assert_eq!(control.note_due_reviews().await.expect("noted"), 1);
        assert_eq!(control.note_due_reviews().await.expect("once"), 0);
        assert_eq!(
            told(&control, &database).await,
            set(&["review.due adam@example.com", "review.due paul@example.com"])
        );
    });
}

#[test]
fn channels_get_their_topics_of_their_targets_and_tests_of_their_own() {
    block_on(async {
        let (database, control) = home().await;
        control.note(&deed("ann", "break_glass.use", "shop", "1")).await.expect("noted");
        control.note(&deed("ann", "break_glass.use", "crm", "2")).await.expect("noted");
        control.note(&deed("ann", "plan.apply", "shop", "3")).await.expect("noted");
        let test = Deed::on_command_line(None, "channel.test", "quiet");
        control.note(&test).await.expect("noted");
        let channels = [
            route("all", None, None),
            route("shop", Some(&[Topic::BreakGlass]), Some(&["shop"])),
            route("quiet", Some(&[]), None),
        ];
        assert_eq!(control.route_notices(&channels, true).await.expect("routed"), 4);
        assert_eq!(control.route_notices(&channels, true).await.expect("routed"), 0, "once");
        let made = "SELECT d.channel || ' ' || n.subject FROM recall_control.delivery AS d
                    JOIN recall_control.notice AS n ON n.id = d.notice_id";
        let made: BTreeSet<String> =
            database.query_text(made).await.into_iter().flatten().flatten().collect();
        assert_eq!(made, set(&["all 1", "all 2", "all 3", "shop 1", "quiet quiet"]));
    });
}

#[test]
fn servers_that_route_at_once_make_each_delivery_once() {
    block_on(async {
        let (database, control) = home().await;
        let other = Control::open(database.conninfo()).await.expect("home");
        for number in 0..250 {
            let subject = number.to_string();
            control.note(&deed("ann", "break_glass.use", "shop", &subject)).await.expect("noted");
        }
        let channels = [route("ops", None, None)];
        let route = async |control: &Control| {
            let mut routed = 0;
            loop {
                match control.route_notices(&channels, false).await.expect("routed") {
                    0 => return routed,
                    count => routed += count,
                }
            }
        };
        let (a, b) = tokio::join!(route(&control), route(&other));
        assert_eq!(a + b, 250);
        let made =
            "SELECT count(*) || ' ' || count(DISTINCT notice_id) FROM recall_control.delivery";
        assert_eq!(database.scalar(made).await, "250 250");
    });
}

#[test]
fn two_workers_never_have_one_delivery_at_once() {
    block_on(async {
        let (database, control) = home().await;
        let other = Control::open(database.conninfo()).await.expect("home");
        for number in 0..60 {
            let subject = number.to_string();
            control.note(&deed("ann", "break_glass.use", "shop", &subject)).await.expect("noted");
        }
        control.route_notices(&[route("ops", None, None)], false).await.expect("routed");
        let claim = async |control: &Control| {
            let mut all = Vec::new();
            loop {
                let claimed = control.claim_deliveries(7, PATIENCE).await.expect("claimed");
                if claimed.is_empty() {
                    return all;
                }
                all.extend(claimed.into_iter().map(|one| one.id));
            }
        };
        let (a, b) = tokio::join!(claim(&control), claim(&other));
        let distinct: BTreeSet<i64> = a.iter().chain(&b).copied().collect();
        assert_eq!((a.len() + b.len(), distinct.len()), (60, 60));
    });
}

#[test]
fn what_a_killed_worker_had_is_taken_up_and_it_cannot_end_it_later() {
    block_on(async {
        let (_database, control) = home().await;
        one_delivery(&control).await;
        let first: Outgoing =
            control.claim_deliveries(9, FORGETFUL).await.expect("claimed").remove(0);
        let second = control.claim_deliveries(9, PATIENCE).await.expect("claimed").remove(0);
        assert_eq!((first.id, &first.message), (second.id, &second.message), "the same message");
        assert!(control.claim_deliveries(9, PATIENCE).await.expect("claimed").is_empty());
        // The first one was only slow.
        control.not_delivered(&first, &reply(500), true, PATIENCE).await.expect("noted");
        assert_eq!(status(&control).await.0, "sending", "the second one has it");
        control.delivered(&second, &reply(200)).await.expect("noted");
        assert_eq!(status(&control).await, ("delivered".to_owned(), 2));
        control.not_delivered(&second, &reply(500), false, PATIENCE).await.expect("noted");
        assert_eq!(status(&control).await.0, "delivered");
    });
}

#[test]
fn one_that_kills_each_worker_is_given_up() {
    block_on(async {
        let (_database, control) = home().await;
        one_delivery(&control).await;
        for _ in 0..PATIENCE.attempts {
            assert_eq!(control.claim_deliveries(9, FORGETFUL).await.expect("claimed").len(), 1);
        }
        assert!(control.claim_deliveries(9, FORGETFUL).await.expect("claimed").is_empty());
        assert_eq!(status(&control).await.0, "dead");
    });
}

#[test]
fn pauses_grow_until_it_is_given_up_and_it_can_be_tried_anew() {
    block_on(async {
        let (database, control) = home().await;
        one_delivery(&control).await;
        let pause = "SELECT extract(epoch FROM due_at - now()) FROM recall_control.delivery";
        for (attempt, least, most) in [(1, 20.0, 40.0), (2, 80.0, 130.0)] {
            let claimed = control.claim_deliveries(9, PATIENCE).await.expect("claimed").remove(0);
            assert_eq!(claimed.attempt, attempt);
            control.not_delivered(&claimed, &reply(503), false, PATIENCE).await.expect("noted");
            assert_eq!(status(&control).await.0, "waiting");
            let seconds: f64 = database.scalar(pause).await.parse().expect("number");
            assert!((least..most).contains(&seconds), "{seconds}");
            assert!(control.claim_deliveries(9, PATIENCE).await.expect("claimed").is_empty());
            database.execute("UPDATE recall_control.delivery SET due_at = now()").await;
        }
        let last = control.claim_deliveries(9, PATIENCE).await.expect("claimed").remove(0);
        control.not_delivered(&last, &reply(503), false, PATIENCE).await.expect("noted");
        assert_eq!(status(&control).await, ("dead".to_owned(), 3));

        control.retry_delivery(last.id).await.expect("again");
        let again = control.claim_deliveries(9, PATIENCE).await.expect("claimed").remove(0);
        assert_eq!((again.message, again.attempt), (last.message, 4));
        let busy = control.retry_delivery(last.id).await.expect_err("on its way");
        assert!(matches!(busy, AccessError::DeliveryNotDead("on its way")), "{busy}");
        let again = Outgoing { message: String::new(), ..again };
        control.not_delivered(&again, &reply(503), false, PATIENCE).await.expect("noted");
        assert_eq!(status(&control).await.0, "waiting", "from the start");
        let none = control.retry_delivery(999_999).await.expect_err("unknown");
        assert!(matches!(none, AccessError::UnknownDelivery(999_999)), "{none}");
    });
}

#[test]
fn what_is_written_is_heard_at_once() {
    block_on(async {
        let (_database, control) = home().await;
        let listener = control.listen().await.expect("listens");
        control.note(&deed("ann", "break_glass.use", "shop", "1")).await.expect("noted");
        listener.heard().await;
        assert!(!listener.is_deaf());
        control.route_notices(&[route("ops", None, None)], false).await.expect("routed");
        let claimed = control.claim_deliveries(9, PATIENCE).await.expect("claimed").remove(0);
        control.not_delivered(&claimed, &reply(500), true, PATIENCE).await.expect("noted");
        control.retry_delivery(claimed.id).await.expect("again");
        listener.heard().await;
    });
}

#[test]
fn old_deliveries_are_forgotten_and_not_made_again() {
    block_on(async {
        let (database, control) = home().await;
        one_delivery(&control).await;
        let claimed = control.claim_deliveries(9, PATIENCE).await.expect("claimed").remove(0);
        control.delivered(&claimed, &reply(200)).await.expect("noted");
        assert_eq!(control.forget_deliveries(1).await.expect("kept"), 0);
        let old = "UPDATE recall_control.delivery SET finished_at = now() - interval '2 days'";
        database.execute(old).await;
        assert_eq!(control.forget_deliveries(1).await.expect("forgotten"), 1);
        let ops = [route("ops", None, None)];
        assert_eq!(control.route_notices(&ops, false).await.expect("routed"), 0);
    });
}

#[test]
fn a_stretch_of_very_many_changes_is_told_once_however_it_is_seen() {
    block_on(async {
        let (database, control) = home().await;
        let at = |second: i64| Timestamp::from_second(1_700_000_000 + second).expect("time");
        let begun = Watched { gap: 5, bulk_at: at(0) };
        assert_eq!(control.watched("shop", begun).await.expect("begun"), begun);
        let later = Watched { gap: 9, bulk_at: at(50) };
        assert_eq!(control.watched("shop", later).await.expect("begun"), begun, "the first look");
        control.looked_for_bulk("shop", at(7)).await.expect("noted");
        assert_eq!(control.watched("shop", later).await.expect("begun").bulk_at, at(7));
        let seen = async |who: &str, from, until| {
            let bulk = Happening {
                target: "shop".to_owned(),
                actor: Some(who.to_owned()),
                from: at(from),
                until: at(until),
                details: json!({}),
            };
            control.note_bulk(who, &bulk).await.expect("noted")
        };
        assert!(seen("ann", 10, 40).await);
        assert!(!seen("ann", 10, 90).await, "it went on");
        assert!(!seen("ann", 70, 200).await, "only its end is seen");
        assert!(seen("bob", 70, 200).await, "another one");
        assert!(seen("ann", 300, 310).await, "another stretch");
        let long = "x".repeat(100_000);
        assert!(seen(&long, 0, 1).await, "however long the name");
        assert_eq!(database.scalar("SELECT count(*) FROM recall_control.notice").await, "4");
    });
}

#[test]
fn a_sign_in_from_a_new_place_is_news_but_for_the_first() {
    block_on(async {
        let (database, control) = home().await;
        user(&control, "ann", Role::Auditor).await;
        let mail = "ann@example.com".parse().expect("mail");
        tell(&control, "ann", Some(mail)).await;
        let origin =
            |ip: &str| SessionOrigin { ip: Some(ip.to_owned()), ..SessionOrigin::default() };
        let shown =
            Credentials { name: "ann".to_owned(), password: PASSWORD.to_owned(), proof: None };
        for ip in ["192.0.2.1", "192.0.2.9", "198.51.100.1", "198.51.100.2"] {
            control.sign_in(&shown, LOCKOUT, &origin(ip)).await.expect("signed in");
        }
        // Two at once from the same place are one piece of news.
        let other = Control::open(database.conninfo()).await.expect("home");
        let place = origin("203.0.113.3");
        let (one, two) = tokio::join!(
            control.sign_in(&shown, LOCKOUT, &place),
            other.sign_in(&shown, LOCKOUT, &place)
        );
        assert!(one.is_ok() && two.is_ok());
        let news = "SELECT string_agg(actor || ' ' || subject || ' ' || ip, ', ' ORDER BY id)
                    FROM recall_control.audit WHERE action = 'session.new_place'";
        assert_eq!(database.scalar(news).await, "ann ann 198.51.100.1, ann ann 203.0.113.3");
        let told = told(&control, &database).await;
        assert_eq!(told, set(&["sign_in.new_place ann@example.com"]));
    });
}

#[test]
fn a_mail_address_is_one_line_and_means_nothing_in_a_header() {
    use pgrecall_access::MailAddress;
    for right in ["ann@example.com", "ann+shop@mail.example.com", "o'hara@example.com"] {
        assert!(right.parse::<MailAddress>().is_ok(), "{right}");
    }
    for wrong in [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@example.com\r\nBcc: eve@example.com",
        "a b@example.com",
        "Ann <ann@example.com>",
        "ann@example.com, eve@example.com",
        "ann@exa mple.com",
        "a\u{0}@b.c",
        "ann@bob@example.com",
    ] {
        assert!(wrong.parse::<MailAddress>().is_err(), "{wrong:?}");
    }
    block_on(async {
        let (database, control) = home().await;
        reader(&control, "ann", Role::Auditor, None, None).await;
        let set =
            "UPDATE recall_control.user_account SET mail = E'ann@example.com\\r\\nBcc: x@y.z'";
        assert!(database.try_execute(set).await.is_err(), "the table has the same rule");
    });
}

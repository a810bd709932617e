use pgrecall_journal::{Activity, Dimension, Filter, Journal, Unusual};
use pgrecall_model::Operation;
use pgrecall_testkit::{TestDatabase, block_on};

use crate::tracked;

const TABLES: &str =
    "CREATE TABLE public.t (id int PRIMARY KEY, v text); CREATE TABLE public.u (id int)";

/// Writes changes into the journal that were made at other times: a moment as an expression of
/// SQL, an actor or none, and how many.
async fn past(database: &TestDatabase, at: &str, actor: Option<&str>, count: i64) {
    let tx = "(SELECT coalesce(max(tx), 100000) + 1 FROM recall.change)";
    if let Some(actor) = actor {
        database
            .execute(&format!(
                "INSERT INTO recall.transaction (id, started_at, at, database_user, actor) VALUES ({tx}, {at}, {at}, 'app', '{actor}')"
            ))
            .await;
    }
    database
        .execute(&format!(
            "INSERT INTO recall.change (id, at, tx, relation, op, database_user, key, old)
             SELECT nextval('recall.change_id'), {at}, {tx}, r.id, 'D', 'app', g, '{{}}'
             FROM recall.relation AS r, generate_series(1, {count}) AS g WHERE r.table_name = 't'"
        ))
        .await;
}

async fn counted(journal: &Journal, filter: &Filter, by: &[Dimension]) -> Vec<Activity> {
    journal.activity(filter, by, "UTC").await.expect("activity")
}

fn line(activity: &Activity) -> String {
    let group = &activity.group;
    let mut words = Vec::new();
    if let Some(who) = &group.who {
        words.push(who.actor.clone().unwrap_or_else(|| "-".to_owned()));
    }
    words.extend(group.table.as_ref().map(ToString::to_string));
    words.extend(group.op.map(|op| op.to_string()));
    words
        .extend(group.tenant.iter().map(|tenant| tenant.clone().unwrap_or_else(|| "-".to_owned())));
    words.push(format!("{}/{}", activity.changes, activity.transactions));
    words.join(" ")
}

#[test]
fn changes_are_counted_by_what_is_asked_for() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        for (actor, tenant, sql) in [
            ("ann", "acme", "INSERT INTO public.t SELECT g, 'v' FROM generate_series(1, 5) AS g"),
            (
                "bob",
                "acme",
                "UPDATE public.t SET v = 'w' WHERE id < 4; INSERT INTO public.u VALUES (1)",
            ),
            ("bob", "blue", "DELETE FROM public.t WHERE id = 1"),
        ] {
            let context =
                format!("SELECT recall.set_actor('{actor}'), recall.set_tenant('{tenant}')");
            database.execute(&format!("BEGIN; {context}; {sql}; COMMIT")).await;
        }
        database.execute("TRUNCATE public.u").await;
        let all = Filter::default();
        for (by, expected) in [
            (vec![], "11/4"),
            (vec![Dimension::Actor], "ann 5/1, bob 5/2, - 1/1"),
            (vec![Dimension::Table], "public.t 9/3, public.u 2/2"),
            (
                vec![Dimension::Actor, Dimension::Table],
                "ann public.t 5/1, bob public.t 4/2, bob public.u 1/1, - public.u 1/1",
            ),
            (vec![Dimension::Operation], "insert 6/2, update 3/1, delete 1/1, truncate 1/1"),
            (vec![Dimension::Tenant], "acme 9/2, blue 1/1, - 1/1"),
        ] {
            let found: Vec<String> = counted(&journal, &all, &by).await.iter().map(line).collect();
            assert_eq!(found.join(", "), expected, "{by:?}");
        }
        let bob = Filter { actor: Some("bob".to_owned()), ..Filter::default() };
        let found = &counted(&journal, &bob, &[]).await[0];
        let counts = (found.inserts, found.updates, found.deletes, found.truncates);
        assert_eq!(counts, (1, 3, 1, 0));
        let inserts =
            Filter { operations: vec![Operation::Insert], limit: Some(1), ..Filter::default() };
        let found = counted(&journal, &inserts, &[Dimension::Actor]).await;
        assert_eq!(found.iter().map(line).collect::<Vec<_>>(), ["ann 5/1"]);
        let later = Filter {
            since: found[0].last_at.checked_add(jiff::SignedDuration::from_hours(1)).ok(),
            ..Filter::default()
        };
        assert_eq!(counted(&journal, &later, &[]).await.len(), 0);
    });
}

#[test]
fn hours_and_days_are_those_of_the_time_zone() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        past(&database, "'2026-03-01 23:50Z'", Some("ann"), 2).await;
        past(&database, "'2026-03-02 00:10Z'", Some("ann"), 1).await;
        let beginnings = async |by: Dimension, zone: &str| {
            let found = journal.activity(&Filter::default(), &[by], zone).await.expect("activity");
            let beginning = |activity: &Activity| {
                let at = activity.group.hour.or(activity.group.day).expect("time");
                format!("{at} {}", activity.changes)
            };
            found.iter().map(beginning).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(
            beginnings(Dimension::Hour, "UTC").await,
            "2026-03-01T23:00:00Z 2, 2026-03-02T00:00:00Z 1"
        );
        assert_eq!(
            beginnings(Dimension::Day, "UTC").await,
            "2026-03-01T00:00:00Z 2, 2026-03-02T00:00:00Z 1"
        );
        assert_eq!(beginnings(Dimension::Day, "Europe/Berlin").await, "2026-03-01T23:00:00Z 3");
        assert_eq!(beginnings(Dimension::Hour, "Asia/Kolkata").await, "2026-03-01T23:30:00Z 3");
    });
}

#[test]
fn bulk_changes_are_found_wherever_the_minute_begins() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        // Six in a minute, over the turn of the clock; nobody else comes near.
        past(&database, "'2026-03-01 10:00:50Z'", Some("ann"), 3).await;
        past(&database, "'2026-03-01 10:01:10Z'", Some("ann"), 3).await;
        past(&database, "'2026-03-01 10:01:10Z'", Some("bob"), 5).await;
        past(&database, "'2026-03-01 10:03:00Z'", Some("ann"), 5).await;
        // A longer stretch of somebody without a name.
        for second in [0, 30, 60, 90] {
            past(
                &database,
                &format!("'2026-03-01 12:00Z'::timestamptz + {second} * interval '1 second'"),
                None,
                4,
            )
            .await;
        }
        let found = journal.bulk_changes(&Filter::default(), 5).await.expect("bulk");
        let line = |bulk: &pgrecall_journal::Bulk| {
            let who = bulk.who.actor.as_ref().or(bulk.who.database_user.as_ref());
            let tables: Vec<String> = bulk.tables.iter().map(ToString::to_string).collect();
            format!(
                "{} {} {}/{} {} {:?} {} {}",
                who.expect("who"),
                bulk.changes,
                bulk.in_a_minute,
                bulk.transactions,
                tables.join(","),
                bulk.ops,
                bulk.first_at,
                bulk.last_at
            )
        };
        assert_eq!(
            found.iter().map(line).collect::<Vec<_>>(),
            [
                "app 16 12/4 public.t [Delete] 2026-03-01T12:00:00Z 2026-03-01T12:01:30Z",
                "ann 6 6/2 public.t [Delete] 2026-03-01T10:00:50Z 2026-03-01T10:01:10Z",
            ]
        );
        assert_eq!(journal.bulk_changes(&Filter::default(), 12).await.expect("bulk").len(), 0);
    });
}

#[test]
fn an_hour_stands_out_against_the_same_hour_of_the_weeks_before() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        database.execute("UPDATE recall.relation SET since_at = '2026-01-01'").await;
        // Mondays at ten are busy, always; at eleven nothing happens.
        for week in 1..=8 {
            let at = format!("'2026-03-02 10:30Z'::timestamptz - {week} * interval '7 days'");
            past(&database, &at, Some("ann"), 100 + week % 3).await;
        }
        past(&database, "'2026-03-02 10:30Z'", Some("ann"), 110).await;
        past(&database, "'2026-03-02 11:30Z'", Some("ann"), 30).await;
        past(&database, "'2026-03-02 12:30Z'", Some("ann"), 19).await;
        past(&database, "'2026-03-02 11:40Z'", Some("bob"), 40).await;
        let since = "2026-03-02T00:00:00Z".parse().expect("time");
        let lines = async |by: &[Dimension]| {
            let found = journal.unusual_activity(&Filter::default(), since, by, "UTC").await;
            let line = |unusual: &Unusual| {
                let who = unusual.group.who.as_ref().and_then(|who| who.actor.clone());
                let hour = unusual.group.hour.expect("hour");
                format!(
                    "{} {hour} {} {} {}",
                    who.unwrap_or_default(),
                    unusual.changes,
                    unusual.median,
                    unusual.weeks
                )
            };
            found.expect("unusual").iter().map(line).collect::<Vec<_>>()
        };
        assert_eq!(lines(&[]).await, [" 2026-03-02T11:00:00Z 70 0 8"]);
        assert_eq!(
            lines(&[Dimension::Actor]).await,
            ["bob 2026-03-02T11:00:00Z 40 0 8", "ann 2026-03-02T11:00:00Z 30 0 8"]
        );
        // Weeks before the tracking tell nothing, and three are not enough.
        database.execute("UPDATE recall.relation SET since_at = '2026-02-02 12:00Z'").await;
        assert_eq!(lines(&[]).await, [""; 0]);
        database.execute("UPDATE recall.relation SET since_at = '2026-02-02 11:00Z'").await;
        assert_eq!(lines(&[Dimension::Table]).await, [" 2026-03-02T11:00:00Z 70 0 4"]);
    });
}

//! A digital music shop with 11 tables and 15,600 rows: ordinary work through `psql`, compared
//! with copies of all tables that were taken in between.

use std::path::PathBuf;

use pgrecall_testkit::{Server, TestDatabase, block_on};
use serde_json::{Value, json};

use crate::Program;
use crate::program::{root, text};

const TABLES: [&str; 11] = [
    "album",
    "artist",
    "customer",
    "employee",
    "genre",
    "invoice",
    "invoice_line",
    "media_type",
    "playlist",
    "playlist_track",
    "track",
];

/// The sample database, where there is one; without its lines that make a database of its own.
fn sample() -> Option<String> {
    let file = std::env::var_os("PGRECALL_CHINOOK")
        .map_or_else(|| root().join("../shared/data/chinook.sql"), PathBuf::from);
    let Ok(script) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: no Chinook database; name its script in PGRECALL_CHINOOK");
        return None;
    };
    let own = |line: &&str| {
        !line.starts_with("DROP DATABASE")
            && !line.starts_with("CREATE DATABASE")
            && !line.starts_with("\\c ")
    };
    Some(script.lines().filter(own).collect::<Vec<_>>().join("\n"))
}

/// Runs a script with `psql`; false where there is no `psql`.
fn psql(database: &TestDatabase, script: &str) -> bool {
    let Some(output) = database.psql(script) else {
        eprintln!("skipped: no psql");
        return false;
    };
    assert!(output.status.success(), "{}", text(&output.stderr));
    true
}

/// Every table as text, as it is now.
async fn copy(database: &TestDatabase) -> Vec<Vec<String>> {
    let mut tables = Vec::new();
    for table in TABLES {
        let rows =
            database.query_text(&format!("SELECT r::text FROM {table} AS r ORDER BY 1")).await;
        tables.push(rows.into_iter().map(|mut row| row.remove(0).expect("row")).collect());
    }
    tables
}

/// Every table as text, as of a moment.
async fn past(program: &Program, moment: &str) -> Vec<Vec<String>> {
    let mut tables = Vec::new();
    for table in TABLES {
        let sql = format!("SELECT r::text AS row FROM {table} AS r ORDER BY 1");
        let rows = program.json(&["at", moment, &sql]).await;
        tables.push(rows.iter().map(|row| row["row"].as_str().expect("text").to_owned()).collect());
    }
    tables
}

async fn latest(program: &Program) -> i64 {
    program.json(&["log", "--limit", "1"]).await[0]["tx"].as_i64().expect("number")
}

const MORNING: &str = r#"
    BEGIN;
    SELECT recall.set_context('{"actor": "jane", "tenant": "shop-1", "session": "s-1", "request": "r-1", "reason": "new customer"}');
    INSERT INTO customer (first_name, last_name, email, support_rep_id) VALUES ('Ann', 'O''Hara', 'ann@example.com', 3);
    UPDATE customer SET company = 'Ünïcode GmbH', phone = NULL WHERE customer_id = 1;
    COMMIT;
    BEGIN;
    SELECT recall.set_context('{"actor": "importer", "session": "s-2"}');
    INSERT INTO artist (name) SELECT 'Artist ' || g FROM generate_series(1, 50) AS g;
    INSERT INTO album (title, artist_id) SELECT 'Album of ' || name, artist_id FROM artist WHERE name LIKE 'Artist %';
    UPDATE track SET unit_price = unit_price * 1.1 WHERE genre_id = 1;
    COMMIT;
    UPDATE invoice SET billing_city = upper(billing_city) WHERE billing_country = 'Germany';
    INSERT INTO invoice_line (invoice_id, track_id, unit_price, quantity) VALUES (98, 1, 0.99, 3);
"#;

const MISTAKE: &str = r#"
    BEGIN;
    SELECT recall.set_context('{"actor": "jane", "tenant": "shop-1", "session": "s-3", "reason": "clean up"}');
    DELETE FROM invoice_line WHERE invoice_id BETWEEN 10 AND 60;
    DELETE FROM invoice WHERE invoice_id BETWEEN 10 AND 60;
    DELETE FROM playlist_track WHERE playlist_id = 1;
    UPDATE customer SET support_rep_id = 4, email = 'lost@example.com';
    UPDATE track SET unit_price = 0.01;
    UPDATE employee SET reports_to = NULL WHERE employee_id > 2;
    COMMIT;
"#;

const AFTERNOON: &str = r#"
    BEGIN;
    SELECT recall.set_context('{"actor": "peter", "session": "s-4"}');
    INSERT INTO genre (name) VALUES ('Flight Recordings');
    INSERT INTO playlist (name) VALUES ('Evening');
    UPDATE artist SET name = name || '!' WHERE artist_id = 2;
    COMMIT;
"#;

#[test]
fn a_days_work_in_a_music_shop_is_seen_and_taken_back() {
    let Some(sample) = sample() else { return };
    block_on(async {
        let database = Server::shared().database().await;
        if !psql(&database, &sample) {
            return;
        }
        let program = Program::on(&database.url());
        program.succeeds(&["install"]).await;
        assert_eq!(program.json(&["track", "public.*"]).await.len(), TABLES.len());

        program.succeeds(&["mark", "opening"]).await;
        let earned_at_opening = revenue(&database).await;
        psql(&database, MORNING);
        let earned_at_noon = revenue(&database).await;
        let (noon, at_noon) = (latest(&program).await, copy(&database).await);
        psql(&database, MISTAKE);
        let (mistake, with_mistake) = (latest(&program).await, copy(&database).await);
        let earned_with_mistake = revenue(&database).await;
        psql(&database, AFTERNOON);
        let evening = copy(&database).await;

        seen(&program, mistake).await;
        assert_eq!(past(&program, &format!("after:tx:{noon}")).await, at_noon);
        assert_eq!(past(&program, &format!("before:tx:{mistake}")).await, at_noon);
        assert_eq!(past(&program, &format!("after:tx:{mistake}")).await, with_mistake);
        assert_eq!(past(&program, "now").await, evening);
        assert_eq!(past_revenue(&program, "mark:opening").await, earned_at_opening);
        assert_eq!(past_revenue(&program, &format!("after:tx:{noon}")).await, earned_at_noon);
        assert_eq!(
            past_revenue(&program, &format!("after:tx:{mistake}")).await,
            earned_with_mistake
        );
        assert_ne!(earned_at_noon, earned_with_mistake);
        taken_back(&program, &database, mistake).await;
    });
}

/// `log`, `show` and `history` tell what was done.
async fn seen(program: &Program, mistake: i64) {
    let deleted = program
        .json(&["log", "--actor", "jane", "--op", "delete", "--table", "invoice", "--limit", "0"])
        .await;
    assert_eq!(deleted.len(), 51);
    assert!(deleted.iter().all(|change| change["reason"] == "clean up" && change["new"].is_null()));
    let shown = program.json(&["show", &mistake.to_string()]).await.remove(0);
    assert_eq!((&shown["actor"], &shown["session"]), (&json!("jane"), &json!("s-3")));
    let history = program.json(&["history", "customer", "1"]).await;
    let changed: Vec<&Value> = history.iter().map(|change| &change["changed"]).collect();
    assert_eq!(changed, [&json!(["company", "phone"]), &json!(["email", "support_rep_id"])]);
    let new = program.json(&["log", "--table", "customer", "--op", "insert"]).await;
    assert_eq!(new[0]["new"]["last_name"], "O'Hara");
    assert_eq!(new[0]["tenant"], "shop-1");
}

/// What the shop earned in each country.
const REVENUE: &str = "
    SELECT concat_ws(' ', c.country, sum(l.unit_price * l.quantity), count(DISTINCT i.invoice_id)) AS revenue
    FROM customer c JOIN invoice i USING (customer_id) JOIN invoice_line l USING (invoice_id)
    GROUP BY c.country ORDER BY c.country";

/// The report, as it is now.
async fn revenue(database: &TestDatabase) -> Vec<String> {
    let rows = database.query_text(REVENUE).await;
    rows.into_iter().map(|mut row| row.remove(0).expect("text")).collect()
}

/// The report, as of a moment.
async fn past_revenue(program: &Program, moment: &str) -> Vec<String> {
    let rows = program.json(&["at", moment, REVENUE]).await;
    rows.iter().map(|row| row["revenue"].as_str().expect("text").to_owned()).collect()
}

/// The mistake goes, the work of others stays.
async fn taken_back(program: &Program, database: &TestDatabase, mistake: i64) {
    let id = mistake.to_string();
    let preview = program.json(&["undo", "--tx", &id, "--preview"]).await.remove(0);
    assert_eq!(preview["plan"]["conflicts"], json!([]));
    let applied =
        program.json(&["undo", "--tx", &id, "--yes", "--reason", "the wrong invoices"]).await;
    assert_eq!(applied[0]["applied"], true);
    let now = copy(database).await;
    let before = past(program, &format!("before:tx:{mistake}")).await;
    for (table, (now, before)) in TABLES.iter().zip(now.iter().zip(&before)) {
        match *table {
            "genre" | "playlist" => assert_eq!(now.len(), before.len() + 1, "{table}"),
            "artist" => assert_eq!(now.iter().filter(|row| !before.contains(row)).count(), 1),
            _ => assert_eq!(now, before, "{table}"),
        }
    }
}

/// An employee's session, in several transactions, with others at work in between.
const SESSION: [&str; 3] = [
    r#"
    BEGIN;
    SELECT recall.set_context('{"actor": "robert", "session": "s-robert", "reason": "territories"}');
    UPDATE customer SET support_rep_id = 5 WHERE customer_id BETWEEN 1 AND 20;
    UPDATE employee SET reports_to = 1 WHERE employee_id = 5;
    COMMIT;
    "#,
    r#"
    BEGIN;
    SELECT recall.set_context('{"actor": "robert", "session": "s-robert", "reason": "wrong invoices"}');
    DELETE FROM invoice_line WHERE invoice_id BETWEEN 100 AND 110;
    DELETE FROM invoice WHERE invoice_id BETWEEN 100 AND 110;
    COMMIT;
    "#,
    r#"
    BEGIN;
    SELECT recall.set_context('{"actor": "robert", "session": "s-robert", "reason": "prices"}');
    UPDATE track SET unit_price = unit_price + 1 WHERE genre_id = 2;
    UPDATE track SET unit_price = unit_price + 1 WHERE track_id IN (63, 64);
    INSERT INTO genre (name) VALUES ('Robert''s');
    COMMIT;
    "#,
];

/// What others do meanwhile. They touch nothing that the session touched, but where it says so.
const OTHERS: [&str; 3] = [
    r#"
    BEGIN;
    SELECT recall.set_context('{"actor": "shop", "session": "s-till"}');
    INSERT INTO invoice (customer_id, invoice_date, total) VALUES (30, '2026-01-02', 1.98);
    INSERT INTO invoice_line (invoice_id, track_id, unit_price, quantity) SELECT max(invoice_id), 1, 0.99, 2 FROM invoice;
    COMMIT;
    "#,
    r#"
    BEGIN;
    SELECT recall.set_context('{"actor": "jane", "session": "s-jane"}');
    UPDATE customer SET phone = '+1 555' WHERE customer_id BETWEEN 21 AND 25;
    UPDATE invoice SET total = total + 1 WHERE invoice_id = 120;
    COMMIT;
    "#,
    // The same row as the session, in another column; and one in the very column.
    r#"
    BEGIN;
    SELECT recall.set_context('{"actor": "jane", "session": "s-jane"}');
    UPDATE customer SET email = 'new@example.com' WHERE customer_id = 1;
    UPDATE track SET unit_price = 3.33 WHERE track_id = 63;
    COMMIT;
    "#,
];

#[test]
fn only_one_employees_session_is_taken_back_while_others_sell() {
    let Some(sample) = sample() else { return };
    block_on(async {
        let database = Server::shared().database().await;
        let twin = Server::shared().database().await;
        if !psql(&database, &sample) || !psql(&twin, &sample) {
            return;
        }
        let program = Program::on(&database.url());
        program.succeeds(&["install"]).await;
        program.succeeds(&["track", "public.*"]).await;
        // The twin has the day without the session; it needs the function's name only.
        twin.execute("CREATE SCHEMA recall; CREATE FUNCTION recall.set_context(jsonb) RETURNS void LANGUAGE sql AS ''").await;
        for (session, others) in SESSION.iter().zip(OTHERS) {
            psql(&database, session);
            psql(&database, others);
            psql(&twin, others);
        }
        let mistaken = copy(&database).await;

        let undo = ["undo", "--session", "s-robert", "--yes", "--reason", "robert is gone"];
        let refused = program.run(&[&undo[..], &["--json"]].concat()).await;
        assert_eq!(refused.status.code(), Some(6));
        let plan: Value = serde_json::from_str(&text(&refused.stdout)).expect("json");
        let conflicts = plan["plan"]["conflicts"].as_array().expect("list");
        let named: Vec<String> = conflicts
            .iter()
            .map(|c| format!("{} {} {}", c["table"], c["key"], c["later"][0]["actor"]))
            .collect();
        assert_eq!(
            named,
            [
                r#""public.track" {"track_id":63} "jane""#,
                r#""public.customer" {"customer_id":1} "jane""#
            ]
        );
        assert_eq!(copy(&database).await, mistaken, "a refusal changes nothing");

        // What jane did stays: of the customer the other column goes back, of the track nothing is left.
        let done =
            program.json(&[&undo[..], &["--on-conflict", "changed-later=merge"]].concat()).await;
        assert_eq!(done[0]["applied"], true);
        assert_eq!(copy(&database).await, copy(&twin).await);
        let left = program.json(&["log", "--session", "s-robert", "--limit", "0"]).await;
        let kept: Vec<&Value> = left
            .iter()
            .filter(|change| change["undone_by"] == json!([]))
            .map(|c| &c["key"])
            .collect();
        assert!(kept.iter().all(|key| **key == json!({ "track_id": 63 })), "{kept:?}");

        // In several transactions it is the same, after the undo was undone.
        let tx = done[0]["tx"].to_string();
        program.succeeds(&["undo", "--tx", &tx, "--yes", "--no-reason"]).await;
        assert_eq!(copy(&database).await, mistaken);
        program.succeeds(&[&undo[..], &["--on-conflict", "merge", "--batch", "10"]].concat()).await;
        assert_eq!(copy(&database).await, copy(&twin).await);
    });
}

//! `history`, `blame`, `diff` and `activity` as people and scripts see them.

use expect_test::{Expect, expect};
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::program::{Program, text, told};
use crate::tracked;

const TABLES: &str = r#"CREATE TABLE public.prize (id int PRIMARY KEY, title text, amount numeric);
    CREATE TABLE public."Odd ""T" (v text); CREATE TABLE public.later (id int PRIMARY KEY);
    INSERT INTO public.prize VALUES (1, 'first', 10.50), (2, 'second', 20), (3, 'third', 30)"#;

/// What somebody did, as a transaction with a reason.
fn by(actor: &str, reason: &str, sql: &str) -> String {
    format!(
        "BEGIN; SELECT recall.set_context('{{\"actor\": \"{actor}\", \"reason\": \"{reason}\", \"tenant\": \"acme\"}}'); {sql}; COMMIT"
    )
}

fn fields(object: &Value) -> String {
    object.as_object().expect("object").keys().cloned().collect::<Vec<_>>().join(" ")
}

/// Transactions and times differ from run to run.
fn masked(text: &str) -> String {
    let mask = |word: &str| {
        let bare = word.trim_end_matches([',', ';', ')', '.', ':']);
        let bare = bare.trim_start_matches('(').trim_start_matches("after:tx:");
        let is_time = bare.starts_with("20") && bare.contains('T') && bare.contains(':');
        let is_tx = bare.len() >= 3 && bare.bytes().all(|byte| byte.is_ascii_digit());
        match (is_time, is_tx) {
            (true, _) => word.replace(bare, "TIME"),
            (_, true) => word.replace(bare, "TX"),
            _ => word.to_owned(),
        }
    };
    let line = |line: &str| line.split(' ').map(mask).collect::<Vec<_>>().join(" ");
    text.lines().map(|text| line(text) + "\n").collect()
}

async fn check(program: &Program, arguments: &[&str], expected: Expect) {
    let output = program.run(arguments).await;
    let seen = format!("{}{}", text(&output.stdout), told(&output));
    expected.assert_eq(&masked(&seen));
}

async fn accident() -> (pgrecall_testkit::TestDatabase, Program, String) {
    let (database, program) = tracked(TABLES).await;
    database.execute("INSERT INTO public.\"Odd \"\"T\" VALUES ('x')").await;
    let start = program.json(&["log", "--limit", "1"]).await[0]["tx"].to_string();
    database
        .execute(&by("ann", "new price", "UPDATE public.prize SET amount = 12 WHERE id = 1"))
        .await;
    database.execute(&by("bob", "clean up", "DELETE FROM public.prize WHERE id = 3; INSERT INTO public.prize VALUES (4, 'fourth', 40); DELETE FROM public.\"Odd \"\"T\"")).await;
    (database, program, format!("after:tx:{start}"))
}

#[test]
fn history_shows_a_stretch_of_a_records_life() {
    block_on(async {
        let (database, program, start) = accident().await;
        database
            .execute(&by(
                "eve",
                "typo",
                "UPDATE public.prize SET title = 'First', amount = 13 WHERE id = 1",
            ))
            .await;
        check(
            &program,
            &["history", "prize", "1"],
            expect![[r#"
                tx TX  TIME  ann  tenant acme  “new price”
                  update   public.prize id=1  #5
                    amount  10.50 → 12

                tx TX  TIME  eve  tenant acme  “typo”
                  update   public.prize id=1  #9
                    title   "first" → "First"
                    amount  12 → 13
                exit 0
            "#]],
        )
        .await;
        let all = program.json(&["history", "prize", "1"]).await;
        assert_eq!(all[1]["changed"], json!(["title", "amount"]));
        let last = format!("before:tx:{}", all[1]["tx"]);
        for (arguments, expected) in [
            (vec!["--limit", "1"], vec!["eve"]),
            (vec!["--since", &last], vec!["eve"]),
            (vec!["--until", &last], vec!["ann"]),
            (vec!["--since", &start, "--until", "now"], vec!["ann", "eve"]),
            (vec!["--until", "-1h"], vec![]),
        ] {
            let found =
                program.json(&[&["history", "prize", "1"], arguments.as_slice()].concat()).await;
            let actors: Vec<&Value> = found.iter().map(|change| &change["actor"]).collect();
            assert_eq!(actors, expected, "{arguments:?}");
        }
    });
}

#[test]
fn blame_names_who_set_each_column() {
    block_on(async {
        let (_database, program, start) = accident().await;
        check(
            &program,
            &["blame", "prize", "1"],
            expect![[r#"
            public.prize id=1
              id      1        before TIME, when tracking began
              title   "first"  before TIME, when tracking began
              amount  12       tx TX  TIME  ann  tenant acme  “new price”
            exit 0
        "#]],
        )
        .await;
        check(
            &program,
            &["blame", "prize", "3"],
            expect![[r#"
            public.prize id=3
              id      3        before TIME, when tracking began
              title   "third"  before TIME, when tracking began
              amount  30       before TIME, when tracking began
            exit 0
            note: the record is gone, by delete of tx TX  TIME  bob  tenant acme  “clean up”
        "#]],
        )
        .await;
        check(
            &program,
            &["blame", "prize", "1", "--at", &start],
            expect![[r#"
                public.prize id=1
                  id      1        before TIME, when tracking began
                  title   "first"  before TIME, when tracking began
                  amount  10.50    before TIME, when tracking began
                exit 0
                As it was just after transaction TX (approximate: in the order of first writes).
            "#]],
        )
        .await;
        let lines = program.json(&["blame", "prize", "1"]).await;
        for line in &lines {
            assert_eq!(
                fields(line),
                "column value tx at actor reason since database_user undoes deleted_by"
            );
        }
        assert_eq!(
            (&lines[0]["since"], &lines[0]["tx"]),
            (&json!("before tracking"), &Value::Null)
        );
        assert_eq!((&lines[2]["since"], &lines[2]["actor"]), (&json!("change"), &json!("ann")));
        let tx = lines[2]["tx"].to_string();

        program.succeeds(&["undo", "--tx", &tx, "--yes", "--reason", "was right before"]).await;
        let undone = program.json(&["blame", "prize", "1"]).await.remove(2);
        assert_eq!(undone["value"].to_string(), "10.50");
        assert_eq!(
            (&undone["actor"], &undone["reason"]),
            (&json!("tester"), &json!("was right before"))
        );
        assert_eq!(undone["undoes"].to_string(), format!("[{tx}]"));
        let shown = program.succeeds(&["blame", "prize", "1"]).await;
        assert!(shown.contains(&format!("(undo of tx {tx})")), "{shown}");
    });
}

#[test]
fn blame_refuses_what_it_cannot_know() {
    block_on(async {
        let (_database, program, _start) = accident().await;
        for (arguments, expected) in [
            (
                vec!["blame", "prize", "9"],
                expect![[r#"
                exit 1
                error: there was no record id=9 in public.prize
                hint: see which records were changed with `pgrecall log --table 'public.prize'`
                code: blame/no-record
            "#]],
            ),
            (
                vec!["blame", "prize", "1", "--at", "-1h"],
                expect![[r#"
                exit 1
                error: the moment lies before the tracking of public.prize began, at TIME
                hint: choose a moment from TIME on; what was before was not recorded
                code: at/too-early
            "#]],
            ),
            (
                vec!["blame", "\"Odd \"\"T\"", "1"],
                expect![[r#"
                exit 2
                error: the key does not fit table public."Odd ""T"
                  because: the table has no key, so its rows cannot be named one by one
                hint: write `42`, `id=42` or `a=1,b=x`
                code: journal/key
            "#]],
            ),
        ] {
            check(&program, &arguments, expected).await;
        }
    });
}

#[test]
fn diff_tells_what_became_of_each_row() {
    block_on(async {
        let (_database, program, start) = accident().await;
        check(
            &program,
            &["diff", "*", "--from", &start],
            expect![[r#"
                removed  public."Odd ""T"
                    - v: "x"
                changed  public.prize id=1
                    amount  10.50 → 12
                removed  public.prize id=3
                    - id: 3, title: "third", amount: 30
                added    public.prize id=4
                    + id: 4, title: "fourth", amount: 40
                exit 6
                From: As it was just after transaction TX (approximate: in the order of first writes).
                To: As it is now.
            "#]],
        )
        .await;
        check(
            &program,
            &["diff", "*", "--from", &start, "--summary"],
            expect![[r#"
                public."Odd ""T"         0 added         1 removed         0 changed
                public.prize             1 added         1 removed         1 changed
                exit 6
                From: As it was just after transaction TX (approximate: in the order of first writes).
                To: As it is now.
            "#]],
        )
        .await;
        check(
            &program,
            &["diff", "later", "prize", "--from", "now", "--to", &start, "--sql"],
            expect![[r#"
                -- From now to after:tx:TX, as of TIME.
                BEGIN;
                -- Values are written under these settings, and constraints that can wait are checked at the end.
                SET LOCAL standard_conforming_strings = on;
                SET LOCAL DateStyle = 'ISO, YMD';
                SET LOCAL IntervalStyle = 'postgres';
                SET LOCAL TimeZone = 'UTC';
                SET CONSTRAINTS ALL DEFERRED;
                UPDATE ONLY public.prize SET amount = '10.50' WHERE id = '1';
                INSERT INTO public.prize (id, title, amount) OVERRIDING SYSTEM VALUE VALUES ('3', 'third', '30');
                DELETE FROM ONLY public.prize WHERE id = '4';
                COMMIT;
                exit 6
                From: As it is now.
                To: As it was just after transaction TX (approximate: in the order of first writes).
            "#]],
        )
        .await;
        check(
            &program,
            &["diff", "later", "--from", &start],
            expect![[r#"
                exit 0
                From: As it was just after transaction TX (approximate: in the order of first writes).
                To: As it is now.
                note: nothing differs
            "#]],
        )
        .await;
    });
}

#[test]
fn a_row_that_differs_has_exactly_these_fields() {
    block_on(async {
        let (_database, program, start) = accident().await;
        let output = program.run(&["diff", "prize", "--from", &start, "--json"]).await;
        assert_eq!(output.status.code(), Some(6));
        let lines: Vec<Value> = text(&output.stdout)
            .lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect();
        for line in &lines {
            assert_eq!(fields(line), "table key kind before after changed");
        }
        let kinds: Vec<&Value> = lines.iter().map(|line| &line["kind"]).collect();
        assert_eq!(kinds, ["changed", "removed", "added"]);
        assert_eq!(
            (&lines[0]["table"], &lines[0]["key"]),
            (&json!("public.prize"), &json!({ "id": 1 }))
        );
        assert_eq!(lines[0]["changed"], json!(["amount"]));
        assert_eq!(lines[0]["before"]["amount"].to_string(), "10.50");
        assert_eq!(lines[0]["after"]["amount"].to_string(), "12");
        assert_eq!(lines[1]["after"], Value::Null);
        let output = program.run(&["diff", "*", "--from", &start, "--summary", "--json"]).await;
        let summary = text(&output.stdout);
        let last: Value =
            serde_json::from_str(summary.lines().last().expect("line")).expect("json");
        assert_eq!(
            last,
            json!({ "table": "public.prize", "added": 1, "removed": 1, "changed": 1 })
        );
    });
}

#[test]
fn a_script_of_the_difference_leads_back() {
    block_on(async {
        let (database, program, start) = accident().await;
        let all = "SELECT string_agg(p::text, ' ' ORDER BY id) FROM public.prize AS p";
        let now = database.scalar(all).await;
        let output = program.run(&["diff", "*", "--from", "now", "--to", &start, "--sql"]).await;
        let there = program.run(&["diff", "*", "--from", &start, "--sql"]).await;
        database.execute(&text(&output.stdout)).await;
        assert_eq!(database.scalar(all).await, "(1,first,10.50) (2,second,20) (3,third,30)");
        assert_eq!(program.run(&["diff", "*", "--from", &start]).await.status.code(), Some(0));
        database.execute(&text(&there.stdout)).await;
        assert_eq!(database.scalar(all).await, now);
    });
}

#[test]
fn diff_says_what_it_leaves_out() {
    block_on(async {
        let (database, program, start) = accident().await;
        database.execute("CREATE TABLE public.young (id int PRIMARY KEY)").await;
        program.succeeds(&["track", "young"]).await;
        for (arguments, expected) in [
            (
                vec!["diff", "young", "--from", &start],
                expect![[r#"
                    exit 1
                    From: As it was just after transaction TX (approximate: in the order of first writes).
                    To: As it is now.
                    error: the moment lies before the tracking of public.young began, at TIME
                    hint: choose a moment from TIME on; what was before was not recorded
                    code: at/too-early
                "#]],
            ),
            (
                vec!["diff", "y*", "--from", &start],
                expect![[r#"
                    exit 3
                    From: As it was just after transaction TX (approximate: in the order of first writes).
                    To: As it is now.
                    warning: public.young is left out: the moment lies before the tracking of public.young began, at TIME
                    note: nothing differs
                "#]],
            ),
            (
                vec!["diff", "nix", "--from", &start],
                expect![[r#"
                    exit 1
                    From: As it was just after transaction TX (approximate: in the order of first writes).
                    To: As it is now.
                    error: there is no table `nix`
                    hint: list the tables with `pgrecall tables --all`
                    code: journal/unknown-table
                "#]],
            ),
            (
                vec!["diff", "nix*", "--from", &start],
                expect![[r#"
                    exit 1
                    From: As it was just after transaction TX (approximate: in the order of first writes).
                    To: As it is now.
                    error: no table fits `nix*`
                    hint: list the tables with `pgrecall tables --all`; write patterns as `public.*`, `'app.order*'` or `'"Odd Name"'`
                    code: journal/nothing-matches
                "#]],
            ),
            (
                vec!["diff", "prize", "--from", "yesterday"],
                expect![[r#"
                    exit 2
                    error: `yesterday` is not a moment
                    hint: write `2026-03-01T09:30:00Z`, `'2026-03-01 09:30'` (your time zone), `now`, `-15m`, `'15 minutes ago'`, `before:tx:ID`, `after:tx:ID`, `change:ID`, `tick:ID` or `mark:NAME`
                    code: moment/malformed
                "#]],
            ),
        ] {
            check(&program, &arguments, expected).await;
        }
    });
}

#[test]
fn activity_counts_changes() {
    block_on(async {
        let (_database, program, _start) = accident().await;
        check(&program, &["activity"], expect![[r#"
            bob  public.prize                                2 changes in 1 tx: 1 inserted, 1 deleted
            ann  public.prize                                1 change  in 1 tx: 1 updated
            bob  public."Odd ""T"                            1 change  in 1 tx: 1 deleted
            database user postgres  public."Odd ""T"         1 change  in 1 tx: 1 inserted
            exit 0
        "#]]).await;
        check(
            &program,
            &["activity", "--by", "operation", "--table", "prize"],
            expect![[r#"
                delete         1 change  in 1 tx: 1 deleted
                insert         1 change  in 1 tx: 1 inserted
                update         1 change  in 1 tx: 1 updated
                exit 0
            "#]],
        )
        .await;
        check(&program, &["activity", "--bulk", "2"], expect![[r#"
            TIME  bob  3 changes in 1 tx (TX to TX), up to 3 a minute: delete, insert of public."Odd ""T", public.prize
            exit 0
        "#]]).await;
        check(
            &program,
            &["activity", "--bulk", "3"],
            expect![[r#"
            exit 0
            note: no change fits
        "#]],
        )
        .await;
        check(
            &program,
            &["activity", "--unusual"],
            expect![[r#"
            exit 0
            note: what is usual shows after 4 weeks; the journal begins at TIME
            note: nothing stands out
        "#]],
        )
        .await;
        check(
            &program,
            &["activity", "--unusual", "--by", "hour"],
            expect![[r#"
            exit 2
            error: `--unusual` compares hours; `--by` says by what else
            code: local/usage
        "#]],
        )
        .await;
    });
}

#[test]
fn counted_changes_have_exactly_these_fields() {
    block_on(async {
        let (_database, program, _start) = accident().await;
        let line = program
            .json(&[
                "activity",
                "--by",
                "table,actor,hour,tenant",
                "--actor",
                "bob",
                "--limit",
                "1",
            ])
            .await
            .remove(0);
        assert_eq!(
            fields(&line),
            "hour actor database_user table tenant changes transactions inserts updates deletes truncates first_at last_at"
        );
        assert_eq!(
            (&line["table"], &line["changes"], &line["tenant"]),
            (&json!("public.prize"), &json!(2), &json!("acme"))
        );
        let line = program.json(&["activity", "--bulk", "2"]).await.remove(0);
        assert_eq!(
            fields(&line),
            "actor database_user changes transactions in_a_minute tables ops first_at last_at first_tx last_tx"
        );
    });
}

#[test]
fn a_viewer_sees_its_tenants_part_only() {
    block_on(async {
        let (database, program, _start) = accident().await;
        database.execute("BEGIN; SELECT recall.set_tenant('blue'); UPDATE public.prize SET title = 'blue' WHERE id < 3; COMMIT").await;
        let role = database.create_role("viewer").await;
        program.succeeds(&["viewer", "grant", &role, "--tenant", "acme"]).await;
        let viewer = Program::on(&database.url_as(&role).await);
        let first = viewer.json(&["log", "--oldest-first"]).await.remove(0);
        let start = format!("before:tx:{}", first["tx"]);
        let counted = viewer.json(&["activity", "--by", "tenant"]).await;
        assert_eq!(counted.len(), 1, "{counted:?}");
        assert_eq!((&counted[0]["tenant"], &counted[0]["changes"]), (&json!("acme"), &json!(4)));
        // From one tenant's part alone it cannot be told what a row was.
        let found = viewer.run(&["diff", "prize", "--from", &start, "--json"]).await;
        assert_eq!((found.status.code(), text(&found.stdout)), (Some(4), String::new()));
        // The record itself belongs to the table, not to the journal.
        let refused = viewer.run(&["blame", "prize", "1"]).await;
        assert_eq!(refused.status.code(), Some(4));
        database.execute(&format!("GRANT SELECT ON public.prize TO {role}")).await;
        let lines = viewer.json(&["blame", "prize", "1"]).await;
        let known: Vec<(&Value, &Value)> =
            lines.iter().map(|line| (&line["since"], &line["actor"])).collect();
        let (unknown, nobody) = (json!("unknown"), Value::Null);
        assert_eq!(
            known,
            [(&unknown, &nobody), (&unknown, &nobody), (&json!("change"), &json!("ann"))]
        );
    });
}

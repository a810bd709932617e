//! Classes of tables and columns as people and scripts meet them, and rules that ask for them.

use expect_test::{Expect, expect};
use pgrecall_testkit::block_on;
use serde_json::json;

use crate::program::{Program, text, told};
use crate::tracked;

const TABLES: &str = r#"
    CREATE TABLE public.customer (id int PRIMARY KEY, email text, "Odd Name" text, note text);
    CREATE TABLE public.orders (id int PRIMARY KEY, customer int REFERENCES public.customer ON UPDATE CASCADE);
    CREATE TABLE public.session (id int PRIMARY KEY)"#;

async fn check(program: &Program, arguments: &[&str], expected: Expect) {
    let output = program.run(arguments).await;
    expected.assert_eq(&format!("{}{}", told(&output), text(&output.stdout)));
}

/// Runs one after the other.
async fn check_all<const N: usize>(program: &Program, steps: [(&[&str], Expect); N]) {
    for (arguments, expected) in steps {
        check(program, arguments, expected).await;
    }
}

const TWO_COLUMNS: [&str; 6] =
    ["classify", "customer", "--column", "email", "--column", "Odd Name"];

#[test]
fn classes_are_given_and_listed() {
    block_on(async {
        let (_database, program) = tracked(TABLES).await;
        let both = [&TWO_COLUMNS[..], &["--as", "personal,contact"]].concat();
        let one = [&TWO_COLUMNS[..], &["--as", "personal"]].concat();
        let nothing = expect![[r#"
            exit 0
            note: nothing has classes; give some with `pgrecall classify TABLE --column NAME --as CLASS`
        "#]];
        let given = expect![[r#"
            exit 0
            changed          public.customer.email  contact, personal
            changed          public.customer."Odd Name"  contact, personal
        "#]];
        let again = expect![[r#"
            exit 0
            unchanged        public.customer.email  contact, personal
            unchanged        public.customer."Odd Name"  contact, personal
        "#]];
        let whole = expect![[r#"
            exit 0
            changed          public.orders  financial
        "#]];
        let all = expect![[r#"
            exit 0
            public.customer.email  contact, personal
            public.customer."Odd Name"  contact, personal
            public.orders  financial
        "#]];
        let of_one = expect![[r#"
            exit 0
            public.customer.email  contact, personal
            public.customer."Odd Name"  contact, personal
        "#]];
        let without = expect![[r#"
            exit 0
            note: public.session has no classes
        "#]];
        let steps: [(&[&str], Expect); 7] = [
            (&["classify"], nothing),
            (&both, given),
            (&one, again),
            (&["classify", "public.orders", "--as", "financial"], whole),
            (&["classify"], all),
            (&["classify", "customer"], of_one),
            (&["classify", "session"], without),
        ];
        check_all(&program, steps).await;
    });
}

#[test]
fn classes_are_taken_off() {
    block_on(async {
        let (_database, program) = tracked(TABLES).await;
        program.succeeds(&[&TWO_COLUMNS[..], &["--as", "personal,contact"]].concat()).await;
        program.succeeds(&["classify", "orders", "--as", "financial"]).await;
        let remove = ["classify", "customer", "--column", "email", "--remove", "contact"];
        let removed = expect![[r#"
            exit 0
            changed          public.customer.email  personal
        "#]];
        let again = expect![[r#"
            exit 0
            unchanged        public.customer.email  personal
        "#]];
        let cleared = expect![[r#"
            exit 0
            changed          public.orders  no classes
        "#]];
        let left = expect![[r#"
            exit 0
            {"table":"public.customer","column":"email","classes":["personal"]}
            {"table":"public.customer","column":"Odd Name","classes":["contact","personal"]}
        "#]];
        let given = expect![[r#"
            exit 0
            {"table":"public.orders","column":null,"classes":["secret"],"status":"changed"}
        "#]];
        let steps: [(&[&str], Expect); 5] = [
            (&remove, removed),
            (&remove, again),
            (&["classify", "orders", "--clear"], cleared),
            (&["classify", "--json"], left),
            (&["classify", "orders", "--as", "secret", "--json"], given),
        ];
        check_all(&program, steps).await;
    });
}

#[test]
fn tables_show_their_classes() {
    block_on(async {
        let (_database, program) = tracked(TABLES).await;
        program.succeeds(&[&TWO_COLUMNS[..], &["--as", "personal,contact"]].concat()).await;
        let remove = ["classify", "customer", "--column", "email", "--remove", "contact"];
        program.succeeds(&remove).await;
        program.succeeds(&["classify", "orders", "--as", "secret"]).await;
        let shown = program.json(&["tables", "customer"]).await.remove(0);
        assert_eq!(shown["classes"], json!([]));
        assert_eq!(
            shown["column_classes"],
            json!({ "email": ["personal"], "Odd Name": ["contact", "personal"] })
        );
        let text = program.succeeds(&["tables"]).await;
        assert!(text.contains("  classes: contact, personal"), "{text}");
        assert!(text.contains("  classes: secret"), "{text}");
        let sessions = text.lines().find(|line| line.contains("public.session")).expect("session");
        assert!(!sessions.contains("classes"), "{text}");
    });
}

#[test]
fn what_cannot_be_classified_is_told_with_a_hint() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        // Nothing is remembered, so that it is not tracked by itself.
        database.execute("DELETE FROM recall.pattern").await;
        database.execute("CREATE TABLE public.fresh (id int)").await;
        for (arguments, expected) in [
            (
                &["classify", "nobody", "--as", "personal"][..],
                expect![[r#"
                exit 1
                error: there is no table `nobody`
                hint: list the tables with `pgrecall tables --all`
                code: journal/unknown-table
            "#]],
            ),
            (
                &["classify", "fresh", "--as", "personal"],
                expect![[r#"
                exit 1
                error: table public.fresh is not tracked
                hint: track it with `pgrecall track 'public.fresh'`
                code: journal/not-tracked
            "#]],
            ),
            (
                &["classify", "customer", "--column", "mail", "--as", "personal"],
                expect![[r#"
                exit 1
                error: table public.customer has no column `mail`
                hint: `pgrecall tables --json 'public.customer'` lists its columns
                code: journal/unknown-column
            "#]],
            ),
            (
                &["classify", "customer", "--as", "Personal Data"],
                expect![[r#"
                exit 2
                error: `Personal Data` is no name of a class
                hint: write small letters, digits and hyphens, a letter first, 63 at most, such as `personal`
                code: classification/class-name
            "#]],
            ),
            (
                &["classify", "customer", "--as", "personal,"],
                expect![[r#"
                exit 2
                error: `` is no name of a class
                hint: write small letters, digits and hyphens, a letter first, 63 at most, such as `personal`
                code: classification/class-name
            "#]],
            ),
        ] {
            check(&program, arguments, expected).await;
        }
    });
}

#[test]
fn what_is_half_said_or_not_allowed_changes_nothing() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        for arguments in [
            &["classify", "--as", "personal"][..],
            &["classify", "--clear"],
            &["classify", "customer", "--column", "email"],
            &["classify", "customer", "--as", "a", "--remove", "b"],
            &["classify", "customer", "--as", "a", "--clear"],
            &["classify", "customer", "--column", "", "--clear"],
        ] {
            let told = program.fails(arguments).await;
            assert!(told.starts_with("exit 2"), "{arguments:?}: {told}");
        }
        let role = database.create_role("auditor").await;
        database.execute(&format!("GRANT recall_auditor TO \"{role}\"")).await;
        let reader = Program::on(&database.url_as(&role).await);
        let refused = reader.run(&["classify", "customer", "--as", "personal"]).await;
        assert_eq!(refused.status.code(), Some(4), "{}", told(&refused));
        reader.succeeds(&["classify"]).await;
        let none = "SELECT count(*) FROM recall.classification";
        assert_eq!(database.scalar(none).await, "0");
    });
}

fn file(url: &str, rule: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("pgrecall.toml");
    let text = format!("[targets.shop]\nurl = \"{url}\"\n[[targets.shop.undo.rules]]\n{rule}\n");
    std::fs::write(&path, text).expect("file");
    let path = path.to_str().expect("path").to_owned();
    (folder, path)
}

#[test]
fn rules_by_class_hold_on_the_command_line_too() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        program.succeeds(&["classify", "customer", "--column", "email", "--as", "personal"]).await;
        program.succeeds(&["classify", "orders", "--as", "financial"]).await;
        let (_folder, path) = file(&database.url(), "classes = [\"personal\", \"financial\"]");
        let target = ["--config", &path, "--target", "shop"];
        let undo = async |sql: &str, more: &[&str]| {
            database.execute(sql).await;
            let tx = database.scalar("SELECT max(tx) FROM recall.change").await;
            let arguments = ["undo", "--tx", &tx, "--yes", "--reason", "x"];
            program.run(&[&target[..], &arguments[..], more].concat()).await
        };
        database.execute("INSERT INTO customer VALUES (1, 'a', 'b', 'c')").await;
        database.execute("INSERT INTO orders VALUES (1, 1)").await;
        let note = undo("UPDATE customer SET note = 'd', email = email", &[]).await;
        assert_eq!(note.status.code(), Some(0), "{}", told(&note));
        for (sql, more) in [
            ("UPDATE customer SET email = 'e'", &[][..]),
            ("UPDATE customer SET email = 'f'", &["--batch", "1"]),
            ("INSERT INTO customer VALUES (2)", &[]),
            ("DELETE FROM customer WHERE id = 2", &[]),
            // Its own column is of no class, but what refers to it changes along.
            ("UPDATE customer SET id = 3 WHERE id = 1", &["--table", "customer"]),
        ] {
            let refused = undo(sql, more).await;
            assert_eq!(refused.status.code(), Some(5), "{sql}: {}", told(&refused));
            let words = "classes personal, financial: 1 approver with a second factor";
            assert!(told(&refused).contains(words), "{sql}: {}", told(&refused));
        }
        assert_eq!(database.scalar("SELECT customer FROM orders").await, "3", "nothing was done");
        // Where classes cannot be read, nothing is done either.
        database.execute("ALTER TABLE recall.classification RENAME TO hidden").await;
        let unread = undo("UPDATE customer SET note = 'g' WHERE id = 3", &[]).await;
        assert_eq!(unread.status.code(), Some(1), "{}", told(&unread));
        assert_eq!(database.scalar("SELECT note FROM customer WHERE id = 3").await, "g");
    });
}

#[test]
fn a_bad_class_in_a_rule_is_told_by_config_check() {
    block_on(async {
        let (_folder, path) = file("postgresql://h/d", "classes = [\"Personal\"]");
        let program = Program::on("");
        check(&program, &["--config", &path, "config", "check"], expect![[r#"
            exit 1
            1 mistake.
            targets.shop.undo.rules.0.classes: `Personal` is no name of a class
              hint: write small letters, digits and hyphens, a letter first, 63 at most, such as `personal`
        "#]]).await;
    });
}

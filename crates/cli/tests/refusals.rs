//! Every refusal as the user reads it: the exit code and the whole text.

use expect_test::{Expect, expect};
use pgrecall_testkit::fake_server::{answering, of_version};
use pgrecall_testkit::{Server, block_on};

use crate::{Program, tracked};

const TABLES: &str =
    "CREATE TABLE public.t (id int PRIMARY KEY, v int); CREATE TABLE public.bag (v int);
    INSERT INTO public.t VALUES (1, 1)";

/// Times differ from run to run.
fn without_times(text: &str) -> String {
    let is_time = |word: &str| word.starts_with("20") && word.contains('T') && word.contains(':');
    let mask = |word: &str| {
        let bare = word.trim_end_matches([',', ';', ')']);
        if is_time(bare) { word.replace(bare, "TIME") } else { word.to_owned() }
    };
    let line = |line: &str| line.split(' ').map(mask).collect::<Vec<_>>().join(" ");
    text.lines().map(|text| line(text) + "\n").collect()
}

async fn check(program: &Program, arguments: &[&str], expected: Expect) {
    expected.assert_eq(&without_times(&program.fails(arguments).await));
}

#[test]
fn unknown_things_are_named() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        // Nothing is remembered, so that it is not tracked by itself.
        database.execute("DELETE FROM recall.pattern").await;
        database.execute("CREATE TABLE public.later (id int)").await;
        check(
            &program,
            &["log", "--table", "nix"],
            expect![[r#"
            exit 1
            error: there is no table `nix`
            hint: list the tables with `pgrecall tables --all`
            code: journal/unknown-table
        "#]],
        )
        .await;
        check(
            &program,
            &["history", "later", "1"],
            expect![[r#"
            exit 1
            error: table public.later is not tracked
            hint: track it with `pgrecall track 'public.later'`
            code: journal/not-tracked
        "#]],
        )
        .await;
        check(
            &program,
            &["log", "--table", "t", "--column", "nix"],
            expect![[r#"
            exit 1
            error: table public.t has no column `nix`
            hint: `pgrecall tables --json 'public.t'` lists its columns
            code: journal/unknown-column
        "#]],
        )
        .await;
        check(
            &program,
            &["undo", "--table", "t", "--key", "1", "--column", "nix", "--yes", "--no-reason"],
            expect![[r#"
                exit 1
                error: table public.t has no column `nix`
                hint: `pgrecall tables --json 'public.t'` lists its columns
                code: journal/unknown-column
            "#]],
        )
        .await;
    });
}

#[test]
fn unknown_tables_to_track_are_named() {
    block_on(async {
        let (_database, program) = tracked(TABLES).await;
        check(
            &program,
            &["track", "nix"],
            expect![[r#"
            exit 1
            error: there is no table `nix`
            hint: list the tables with `pgrecall tables --all`
            code: journal/unknown-table
        "#]],
        )
        .await;
        check(&program, &["track", "app.*"], expect![[r#"
            exit 1
            error: no table fits `app.*`
            hint: list the tables with `pgrecall tables --all`; write patterns as `public.*`, `'app.order*'` or `'"Odd Name"'`
            code: journal/nothing-matches
        "#]]).await;
        check(
            &program,
            &["track", "t", "--exclude-column", "t.nix"],
            expect![[r#"
            exit 1
            error: no table that is to be tracked has a column `t.nix`
            hint: write columns as `table.column`
            code: journal/unknown-column
        "#]],
        )
        .await;
    });
}

#[test]
fn unknown_transactions_are_named() {
    block_on(async {
        let (_database, program) = tracked(TABLES).await;
        check(
            &program,
            &["show", "4711"],
            expect![[r#"
            exit 1
            error: the journal has no transaction 4711
            hint: list the latest changes with `pgrecall log`
            code: journal/unknown-transaction
        "#]],
        )
        .await;
        check(
            &program,
            &["undo", "--tx", "4711", "--yes", "--no-reason"],
            expect![[r#"
            exit 1
            error: the journal has no transaction 4711
            hint: list the latest changes with `pgrecall log`
            code: journal/unknown-transaction
        "#]],
        )
        .await;
        check(
            &program,
            &["at", "after:tx:4711", "SELECT 1"],
            expect![[r#"
            exit 1
            error: the journal has no transaction 4711
            hint: list the latest changes with `pgrecall log`
            code: journal/unknown-transaction
        "#]],
        )
        .await;
    });
}

#[test]
fn keys_that_do_not_fit_are_explained() {
    block_on(async {
        let (_database, program) = tracked(TABLES).await;
        check(
            &program,
            &["history", "t", "nr=1"],
            expect![[r#"
            exit 2
            error: the key does not fit table public.t
              because: the key `nr=1` does not fit the key columns (id)
            hint: write `42`, `id=42` or `a=1,b=x`
            code: journal/key
        "#]],
        )
        .await;
        check(
            &program,
            &["history", "t", "abc"],
            expect![[r#"
            exit 2
            error: the key `id=abc` does not fit the column types of table public.t
            hint: give values as you would in SQL, without quotes
            code: journal/key
        "#]],
        )
        .await;
        check(
            &program,
            &["history", "bag", "1"],
            expect![[r#"
            exit 2
            error: the key does not fit table public.bag
              because: the table has no key, so its rows cannot be named one by one
            hint: write `42`, `id=42` or `a=1,b=x`
            code: journal/key
        "#]],
        )
        .await;
    });
}

#[test]
fn moments_that_cannot_be_are_explained() {
    block_on(async {
        let (_database, program) = tracked(TABLES).await;
        check(
            &program,
            &["at", "2020-01-01", "SELECT * FROM t"],
            expect![[r#"
            exit 1
            error: the moment lies before the tracking of public.t began, at TIME
            hint: choose a moment from TIME on; what was before was not recorded
            code: at/too-early
        "#]],
        )
        .await;
        check(&program, &["at", "someday", "SELECT * FROM t"], expect![[r#"
            exit 2
            error: `someday` is not a moment
            hint: write `2026-03-01T09:30:00Z`, `'2026-03-01 09:30'` (your time zone), `now`, `-15m`, `'15 minutes ago'`, `before:tx:ID`, `after:tx:ID`, `change:ID`, `tick:ID` or `mark:NAME`
            code: moment/malformed
        "#]]).await;
        check(
            &program,
            &["at", "15m", "SELECT * FROM t"],
            expect![[r#"
                exit 2
                error: `15m` lies in the future
                hint: for the past, write `-15m`
                code: moment/future
            "#]],
        )
        .await;
    });
}

#[test]
fn queries_that_at_cannot_answer_are_explained() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        database
            .execute(
                "CREATE TABLE public.later (id int);
                 CREATE FUNCTION public.write() RETURNS int LANGUAGE sql AS 'DELETE FROM public.t RETURNING id'",
            )
            .await;
        check(
            &program,
            &["at", "now", "DELETE FROM t"],
            expect![[r#"
            exit 1
            error: the statement at line 1, column 1 is DELETE, not a SELECT
            hint: `at` runs one SELECT, WITH, VALUES or TABLE statement
            code: at/not-a-select
        "#]],
        )
        .await;
        check(
            &program,
            &["at", "now", "SELECT write()"],
            expect![[r#"
            exit 1
            As it is now.
            error: the past can only be read, and the query writes
              because: cannot execute DELETE in a read-only transaction
            hint: use a SELECT without functions that change data
            code: at/writes
        "#]],
        )
        .await;
        check(
            &program,
            &["at", "now", "SELECT 1; SELECT 2"],
            expect![[r#"
            exit 1
            error: a second statement begins at line 1, column 11
            hint: `at` runs one SELECT; run the statements one by one
            code: at/several-statements
        "#]],
        )
        .await;
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "1");
    });
}

#[test]
fn queries_that_the_server_refuses_are_explained() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        // Nothing is remembered, so that it is not tracked by itself.
        database.execute("DELETE FROM recall.pattern").await;
        database.execute("CREATE TABLE public.later (id int)").await;
        check(
            &program,
            &["at", "-0s", "SELECT * FROM later"],
            expect![[r#"
                exit 1
                error: the query reads public.later, which is not tracked
                hint: track it with `pgrecall track 'public.later'`, its past begins then; or read it as it is now with `--allow-untracked`
                code: at/untracked
            "#]],
        )
        .await;
        check(
            &program,
            &["at", "now", "SELECT nix FROM t"],
            expect![[r#"
                exit 1
                error: the query failed
                  because: column "nix" does not exist
                hint: list the tables and their columns with `pgrecall tables --all --json`
                code: server/unknown-column
            "#]],
        )
        .await;
        check(&program, &["at", "-0s", "SELECT id, v FROM t GROUP BY id"], expect![[r#"
            exit 1
            error: the query failed
              because: column "t.v" must appear in the GROUP BY clause or be used in an aggregate function
            hint: name every column in GROUP BY: a table of the past has no primary key to group by
            code: server/refused
        "#]]).await;
        check(
            &program,
            &["at", "now", "SELEC 1"],
            expect![[r#"
                exit 1
                error: the query failed
                  because: syntax error at or near "SELEC"
                hint: put the whole query into quotes for the shell
                code: server/refused
            "#]],
        )
        .await;
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "1");
    });
}

#[test]
fn an_undo_that_meets_a_later_change_names_it() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        database.execute("UPDATE public.t SET v = 2").await;
        let tx = program.json(&["log"]).await[0]["tx"].to_string();
        database
            .execute("BEGIN; SELECT recall.set_actor('ann'); UPDATE public.t SET v = 3; COMMIT")
            .await;
        let later = program.json(&["log"]).await[0]["tx"].to_string();
        let told = program
            .fails(&["undo", "--tx", &tx, "--yes", "--no-reason"])
            .await
            .replace(&later, "LATER");
        expect![[r#"
            exit 6
            error: the plan has a conflict that must be settled first
              because: public.t(id=1): was changed later by transaction LATER by ann
            hint: nothing was changed; to take the later changes back too, add `--tx LATER`; to leave those rows as they are, `--on-conflict skip`
            code: undo/conflict
        "#]]
        .assert_eq(&told);
        let asked = program.fails(&["undo", "--tx", &later, "--no-reason"]).await;
        expect![[r#"
            exit 2
            error: `undo` asks before it changes anything, and there is no terminal to ask on
            hint: add `--yes` to go ahead without asking
            code: local/no-terminal
        "#]]
        .assert_eq(&asked);
    });
}

#[test]
fn without_a_journal_the_way_to_one_is_shown() {
    block_on(async {
        let database = Server::shared().database().await;
        let program = Program::on(&database.url());
        check(
            &program,
            &["log"],
            expect![[r#"
            exit 1
            error: there is no journal in this database
            hint: install it with `pgrecall install`
            code: journal/not-installed
        "#]],
        )
        .await;
        check(
            &program,
            &["uninstall", "--yes"],
            expect![[r#"
            exit 1
            error: there is no journal in this database
            hint: install it with `pgrecall install`
            code: journal/not-installed
        "#]],
        )
        .await;
        database.execute("CREATE SCHEMA recall").await;
        check(
            &program,
            &["install"],
            expect![[r#"
            exit 1
            error: the schema `recall` exists already and holds no journal
            hint: rename that schema, or connect to the database that you meant
            code: journal/foreign-schema
        "#]],
        )
        .await;
    });
}

#[test]
fn a_newer_journal_is_left_alone() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        database
            .execute("UPDATE recall.setting SET value = '7' WHERE name = 'schema_version'")
            .await;
        check(
            &program,
            &["log"],
            expect![[r#"
                exit 1
                error: the journal has version 7, this pgRecall knows versions up to 5
                hint: nothing was changed; install a newer pgRecall
                code: journal/newer
            "#]],
        )
        .await;
        check(
            &program,
            &["upgrade"],
            expect![[r#"
                exit 1
                error: the journal has version 7, this pgRecall knows versions up to 5
                hint: nothing was changed; install a newer pgRecall
                code: journal/newer
            "#]],
        )
        .await;
        check(
            &program,
            &["uninstall", "--yes"],
            expect![[r#"
                exit 1
                error: the journal has version 7, this pgRecall knows versions up to 5
                hint: nothing was changed; install a newer pgRecall
                code: journal/newer
            "#]],
        )
        .await;
    });
}

#[test]
fn missing_rights_are_told_with_exit_code_4() {
    block_on(async {
        let (database, _program) = tracked(TABLES).await;
        let role = database.create_role("reader").await;
        let program = Program::on(&database.url_as(&role).await);
        check(
            &program,
            &["log"],
            expect![[r#"
            exit 4
            error: permission denied for table setting
            hint: connect as a user with the right, or ask the owner to grant it
            code: server/forbidden
        "#]],
        )
        .await;
        check(
            &program,
            &["track", "t"],
            expect![[r#"
            exit 4
            error: permission denied for table setting
            hint: connect as a user with the right, or ask the owner to grant it
            code: server/forbidden
        "#]],
        )
        .await;
        let other = Server::shared().database().await;
        let role = other.create_role("guest").await;
        let program = Program::on(&other.url_as(&role).await);
        let told = program.fails(&["install"]).await.replace(other.name(), "DATABASE");
        expect![[r#"
            exit 4
            error: permission denied for database DATABASE
            hint: connect as a user with the right, or ask the owner to grant it
            code: server/forbidden
        "#]]
        .assert_eq(&told);
    });
}

#[test]
fn servers_of_other_versions_are_refused() {
    block_on(async {
        let old = Program::on(&answering(of_version("12.22")).await);
        check(
            &old,
            &["install"],
            expect![[r#"
            exit 1
            error: the server is PostgreSQL 12.22, pgRecall needs 13 or newer
            hint: upgrade the server to PostgreSQL 13 to 18
            code: server/too-old
        "#]],
        )
        .await;
        let new = Program::on(&answering(of_version("19.0")).await);
        check(
            &new,
            &["install"],
            expect![[r#"
            exit 1
            error: the server is PostgreSQL 19.0, this pgRecall knows versions up to 18
            hint: install a newer pgRecall
            code: server/too-new
        "#]],
        )
        .await;
    });
}

#[test]
fn a_server_that_does_not_answer_is_named_without_the_password() {
    block_on(async {
        let program = Program::on("postgres://ann:secret@127.0.0.1:1/shop");
        check(
            &program,
            &["log"],
            expect![[r#"
            exit 1
            error: cannot connect to ann@127.0.0.1:1/shop
              because: no server accepts connections there
              because: Connection refused (os error 111)
            hint: check that the server runs, and that host and port are right
            code: connect/refused
        "#]],
        )
        .await;
        let program = Program::on("postgres://ann:secret@127.0.0.1:1/shop?nix=1");
        check(&program, &["log"], expect![[r#"
            exit 1
            error: `PGRECALL_URL` cannot be used
              because: connection parameter `nix` is not known
            hint: remove it or correct it; known are `service`, `servicefile`, `host`, `hostaddr`, `port`, `dbname`, `user`, `password`, `passfile`, `channel_binding`, `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `connect_timeout`, `application_name`, `fallback_application_name`, `options`, `target_session_attrs`, `keepalives`, `keepalives_idle`, `keepalives_interval`, `keepalives_count`, `tcp_user_timeout`, `client_encoding`, `gssencmode`, `sslnegotiation`, `load_balance_hosts`
            code: conninfo/unknown-parameter
        "#]]).await;
    });
}

#[test]
fn nothing_is_destroyed_without_confirmation() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        check(
            &program,
            &["uninstall"],
            expect![[r#"
            exit 2
            error: `uninstall` asks before it changes anything, and there is no terminal to ask on
            hint: add `--yes` to go ahead without asking
            code: local/no-terminal
        "#]],
        )
        .await;
        assert_eq!(database.scalar("SELECT to_regnamespace('recall') IS NULL").await, "f");
    });
}

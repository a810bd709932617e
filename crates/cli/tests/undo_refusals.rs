//! Every refusal of `undo` and `restore` as the user reads it: the exit code and the whole text.

use expect_test::{Expect, expect};
use pgrecall_testkit::{TestDatabase, block_on};

use crate::program::told;
use crate::{Program, tracked};

const TABLES: &str = "
    CREATE TABLE public.parent (id int PRIMARY KEY, code text UNIQUE, v int);
    CREATE TABLE public.child (id int PRIMARY KEY, parent int REFERENCES public.parent);
    CREATE TABLE public.plain (id int PRIMARY KEY, v int);
    INSERT INTO public.parent SELECT g, 'c' || g, g FROM generate_series(1, 3) AS g;
    INSERT INTO public.child VALUES (1, 1);
    INSERT INTO public.plain VALUES (1, 1), (2, 2)";

/// Numbers of transactions, times and the names of roles differ from run to run.
fn masked(text: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_matches(|c: char| "`\",;:.".contains(c));
        let is_number = bare.len() > 2 && bare.bytes().all(|byte| byte.is_ascii_digit());
        let is_time = bare.starts_with("20") && bare.contains('T');
        let role = bare.split_once("_test_").map(|(role, _)| role);
        match role {
            Some(role) => word.replace(bare, &role.to_uppercase()),
            None if is_number => word.replace(bare, "N"),
            None if is_time => word.replace(bare, "TIME"),
            None => word.to_owned(),
        }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ") + "\n";
    text.lines().map(line).collect()
}

/// The latest transaction after a statement.
async fn after(database: &TestDatabase, sql: &str) -> String {
    database.execute(sql).await;
    database.scalar("SELECT max(tx) FROM recall.change").await
}

async fn check(program: &Program, arguments: &[&str], expected: Expect) {
    let output = program.run(&[arguments, &["--yes", "--no-reason"]].concat()).await;
    assert!(!output.status.success(), "{arguments:?}");
    expected.assert_eq(&masked(&told(&output)));
}

#[test]
fn rows_that_came_or_went_since_stand_in_the_way() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        let tx = after(&database, "INSERT INTO public.parent VALUES (10, 'x', 1)").await;
        database.execute("INSERT INTO public.child VALUES (10, 10), (11, 10)").await;
        check(&program, &["undo", "--tx", &tx], expect![[r#"
            exit 6
            error: the plan has a conflict that must be settled first
              because: public.parent(id=10): 2 rows of public.child that came later would keep it from going
            hint: nothing was changed; remove those rows too with `--on-conflict dependants=cascade`, keep all with `--on-conflict skip`, or undo the transactions that made them too
            code: undo/conflict
        "#]]).await;

        let tx = after(&database, "UPDATE public.child SET parent = NULL WHERE id = 1").await;
        database.execute("DELETE FROM public.parent WHERE id = 1").await;
        check(&program, &["undo", "--tx", &tx], expect![[r#"
            exit 6
            error: the plan has a conflict that must be settled first
              because: public.child(id=1): the row of public.parent that it refers to is no longer there
            hint: nothing was changed; bring that row back first, or leave these out with `--on-conflict skip`
            code: undo/conflict
        "#]]).await;

        let tx = after(&database, "UPDATE public.parent SET code = 'other' WHERE id = 2").await;
        database.execute("UPDATE public.parent SET code = 'c2' WHERE id = 3").await;
        check(&program, &["undo", "--tx", &tx], expect![[r#"
            exit 6
            error: the plan has a conflict that must be settled first
              because: public.parent(id=2): another row has its value of code now, which must be unique
            hint: nothing was changed; free the value first, or leave these out with `--on-conflict skip`
            code: undo/conflict
        "#]]).await;

        let tx = after(&database, "UPDATE public.plain SET v = 7 WHERE id = 1").await;
        database.execute("ALTER TABLE public.plain ADD CHECK (v > 5) NOT VALID").await;
        check(&program, &["undo", "--tx", &tx], expect![[r#"
            exit 6
            error: the plan has a conflict that must be settled first
              because: public.plain: constraint plain_v_check refuses the result
            hint: nothing was changed; bring the rows back that the constraint asks for, or undo them too
            code: undo/conflict
        "#]]).await;
    });
}

#[test]
fn tables_columns_and_values_that_are_gone_stand_in_the_way() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        program.succeeds(&["track", "plain", "--exclude-column", "plain.v"]).await;
        let tx = after(&database, "DELETE FROM public.plain WHERE id = 1").await;
        check(&program, &["undo", "--tx", &tx], expect![[r#"
            exit 6
            error: the plan has a conflict that must be settled first
              because: public.plain(id=1): the journal does not hold the values of v
            hint: nothing was changed; those columns are excluded or hashed: set the rows right by hand
            code: undo/conflict
        "#]]).await;

        let tx = after(&database, "UPDATE public.parent SET v = 9 WHERE id = 1").await;
        database.execute("ALTER TABLE public.parent DROP COLUMN v").await;
        check(&program, &["undo", "--tx", &tx], expect![[r#"
            exit 6
            error: the plan has a conflict that must be settled first
              because: public.parent(id=1): the table no longer has v
            hint: nothing was changed; bring the column back, or leave it out with `--on-conflict column-gone=merge`
            code: undo/conflict
        "#]]).await;

        let tx = after(&database, "DELETE FROM public.child").await;
        database.execute("DROP TABLE public.child").await;
        check(&program, &["undo", "--tx", &tx], expect![[r#"
            exit 6
            error: the plan has a conflict that must be settled first
              because: public.child(id=1): the table is no longer there
            hint: nothing was changed; the journal holds rows, not tables: make it anew from its definition or a backup; `pgrecall log --table NAME --json` has every row that was changed since it was tracked
            code: undo/conflict
        "#]]).await;
    });
}

#[test]
fn what_was_changed_unseen_stands_in_the_way() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        let tx = after(&database, "UPDATE public.plain SET v = 7 WHERE id = 1").await;
        database
            .execute(
                "ALTER TABLE public.plain DISABLE TRIGGER USER; UPDATE public.plain SET v = 8 WHERE id = 1",
            )
            .await;
        program.succeeds(&["track", "plain"]).await;
        check(&program, &["undo", "--tx", &tx], expect![[r#"
            exit 6
            warning: changes of public.plain may be missing: it was bypassed from TIME to TIME
            error: the plan has a conflict that must be settled first
              because: public.plain(id=1): is not as it was left, by no change that is recorded: the journal has a gap since TIME
            hint: nothing was changed; look at the record with `pgrecall history TABLE KEY`
            code: undo/conflict
        "#]]).await;

        // A rule is no trigger, and nothing keeps it from acting.
        let tx = after(&database, "UPDATE public.plain SET v = 7 WHERE id = 2").await;
        database
            .execute("CREATE RULE ignore AS ON UPDATE TO public.plain DO INSTEAD NOTHING")
            .await;
        check(
            &program,
            &["undo", "--tx", &tx],
            expect![[r#"
                exit 6
                warning: changes of public.plain may be missing: it was bypassed from TIME to TIME
                error: the rows of public.plain are not as planned afterwards
                hint: nothing was changed; a rule or a trigger of the table interferes: leave `--triggers fire` out, or take the rule off meanwhile
                code: undo/not-as-planned
            "#]],
        )
        .await;
    });
}

#[test]
fn what_means_nothing_or_too_much_is_explained() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        let insert = after(&database, "INSERT INTO public.plain VALUES (10, 1)").await;
        check(&program, &["undo", "--tx", &insert, "--table", "plain", "--column", "v"], expect![[r#"
            exit 1
            error: there is nothing to undo: these transactions have no such change of a tracked table
            hint: see what was changed with `pgrecall log`
            code: undo/nothing
        "#]]).await;
        check(
            &program,
            &["undo", "--table", "plain", "--key", "10", "--column", "v"],
            expect![[r#"
            exit 1
            error: transaction N did not update the record but made or removed it as a whole
            hint: leave `--column` out to take the whole record back
            code: undo/whole-row
        "#]],
        )
        .await;
        check(&program, &["undo", "--tx", &insert, "--table", "parent"], expect![[r#"
            exit 1
            error: there is nothing to undo: these transactions have no such change of a tracked table
            hint: see what was changed with `pgrecall log`
            code: undo/nothing
        "#]]).await;
        check(&program, &["undo", "--table", "plain", "--key", "1"], expect![[r#"
            exit 1
            error: there is nothing to undo: the journal knows no change of the record in public.plain
            hint: see what was changed with `pgrecall log`
            code: undo/nothing
        "#]]).await;
        check(
            &program,
            &["restore", "plain", "10", "--to", "now"],
            expect![[r#"
            exit 1
            error: there is nothing to undo: the record is as it was at that moment
            hint: see what was changed with `pgrecall log`
            code: undo/nothing
        "#]],
        )
        .await;
        check(
            &program,
            &["restore", "plain", "10", "--column", "v", "--to", "now"],
            expect![[r#"
            exit 1
            error: there is nothing to undo: the field is as it was at that moment
            hint: see what was changed with `pgrecall log`
            code: undo/nothing
        "#]],
        )
        .await;

        let nothing = after(&database, "BEGIN; UPDATE public.plain SET v = 5 WHERE id = 10; UPDATE public.plain SET v = 1 WHERE id = 10; COMMIT").await;
        check(
            &program,
            &["undo", "--tx", &nothing],
            expect![[r#"
            exit 1
            error: there is nothing to undo: the changes left every row as they had found it
            hint: see what was changed with `pgrecall log`
            code: undo/nothing
        "#]],
        )
        .await;
    });
}

#[test]
fn what_is_back_already_or_had_another_key_is_explained() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        let undone = after(&database, "DELETE FROM public.plain WHERE id = 2").await;
        program.succeeds(&["undo", "--tx", &undone, "--yes", "--no-reason"]).await;
        check(
            &program,
            &["undo", "--tx", &undone],
            expect![[r#"
            exit 1
            error: transaction N was taken back already, by transaction N
            hint: to have its changes again, undo the undo: `--tx N`
            code: undo/already
        "#]],
        )
        .await;

        let tx = after(&database, "UPDATE public.plain SET v = 3 WHERE id = 1").await;
        database.execute("ALTER TABLE public.plain DROP CONSTRAINT plain_pkey; ALTER TABLE public.plain ADD PRIMARY KEY (v)").await;
        program.succeeds(&["track", "plain"]).await;
        check(
            &program,
            &["undo", "--tx", &tx],
            expect![[r#"
            exit 1
            error: the changes of public.plain were recorded under another key than it has now
            hint: look at the old values with `pgrecall log` and set the rows right by hand
            code: undo/other-key
        "#]],
        )
        .await;
    });
}

#[test]
fn wrong_arguments_are_explained() {
    block_on(async {
        let (_database, program) = tracked(TABLES).await;
        check(
            &program,
            &["undo"],
            expect![[r#"
            exit 2
            error: say what to undo, for example `--tx ID`, or `--table TABLE --key KEY`
            code: local/usage
        "#]],
        )
        .await;
        check(
            &program,
            &["undo", "--tx", "1", "--on-conflict", "ignore"],
            expect![[r#"
            exit 2
            error: `ignore` is none of abort, skip, merge, overwrite, cascade
            code: local/usage
        "#]],
        )
        .await;
        check(
            &program,
            &["undo", "--tx", "1", "--on-conflict", "dependants=merge"],
            expect![[r#"
            exit 2
            error: `merge` cannot settle a conflict of the kind `dependants`
            code: local/usage
        "#]],
        )
        .await;
        check(
            &program,
            &["undo", "--table", "plain", "--table", "child", "--key", "1"],
            expect![[r#"
            exit 2
            error: `--key` needs exactly one `--table`
            code: local/usage
        "#]],
        )
        .await;
        check(&program, &["restore", "plain", "child", "--column", "v", "--to", "now"], expect![[r#"
            exit 2
            error: `--key`, `--column` and `--with-children` are about one record: `restore TABLE KEY`
            code: local/usage
        "#]]).await;
        let output = program.run(&["undo", "--tx", "1", "--yes"]).await;
        expect![[r#"
            exit 2
            error: say why with `--reason TEXT`, or add `--no-reason`
            code: local/usage
        "#]]
        .assert_eq(&told(&output));
    });
}

#[test]
fn plan_files_that_do_not_fit_are_refused() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("plan.json");
        let path = file.to_str().expect("path").to_owned();
        let tx = after(&database, "UPDATE public.plain SET v = 7").await;
        program.succeeds(&["undo", "--tx", &tx, "--plan-out", &path]).await;
        let plan = std::fs::read_to_string(&file).expect("plan");
        database.execute("UPDATE public.plain SET v = 8 WHERE id = 1").await;
        let apply = ["undo", "--apply", &path];
        check(&program, &apply, expect![[r#"
            exit 6
            error: the plan has a conflict that must be settled first
              because: public.plain(id=1): was changed later by transaction N
            hint: nothing was changed; to take the later changes back too, add `--tx N`; to leave those rows as they are, `--on-conflict skip`
            code: undo/conflict
        "#]]).await;
        std::fs::write(&file, plan.replace(&format!("\"first\":{tx}"), "\"first\":1"))
            .expect("write");
        check(&program, &apply, expect![[r#"
            exit 6
            error: the plan would be another one now: rows or the journal have changed since it was made
            hint: nothing was changed; look at the new plan with `--replan`
            code: undo/other-plan
        "#]]).await;
        std::fs::write(&file, plan.replace("\"format\":1", "\"format\":7")).expect("write");
        check(
            &program,
            &apply,
            expect![[r#"
            exit 1
            error: the plan file is of format 7, this program reads format 1
            hint: write one with `pgrecall undo … --plan-out FILE`
            code: plan/format
        "#]],
        )
        .await;
        std::fs::write(&file, "no plan").expect("write");
        check(
            &program,
            &apply,
            expect![[r#"
            exit 1
            error: the file holds no plan
              because: expected ident at line 1 column 2
            hint: write one with `pgrecall undo … --plan-out FILE`
            code: plan/malformed
        "#]],
        )
        .await;
    });
}

#[test]
fn what_was_removed_from_the_journal_is_not_taken_back_by_halves() {
    block_on(async {
        let (database, program) = tracked(TABLES).await;
        let tx = after(
            &database,
            "BEGIN; UPDATE public.plain SET v = 7; DELETE FROM public.child; COMMIT",
        )
        .await;
        // As retention leaves it, without the wait.
        database.execute(&format!("INSERT INTO recall.trimmed VALUES ({tx})")).await;
        check(
            &program,
            &["undo", "--tx", &tx],
            expect![[r#"
            exit 1
            error: some of the changes of transaction N were removed from the journal
            hint: bring single records back with `pgrecall restore TABLE KEY --to MOMENT`
            code: undo/trimmed
        "#]],
        )
        .await;
    });
}

/// Two tables of two owners, a mistake in each, and who may undo but has not all rights.
struct Owned {
    database: TestDatabase,
    program: Program,
    admin: Program,
    auditor: Program,
    plain: String,
    parent: String,
}

async fn owned() -> Owned {
    let (database, program) = tracked(TABLES).await;
    let [admin, auditor, owner] = [
        database.create_role("admin").await,
        database.create_role("auditor").await,
        database.create_role("owner").await,
    ];
    database
        .execute(&format!(
            "GRANT recall_admin TO {admin}; GRANT recall_auditor TO {auditor};
             GRANT SELECT, INSERT, DELETE ON public.plain TO {admin}, {auditor};
             GRANT ALL ON public.parent TO {admin}, {auditor};
             ALTER TABLE public.plain OWNER TO {owner};
             CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := NEW.v + 1; RETURN NEW; END';
             CREATE TRIGGER touch BEFORE UPDATE ON public.parent FOR EACH ROW EXECUTE FUNCTION public.touch()"
        ))
        .await;
    let plain = after(&database, "UPDATE public.plain SET v = 7").await;
    let parent = after(&database, "UPDATE public.parent SET v = 7").await;
    let admin = Program::on(&database.url_as(&admin).await);
    let auditor = Program::on(&database.url_as(&auditor).await);
    Owned { database, program, admin, auditor, plain, parent }
}

#[test]
fn missing_rights_are_told() {
    block_on(async {
        let Owned { database, program, admin, auditor, plain: tx, parent: other } = owned().await;
        check(
            &admin,
            &["undo", "--tx", &tx],
            expect![[r#"
                exit 6
                error: the plan has a conflict that must be settled first
                  because: public.plain: the connected user has no UPDATE right on it
                hint: nothing was changed; have the right granted, or act as the tables' owner with `--as-owner`
                code: undo/conflict
            "#]],
        )
        .await;
        check(
            &auditor,
            &["undo", "--tx", &other],
            expect![[r#"
            exit 4
            error: the connected user may not take changes back
            hint: have an owner of the journal grant you the role `recall_admin`
            code: undo/forbidden
        "#]],
        )
        .await;
        check(
            &admin,
            &["undo", "--tx", &tx, "--as-owner"],
            expect![[r#"
                exit 4
                error: the connected user may not act as OWNER, the owner of the tables
                  because: permission denied to set role "OWNER"
                hint: have OWNER granted to you, or leave `--as-owner` out
                code: undo/not-owner
            "#]],
        )
        .await;
        check(
            &admin,
            &["undo", "--tx", &tx, "--tx", &other, "--as-owner"],
            expect![[r#"
            exit 1
            error: the tables have several owners: OWNER, postgres
            hint: undo the tables of each owner by themselves with `--table`
            code: undo/several-owners
        "#]],
        )
        .await;
        check(&admin, &["undo", "--tx", &other], expect![[r#"
            exit 4
            note: with `--triggers fire`:
            warning: triggers would leave 3 rows of public.parent other than planned
            error: the triggers of public.parent cannot be kept from firing
              because: permission denied to set role "postgres"
            hint: let them fire with `--triggers fire`, or have the role of the table's owner granted to you
            code: undo/triggers
        "#]]).await;
        assert!(
            program
                .succeeds(&["undo", "--tx", &tx, "--as-owner", "--preview"])
                .await
                .contains("2 set back")
        );
        assert_eq!(database.scalar("SELECT count(*) FROM public.plain WHERE v = 7").await, "2");
    });
}

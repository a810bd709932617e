//! A whole session as of a moment: `at` without a query.

use std::process::Stdio;

use pgrecall_testkit::{TestDatabase, block_on};
use tokio::io::AsyncWriteExt as _;

use crate::program::{Program, text};
use crate::tracked;

const TABLES: &str = "CREATE TABLE public.prize (id int PRIMARY KEY, v text); 
    CREATE VIEW public.first AS SELECT * FROM public.prize WHERE id = 1; CREATE TABLE public.seat (id int PRIMARY KEY); CREATE MATERIALIZED VIEW public.other AS SELECT 1 AS id;
    INSERT INTO public.prize VALUES (1, 'one'), (2, 'two'); INSERT INTO public.seat VALUES (7)";

/// A database whose tables were changed since the mark `noon`.
async fn changed() -> (TestDatabase, Program) {
    let (database, program) = tracked(TABLES).await;
    program.succeeds(&["mark", "noon"]).await;
    database
        .execute("UPDATE public.prize SET v = 'changed'; DELETE FROM public.prize WHERE id = 2; DROP TABLE public.seat")
        .await;
    (database, program)
}

/// What the shell prints and says for a script.
async fn shell(program: &Program, arguments: &[&str], script: &str) -> Option<(String, String)> {
    let mut command = program.command(arguments);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut child =
        command.stdin(Stdio::piped()).env("PATH", path).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(script.as_bytes()).await.expect("script");
    drop(stdin);
    let output = child.wait_with_output().await.expect("end");
    let said = text(&output.stderr);
    if said.contains("local/no-psql") {
        eprintln!("skipped: no psql");
        return None;
    }
    Some((text(&output.stdout), said))
}

#[test]
fn a_shell_sees_the_moment_and_changes_nothing() {
    block_on(async {
        let (database, program) = changed().await;
        let script = "\\pset format unaligned\n\\pset tuples_only on\nSELECT v FROM prize ORDER BY id;\n\
            SELECT v FROM first;\nSELECT * FROM other;\nDELETE FROM public.prize;\n";
        let Some((printed, said)) = shell(&program, &["at", "mark:noon"], script).await else {
            return;
        };
        assert!(printed.ends_with("one\ntwo\none\n"), "{printed}\n{said}");
        for expected in [
            "As of mark noon",
            "note: other is refused: the query reads public.other, a materialised view, which has no past",
            "note: seat is refused: public.seat was dropped since",
            "names with a schema still mean the tables of today",
            "ERROR:  the query reads public.other, a materialised view, which has no past",
            "ERROR:  cannot execute DELETE in a read-only transaction",
        ] {
            assert!(said.contains(expected), "{expected}\n{said}");
        }
        assert_eq!(database.scalar("SELECT count(*) FROM public.prize").await, "1");
    });
}

#[test]
fn a_shell_that_cannot_be_set_up_does_not_begin() {
    block_on(async {
        let (database, _program) = changed().await;
        let role = database.create_role("reader").await;
        database
            .execute(&format!(
                "GRANT recall_auditor TO {role}; GRANT USAGE ON SCHEMA public TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
                 DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$"
            ))
            .await;
        let program = Program::on(&database.url_as(&role).await);
        let script = "SELECT v FROM prize;\n";
        let Some((printed, said)) = shell(&program, &["at", "mark:noon"], script).await else {
            return;
        };
        assert!(!printed.contains("changed"), "{printed}");
        assert!(said.contains("permission denied to create temporary tables"), "{said}");
    });
}

#[test]
fn the_setup_leads_any_client_there_and_back() {
    block_on(async {
        let (database, program) = changed().await;
        let setup = program.succeeds(&["at", "mark:noon", "--print-setup"]).await;
        database.execute(&setup).await;
        assert_eq!(
            database.scalar("SELECT string_agg(v, ' ' ORDER BY id) FROM prize").await,
            "one two"
        );
        database.execute(&setup).await;
        database.execute("CALL recall.leave()").await;
        assert_eq!(database.scalar("SELECT string_agg(v, ' ') FROM prize").await, "changed");
        for wrong in [
            &["at", "mark:noon", "--json"][..],
            &["at", "mark:none"],
            &["at", "mark:noon", "--csv"],
        ] {
            assert!(program.fails(wrong).await.starts_with("exit"), "{wrong:?}");
        }
    });
}

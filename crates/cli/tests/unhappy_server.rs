//! Servers that fail while something is going on.

use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::process::Command;

use expect_test::expect;
use pgrecall_testkit::{Server, ServerFolder, TestDatabase, block_on};

use crate::Program;
use crate::program::told;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text);
    INSERT INTO public.t SELECT g, repeat('x', 500) FROM generate_series(1, 2000) AS g";

async fn own(sql: &str) -> (Server, TestDatabase, Program) {
    let server = Server::own(&[]);
    let database = server.database().await;
    database.execute(sql).await;
    let program = Program::on(&database.url());
    program.succeeds(&["install"]).await;
    program.succeeds(&["track", "public.*"]).await;
    (server, database, program)
}

#[test]
fn a_server_that_goes_away_midway_is_told() {
    block_on(async {
        let (server, database, program) = own(TABLE).await;
        let child = program.start(&["at", "now", "SELECT pg_sleep(600) FROM t"]);
        let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        while database.scalar(sleeping).await == "0" {
            tokio::task::yield_now().await;
        }
        server.kill();
        let output = child.wait_with_output().await.expect("ends");
        expect![[r#"
            exit 1
            As it is now.
            error: the connection to the server was lost
            hint: nothing was committed; check that the server runs, then run the command again
            code: server/disconnected
        "#]]
        .assert_eq(&told(&output));
        server.start();
    });
}

#[test]
fn ctrl_c_stops_the_query_on_the_server_too() {
    block_on(async {
        let (database, program) = crate::tracked(TABLE).await;
        let child = program.start(&["at", "now", "SELECT pg_sleep(600) FROM t"]);
        let sleeping = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = '{}'",
            database.name()
        );
        while database.scalar(&sleeping).await == "0" {
            tokio::task::yield_now().await;
        }
        let pid = child.id().expect("pid").to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
        let output = child.wait_with_output().await.expect("ends");
        expect![[r#"
            exit 130
            As it is now.

            error: interrupted
            hint: what was not finished was rolled back
            code: local/interrupted
        "#]]
        .assert_eq(&told(&output));
        while database.scalar(&sleeping).await != "0" {
            tokio::task::yield_now().await;
        }
    });
}

/// A small file system of its own, where one can be mounted.
struct SmallDisk(ServerFolder);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = ServerFolder::new();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m,mode=0777", "tmpfs"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then(|| Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the server may still hold files in it.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_on_the_server_is_told_and_nothing_is_half_done() {
    block_on(async {
        let Some(disk) = SmallDisk::mount() else {
            eprintln!("skipped: a small file system can only be mounted by root");
            return;
        };
        let (server, database, program) = own(TABLE).await;
        let space = disk.path().join("space");
        std::fs::create_dir(&space).expect("folder");
        // The server's own user, which is not ours where the tests run as root.
        let owner = std::fs::metadata(server.data_folder()).expect("data folder");
        chown(&space, Some(owner.uid()), Some(owner.gid())).expect("owner");
        database.execute(&format!("CREATE TABLESPACE small LOCATION '{}'", space.display())).await;
        database
            .execute(
                "ALTER TABLE public.t SET TABLESPACE small; DELETE FROM public.t WHERE id > 10",
            )
            .await;
        database.execute("VACUUM FULL public.t").await;
        let tx = program.json(&["log", "--limit", "1"]).await[0]["tx"].to_string();
        let fill =
            "INSERT INTO public.filler SELECT repeat('y', 1000) FROM generate_series(1, 100)";
        database.execute("CREATE TABLE public.filler (v text) TABLESPACE small").await;
        while database.try_execute(fill).await.is_ok() {}
        expect![[r#"
            exit 1
            error: could not extend file "…": No space left on device
            hint: nothing was committed; free space on the database server, then run the command again
            code: server/full
        "#]].assert_eq(&without_file(&program.fails(&["undo", "--tx", &tx, "--yes", "--no-reason"]).await));
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "10");
        database.execute("DROP TABLE public.filler").await;
        program.succeeds(&["undo", "--tx", &tx, "--yes", "--no-reason"]).await;
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "2000");
    });
}

/// The server names the file that it could not extend, each time another.
fn without_file(text: &str) -> String {
    let hide = |line: &str| match (line.find("file \""), line.find("\": No space")) {
        (Some(start), Some(end)) => format!("{}file \"…{}", &line[..start], &line[end..]),
        _ => line.to_owned(),
    };
    text.lines().map(|line| hide(line) + "\n").collect()
}

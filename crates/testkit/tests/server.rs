use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pgrecall_testkit::{Server, block_on};

#[test]
fn databases_of_two_tests_are_apart() {
    block_on(async {
        let server = Server::shared();
        let (first, second) = (server.database().await, server.database().await);
        first
            .execute("CREATE TABLE public.t (a int); INSERT INTO public.t VALUES (1), (NULL)")
            .await;
        assert_eq!(
            first.query_text("SELECT a FROM public.t ORDER BY a").await,
            [[Some("1".to_owned())], [None]]
        );
        assert!(second.try_execute("SELECT 1 FROM public.t").await.is_err());
        assert_eq!(
            first.scalar("SHOW server_version_num").await[..2],
            server.major_version().to_string()
        );
    });
}

#[test]
fn a_test_can_connect_as_a_role_of_its_own() {
    block_on(async {
        let database = Server::shared().database().await;
        let role = database.create_role("Odd @ Role").await;
        let session = database.session_as(&role).await;
        assert_eq!(session.scalar("SELECT current_user").await, role);
        database.connect().await;
        database.connect_as(&role).await;
    });
}

#[test]
fn a_script_runs_in_psql_up_to_the_first_error() {
    block_on(async {
        let database = Server::shared().database().await;
        let script = "\\pset format unaligned\nSELECT 1 AS a;\nSELECT 1/0;\nSELECT 2 AS b;";
        let Some(output) = database.psql(script) else { return };
        assert!(!output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("a\n1\n") && !text.contains('b'), "{text}");
    });
}

#[test]
fn a_server_of_ones_own_survives_a_crash() {
    block_on(async {
        let server = Server::own(&[("work_mem", "5MB")]);
        let database = server.database().await;
        database.execute("CREATE TABLE public.t AS SELECT 1 AS a").await;
        server.kill();
        server.start();
        let session = database.session().await;
        assert_eq!(session.scalar("SELECT a FROM public.t").await, "1");
        assert_eq!(session.scalar("SHOW work_mem").await, "5MB");
    });
}

#[test]
fn a_server_is_gone_when_its_last_handle_is() {
    let server = Server::own(&[]);
    let data = server.data_folder();
    assert!(data.exists());
    drop(server);
    assert!(!data.exists());
}

/// Started by the test below as a process of its own.
#[test]
#[ignore = "waits to be killed"]
fn a_test_process_that_is_killed() {
    let data = Server::shared().data_folder();
    let told = std::env::var("PGRECALL_TEST_TELL").unwrap();
    std::fs::write(format!("{told}.new"), data.to_str().unwrap()).unwrap();
    std::fs::rename(format!("{told}.new"), told).unwrap();
    std::thread::park();
}

#[test]
fn a_killed_test_process_leaves_no_server_behind() {
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("data-folder");
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "server::a_test_process_that_is_killed"])
        .env("PGRECALL_TEST_TELL", &told)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until(|| told.exists());
    let data = std::fs::read_to_string(&told).unwrap();
    let pid = std::fs::read_to_string(Path::new(&data).join("postmaster.pid")).unwrap();
    let pid: i32 = pid.lines().next().unwrap().parse().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    wait_until(|| !Path::new(&data).exists());
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    wait_until(|| rustix::process::test_kill_process(pid).is_err());
}

fn wait_until(mut condition: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !condition() {
        assert!(begin.elapsed() < Duration::from_mins(1), "waited for too long");
        std::thread::sleep(Duration::from_millis(20));
    }
}

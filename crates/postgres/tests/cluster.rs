use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use pgrecall_model::Explain;
use pgrecall_postgres::Environment;
use pgrecall_postgres::cluster::{
    Binaries, Cluster, ClusterAccess, ClusterError, ClusterOptions, Status,
};
use pgrecall_testkit::{ServerFolder, binaries, block_on};
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// The caller is root, as the owner of files it makes shows.
fn is_root() -> bool {
    tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
}

fn options(folder: &Path) -> ClusterOptions {
    ClusterOptions::new(folder, binaries()).setting("fsync", "off")
}

fn pid(cluster: &Cluster) -> u32 {
    match cluster.status() {
        Status::Running { pid, .. } => pid,
        Status::Stopped => panic!("the server does not run"),
    }
}

fn kill(cluster: &Cluster) {
    let kill = Command::new("kill").args(["-KILL", &pid(cluster).to_string()]).status().unwrap();
    assert!(kill.success());
    while cluster.status() != Status::Stopped {
        std::thread::yield_now();
    }
}

fn query(access: &ClusterAccess, sql: &str) -> Result<String, tokio_postgres::Error> {
    block_on(async {
        let (client, connection) = tokio_postgres::connect(&access.url(), NoTls).await?;
        tokio::spawn(connection);
        let mut rows = client.simple_query(sql).await?.into_iter();
        let first = rows.find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        Ok(first.unwrap_or_default())
    })
}

#[test]
fn opening_and_starting_again_gives_the_same_running_server() {
    let folder = ServerFolder::new();
    let first = Cluster::open(options(folder.path())).unwrap();
    assert_eq!(first.status(), Status::Stopped);
    assert!(matches!(first.access(), Err(ClusterError::NeverStarted)));
    let access = first.start().unwrap();
    let second = Cluster::open(options(folder.path())).unwrap();
    assert_eq!(second.start().unwrap(), access);
    assert_eq!(pid(&first), pid(&second));
    assert_eq!(query(&access, "SELECT 1").unwrap(), "1");
    second.stop().unwrap();
    assert_eq!(first.status(), Status::Stopped);
    first.stop().unwrap();
}

#[test]
fn what_was_committed_is_there_after_a_stop_and_after_a_kill() {
    let folder = ServerFolder::new();
    let cluster = Cluster::open(options(folder.path())).unwrap();
    let access = cluster.start().unwrap();
    query(&access, "CREATE TABLE t AS SELECT 'kept' AS a").unwrap();
    cluster.stop().unwrap();
    let access = cluster.start().unwrap();
    assert_eq!(query(&access, "SELECT a FROM t").unwrap(), "kept");
    query(&access, "CREATE TABLE u AS SELECT 'kept as well' AS a").unwrap();
    kill(&cluster);
    let access = cluster.start().unwrap();
    assert_eq!(query(&access, "SELECT a FROM u").unwrap(), "kept as well");
}

#[test]
fn a_process_that_got_the_number_of_a_crashed_server_is_left_alone() {
    let folder = ServerFolder::new();
    let cluster = Cluster::open(options(folder.path())).unwrap();
    cluster.start().unwrap();
    kill(&cluster);
    let owner = fs::metadata(cluster.data_folder()).unwrap();
    // Of the server's own account: only such a process keeps PostgreSQL from starting.
    let mut other = Command::new("sleep");
    if is_root() {
        other.uid(owner.uid()).gid(owner.gid());
    }
    let mut other = other.arg("600").spawn().unwrap();
    let file = cluster.data_folder().join("postmaster.pid");
    let text = fs::read_to_string(&file).unwrap();
    let rest = text.split_once('\n').unwrap().1;
    fs::write(&file, format!("{}\n{rest}", other.id())).unwrap();

    assert_eq!(cluster.status(), Status::Stopped);
    cluster.stop().unwrap();
    let access = cluster.start().unwrap();
    assert_eq!(query(&access, "SELECT 1").unwrap(), "1");
    assert!(other.try_wait().unwrap().is_none());
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_first_run_that_was_killed_is_begun_again() {
    let folder = ServerFolder::new();
    fs::create_dir_all(folder.path().join("initdb-0123/data/base")).unwrap();
    fs::create_dir_all(folder.path().join("data/base")).unwrap();
    let cluster = Cluster::open(options(folder.path())).unwrap();
    let access = cluster.start().unwrap();
    assert_eq!(query(&access, "SELECT 1").unwrap(), "1");
    let mut left: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["data", "lock", "log", "socket", "superuser-password"]);
}

#[test]
fn of_two_that_open_a_cluster_at_once_one_waits_for_the_other() {
    let folder = ServerFolder::new();
    let path = folder.path();
    let open_and_start = || Cluster::open(options(path)).unwrap().start().unwrap();
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(open_and_start);
        let second = scope.spawn(open_and_start);
        (first.join().unwrap(), second.join().unwrap())
    });
    assert_eq!(first, second);
    assert_eq!(query(&first, "SELECT 1").unwrap(), "1");
}

#[test]
fn only_the_password_lets_anybody_in_and_only_its_owner_reads_it() {
    let folder = ServerFolder::new();
    let cluster = Cluster::open(options(folder.path())).unwrap();
    let access = cluster.start().unwrap();
    let file = fs::metadata(folder.path().join("superuser-password")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    assert!(!format!("{access:?} {cluster:?}").contains(access.password()));

    let wrong = access.url().replace(access.password(), "wrong");
    let refused = block_on(tokio_postgres::connect(&wrong, NoTls)).err().unwrap();
    assert_eq!(refused.code().unwrap().code(), "28P01");
    let stored = "SELECT left(rolpassword, 13) FROM pg_authid WHERE rolpassword IS NOT NULL";
    assert_eq!(query(&access, stored).unwrap(), "SCRAM-SHA-256");
    assert_eq!(query(&access, "SHOW listen_addresses").unwrap(), "127.0.0.1");
    assert_eq!(query(&access, "SHOW server_encoding").unwrap(), "UTF8");
}

#[test]
fn called_by_root_the_server_runs_as_somebody_else() {
    if !is_root() {
        return;
    }
    let folder = ServerFolder::new();
    let cluster = Cluster::open(options(folder.path())).unwrap();
    cluster.start().unwrap();
    assert_ne!(fs::metadata(cluster.data_folder()).unwrap().uid(), 0);
    let process = fs::metadata(format!("/proc/{}", pid(&cluster)));
    assert!(process.is_ok_and(|process| process.uid() != 0));
}

#[test]
fn a_folder_that_the_servers_account_cannot_enter_is_named() {
    if !is_root() {
        return;
    }
    let closed = tempfile::tempdir().unwrap();
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let error = Cluster::open(options(&closed.path().join("a/b"))).unwrap_err();
    let closed = closed.path().display();
    assert_eq!(error.code(), "cluster/out-of-reach");
    assert!(error.to_string().ends_with(&format!("cannot enter `{closed}`")), "{error}");
    assert!(error.hint().unwrap().starts_with(&format!("let it with `chmod a+x {closed}`")));
}

#[test]
fn a_cluster_of_another_version_wants_the_programs_of_that_version() {
    let folder = ServerFolder::new();
    drop(Cluster::open(options(folder.path())).unwrap());
    fs::write(folder.path().join("data/PG_VERSION"), "9.6\n").unwrap();
    let error = Cluster::open(options(folder.path())).unwrap_err();
    let found = binaries().version().major();
    let end = format!("is of PostgreSQL 9.6, and the programs found are of {found}");
    assert!(error.to_string().ends_with(&end), "{error}");
    assert!(error.hint().unwrap().starts_with("install the server of PostgreSQL 9.6"));
}

#[test]
fn a_server_that_does_not_start_shows_the_end_of_its_log() {
    let folder = ServerFolder::new();
    let wrong = options(folder.path()).setting("max_connections", "many");
    let error = Cluster::open(wrong).unwrap().start().unwrap_err();
    assert_eq!(error.code(), "cluster/start");
    assert!(error.to_string().contains("parameter \"max_connections\""), "{error}");
    let access = Cluster::open(options(folder.path())).unwrap().start().unwrap();
    assert_eq!(query(&access, "SELECT 1").unwrap(), "1");
}

#[test]
fn the_port_stays_unless_somebody_has_taken_it() {
    let folder = ServerFolder::new();
    let cluster = Cluster::open(options(folder.path())).unwrap();
    let port = cluster.start().unwrap().port();
    cluster.stop().unwrap();
    assert_eq!(cluster.start().unwrap().port(), port);
    cluster.stop().unwrap();
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let access = cluster.start().unwrap();
    assert_ne!(access.port(), port);
    assert_eq!(query(&access, "SELECT 1").unwrap(), "1");
}

#[test]
fn odd_and_long_paths_work() {
    let folder = ServerFolder::new();
    let odd = folder.path().join("it's \"$HOME\" \\ `x`, ü");
    let long = folder.path().join("long".repeat(40));
    for path in [odd, long] {
        let cluster = Cluster::open(options(&path)).unwrap();
        let access = cluster.start().unwrap();
        assert_eq!(access.socket(), None);
        assert_eq!(query(&access, "SELECT 1").unwrap(), "1");
        cluster.remove().unwrap();
        assert!(!path.exists());
    }
}

#[test]
fn removing_leaves_what_is_none_of_the_clusters() {
    let folder = ServerFolder::new();
    let cluster = Cluster::open(options(folder.path())).unwrap();
    cluster.start().unwrap();
    fs::write(folder.path().join("diary"), "mine").unwrap();
    Cluster::remove_from(folder.path()).unwrap();
    assert_eq!(cluster.status(), Status::Stopped);
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["diary"]);
    Cluster::remove_from(&folder.path().join("nothing")).unwrap();
}

#[test]
fn the_users_own_cluster_lies_where_the_environment_says() {
    let folder = ServerFolder::new();
    let environment = Environment::from_pairs([
        ("PGRECALL_DATA_DIR", folder.path().to_str().unwrap()),
        ("PGRECALL_PG_BIN", binaries().folder().to_str().unwrap()),
    ]);
    let cluster = Cluster::open(ClusterOptions::for_user(&environment).unwrap()).unwrap();
    assert_eq!(cluster.folder(), folder.path().join("cluster"));
    assert_eq!(cluster.binaries().version(), binaries().version());
}

#[test]
fn a_folder_without_the_programs_is_an_error_that_says_what_it_lacks() {
    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap();
    let environment = Environment::from_pairs([("PGRECALL_PG_BIN", path)]);
    let error = Binaries::find(&environment).unwrap_err();
    assert_eq!(error.to_string(), format!("`{path}` holds no program `initdb`"));
    assert_eq!(error.code(), "cluster/incomplete");
    assert!(error.hint().unwrap().contains("`PGRECALL_PG_BIN`"));
}

#[test]
fn where_nothing_is_installed_the_error_says_how_to_install() {
    let error = ClusterError::NothingInstalled;
    assert_eq!(error.to_string(), "no PostgreSQL server was found on this machine");
    assert_eq!(
        error.hint().unwrap(),
        "install one: Debian and Ubuntu `apt-get install postgresql`, Fedora `dnf install \
         postgresql-server`, macOS `brew install postgresql@18`; or set `PGRECALL_PG_BIN` to the \
         folder that holds `initdb` and `postgres`"
    );
}

//! What a demo leaves running: the server with the console, on the demo's database, with people at
//! work in it and an accident to take back.
//!
//! It is another process of this program, so that the terminal is free again. It runs for as long as
//! the note that names it is there: whoever takes the note away ends it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use pgrecall_access::{Control, Deed, Membership, Nonce, Role};
use pgrecall_postgres::{Conninfo, Database, Environment, Literal, Template};
use pgrecall_server::Server;
use pgrecall_server::config::Config;
use serde_json::{Value, json};

use super::cluster::Stage;
use super::error::DemoError;
use super::kind::long_evening;
use super::{Talk, traffic};
use crate::failure::Failure;
use crate::session;

/// What the database is called there.
const TARGET: &str = "demo";
/// Where the console listens, if nobody else does.
const PORT: u16 = 7788;
/// How often the note is looked for.
const GLANCE: Duration = Duration::from_millis(300);
/// How many glances a server gets to begin or to end.
const PATIENCE: u32 = 100;
/// How long nothing happens between two things that people do.
const LULL: Duration = Duration::from_secs(3);

/// Who may sign in, and what they are there for.
const USERS: [(&str, Role, &str); 3] = [
    ("olivia", Role::Operator, "finds the mistake, plans its undo and asks for approval"),
    ("arthur", Role::Approver, "approves it"),
    ("ada", Role::Administrator, "looks after users and settings"),
];

/// A console that runs.
#[derive(Debug)]
pub(super) struct Console {
    address: SocketAddr,
    users: Vec<(&'static str, &'static str, String)>,
    config: PathBuf,
}

/// The files of a console.
#[derive(Debug, Clone)]
struct Place(PathBuf);

impl Place {
    fn of(cluster: &Path) -> Self {
        Self(cluster.join("console"))
    }

    fn config(&self) -> PathBuf {
        self.0.join("pgrecall.toml")
    }

    fn log(&self) -> PathBuf {
        self.0.join("log")
    }

    fn note(&self) -> PathBuf {
        self.0.join("running")
    }

    /// What runs here says where it listens, and which of all consoles it is.
    fn noted(&self) -> Option<String> {
        fs::read_to_string(self.note()).ok()
    }
}

impl Console {
    /// Lets people in, and leaves the server running.
    pub(super) async fn open(talk: &Talk, stage: &Stage) -> Result<Self, Failure> {
        talk.progress("Opening the console");
        let place = Place::of(stage.folder());
        fs::create_dir_all(&place.0).map_err(DemoError::Console)?;
        let address = free_address().map_err(DemoError::Console)?;
        let reader = let_read(stage).await?;
        write(&place.config(), &config(stage, &reader, address)).map_err(DemoError::Console)?;
        let users = let_in(stage).await?;
        let note = format!("{address} {}", Nonce::new()?);
        write(&place.note(), &note).map_err(DemoError::Console)?;
        begin(&place, address).await?;
        talk.progress_done();
        Ok(Self { address, users, config: place.config() })
    }

    /// How to come in, in words.
    pub(super) fn told(&self) -> String {
        let names = self
            .users
            .iter()
            .map(|(name, purpose, password)| format!("    {name:<8} {password}    {purpose}\n"));
        format!(
            "\nIt has happened again, and now it is for you to find and to take back, in the console:\n\n    \
             http://{}/\n\n{}\nThe server behind it is described in {}.",
            self.address,
            names.collect::<String>(),
            self.config.display()
        )
    }

    /// The same for scripts.
    pub(super) fn object(&self) -> Value {
        let users = self.users.iter();
        let users: Vec<_> = users
            .map(|(name, _, password)| json!({ "name": name, "password": password }))
            .collect();
        json!({ "url": format!("http://{}/", self.address), "config": self.config, "users": users })
    }
}

/// Ends the console of a cluster, if one runs, and deletes its files.
pub(super) async fn end(cluster: &Path) -> Result<(), Failure> {
    let place = Place::of(cluster);
    let noted = place.noted();
    if place.0.exists() {
        fs::remove_dir_all(&place.0).map_err(DemoError::Console)?;
    }
    let address = noted.and_then(|note| note.split(' ').next()?.parse::<SocketAddr>().ok());
    if let Some(address) = address {
        for _ in 0..PATIENCE {
            if TcpStream::connect(address).is_err() {
                break;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
    Ok(())
}

/// Serves the console, and has people at work, until the note is gone. This is what the other
/// process does.
pub(crate) async fn keep(folder: &Path) -> Result<(), Failure> {
    let place = Place(folder.to_owned());
    let note = place.noted();
    let config = Config::load(Some(&place.config()), &Environment::default())?;
    let application = config.target(TARGET)?.conninfo.clone();
    let server = Server::start(config).await?;
    tokio::select! {
        () = gone(&place, note) => {}
        () = session::stopped() => {}
        ended = work(&application) => ended?,
    }
    server.stop().await;
    Ok(())
}

async fn gone(place: &Place, note: Option<String>) {
    while note.is_some() && place.noted() == note {
        tokio::time::sleep(GLANCE).await;
    }
}

/// An evening on the application, one thing after another.
async fn work(application: &Conninfo) -> Result<(), Failure> {
    let mut programs = BTreeMap::new();
    for deed in long_evening() {
        let program = match programs.entry(deed.program().name()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(place) => {
                let database = Database::connect(application, place.key()).await?;
                place.insert(traffic::log_in(database).await?)
            }
        };
        traffic::perform(program, &deed).await?;
        tokio::time::sleep(LULL).await;
    }
    Ok(())
}

/// Starts the other process, and waits until it answers.
async fn begin(place: &Place, address: SocketAddr) -> Result<(), DemoError> {
    let log = fs::File::create(place.log()).map_err(DemoError::Console)?;
    let errors = log.try_clone().map_err(DemoError::Console)?;
    let program = std::env::current_exe().map_err(DemoError::Program)?;
    let mut command = Command::new(program);
    command.args(["demo", "--keep-console"]).arg(&place.0);
    // Ctrl-C at this terminal is not meant for it.
    command.stdin(Stdio::null()).stdout(log).stderr(errors).process_group(0);
    let mut child = command.spawn().map_err(DemoError::Program)?;
    for _ in 0..PATIENCE {
        if TcpStream::connect(address).is_ok() {
            return Ok(());
        }
        if child.try_wait().map_err(DemoError::Program)?.is_some() {
            break;
        }
        tokio::time::sleep(GLANCE).await;
    }
    Err(DemoError::Silent { log: place.log() })
}

/// The usual port, or else any.
fn free_address() -> std::io::Result<SocketAddr> {
    let usual = TcpListener::bind((Ipv4Addr::LOCALHOST, PORT));
    usual.or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?.local_addr()
}

/// Makes the user that looks at the past; gives how it connects.
async fn let_read(stage: &Stage) -> Result<String, Failure> {
    let password = Nonce::new()?.to_string();
    let sql = Template::new(include_str!("sql/console/reader.sql"))
        .with("password", &Literal(&password))
        .sql();
    stage.connect("pgrecall demo").await?.batch(&sql).await?;
    Ok(stage.url_as("event_reader", &password))
}

/// Makes the users of the console; gives their passwords.
async fn let_in(stage: &Stage) -> Result<Vec<(&'static str, &'static str, String)>, Failure> {
    let home = Conninfo::resolve(Some(stage.url()), &Environment::default())?;
    let control = Control::open(home).await?;
    let mut users = Vec::new();
    for (name, role, purpose) in USERS {
        let deed = Deed::on_command_line(session::actor(), "user.add", name);
        let invitation = control.add_user(name, &[everywhere(role)], &deed).await?;
        let password: String = Nonce::new()?.to_string().chars().take(12).collect();
        control.accept(&invitation, None, &password).await?;
        users.push((name, purpose, password));
    }
    Ok(users)
}

fn everywhere(role: Role) -> Membership {
    Membership { role, target: "*".to_owned(), tenant: None }
}

fn config(stage: &Stage, reader: &str, address: SocketAddr) -> String {
    let url = stage.url();
    format!(
        "# The server of the demonstration. In earnest, connection strings belong into files of their own.\n\
         [server]\nlisten = \"{address}\"\n\n[home]\ntarget = \"{TARGET}\"\n\n[targets.{TARGET}]\nurl = \"{url}\"\n\
         query_url = \"{reader}\"\n\n\
         # Somebody else approves every undo; in earnest, with a second factor.\n\
         [[targets.{TARGET}.undo.rules]]\nsecond_factor = false\n"
    )
}

/// Writes a file that nobody else reads: there are passwords in it.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(file)?.write_all(text.as_bytes())
}

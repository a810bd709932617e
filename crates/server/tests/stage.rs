use std::path::PathBuf;

use pgrecall_access::{AllowList, Control, Deed, Membership, Right, Role, TokenRequest};
use pgrecall_journal::{Journal, TrackOptions, install, resolve};
use pgrecall_postgres::{Environment, catalogue};
use pgrecall_server::Server;
use pgrecall_server::config::Config;
use pgrecall_testkit::TestDatabase;
use serde_json::json;

use crate::client::Client;

pub(crate) const PASSWORD: &str = "correct horse battery";
/// What stands in rows of a tenant, and must not be seen by another one.
pub(crate) const SECRET: &str = "only-for-acme";

const TABLES: &str = "
    CREATE TABLE public.prize (id int PRIMARY KEY, name text, amount int);
    CREATE TABLE public.note (id int PRIMARY KEY, text text)";

/// A database with a journal, its users, and a server for it.
pub(crate) struct Stage {
    pub(crate) database: TestDatabase,
    pub(crate) control: Control,
    pub(crate) server: Server,
    pub(crate) file: String,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    /// With further settings.
    pub(crate) async fn with(settings: &str) -> Self {
        Self::on(pgrecall_testkit::Server::shared(), settings).await
    }

    /// On a server of PostgreSQL of its own.
    pub(crate) async fn on(server: &pgrecall_testkit::Server, settings: &str) -> Self {
        let database = server.database().await;
        database.execute(TABLES).await;
        let mut connection = database.connect().await;
        install(&mut connection).await.expect("install");
        let mut journal = Journal::open(connection).await.expect("open");
        let tables = catalogue::tables(journal.client()).await.expect("tables");
        let all = ["public.*".parse().expect("pattern")];
        for table in resolve(&tables, &all, &[]).expect("resolve").tables {
            journal.track(&table, &TrackOptions::default()).await.expect("track");
        }
        for tenant in ["acme", "blue"] {
            let role = database.create_role(tenant).await;
            journal.grant_viewer(&role, tenant, None).await.expect("viewer");
        }
        let reader = database.create_role("reader").await;
        database
            .execute(&format!(
                "GRANT recall_auditor TO \"{reader}\"; GRANT SELECT ON ALL TABLES IN SCHEMA public TO \"{reader}\""
            ))
            .await;
        let file = format!(
            "{settings}\n[targets.shop]\nurl = \"{}\"\nquery_url = \"{}\"\n",
            database.url(),
            database.url_as(&reader).await
        );
        let server = start(&file).await;
        let control = Control::open(database.conninfo()).await.expect("home");
        Self { database, control, server, file }
    }

    /// What an application does for a tenant, in one transaction.
    pub(crate) async fn change(&self, tenant: &str, actor: &str, sql: &str) {
        let context = json!({ "tenant": tenant, "actor": actor }).to_string();
        self.database
            .execute(&format!(
                "BEGIN; SELECT recall.set_context('{context}'::jsonb); {sql}; COMMIT"
            ))
            .await;
    }

    pub(crate) fn nobody(&self) -> Client {
        Client::at(self.server.address())
    }

    /// A user with a role, who can sign in.
    pub(crate) async fn user(
        &self,
        name: &str,
        role: Role,
        target: Option<&str>,
        tenant: Option<&str>,
    ) {
        let held = Membership::new(role, target, tenant).expect("membership");
        let deed = Deed::on_command_line(None, "user.add", name);
        let link = self.control.add_user(name, &[held], &deed).await.expect("user");
        self.control.accept(&link, None, PASSWORD).await.expect("accepted");
    }

    /// A program with a role of its own for everything.
    pub(crate) async fn program(&self, role: Role) -> Client {
        let tenant = (role == Role::Viewer).then_some("acme");
        self.user(role.as_str(), role, None, tenant).await;
        self.token(role.as_str(), &Right::ALL, None).await
    }

    pub(crate) async fn token(&self, user: &str, scopes: &[Right], target: Option<&str>) -> Client {
        let request = TokenRequest {
            user: user.to_owned(),
            name: "test".to_owned(),
            scopes: scopes.to_vec(),
            target: target.map(str::to_owned),
            days: 1,
            allow_from: AllowList::default(),
        };
        let deed = Deed::on_command_line(None, "token.create", "");
        let token = self.control.create_token(&request, deed).await.expect("token");
        self.nobody().with("authorization", format!("Bearer {}", token.secret.expose()))
    }

    /// A browser in which a user signed in.
    pub(crate) async fn browser(&self, user: &str) -> Client {
        let shown = json!({ "name": user, "password": PASSWORD });
        let answer = self.nobody().post("/v1/session", &shown).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let mut browser = self.nobody();
        browser.go_on(&answer);
        browser
    }
}

/// A server with this configuration, on a port of its own.
pub(crate) async fn start(text: &str) -> Server {
    let folder = tempfile::tempdir().expect("folder");
    let file: PathBuf = folder.path().join("pgrecall.toml");
    std::fs::write(&file, text).expect("file");
    let environment = Environment::from_pairs([
        ("USER", "me"),
        ("PGRECALL_SERVER__LISTEN", "127.0.0.1:0"),
        ("PGRECALL_LOG__LEVEL", "error"),
    ]);
    let config = Config::load(Some(&file), &environment).expect("configuration");
    Server::start(config).await.expect("server")
}

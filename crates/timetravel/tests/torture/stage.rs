//! Where a scenario is performed: a database, sessions in it, and copies of its tables.

use std::collections::HashMap;
use std::sync::Arc;

use pgrecall_journal::{Journal, TrackOptions, install};
use pgrecall_model::TxId;
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{Server, Session, TestDatabase};
use tokio::task::JoinHandle;

use crate::copied::{self, Question, Tables};
use crate::scenario::Step;

/// Whether nothing is under way in this database that others do not see yet.
const QUIET: &str = "
    SELECT NOT EXISTS (
      SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        AND state <> 'idle'
    )
    AND NOT EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database())";

/// How often a lock that somebody must come to wait for is looked for.
const LOOKS: usize = 20_000;

/// The tables at a moment at which no transaction was open.
#[derive(Debug)]
pub(crate) struct Moment {
    /// What had been done last.
    pub(crate) after: String,
    /// The last transaction of the journal.
    pub(crate) tx: TxId,
    /// How many changes the journal held.
    pub(crate) changes: usize,
    /// The tables.
    pub(crate) copies: Tables,
    /// What the scenario's own questions were answered.
    pub(crate) answers: Tables,
}

/// A database in which every table is tracked.
pub(crate) struct Stage {
    pub(crate) database: TestDatabase,
    pub(crate) journal: Journal,
    pub(crate) questions: Vec<&'static str>,
    pub(crate) moments: Vec<Moment>,
    done: usize,
    sessions: HashMap<&'static str, Arc<Session>>,
    blocked: Vec<JoinHandle<()>>,
    options: TrackOptions,
}

impl Stage {
    /// Makes a database with a script and tracks its tables.
    pub(crate) async fn open(
        setup: &str,
        questions: Vec<&'static str>,
        options: TrackOptions,
    ) -> Self {
        let database = Server::shared().database().await;
        database.execute(setup).await;
        let mut connection = database.connect().await;
        install(&mut connection).await.expect("install");
        let journal = Journal::open(connection).await.expect("open");
        let (moments, sessions, blocked) = (Vec::new(), HashMap::new(), Vec::new());
        let mut stage =
            Self { database, journal, questions, moments, done: 0, sessions, blocked, options };
        stage.track().await;
        stage.copy("the beginning".to_owned()).await;
        stage
    }

    async fn track(&mut self) {
        let tables = catalogue::tables(self.journal.client()).await.expect("tables");
        for table in tables.iter().filter(|table| !table.partition) {
            self.journal.track(table, &self.options).await.expect("track");
        }
    }

    /// Copies every table into the journal.
    pub(crate) async fn baselines(&mut self) {
        for table in copied::tracked(&self.journal).await {
            self.journal.take_baseline(&table).await.expect("baseline");
        }
    }

    /// Does one step, and copies the tables if no transaction is open after it.
    pub(crate) async fn perform(&mut self, step: &Step) {
        match step {
            Step::Run(None, sql) => self.database.execute(sql).await,
            Step::Run(Some(session), sql) => self.session(session).await.execute(sql).await,
            Step::Refused(sql) => {
                let outcome = self.database.try_execute(sql).await;
                assert!(outcome.is_err(), "not refused: {sql}");
            }
            Step::Blocked(session, sql) => self.block(session, sql).await,
            Step::Together(scripts) => self.together(scripts).await,
            Step::Join => self.join().await,
            Step::Track => self.track().await,
        }
        self.done += 1;
        self.copy_if_quiet(&format!("step {}: {step:?}", self.done)).await;
    }

    /// Copies the tables, unless a transaction is open.
    pub(crate) async fn copy_if_quiet(&mut self, after: &str) {
        let row = self.journal.client().query_one(QUIET, &[]).await.expect("quiet");
        if row.get(0) {
            self.copy(after.chars().take(90).collect()).await;
        }
    }

    async fn copy(&mut self, after: String) {
        let count = "SELECT coalesce(max(tx), 0), count(*) FROM recall.log";
        let row = self.journal.client().query_one(count, &[]).await.expect("log");
        let (last, changes): (i64, i64) = (row.get(0), row.get(1));
        let tables = copied::tracked(&self.journal).await;
        let since = tables.iter().map(|table| table.relation.since).max();
        let tx = TxId(last).max(since.unwrap_or(TxId(0)));
        let tables: Vec<Question> = tables.iter().map(Question::rows_of).collect();
        let copies = copied::ask(&self.journal, &tables).await;
        let own = copied::beside_tables(&self.journal, &self.questions).await;
        let answers = copied::ask(&self.journal, &own).await;
        let changes = usize::try_from(changes).expect("count");
        self.moments.push(Moment { after, tx, changes, copies, answers });
    }

    /// The session of that name.
    pub(crate) async fn session(&mut self, name: &'static str) -> Arc<Session> {
        if !self.sessions.contains_key(name) {
            self.sessions.insert(name, Arc::new(self.database.session().await));
        }
        Arc::clone(&self.sessions[name])
    }

    async fn block(&mut self, name: &'static str, sql: &str) {
        let session = self.session(name).await;
        let pid = session.scalar("SELECT pg_backend_pid()").await;
        let script = sql.to_owned();
        self.blocked.push(tokio::spawn(async move { session.execute(&script).await }));
        let waits = format!("SELECT count(*) FROM pg_locks WHERE pid = {pid} AND NOT granted");
        for _ in 0..LOOKS {
            if self.database.scalar(&waits).await == "1" {
                return;
            }
        }
        panic!("does not wait for a lock: {sql}");
    }

    async fn join(&mut self) {
        for script in self.blocked.drain(..) {
            script.await.expect("a script that was blocked");
        }
    }

    async fn together(&self, scripts: &[String]) {
        let mut running = Vec::new();
        for script in scripts {
            let (session, script) = (self.database.session().await, script.clone());
            running.push(tokio::spawn(async move { session.execute(&script).await }));
        }
        for script in running {
            script.await.expect("a script beside others");
        }
    }
}

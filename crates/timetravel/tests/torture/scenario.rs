//! A scenario: tables, and what is done to them.

use pgrecall_journal::{AfterImage, ForEach, TrackOptions};
use pgrecall_testkit::{Server, block_on};

use crate::replay;
use crate::stage::Stage;

/// Tables and what is done to them, from which the checker makes a test.
#[derive(Debug, Default)]
pub(crate) struct Scenario {
    since: u32,
    setup: String,
    steps: Vec<Step>,
    questions: Vec<&'static str>,
    options: TrackOptions,
    expected: Expected,
}

/// What the checker passes over.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Expected {
    /// In which order changes come.
    pub(crate) order: Order,
    /// Whether something may be missing where a gap says so.
    pub(crate) gaps: bool,
    /// Whether the journal is to give the same answers without the tables.
    pub(crate) from_journal: bool,
}

/// In which order the changes of a row are to be found in the journal.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Each change finds what the one before left.
    #[default]
    Strict,
    /// Changes within a transaction may be in another order: where a trigger changes another row
    /// of the statement that fired it, its change is recorded before that of the statement.
    PerTransaction,
}

/// One thing that is done.
#[derive(Debug)]
pub(crate) enum Step {
    /// A script, which is one transaction unless it says otherwise; in the main session or in one
    /// with a name.
    Run(Option<&'static str>, String),
    /// A script that the server must refuse.
    Refused(String),
    /// A script that has to wait for a lock of another session; it goes on by itself.
    Blocked(&'static str, String),
    /// Scripts that had to wait are waited for.
    Join,
    /// Scripts that run at the same time, each in a session of its own.
    Together(Vec<String>),
    /// Every table is tracked again, as after a change of their shape.
    Track,
}

impl Scenario {
    /// Begins with a script that makes tables, before they are tracked.
    pub(crate) fn new(setup: impl Into<String>) -> Self {
        Self { setup: setup.into(), ..Self::default() }
    }

    /// Tracks the tables in another way than by default.
    pub(crate) fn tracked(mut self, options: TrackOptions) -> Self {
        self.options = options;
        self
    }

    /// The oldest server that knows what the scenario uses.
    pub(crate) fn since(mut self, major: u32) -> Self {
        self.since = major;
        self
    }

    /// A script in the main session.
    pub(crate) fn step(mut self, sql: impl Into<String>) -> Self {
        self.steps.push(Step::Run(None, sql.into()));
        self
    }

    /// Several scripts in the main session.
    pub(crate) fn steps<S: Into<String>>(self, scripts: impl IntoIterator<Item = S>) -> Self {
        scripts.into_iter().fold(self, Self::step)
    }

    /// A script in a session with a name of its own.
    pub(crate) fn on(mut self, session: &'static str, sql: impl Into<String>) -> Self {
        self.steps.push(Step::Run(Some(session), sql.into()));
        self
    }

    /// A script in the main session that the server must refuse.
    pub(crate) fn refused(mut self, sql: impl Into<String>) -> Self {
        self.steps.push(Step::Refused(sql.into()));
        self
    }

    /// A script that must wait for a lock; a later step of another session lets it go on.
    pub(crate) fn blocked(mut self, session: &'static str, sql: impl Into<String>) -> Self {
        self.steps.push(Step::Blocked(session, sql.into()));
        self
    }

    /// Waits until every script that was blocked has come to its end.
    pub(crate) fn join(mut self) -> Self {
        self.steps.push(Step::Join);
        self
    }

    /// Scripts that run at the same time.
    pub(crate) fn together<S: Into<String>>(
        mut self,
        scripts: impl IntoIterator<Item = S>,
    ) -> Self {
        self.steps.push(Step::Together(scripts.into_iter().map(Into::into).collect()));
        self
    }

    /// Tracks every table again.
    pub(crate) fn track(mut self) -> Self {
        self.steps.push(Step::Track);
        self
    }

    /// Lets the journal be incomplete where it says so by a gap.
    pub(crate) fn or_says_so(mut self) -> Self {
        self.expected.gaps = true;
        self
    }

    /// A query whose answer in the past must be what it was then.
    pub(crate) fn asking(mut self, sql: &'static str) -> Self {
        self.questions.push(sql);
        self
    }

    /// Lets the changes of a row be out of order within a transaction; see [`Order`].
    pub(crate) fn order_within_transactions_aside(mut self) -> Self {
        self.expected.order = Order::PerTransaction;
        self
    }

    /// Performs the scenario and checks the journal against the copies: recorded row by row, and by
    /// statement where that may be.
    pub(crate) fn check(self) {
        if Server::shared().major_version() >= self.since {
            block_on(async {
                self.run(ForEach::Row, AfterImage::Full).await;
                self.run(ForEach::Statement, AfterImage::Changed).await;
            });
        }
    }

    async fn run(&self, for_each: ForEach, image: AfterImage) {
        let after_image = self.options.after_image.or(Some(image));
        let options =
            TrackOptions { for_each: Some(for_each), after_image, ..self.options.clone() };
        let mut stage = Stage::open(&self.setup, self.questions.clone(), options).await;
        for step in &self.steps {
            stage.perform(step).await;
        }
        replay::check(stage, self.expected).await;
    }
}

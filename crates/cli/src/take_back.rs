//! From a plan to the deed: shown, tried, confirmed, done.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{Conflict, Explain as _, Moment, Policies, Selection};
use pgrecall_server::config::Touched;
use pgrecall_undo::{
    Applied, Cut, Decisions, Document, Options, Planning, Prepared, Progress, Rights, Run,
    Triggers, UndoError, apply, plan_rebuild, plan_with, preview, rebuild, write_plan,
};
use serde_json::json;

use crate::failure::{Exit, Failure, Local};
use crate::json::{ConflictObject, EffectsObject, RowsObject, StepObject};
use crate::progress::Line;
use crate::rules::Verb;
use crate::touched::{self, Reach};
use crate::{diff, in_parts, output, rebuilding, session};

/// How many steps are read at once.
const PAGE: usize = 1_000;

/// How often something is tried that had to wait too long for a lock.
pub(crate) const ATTEMPTS: u32 = 3;
/// How long others get to finish in between.
pub(crate) const PAUSE: Duration = Duration::from_millis(500);

/// Tries again what gave up because somebody else held a lock; nothing was changed then.
macro_rules! patiently {
    ($attempt:expr) => {{
        let mut attempt = 1;
        loop {
            match $attempt.await {
                Err(error)
                    if error.code() == "server/locked" && attempt < $crate::take_back::ATTEMPTS =>
                {
                    attempt += 1;
                    tokio::time::sleep($crate::take_back::PAUSE).await;
                }
                done => break done,
            }
        }
    }};
}
pub(crate) use patiently;

/// How something is taken back.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct How {
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Give no reason
    #[arg(long, conflicts_with = "reason")]
    no_reason: bool,

    /// What to do about conflicts: `skip`, `merge`, `overwrite`, `cascade`, `abort`, or `KIND=POLICY`
    ///
    /// Kinds: `changed-later`, `gap`, `dependants`, `parent-gone`, `unique-taken`, `table-gone`,
    /// `column-gone`, `not-recorded`.
    #[arg(long, value_name = "POLICY", verbatim_doc_comment)]
    on_conflict: Vec<String>,

    /// Whether the tables' own triggers fire
    #[arg(long, value_enum, default_value_t = TriggerMode::Suppress, value_name = "MODE")]
    triggers: TriggerMode,

    /// Act with the rights of the tables' owner, for whoever may take on that role
    #[arg(long)]
    as_owner: bool,

    /// Keep others from writing to the tables meanwhile, so that many rows are brought back faster
    ///
    /// Of many plain changes the undo is then recorded at once instead of row by row, if you own the
    /// tables and the journal. Reading goes on; writing waits until it is done.
    #[arg(long, conflicts_with_all = ["batch", "script", "as_owner"])]
    lock_tables: bool,

    /// In several transactions of about so many rows each; `undo --runs` lists what is unfinished
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["script", "plan_out"])]
    batch: Option<u32>,

    /// Only show what would be done
    #[arg(long, conflicts_with = "yes")]
    preview: bool,

    /// Write the plan with all its steps into this file, and do nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["yes", "preview"])]
    plan_out: Option<PathBuf>,

    /// Print the SQL that would do it, for those who must run it themselves, and do nothing else
    #[arg(long, conflicts_with_all = ["yes", "preview", "plan_out", "json"])]
    script: bool,

    /// How many rows are shown with their fields
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    show: usize,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Whether the tables' own triggers fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TriggerMode {
    /// They rest: what they did was recorded and is taken back itself
    Suppress,
    /// They fire, as for any other change
    Fire,
}

/// A plan that somebody made before, in a file.
#[derive(Debug)]
pub(crate) struct Approved {
    pub(crate) file: PathBuf,
    /// Whether another plan will do, if that one is no longer possible.
    pub(crate) replan: bool,
}

impl How {
    /// Checks what needs no database.
    pub(crate) fn check(&self, verb: &'static str) -> Result<(), Failure> {
        self.decisions()?;
        if self.preview || self.script || self.plan_out.is_some() {
            return Ok(());
        }
        if self.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) && !self.no_reason {
            let what = "say why with `--reason TEXT`, or add `--no-reason`";
            return Err(Local::Usage(what.to_owned()).into());
        }
        if !self.yes {
            output::require_terminal(verb)?;
        }
        Ok(())
    }

    fn decisions(&self) -> Result<Decisions, Failure> {
        let mut policies = Policies::default();
        for text in &self.on_conflict {
            policies.add(text).map_err(|error| Local::Usage(error.to_string()))?;
        }
        Ok(Decisions { policies, each: Vec::new() })
    }

    fn options(&self) -> Options {
        Options {
            triggers: match self.triggers {
                TriggerMode::Suppress => Triggers::Suppress,
                TriggerMode::Fire => Triggers::Fire,
            },
            lock_tables: self.lock_tables,
            reason: self.reason.clone(),
            progress: Progress::default(),
        }
    }

    /// The options, and the line that shows how far it is.
    fn watched(&self, stage: &'static str, prepared: &Prepared) -> (Options, Line) {
        let options = self.options();
        let line = Line::new(stage, prepared.size(), &options.progress);
        (options, line)
    }

    fn planning(&self) -> Result<Planning, Failure> {
        let rights = if self.as_owner { Rights::Owner } else { Rights::User };
        Ok(Planning { decisions: self.decisions()?, rights, ..Planning::default() })
    }

    /// Plans what is selected, and does what the arguments say with it.
    pub(crate) async fn take_back(
        &self,
        verb: Verb<'_>,
        journal: &mut Journal,
        selection: Selection,
    ) -> Result<Exit, Failure> {
        let prepared = planned(journal, selection, &self.planning()?).await?;
        self.carry_on(verb, journal, prepared).await
    }

    /// Does what the arguments say with the plan of a file.
    pub(crate) async fn take_back_as_approved(
        &self,
        verb: Verb<'_>,
        journal: &mut Journal,
        approved: &Approved,
    ) -> Result<Exit, Failure> {
        let file =
            File::open(&approved.file).map_err(|error| unreadable(&approved.file, &error))?;
        let document = Document::read(BufReader::new(file)).map_err(UndoError::from)?;
        let planning = self.planning()?;
        let prepared = match document.plan(journal, &planning).await {
            Err(UndoError::OtherPlan) if approved.replan => {
                output::say("note: this is another plan than that of the file");
                let mut planning = planning;
                planning.decisions.policies = document.on_conflict.clone();
                plan_with(journal, document.selection.clone(), &planning).await?
            }
            prepared => prepared?,
        };
        self.carry_on(verb, journal, prepared).await
    }

    /// Plans to make a table anew that was dropped, and does what the arguments say with that.
    pub(crate) async fn rebuild(
        &self,
        verb: Verb<'_>,
        journal: &mut Journal,
        (table, to): (&TrackedTable, &Moment),
    ) -> Result<Exit, Failure> {
        if self.plan_out.is_some() || self.script {
            let what =
                "a table that is gone is made anew at once: leave `--plan-out` and `--script` out";
            return Err(Local::Usage(what.to_owned()).into());
        }
        let plan = plan_rebuild(journal, table, to).await?;
        rebuilding::show(&plan, self.json)?;
        let tx = if self.preview {
            None
        } else {
            let classes = touched::classes_of(journal, verb.rules, table).await?;
            let tables = vec![plan.table.clone()];
            verb.rules.check(&Touched { rows: plan.rows, tables, classes })?;
            if !self.yes {
                output::confirm(verb.name, "This makes the table above.", verb.name)?;
            }
            Some(rebuild(journal, &plan, self.reason.as_deref()).await?)
        };
        rebuilding::finish(&plan, tx, self.json)?;
        Ok(Exit::Ok)
    }

    async fn carry_on(
        &self,
        verb: Verb<'_>,
        journal: &mut Journal,
        prepared: Prepared,
    ) -> Result<Exit, Failure> {
        let tables: Vec<_> = prepared.tables().cloned().collect();
        session::warn_of_gaps(journal, &tables).await?;
        if let Some(file) = &self.plan_out {
            return self.write(journal, &prepared, file).await;
        }
        if !prepared.plan.conflicts.is_empty() {
            return self.refuse(journal, prepared).await;
        }
        if self.script {
            return self.print_script(journal, &prepared).await;
        }
        let reach = Reach::of(journal, verb.rules, &prepared).await?;
        if !self.preview {
            verb.rules.check(reach.touched())?;
        }
        if let Some(rows) = self.batch.filter(|_| !self.preview) {
            let cut = Cut { rows, takes_back: None };
            return self.begin_run(verb, journal, &prepared, cut).await;
        }
        let (options, line) = self.watched("trying", &prepared);
        let previewed = match line.during(previewed(journal, &prepared, &options)).await {
            Err(UndoError::Conflicts(conflicts)) => {
                return self.refuse(journal, with(prepared, conflicts)).await;
            }
            Err(error @ UndoError::Triggers(..)) => {
                tell_what_fires(journal, &prepared, &options).await?;
                return Err(error.into());
            }
            previewed => previewed?,
        };
        if !self.json {
            show(journal, &prepared, Some(&previewed), self.show).await?;
        }
        if self.preview {
            return self.finish(journal, &prepared, (&previewed, false)).await;
        }
        verb.rules.check(reach.with(&previewed).touched())?;
        if !self.yes {
            output::confirm(verb.name, "This changes the rows above.", verb.name)?;
        }
        let (options, line) = self.watched(verb.name, &prepared);
        let applied = match line.during(applied(journal, &prepared, &options)).await {
            Err(UndoError::Conflicts(conflicts)) => {
                return self.refuse(journal, with(prepared, conflicts)).await;
            }
            applied => applied?,
        };
        self.finish(journal, &prepared, (&applied, true)).await
    }

    /// Keeps the plan in the journal, and carries it out part by part.
    async fn begin_run(
        &self,
        verb: Verb<'_>,
        journal: &mut Journal,
        prepared: &Prepared,
        cut: Cut,
    ) -> Result<Exit, Failure> {
        if !self.json {
            show(journal, prepared, None, self.show).await?;
        }
        if !self.yes {
            output::confirm(verb.name, "This changes the rows above.", verb.name)?;
        }
        let mut options = self.options();
        if let (Some(other), None) = (cut.takes_back, &options.reason) {
            options.reason = Some(format!("take back what was done of undo {other}"));
        }
        let run = patiently!(Run::begin(journal, prepared, &options, cut))?;
        in_parts::carry_out(journal, run, (Some(plan_object(prepared)), self.json)).await
    }

    /// Goes on with an undo in several transactions that is not finished.
    pub(crate) async fn resume(&self, journal: &mut Journal, run: i64) -> Result<Exit, Failure> {
        let run = Run::open(journal, run).await?;
        output::say(format!("Undo {}: {} of {} rows are done.", run.id, run.done, run.rows));
        if !self.yes {
            output::confirm("undo", "This changes the others.", "undo")?;
        }
        in_parts::carry_out(journal, run, (None, self.json)).await
    }

    /// Takes back what was done of one that is not finished.
    pub(crate) async fn roll_back(
        &self,
        verb: Verb<'_>,
        journal: &mut Journal,
        run: i64,
    ) -> Result<Exit, Failure> {
        let run = Run::open(journal, run).await?;
        let Some(selection) = run.reversal(journal).await? else {
            let id = run.id;
            run.forget(journal).await?;
            output::say(format!("Nothing was done of undo {id}; it is forgotten."));
            return Ok(Exit::Ok);
        };
        let mut planning = self.planning()?;
        if run.rights() == Rights::Owner {
            planning.rights = Rights::Owner;
        }
        let prepared = planned(journal, selection, &planning).await?;
        if !prepared.plan.conflicts.is_empty() {
            return self.refuse(journal, prepared).await;
        }
        let rows = self.batch.unwrap_or_else(|| run.part_rows());
        verb.rules.check(Reach::of(journal, verb.rules, &prepared).await?.touched())?;
        self.begin_run(verb, journal, &prepared, Cut { rows, takes_back: Some(run.id) }).await
    }

    /// Makes sure that there is somebody to ask, where nothing else is needed.
    pub(crate) fn check_can_ask(&self) -> Result<(), Failure> {
        if self.yes { Ok(()) } else { output::require_terminal("undo") }
    }

    /// Whether the output is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    async fn write(
        &self,
        journal: &Journal,
        prepared: &Prepared,
        path: &PathBuf,
    ) -> Result<Exit, Failure> {
        let file = File::create(path).map_err(|error| unreadable(path, &error))?;
        let mut file = BufWriter::new(file);
        write_plan(journal, prepared, &self.decisions()?, &mut file).await?;
        file.flush().map_err(Local::Output)?;
        let (size, conflicts) = (prepared.size(), prepared.plan.conflicts.len());
        output::say(format!(
            "Wrote the plan {} to {}: {}, {}. Nothing was changed.",
            prepared.plan.hash,
            path.display(),
            output::counted(usize::try_from(size).unwrap_or(usize::MAX), "row"),
            output::counted(conflicts + prepared.plan.more_conflicts, "conflict"),
        ));
        Ok(if conflicts == 0 { Exit::Ok } else { Exit::Conflict })
    }

    async fn print_script(&self, journal: &Journal, prepared: &Prepared) -> Result<Exit, Failure> {
        if prepared.defers() {
            output::say(
                "warning: some rows depend on each other both ways; the script needs their constraints to be deferrable",
            );
        }
        output::line(prepared.script_begin(self.reason.as_deref()))?;
        let mut after = 0;
        loop {
            let steps = prepared.steps(journal, after, PAGE).await?;
            for statement in steps.iter().filter_map(|step| prepared.script_of(step)) {
                output::line(statement)?;
            }
            if steps.len() < PAGE {
                break;
            }
            after += u64::try_from(steps.len()).unwrap_or(u64::MAX);
        }
        output::line(prepared.script_end(journal).await?)?;
        Ok(Exit::Ok)
    }

    /// Tells what stands in the way; nothing was changed.
    async fn refuse(&self, journal: &Journal, prepared: Prepared) -> Result<Exit, Failure> {
        if self.json {
            self.finish(journal, &prepared, (&Applied::default(), false)).await?;
        }
        if prepared.plan.more_conflicts > 0 {
            output::say(format!("note: and {} more", prepared.plan.more_conflicts));
        }
        Err(UndoError::Conflicts(prepared.plan.conflicts).into())
    }

    async fn finish(
        &self,
        journal: &Journal,
        prepared: &Prepared,
        (done, is_applied): (&Applied, bool),
    ) -> Result<Exit, Failure> {
        let tx = done.tx.filter(|_| is_applied);
        if self.json {
            print(journal, prepared, (done, is_applied)).await?;
        } else if let Some(tx) = tx {
            output::say(format!(
                "Undone in transaction {tx}; `pgrecall undo --tx {tx}` would take that back."
            ));
        } else {
            output::say("Only a preview, nothing was changed.");
        }
        Ok(Exit::Ok)
    }
}

async fn planned(
    journal: &Journal,
    selection: Selection,
    planning: &Planning,
) -> Result<Prepared, UndoError> {
    Line::new("planning", 0, &Progress::default())
        .during(plan_with(journal, selection, planning))
        .await
}

async fn previewed(
    journal: &mut Journal,
    prepared: &Prepared,
    options: &Options,
) -> Result<Applied, UndoError> {
    patiently!(preview(journal, prepared, options))
}

async fn applied(
    journal: &mut Journal,
    prepared: &Prepared,
    options: &Options,
) -> Result<Applied, UndoError> {
    patiently!(apply(journal, prepared, options))
}

/// A plan without its steps, as it is printed.
fn plan_object(prepared: &Prepared) -> serde_json::Value {
    let plan = &prepared.plan;
    let rows: Vec<RowsObject> = plan.rows.iter().map(RowsObject::from).collect();
    let conflicts: Vec<ConflictObject<'_>> =
        plan.conflicts.iter().map(ConflictObject::from).collect();
    json!({ "hash": plan.hash, "reverses": plan.reverses, "rows": rows, "conflicts": conflicts })
}

fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    Local::Usage(format!("{}: {error}", path.display())).into()
}

fn with(mut prepared: Prepared, conflicts: Vec<Conflict>) -> Prepared {
    prepared.plan.conflicts = conflicts;
    prepared
}

/// One object; its steps are read and written page by page.
async fn print(
    journal: &Journal,
    prepared: &Prepared,
    (done, is_applied): (&Applied, bool),
) -> Result<(), Failure> {
    let plan = &prepared.plan;
    let text = |value: serde_json::Value| value.to_string();
    let rows: Vec<RowsObject> = plan.rows.iter().map(RowsObject::from).collect();
    output::bytes(
        format!(
            "{{\"plan\":{{\"hash\":{},\"reverses\":{},\"rows\":{},\"steps\":[",
            text(json!(plan.hash)),
            text(json!(plan.reverses)),
            text(json!(rows)),
        )
        .as_bytes(),
    )?;
    let (mut after, mut separator) = (0, "");
    loop {
        let steps = prepared.steps(journal, after, PAGE).await?;
        let mut page = String::new();
        for step in &steps {
            page += separator;
            page += &text(json!(StepObject::from(step)));
            separator = ",";
        }
        output::bytes(page.as_bytes())?;
        if steps.len() < PAGE {
            break;
        }
        after += u64::try_from(steps.len()).unwrap_or(u64::MAX);
    }
    let conflicts: Vec<ConflictObject<'_>> =
        plan.conflicts.iter().map(ConflictObject::from).collect();
    let end = format!(
        "],\"conflicts\":{}}},\"applied\":{is_applied},\"tx\":{},\"effects\":{}}}\n",
        text(json!(conflicts)),
        text(json!(done.tx.filter(|_| is_applied))),
        text(json!(EffectsObject::from(done))),
    );
    output::bytes(end.as_bytes())
}

async fn show(
    journal: &Journal,
    prepared: &Prepared,
    previewed: Option<&Applied>,
    shown: usize,
) -> Result<(), Failure> {
    for step in prepared.steps(journal, 0, shown).await? {
        output::line(diff::step(&step).trim_end())?;
    }
    let hidden = usize::try_from(prepared.size()).unwrap_or(usize::MAX).saturating_sub(shown);
    if hidden > 0 {
        output::line(format!(
            "  and {} (`--json` and `--plan-out` show all)",
            output::counted(hidden, "more row")
        ))?;
    }
    output::line("")?;
    for (table, counts) in &prepared.plan.rows {
        output::line(format!(
            "{table}: {} brought back, {} set back, {} removed",
            counts.inserted, counts.updated, counts.deleted
        ))?;
    }
    previewed.map_or(Ok(()), show_effects)
}

/// What the trial showed beside the rows.
fn show_effects(previewed: &Applied) -> Result<(), Failure> {
    for (table, mode) in &previewed.locks {
        output::line(format!("locks {table}: {mode}"))?;
    }
    output::line(format!("takes about {} ms", previewed.duration_ms))?;
    warn_of_deviations(previewed);
    Ok(())
}

/// Says what becomes other than planned.
fn warn_of_deviations(previewed: &Applied) {
    for (table, rows) in &previewed.differing {
        let rows = output::counted(usize::try_from(*rows).unwrap_or(usize::MAX), "row");
        output::say(format!("warning: triggers would leave {rows} of {table} other than planned"));
    }
    for (table, rows) in &previewed.side_effects {
        let rows = output::counted(usize::try_from(*rows).unwrap_or(usize::MAX), "row");
        output::say(format!("warning: {rows} of {table} that the plan does not name would change"));
    }
}

/// Tries what would come of the plan if the triggers that cannot be kept from firing fired.
async fn tell_what_fires(
    journal: &mut Journal,
    prepared: &Prepared,
    options: &Options,
) -> Result<(), Failure> {
    let fire = Options { triggers: Triggers::Fire, ..options.clone() };
    let fired = patiently!(preview(journal, prepared, &fire))?;
    if fired.differing.is_empty() && fired.side_effects.is_empty() {
        output::say("note: with `--triggers fire` every row would be as planned");
    } else {
        output::say("note: with `--triggers fire`:");
        warn_of_deviations(&fired);
    }
    Ok(())
}

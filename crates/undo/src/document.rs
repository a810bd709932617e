//! A plan on paper: what approvals bind to, and where somebody may decide about conflicts one by one.

use std::io::{self, Write};

use pgrecall_journal::Journal;
use pgrecall_model::{
    Code, Conflict, ConflictKind, Explain, Key, PlanHash, Policies, Policy, RelationName,
    Selection, TxId,
};
use serde::{Deserialize, Serialize};

use crate::{Decision, Decisions, Planning, Prepared, UndoError, plan_with};

/// The form of the files that this build writes and reads.
const FORMAT: u32 = 1;
/// How many steps are held at once.
const PAGE: usize = 1_000;

/// All of a plan file but its steps, of which there may be millions: these are there to be looked at,
/// and their hash stands for them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    format: u32,
    /// The hash of the plan.
    pub hash: PlanHash,
    /// What was asked for.
    pub selection: Selection,
    /// What was decided about conflicts, by kind.
    pub on_conflict: Policies,
    /// The transactions of which something is taken back.
    pub reverses: Vec<TxId>,
    /// What stands in the way; `policy` is for whoever edits the file.
    pub conflicts: Vec<DocumentConflict>,
}

/// A conflict of a plan file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentConflict {
    kind: ConflictKind,
    table: RelationName,
    key: Option<Key>,
    message: String,
    policy: Policy,
}

/// Why a file is no plan.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not the JSON that was expected.
    #[error("the file holds no plan")]
    Malformed(#[source] serde_json::Error),
    /// Written by another version.
    #[error("the plan file is of format {0}, this program reads format {FORMAT}")]
    Format(u32),
    /// A step could not be read, or the file not be written.
    #[error("the plan could not be written")]
    Write(#[source] io::Error),
}

impl Explain for DocumentError {
    fn code(&self) -> Code {
        match self {
            Self::Malformed(_) => "plan/malformed",
            Self::Format(_) => "plan/format",
            Self::Write(_) => "plan/write",
        }
    }

    fn hint(&self) -> Option<String> {
        Some("write one with `pgrecall undo … --plan-out FILE`".to_owned())
            .filter(|_| !matches!(self, Self::Write(_)))
    }
}

impl Document {
    fn of(prepared: &Prepared, decisions: &Decisions) -> Self {
        let conflict = |conflict: &Conflict| DocumentConflict {
            kind: conflict.kind,
            table: conflict.table.clone(),
            key: conflict.key.clone(),
            message: conflict.message.clone(),
            policy: Policy::Abort,
        };
        let plan = &prepared.plan;
        Self {
            format: FORMAT,
            hash: plan.hash.clone(),
            selection: plan.selection.clone(),
            on_conflict: decisions.policies.clone(),
            reverses: plan.reverses.clone(),
            conflicts: plan.conflicts.iter().map(conflict).collect(),
        }
    }

    /// Reads a plan file, without its steps.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(file: impl io::Read) -> Result<Self, DocumentError> {
        let document: Self = serde_json::from_reader(file).map_err(DocumentError::Malformed)?;
        if document.format == FORMAT {
            Ok(document)
        } else {
            Err(DocumentError::Format(document.format))
        }
    }

    /// Makes the plan again and compares it with this one; then settles the conflicts that the file
    /// decides about.
    ///
    /// # Errors
    /// When it would not be the same plan, and as [`plan_with`].
    pub async fn plan(
        &self,
        journal: &Journal,
        planning: &Planning,
    ) -> Result<Prepared, UndoError> {
        let decisions = Decisions { policies: self.on_conflict.clone(), each: Vec::new() };
        let mut planning = Planning { decisions, ..planning.clone() };
        let prepared = plan_with(journal, self.selection.clone(), &planning).await?;
        if prepared.plan.hash != self.hash {
            return Err(UndoError::OtherPlan);
        }
        let decided = self.conflicts.iter().filter(|conflict| conflict.policy != Policy::Abort);
        let each: Vec<Decision> = decided
            .map(|conflict| Decision {
                kind: conflict.kind,
                table: conflict.table.clone(),
                key: conflict.key.clone(),
                policy: conflict.policy,
            })
            .collect();
        if each.is_empty() {
            return Ok(prepared);
        }
        planning.decisions.each = each;
        plan_with(journal, self.selection.clone(), &planning).await
    }
}

/// Writes a plan with all its steps, one a line, never holding more than a few of them.
///
/// # Errors
/// When the steps cannot be read, or the file not be written.
pub async fn write_plan(
    journal: &Journal,
    prepared: &Prepared,
    decisions: &Decisions,
    file: &mut impl Write,
) -> Result<(), UndoError> {
    let document = Document::of(prepared, decisions);
    let mut head = serde_json::to_string(&document).map_err(unwritable)?;
    head.pop();
    write!(file, "{head},\"steps\":[").map_err(DocumentError::Write)?;
    let (mut after, mut separator) = (0, "\n");
    loop {
        let steps = prepared.steps(journal, after, PAGE).await?;
        for step in &steps {
            let line = serde_json::to_string(step).map_err(unwritable)?;
            write!(file, "{separator}{line}").map_err(DocumentError::Write)?;
            separator = ",\n";
        }
        if steps.len() < PAGE {
            break;
        }
        after += u64::try_from(steps.len()).unwrap_or(u64::MAX);
    }
    writeln!(file, "\n]}}").map_err(DocumentError::Write)?;
    Ok(())
}

fn unwritable(error: serde_json::Error) -> DocumentError {
    DocumentError::Write(error.into())
}

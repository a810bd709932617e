//! From what a user's query names to the relations of then.

use std::collections::HashSet;

use futures_util::future::join;
use pgrecall_journal::{Baseline, FormColumn, Gap, Journal, ReadableCheckpoint, TrackedTable};
use pgrecall_model::{Ident, Moment, RelationId, RelationName};
use pgrecall_postgres::{ServerError, Template, catalogue};
use serde_json::Value;

use crate::as_of::{self, AsOf, Nearer, Source};
use crate::known::{Known, Present};
use crate::only_key::{Demanded, OnlyKey};
use crate::redirect::{Pin, Query, Reference, Replacement};
use crate::resolution::without_strangers;
use crate::then::Then;
use crate::{Boundary, Cut, Terms, TimeTravelError, Warning};

/// How deep views may lie in views.
const MAX_DEPTH: usize = 32;

/// The names by which a query knows tables and their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Those of the moment.
    Then,
    /// Those of today.
    Today,
}

impl Names {
    fn of<'t>(self, then: &Then<'t>, column: &'t FormColumn) -> &'t Ident {
        match self {
            Self::Then => &column.name,
            Self::Today => then.called_today(column),
        }
    }
}

/// A query that was led to the past.
#[derive(Debug)]
pub(crate) struct Led {
    /// With the rows of then in place of tables.
    pub(crate) rows: String,
    /// The same without checkpoints.
    pub(crate) without: String,
    /// With nothing but their columns.
    pub(crate) stubs: String,
}

/// What a table looked like at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableAt {
    /// Its name.
    pub name: RelationName,
    /// Its columns with their types.
    pub columns: Vec<(Ident, String)>,
}

/// Finds out what a tracked table looked like at a moment.
///
/// # Errors
/// When it was not there.
pub async fn table_at(
    journal: &Journal,
    table: &TrackedTable,
    moment: Moment,
) -> Result<TableAt, TimeTravelError> {
    let cut = match Boundary::of(journal, moment).await? {
        Boundary::Past(cut) => cut,
        Boundary::Present => Cut::now(journal).await?,
    };
    let known = Known::of_table(journal, table).await?;
    let Some(then) = known.then(table, &cut) else {
        let last = known.forms(table).last().and_then(|form| form.since);
        let name = table.relation.name.clone();
        return Err(match last {
            Some(dropped) => TimeTravelError::NotThere { table: name, dropped: dropped.at },
            None => TimeTravelError::Dropped(name),
        });
    };
    let columns = then.form.columns.iter();
    Ok(TableAt {
        name: then.form.name.clone(),
        columns: columns.map(|column| (column.name.clone(), column.type_name.clone())).collect(),
    })
}

/// Leads the references of a query to the past, and remembers what it met.
pub(crate) struct Resolver<'j> {
    journal: &'j Journal,
    cut: Cut,
    terms: Terms,
    /// Every table of which all is said that a reader should know.
    told: HashSet<RelationId>,
    /// What may be read as it is now, with its partitions.
    covered: HashSet<RelationName>,
    gaps: Vec<Warning>,
    columns: Vec<Warning>,
    present: Vec<RelationName>,
    /// Whether copies of tables may be read in their place.
    checkpoints: bool,
    copies: Vec<ReadableCheckpoint>,
}

/// The rows of one table.
struct Part {
    rows: Template,
    /// The same without a checkpoint.
    without: Template,
    /// The same columns, and no row.
    stub: Template,
}

impl<'j> Resolver<'j> {
    pub(crate) fn new(journal: &'j Journal, cut: Cut, terms: Terms) -> Self {
        Self {
            journal,
            cut,
            terms,
            told: HashSet::new(),
            covered: HashSet::new(),
            gaps: Vec::new(),
            columns: Vec::new(),
            present: Vec::new(),
            checkpoints: true,
            copies: Vec::new(),
        }
    }

    /// For queries that stay: one that reads a copy would keep it from being dropped.
    pub(crate) fn without_checkpoints(self) -> Self {
        Self { checkpoints: false, ..self }
    }

    /// The checkpoints that the query reads.
    pub(crate) fn copies(&self) -> &[ReadableCheckpoint] {
        &self.copies
    }

    /// The query with every relation replaced by that of the moment; `known` is what is known of its
    /// names.
    pub(crate) async fn lead(
        &mut self,
        query: &Query,
        known: Known,
    ) -> Result<Led, TimeTravelError> {
        self.lead_within(query, &known, 0).await
    }

    /// The tables that were met.
    pub(crate) fn relations(&self) -> impl Iterator<Item = RelationId> {
        self.told.iter().copied()
    }

    /// What the reader of the answer should know.
    pub(crate) fn warnings(self) -> Vec<Warning> {
        let present = self.present.into_iter().map(Warning::AsOfNow);
        self.gaps.into_iter().chain(self.columns).chain(present).collect()
    }

    async fn lead_within(
        &mut self,
        query: &Query,
        known: &Known,
        depth: usize,
    ) -> Result<Led, TimeTravelError> {
        let (mut rows, mut without, mut stubs) = (Vec::new(), Vec::new(), Vec::new());
        for reference in query.relations() {
            let replaced = self.replacement(reference, known, depth).await?;
            let (schema, led) =
                replaced.map_or((None, None), |(schema, led)| (Some(schema), Some(led)));
            let of = |subquery: Option<&String>| {
                Some(Replacement { schema: schema.clone()?, subquery: subquery?.clone() })
            };
            rows.push(of(led.as_ref().map(|led| &led.rows)));
            without.push(of(led.as_ref().map(|led| &led.without)));
            stubs.push(of(led.as_ref().map(|led| &led.stubs)));
        }
        let redirected = |replacements: Vec<Option<Replacement>>| {
            let mut replacements = replacements.into_iter();
            query.redirect(|_| replacements.next().flatten())
        };
        Ok(Led {
            rows: redirected(rows)?,
            without: redirected(without)?,
            stubs: redirected(stubs)?,
        })
    }

    async fn replacement(
        &mut self,
        reference: &Reference,
        known: &Known,
        depth: usize,
    ) -> Result<Option<(Ident, Led)>, TimeTravelError> {
        // The server tells the definition of a view in the names of today.
        let names = if depth == 0 { Names::Then } else { Names::Today };
        let mut later = None;
        for (name, present) in known.meanings(reference) {
            if names == Names::Then
                && let Some(then) = known.called(name, &self.cut)
            {
                let led = self.table(&then, reference, known, names).await?;
                return Ok(Some((name.schema.clone(), led)));
            }
            let Some(present) = present else { continue };
            match known.numbered(present.oid) {
                // By its name of today, unless another one went by it then.
                Some(table) => later = later.or(Some(table)),
                None if later.is_none() => return self.untracked(present, depth).await,
                None => break,
            }
        }
        let Some(table) = later else { return Err(self.nameless(known, reference)) };
        let then = known.then(table, &self.cut);
        let then = then.ok_or_else(|| TimeTravelError::Untracked(table.relation.name.clone()))?;
        let schema = table.relation.name.schema.clone();
        Ok(Some((schema, self.table(&then, reference, known, names).await?)))
    }

    /// A name that nothing has today, and nothing had at the moment.
    fn nameless(&self, known: &Known, reference: &Reference) -> TimeTravelError {
        let named = |name: &RelationName| {
            name.table == reference.table
                && reference.schema.as_ref().is_none_or(|schema| *schema == name.schema)
        };
        let gone = known.tables().iter().filter(|table| table.relation.oid.is_none());
        let gone = gone
            .filter(|table| named(&table.relation.name))
            .max_by_key(|table| (known.began(table, &self.cut), table.relation.id));
        let Some(table) = gone else { return TimeTravelError::Nameless(reference.to_string()) };
        let name = table.relation.name.clone();
        if !known.began(table, &self.cut) {
            return TimeTravelError::TooEarly { table: name, since: table.relation.since_at };
        }
        match known.forms(table).last().and_then(|form| form.since) {
            Some(dropped) => TimeTravelError::NotThere { table: name, dropped: dropped.at },
            None => TimeTravelError::Untracked(name),
        }
    }

    async fn untracked(
        &mut self,
        found: &Present,
        depth: usize,
    ) -> Result<Option<(Ident, Led)>, TimeTravelError> {
        if found.system {
            return Ok(None);
        }
        let no_past = |kind| TimeTravelError::NoPast { name: found.name.clone(), kind };
        let refusal = match found.kind.as_str() {
            "v" => {
                let led = Box::pin(self.view(found, depth)).await?;
                return Ok(Some((found.name.schema.clone(), led)));
            }
            "r" | "p" => TimeTravelError::Untracked(found.name.clone()),
            "m" => no_past("materialised view"),
            "f" => no_past("foreign table"),
            "S" => no_past("sequence"),
            _ => no_past("relation of an unknown kind"),
        };
        if !self.terms.allow_untracked {
            return Err(refusal);
        }
        self.leave_present(found).await?;
        Ok(None)
    }

    /// Lets a relation be read as it is now, with its partitions and the tables that inherit from it.
    async fn leave_present(&mut self, found: &Present) -> Result<(), TimeTravelError> {
        let client = self.journal.client();
        for row in client.query(include_str!("../sql/children.sql"), &[&found.oid]).await? {
            self.covered.insert(catalogue::relation_name(&row, "nspname", "relname")?);
        }
        let leaves = catalogue::leaves(client, found.oid).await?;
        self.covered.extend(leaves.into_iter().map(|(_, leaf)| leaf));
        self.covered.insert(found.name.clone());
        if !self.present.contains(&found.name) {
            self.present.push(found.name.clone());
        }
        Ok(())
    }

    async fn table(
        &mut self,
        then: &Then<'_>,
        reference: &Reference,
        known: &Known,
        names: Names,
    ) -> Result<Led, TimeTravelError> {
        let columns = then.form.columns.iter();
        let root: Vec<(&FormColumn, &Ident)> =
            columns.map(|column| (column, names.of(then, column))).collect();
        let first = self.rows_of(then, root.clone(), &reference.pins).await?;
        let stubs = first.stub.sql();
        let mut parts = vec![first];
        let oid = then.table.relation.oid.filter(|_| !reference.only && !then.table.partitioned);
        let (children, family) = match oid {
            Some(oid) => known.children(self.journal, oid).await?,
            None => Default::default(),
        };
        for (oid, name) in children {
            let table = family.numbered(oid).ok_or(TimeTravelError::Untracked(name))?;
            let Some(child) = family.then(table, &self.cut) else { continue };
            let inherited =
                root.iter().map(|(column, name)| Some((child.column(&column.name)?, *name)));
            // A table without these columns cannot have inherited from it then.
            let Some(inherited) = inherited.collect() else { continue };
            parts.push(self.rows_of(&child, inherited, &reference.pins).await?);
        }
        let (rows, without): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|part| (part.rows, part.without)).unzip();
        let all = |parts: Vec<Template>| {
            Template::new("{parts}").with_all("parts", parts, "\nUNION ALL\n").sql()
        };
        Ok(Led { rows: all(rows), without: all(without), stubs })
    }

    /// The rows of a table in these columns.
    async fn rows_of(
        &mut self,
        then: &Then<'_>,
        wanted: Vec<(&FormColumn, &Ident)>,
        pins: &[Pin],
    ) -> Result<Part, TimeTravelError> {
        let baseline = self.baseline(then).await?;
        let source = self.source(then, baseline.as_ref())?;
        let is_new = self.told.insert(then.table.relation.id);
        let nearest = async {
            let demanded = match source {
                Source::Live => Demanded::of(then, &wanted, pins),
                _ => None,
            };
            if let Some(demanded) = demanded
                && let Some(only) = OnlyKey::of(self.journal, then.table, demanded).await?
            {
                // A single record is found at once anyway.
                return Ok((Some(only), None));
            }
            Ok::<_, TimeTravelError>((None, self.checkpoint(then, source).await?))
        };
        let gaps = async { if is_new { self.gaps_of(then, source).await } else { Ok(Vec::new()) } };
        let (gaps, nearest) = join(gaps, nearest).await;
        let gaps = gaps?;
        if is_new {
            self.tell(then, source, gaps);
        }
        let (only, nearer) = nearest?;
        let (snapshot, leniently) = (&self.cut.snapshot, self.terms.allow_incomplete);
        let as_of = AsOf { then, wanted, snapshot, leniently, only };
        let rows = |source| Template::new("({rows})").with("rows", &as_of.rows(source));
        let without = rows(source);
        let rows = match &nearer {
            Some(one) => rows(Source::Checkpoint(one)),
            None => without.clone(),
        };
        let stub = as_of.stub();
        self.copies.extend(nearer.map(|one| one.checkpoint));
        Ok(Part { rows, without, stub })
    }

    /// The first checkpoint after the moment, where the way back from it is shorter than from today.
    async fn checkpoint(
        &self,
        then: &Then<'_>,
        source: Source<'_>,
    ) -> Result<Option<Nearer>, TimeTravelError> {
        let relation = &then.table.relation;
        if !self.checkpoints || !matches!(source, Source::Live) || relation.key.is_empty() {
            return Ok(None);
        }
        for mut one in self.journal.readable_checkpoints(relation.id).await? {
            if one.snapshot.upper < self.cut.snapshot.upper {
                continue;
            }
            if !one.snapshot.open.is_empty() {
                // The moment's list is without these, too.
                let present = self.journal.present().await?.snapshot;
                one.snapshot = without_strangers(self.journal, one.snapshot, &present).await?;
            }
            if one.snapshot.shows_all_of(&self.cut.snapshot) {
                let snapshot = &self.cut.snapshot;
                let meanwhile = as_of::meanwhile(self.journal, then.table, snapshot, &one).await?;
                return Ok(Some(Nearer { checkpoint: one, meanwhile }));
            }
        }
        Ok(None)
    }

    fn source<'b>(
        &self,
        then: &Then<'_>,
        baseline: Option<&'b Baseline>,
    ) -> Result<Source<'b>, TimeTravelError> {
        let table = &then.table.relation;
        match baseline {
            None if self.terms.from_journal => Err(TimeTravelError::NoBaseline(table.name.clone())),
            Some(baseline) if self.terms.from_journal || !then.is_readable() => {
                Ok(Source::Journal(baseline))
            }
            _ if table.oid.is_some() => {
                then.table.check_key()?;
                Ok(Source::Live)
            }
            _ if self.terms.allow_incomplete => Ok(Source::Known),
            _ => Err(TimeTravelError::Dropped(then.form.name.clone())),
        }
    }

    /// The baseline from which the moment is reached: the last one before it, else the first after it, as
    /// far as everything in between is still in the journal.
    async fn baseline(&self, then: &Then<'_>) -> Result<Option<Baseline>, TimeTravelError> {
        if !self.terms.from_journal && then.is_readable() {
            return Ok(None);
        }
        let relation = then.table.relation.id;
        let horizon = self.journal.horizon(relation).await?;
        let covers = |baseline: &Baseline| {
            let shape = then.shapes.iter().find(|shape| Some(shape.id) == baseline.shape);
            let whole = horizon.is_none_or(|h| baseline.snapshot.shows_all_up_to(h.tx));
            whole && (baseline.rows == 0 || shape.is_some_and(|shape| then.is_within(shape)))
        };
        let all: Vec<Baseline> =
            self.journal.baselines(relation).await?.into_iter().filter(covers).collect();
        let before = all.iter().find(|one| one.snapshot.upper <= self.cut.snapshot.upper);
        Ok(before.or(all.last()).cloned())
    }

    /// The gaps that a reader of the table's rows should know.
    async fn gaps_of(
        &self,
        then: &Then<'_>,
        source: Source<'_>,
    ) -> Result<Vec<Gap>, TimeTravelError> {
        match source {
            Source::Journal(baseline) => {
                self.cut.check_from(self.journal, then.table, baseline).await
            }
            Source::Live | Source::Checkpoint(_) | Source::Known => {
                self.cut.check(self.journal, then.table).await
            }
        }
    }

    /// Notes what a reader of the table's rows should know.
    fn tell(&mut self, then: &Then<'_>, source: Source<'_>, gaps: Vec<Gap>) {
        let name = &then.form.name;
        self.gaps.extend(gaps.into_iter().map(|gap| Warning::Gap(name.clone(), gap)));
        if let Some(unseen) = then.unseen {
            let until = unseen.until.map(|until| until.at);
            self.columns.push(Warning::AlteredUnseen(name.clone(), unseen.after.at, until));
        }
        for column in &then.form.columns {
            if !then.records(column) {
                self.columns.push(Warning::NotRecorded(name.clone(), column.name.clone()));
            } else if matches!(source, Source::Live)
                && self.terms.allow_incomplete
                && then.name_today(column).is_none()
            {
                self.columns.push(Warning::NotKnown(name.clone(), column.name.clone()));
            }
        }
        if matches!(source, Source::Known) {
            self.gaps.push(Warning::Incomplete(name.clone()));
        }
    }

    async fn view(&mut self, found: &Present, depth: usize) -> Result<Led, TimeTravelError> {
        if depth >= MAX_DEPTH {
            return Err(TimeTravelError::TooDeep(found.name.clone()));
        }
        let sql = include_str!("../sql/view_definition.sql");
        let row = self.journal.client().query_one(sql, &[&found.oid]).await?;
        let definition = Query::parse(row.try_get("definition")?)?;
        let known = Known::of(self.journal, Some(&definition)).await?;
        self.lead_within(&definition, &known, depth + 1).await
    }

    /// Makes sure that the server understands the query, and would read nothing else than what was led to
    /// the past: an SQL function that it inlines, for example, reads tables that the query does not name.
    pub(crate) async fn check(&self, stubs: &str) -> Result<(), TimeTravelError> {
        let explain =
            Template::new(include_str!("../sql/explain.sql")).with_checked_sql("query", stubs);
        // As a statement without a name, which travels at once and is but one, whatever its text.
        let row = self.journal.client().query_typed_one(&explain.sql(), &[]).await;
        let row = row.map_err(refused)?;
        let mut read = Vec::new();
        relations_in(&row.try_get(0)?, &mut read);
        for (schema, table) in read {
            let system =
                schema.starts_with("pg_") || schema == "information_schema" || schema == "recall";
            let name = RelationName::new(
                Ident::new(schema).map_err(ServerError::unexpected)?,
                Ident::new(table).map_err(ServerError::unexpected)?,
            );
            if !system && !self.covered.contains(&name) {
                return Err(TimeTravelError::Hidden(name));
            }
        }
        Ok(())
    }
}

/// What the server said about the user's own SQL.
pub(crate) fn refused(error: tokio_postgres::Error) -> TimeTravelError {
    let error = ServerError::from(error);
    match error.sqlstate().map(tokio_postgres::error::SqlState::code) {
        Some("25006") => TimeTravelError::Writes(error),
        // recall._unknown()
        Some("PGR01") => TimeTravelError::Unknown(error),
        _ if error.is_disconnected() => error.into(),
        _ => TimeTravelError::Refused(error),
    }
}

/// The relations that a plan reads, as schema and name.
fn relations_in(plan: &Value, found: &mut Vec<(String, String)>) {
    match plan {
        Value::Array(parts) => parts.iter().for_each(|part| relations_in(part, found)),
        Value::Object(node) => {
            let text = |name: &str| node.get(name).and_then(Value::as_str).map(str::to_owned);
            if let (Some(schema), Some(table)) = (text("Schema"), text("Relation Name")) {
                found.push((schema, table));
            }
            node.values().for_each(|part| relations_in(part, found));
        }
        _ => {}
    }
}

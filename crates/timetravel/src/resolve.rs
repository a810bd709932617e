//! From what a user's query names to the relations of then.

use std::collections::HashSet;

use pgrecall_journal::{Gap, Journal, TrackedTable};
use pgrecall_model::{Ident, RelationName};
use pgrecall_postgres::{ServerError, Template, catalogue};
use serde_json::Value;

use crate::redirect::{Query, Reference, Replacement};
use crate::{Cut, TimeTravelError, as_of};

/// How deep views may lie in views.
const MAX_DEPTH: usize = 32;

/// What a name in a query turned out to be.
struct Resolved {
    oid: u32,
    name: RelationName,
    kind: String,
    system: bool,
}

/// Leads the references of a query to the past, and remembers what it met.
pub(crate) struct Resolver<'j> {
    journal: &'j Journal,
    tables: Vec<TrackedTable>,
    cut: Cut,
    /// Every table of which the gaps are known.
    checked: HashSet<RelationName>,
    /// Every table whose reading was led to the past, with its partitions.
    covered: HashSet<RelationName>,
    /// The gaps that lie between the moment and now.
    pub(crate) gaps: Vec<(RelationName, Gap)>,
    /// The columns of which the past is not known.
    pub(crate) unknown: Vec<(RelationName, Ident)>,
    /// Whether what has no past may be read as it is now.
    allow_present: bool,
    /// What is.
    pub(crate) present: Vec<RelationName>,
}

impl<'j> Resolver<'j> {
    pub(crate) async fn new(
        journal: &'j Journal,
        cut: Cut,
        allow_present: bool,
    ) -> Result<Self, TimeTravelError> {
        Ok(Self {
            journal,
            tables: journal.tables().await?,
            cut,
            checked: HashSet::new(),
            covered: HashSet::new(),
            gaps: Vec::new(),
            unknown: Vec::new(),
            allow_present,
            present: Vec::new(),
        })
    }

    /// The query with every relation replaced by that of the moment.
    pub(crate) async fn past_of(&mut self, query: &Query) -> Result<String, TimeTravelError> {
        self.past_within(query, 0).await
    }

    async fn past_within(
        &mut self,
        query: &Query,
        depth: usize,
    ) -> Result<String, TimeTravelError> {
        let mut replacements = Vec::new();
        for reference in query.relations() {
            replacements.push(self.replacement(reference, depth).await?);
        }
        let mut replacements = replacements.into_iter();
        Ok(query.redirect(|_| replacements.next().flatten())?)
    }

    async fn replacement(
        &mut self,
        reference: &Reference,
        depth: usize,
    ) -> Result<Option<Replacement>, TimeTravelError> {
        let found = self.resolve(reference).await?;
        if found.system {
            return Ok(None);
        }
        let subquery = match found.kind.as_str() {
            "r" | "p" => self.table(&found, reference.only).await,
            "v" => Box::pin(self.view(&found, depth)).await,
            "m" => Err(no_past(&found, "materialised view")),
            "f" => Err(no_past(&found, "foreign table")),
            "S" => Err(no_past(&found, "sequence")),
            _ => Err(no_past(&found, "relation of an unknown kind")),
        };
        match subquery {
            Ok(subquery) => Ok(Some(Replacement { schema: found.name.schema, subquery })),
            Err(TimeTravelError::Untracked(name) | TimeTravelError::NoPast { name, .. })
                if self.allow_present && name == found.name =>
            {
                self.leave_present(&found).await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Lets a relation be read as it is now, with its partitions and the tables that inherit from it.
    async fn leave_present(&mut self, found: &Resolved) -> Result<(), TimeTravelError> {
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

    async fn resolve(&self, reference: &Reference) -> Result<Resolved, TimeTravelError> {
        let sql = include_str!("../sql/resolve.sql");
        let row = self.journal.client().query_one(sql, &[&reference.to_string()]).await?;
        Ok(Resolved {
            oid: row.try_get("oid")?,
            name: catalogue::relation_name(&row, "nspname", "relname")?,
            kind: row.try_get("kind")?,
            system: row.try_get("system")?,
        })
    }

    async fn table(&mut self, found: &Resolved, only: bool) -> Result<String, TimeTravelError> {
        let root = self.tracked(found.oid, &found.name)?;
        let shape: Vec<Ident> = root.columns.iter().map(|column| column.name.clone()).collect();
        let mut parts = vec![self.rows_of(&root, &shape).await?];
        if !only && !root.partitioned {
            let children = include_str!("../sql/children.sql");
            for row in self.journal.client().query(children, &[&found.oid]).await? {
                let name = catalogue::relation_name(&row, "nspname", "relname")?;
                let child = self.tracked(row.try_get("oid")?, &name)?;
                parts.push(self.rows_of(&child, &shape).await?);
            }
        }
        Ok(Template::new("{parts}").with_all("parts", parts, "\nUNION ALL\n").sql())
    }

    async fn rows_of(
        &mut self,
        table: &TrackedTable,
        shape: &[Ident],
    ) -> Result<Template, TimeTravelError> {
        let name = &table.relation.name;
        if self.checked.insert(name.clone()) {
            self.covered.insert(name.clone());
            let gaps = self.cut.check(self.journal, table).await?;
            self.gaps.extend(gaps.into_iter().map(|gap| (name.clone(), gap)));
            let hidden = shape.iter().filter(|column| !table.relation.records(column.as_str()));
            self.unknown.extend(hidden.map(|column| (name.clone(), column.clone())));
            if let Some(oid) = table.relation.oid.filter(|_| table.partitioned) {
                let leaves = catalogue::leaves(self.journal.client(), oid).await?;
                self.covered.extend(leaves.into_iter().map(|(_, leaf)| leaf));
            }
        }
        let rows = as_of::as_of(table, &self.cut.snapshot, shape);
        Ok(Template::new("({rows})").with("rows", &rows))
    }

    fn tracked(&self, oid: u32, name: &RelationName) -> Result<TrackedTable, TimeTravelError> {
        let known = self.tables.iter().find(|table| table.relation.oid == Some(oid));
        let table = known.cloned().ok_or_else(|| TimeTravelError::Untracked(name.clone()))?;
        table.check_key()?;
        Ok(table)
    }

    async fn view(&mut self, found: &Resolved, depth: usize) -> Result<String, TimeTravelError> {
        if depth >= MAX_DEPTH {
            return Err(TimeTravelError::TooDeep(found.name.clone()));
        }
        let sql = include_str!("../sql/view_definition.sql");
        let row = self.journal.client().query_one(sql, &[&found.oid]).await?;
        let definition = Query::parse(row.try_get("definition")?)?;
        self.past_within(&definition, depth + 1).await
    }

    /// Makes sure that the server would read nothing else than what was led to the past: an SQL
    /// function that it inlines, for example, reads tables that the query does not name.
    pub(crate) async fn check_covered(&self, sql: &str) -> Result<(), TimeTravelError> {
        let explain =
            Template::new(include_str!("../sql/explain.sql")).with_checked_sql("query", sql).sql();
        let row = self.journal.client().query_one(&explain, &[]).await.map_err(refused)?;
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
    if error.sqlstate() == Some(&tokio_postgres::error::SqlState::READ_ONLY_SQL_TRANSACTION) {
        return TimeTravelError::Writes(error);
    }
    if error.is_disconnected() { error.into() } else { TimeTravelError::Refused(error) }
}

fn no_past(found: &Resolved, kind: &'static str) -> TimeTravelError {
    TimeTravelError::NoPast { name: found.name.clone(), kind }
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

//! What the journal and the catalogue know of the names in a query.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::future::{try_join, try_join_all, try_join3};
use pgrecall_journal::{Concerned, Form, ImageShape, Journal, TrackedTable};
use pgrecall_model::{Ident, RelationId, RelationName};
use pgrecall_postgres::{Ask, catalogue};

use crate::redirect::{Query, Reference};
use crate::then::Then;
use crate::{Cut, TimeTravelError};

/// A relation of today.
#[derive(Debug, Clone)]
pub(crate) struct Present {
    pub(crate) oid: u32,
    pub(crate) name: RelationName,
    pub(crate) kind: String,
    pub(crate) system: bool,
}

/// A name as a query writes it: with its schema, where it names one.
type Written = (Option<Ident>, Ident);

/// What a name may mean, in the order in which the server looks for it.
type Meanings = Vec<(RelationName, Option<Present>)>;

/// What the journal knows of the tables that a query may be about, and nothing about others: it may
/// know very many.
#[derive(Default)]
pub(crate) struct Known {
    tables: Vec<TrackedTable>,
    forms: BTreeMap<RelationId, Vec<Form>>,
    shapes: BTreeMap<RelationId, Vec<ImageShape>>,
    meanings: HashMap<Written, Meanings>,
    /// Those from which other tables may inherit.
    parents: HashSet<u32>,
}

impl Known {
    /// What is known of the names in a query, if there is one.
    pub(crate) async fn of(
        journal: &Journal,
        query: Option<&Query>,
    ) -> Result<Self, TimeTravelError> {
        let written: HashSet<Written> =
            query.map(Query::relations).unwrap_or_default().iter().map(written).collect();
        let written: Vec<Written> = written.into_iter().collect();
        if written.is_empty() {
            return Ok(Self::default());
        }
        let names: Vec<Ident> = written.iter().map(|(_, table)| table.clone()).collect();
        let (meanings, concerned) = try_join(
            try_join_all(written.iter().map(|written| meanings(journal, written))),
            async { Ok(journal.concerned_by_names(&names).await?) },
        )
        .await?;
        let known = Self::read(journal, &concerned).await?;
        Ok(Self { meanings: written.into_iter().zip(meanings).collect(), ..known })
    }

    /// What is known of a table.
    pub(crate) async fn of_table(
        journal: &Journal,
        table: &TrackedTable,
    ) -> Result<Self, TimeTravelError> {
        let relations = [table.relation.id];
        let (forms, shapes) =
            try_join(journal.forms(&relations), journal.image_shapes(&relations)).await?;
        Ok(Self { tables: vec![table.clone()], forms, shapes, ..Self::default() })
    }

    async fn read(journal: &Journal, concerned: &[Concerned]) -> Result<Self, TimeTravelError> {
        if concerned.is_empty() {
            return Ok(Self::default());
        }
        let relations: Vec<RelationId> = concerned.iter().map(|one| one.relation).collect();
        let (tables, forms, shapes) = try_join3(
            journal.tables_of(concerned),
            journal.forms(&relations),
            journal.image_shapes(&relations),
        )
        .await?;
        let parents = concerned.iter().filter(|one| one.may_have_children);
        let parents = parents.filter_map(|one| one.oid).collect();
        Ok(Self { tables, forms, shapes, parents, meanings: HashMap::new() })
    }

    /// The tables that inherit from a table in the old way, at any depth, with what is known of them.
    pub(crate) async fn children(
        &self,
        journal: &Journal,
        oid: u32,
    ) -> Result<(Vec<(u32, RelationName)>, Self), TimeTravelError> {
        if !self.parents.contains(&oid) {
            return Ok((Vec::new(), Self::default()));
        }
        let mut children = Vec::new();
        for row in journal.database().rows(include_str!("../sql/children.sql"), &[&oid]).await? {
            let name = catalogue::relation_name(&row, "nspname", "relname")?;
            children.push((row.try_get("oid")?, name));
        }
        let oids: Vec<u32> = children.iter().map(|(oid, _)| *oid).collect();
        let known = Self::read(journal, &journal.concerned_by_oids(&oids).await?).await?;
        Ok((children, known))
    }

    /// What a name in the query may mean.
    pub(crate) fn meanings(&self, reference: &Reference) -> &[(RelationName, Option<Present>)] {
        self.meanings.get(&written(reference)).map_or(&[], Vec::as_slice)
    }

    /// The tables.
    pub(crate) fn tables(&self) -> &[TrackedTable] {
        &self.tables
    }

    /// All that a table ever looked like, the oldest first.
    pub(crate) fn forms(&self, table: &TrackedTable) -> &[Form] {
        self.forms.get(&table.relation.id).map_or(&[], Vec::as_slice)
    }

    /// A table at a moment; none if it was gone.
    pub(crate) fn then<'k>(&'k self, table: &'k TrackedTable, cut: &Cut) -> Option<Then<'k>> {
        let shapes = self.shapes.get(&table.relation.id).map_or(&[][..], Vec::as_slice);
        Then::of(table, self.forms(table), shapes, cut)
    }

    /// Whether a table was recorded at a moment already.
    pub(crate) fn began(&self, table: &TrackedTable, cut: &Cut) -> bool {
        let since = self.forms(table).first().and_then(|form| form.since);
        since.is_some_and(|since| cut.reaches(since.tx, since.at))
    }

    /// The table that went by a name at a moment; of several that may have, one that did for certain.
    pub(crate) fn called(&self, name: &RelationName, cut: &Cut) -> Option<Then<'_>> {
        let began = self.tables.iter().filter(|table| self.began(table, cut));
        began
            .filter_map(|table| self.then(table, cut))
            .filter(|then| then.was_called(name))
            .max_by_key(|then| (then.unseen.is_none(), then.table.relation.id))
    }

    /// The table with this number in the database.
    pub(crate) fn numbered(&self, oid: u32) -> Option<&TrackedTable> {
        self.tables.iter().find(|table| table.relation.oid == Some(oid))
    }
}

fn written(reference: &Reference) -> Written {
    (reference.schema.clone(), reference.table.clone())
}

async fn meanings(
    journal: &Journal,
    (schema, table): &Written,
) -> Result<Meanings, TimeTravelError> {
    let schema = schema.as_ref().map(Ident::as_str);
    let sql = include_str!("../sql/resolve.sql");
    let rows = journal.database().rows(sql, &[&schema, &table.as_str()]).await?;
    let mut meanings = Vec::new();
    for row in &rows {
        let name = RelationName::new(catalogue::ident(row, "schema")?, table.clone());
        let present = match row.try_get("oid")? {
            Some(oid) => Some(Present {
                oid,
                name: name.clone(),
                kind: row.try_get("kind")?,
                system: row.try_get("system")?,
            }),
            None => None,
        };
        meanings.push((name, present));
    }
    Ok(meanings)
}

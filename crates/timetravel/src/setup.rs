//! A whole session at a moment: temporary views that stand in for tables.

use pgrecall_journal::Journal;
use pgrecall_model::{Ident, Moment, RelationId};
use pgrecall_postgres::{Literal, Template, catalogue};

use crate::at::check_certain;
use crate::known::Known;
use crate::redirect::Query;
use crate::resolve::{Led, Resolver};
use crate::{Boundary, Cut, Terms, TimeTravelError, Warning};

/// What leads a session to a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// The statements.
    pub sql: String,
    /// What the moment came to.
    pub boundary: Boundary,
    /// What the reader of answers should know.
    pub warnings: Vec<Warning>,
    /// The `search_path` with which the statements are to be run.
    pub search_path: String,
    /// The names that are refused, and why.
    pub refused: Vec<(Ident, String)>,
}

/// Finds out what leads a session to a moment. Every name without a schema that the session could use
/// means what it meant then, or is refused.
///
/// # Errors
/// When the moment is not known, when the terms do not allow what is to be said about it, or when the
/// server refuses.
pub async fn setup(
    journal: &Journal,
    moment: Moment,
    terms: Terms,
) -> Result<Setup, TimeTravelError> {
    let said = moment.to_string();
    let boundary = Boundary::of(journal, moment).await?;
    let cut = match &boundary {
        Boundary::Past(cut) => cut.clone(),
        Boundary::Present => Cut::now(journal).await?,
    };
    let comment = format!("As of {said}, by pgRecall.");
    let (mut stand_ins, mut warnings, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for row in journal.client().query(include_str!("../sql/visible.sql"), &[]).await? {
        let name = catalogue::ident(&row, "name")?;
        let mut resolver = Resolver::new(journal, cut.clone(), terms).without_checkpoints();
        let led = lead(journal, &mut resolver, &name).await;
        let template = match led {
            Ok(led) => {
                let relations: Vec<RelationId> = resolver.relations().collect();
                warnings.extend(resolver.warnings());
                Template::new(include_str!("../sql/stand_in.sql"))
                    .with_checked_sql("rows", &led.rows)
                    .with_all("relations", relations.iter().map(|relation| relation.0), ", ")
                    .with("upper", &cut.snapshot.upper.0)
            }
            // There was nothing of that name.
            Err(TimeTravelError::Nameless(_) | TimeTravelError::NotThere { .. }) => continue,
            Err(error) if error.is_about_the_past() => {
                let why = error.to_string();
                refused.push((name.clone(), why.clone()));
                Template::new(include_str!("../sql/no_stand_in.sql")).with("why", &Literal(&why))
            }
            Err(error) => return Err(error),
        };
        stand_ins.push(template.with("name", &name).with("comment", &Literal(&comment)));
    }
    warnings.dedup();
    if terms.strict {
        check_certain(&cut, &warnings)?;
    }
    let sql =
        Template::new(include_str!("../sql/setup.sql")).with_all("stand_ins", stand_ins, "").sql();
    let path = journal.client().query_one(include_str!("../sql/search_path.sql"), &[]).await?;
    Ok(Setup { sql, boundary, warnings, refused, search_path: path.try_get(0)? })
}

/// Everything that the name means.
async fn lead(
    journal: &Journal,
    resolver: &mut Resolver<'_>,
    name: &Ident,
) -> Result<Led, TimeTravelError> {
    let all = Template::new("SELECT * FROM {name}").with("name", name).sql();
    let query = Query::parse(&all)?;
    let known = Known::of(journal, Some(&query)).await?;
    let led = resolver.lead(&query, known).await?;
    resolver.check(&led.stubs).await?;
    Ok(led)
}

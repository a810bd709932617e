//! What the schema `recall_control` consists of, step by step.

use pgrecall_postgres::Database;

use crate::AccessError;

/// A step from one version to the next.
pub(crate) struct Migration {
    /// The version that it leads to.
    pub(crate) version: i32,
    /// What it makes, one object a file.
    pub(crate) objects: &'static [&'static str],
}

/// All steps, ascending. One that was released is never changed.
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        objects: &[
            include_str!("../sql/schema/schema.sql"),
            include_str!("../sql/schema/migration.sql"),
            include_str!("../sql/schema/user_account.sql"),
            include_str!("../sql/schema/membership.sql"),
            include_str!("../sql/schema/invitation.sql"),
            include_str!("../sql/schema/session.sql"),
            include_str!("../sql/schema/token.sql"),
            include_str!("../sql/schema/recovery_code.sql"),
            include_str!("../sql/schema/plan.sql"),
            include_str!("../sql/schema/audit.sql"),
            include_str!("../sql/schema/refuse_change.sql"),
        ],
    },
    Migration {
        version: 2,
        objects: &[
            include_str!("../sql/schema/plan_effects.sql"),
            include_str!("../sql/schema/approval.sql"),
            include_str!("../sql/schema/approval_decision.sql"),
            include_str!("../sql/schema/break_glass_review.sql"),
            include_str!("../sql/schema/audit_via_server.sql"),
            include_str!("../sql/schema/administered_user.sql"),
            include_str!("../sql/schema/listed_session.sql"),
            include_str!("../sql/schema/token_allow_from.sql"),
            include_str!("../sql/schema/place.sql"),
            include_str!("../sql/schema/identity.sql"),
            include_str!("../sql/schema/openid_attempt.sql"),
            // Notices.
            include_str!("../sql/schema/user_mail.sql"),
            include_str!("../sql/schema/audit_request.sql"),
            include_str!("../sql/schema/topic.sql"),
            include_str!("../sql/schema/notice.sql"),
            include_str!("../sql/schema/wake.sql"),
            include_str!("../sql/schema/notice_of_deed.sql"),
            include_str!("../sql/schema/subscription.sql"),
            include_str!("../sql/schema/delivery.sql"),
            include_str!("../sql/schema/delivery_attempt.sql"),
            include_str!("../sql/schema/watched.sql"),
            include_str!("../sql/schema/bulk_stretch.sql"),
            include_str!("../sql/schema/viewer_token.sql"),
            include_str!("../sql/schema/saved_search.sql"),
        ],
    },
    Migration {
        version: 3,
        objects: &[
            include_str!("../sql/schema/key_handle.sql"),
            include_str!("../sql/schema/security_key.sql"),
            include_str!("../sql/schema/key_challenge.sql"),
            include_str!("../sql/schema/has_second_factor.sql"),
        ],
    },
    Migration { version: 4, objects: &[include_str!("../sql/schema/may_approve.sql")] },
];

/// Brings the home database up to date, in one transaction. Servers that start at once take turns.
pub(crate) async fn migrate(database: &mut Database) -> Result<(), AccessError> {
    let transaction = database.client_mut().transaction().await?;
    transaction.execute(include_str!("../sql/schema/lock.sql"), &[]).await?;
    let present = transaction.query_one(include_str!("../sql/schema/present.sql"), &[]).await?;
    let found: i32 = if present.try_get("present")? {
        let row = transaction.query_one(include_str!("../sql/schema/version.sql"), &[]).await?;
        row.try_get::<_, Option<i32>>("version")?.unwrap_or(0)
    } else {
        0
    };
    let known = MIGRATIONS.last().map_or(0, |last| last.version);
    if found > known {
        return Err(AccessError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > found) {
        for object in migration.objects {
            transaction.batch_execute(object).await?;
        }
        let note = include_str!("../sql/schema/note.sql");
        transaction.execute(note, &[&migration.version]).await?;
    }
    transaction.commit().await?;
    Ok(())
}

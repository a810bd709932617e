//! Nobody sees another tenant's part of the journal, by whatever object of the schema. The objects
//! are taken from the catalogue, so that a new one is covered by itself.

use pgrecall_testkit::{Session, TestDatabase, block_on};
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::error::SqlState;

use crate::tracked;

/// Every value of the other tenant contains it, and nothing that a viewer may see does.
const MARK: &str = "blue";

/// How the call of a procedure begins.
const CALL: &str = "CALL ";

/// Functions that cannot be called with arguments made up from their types, each with the reason.
const NOT_CALLED: [(&str, &str); 0] = [];

struct Journals {
    database: TestDatabase,
    /// A viewer of tenant acme.
    acme: String,
    /// A viewer of the tenant with the mark.
    other: String,
    /// A member of `recall_viewer` that nobody gave a tenant.
    unassigned: String,
    /// A login without any right.
    public: String,
}

async fn journals() -> Journals {
    let (database, mut journal) =
        tracked("CREATE TABLE public.t (id int PRIMARY KEY, v text UNIQUE)").await;
    for (id, tenant) in [(1, "acme"), (2, MARK), (3, "acme"), (4, MARK)] {
        database
            .execute(&format!(
                r#"BEGIN; SELECT recall.set_context('{{"actor": "{tenant}-actor", "tenant": "{tenant}",
                "reason": "{tenant}-reason", "session": "{tenant}-session", "more": "{tenant}-more"}}');
                INSERT INTO public.t VALUES ({id}, '{tenant}-{id}'); UPDATE public.t SET v = v || '-new' WHERE id = {id};
                INSERT INTO recall.undo SELECT max(id), '{{1}}', '{tenant}-hash', '{{"of": "{tenant}"}}' FROM recall.transaction;
                COMMIT"#,
            ))
            .await;
        log_event(&database, tenant).await;
    }
    fill_closed_tables(&database).await;
    let table = journal.table("t").await.expect("table");
    assert_eq!(journal.take_baseline(&table).await.expect("baseline"), 4);
    assert_eq!(journal.take_checkpoint(&table).await.expect("checkpoint").rows, 4);
    let acme = database.create_role("acme").await;
    let other = database.create_role("other").await;
    let unassigned = database.create_role("unassigned").await;
    let public = database.create_role("public").await;
    database
        .execute(&format!(
            "SELECT recall.grant_viewer('{acme}', 'acme'); SELECT recall.grant_viewer('{other}', '{MARK}');
             GRANT recall_viewer TO \"{unassigned}\"; ANALYZE"
        ))
        .await;
    Journals { database, acme, other, unassigned, public }
}

/// What of the tenant with the mark stands in tables that are closed to viewers.
async fn fill_closed_tables(database: &Session) {
    database
        .execute(&format!(
            r#"INSERT INTO recall.refusal (id, at, guard, op, relation, database_user, detail)
               VALUES (1, now(), 'protection', 'delete', 1, '{MARK}-user', '{MARK}-actor');
               INSERT INTO recall.approval (kind, relation, actor, reason, made_tx, made_by, made_at, expires_at)
               VALUES ('approval', 1, '{MARK}-actor', '{MARK}-reason', 1, '{MARK}-user', now(), now() + interval '1 hour');
               INSERT INTO recall.operation (name, type, tx, database_user, started_at)
               VALUES ('{MARK}-name', '{MARK}-type', 1, '{MARK}-user', now());
               INSERT INTO recall.operation (
                 name, type, tx, database_user, started_at, completed_at, completed_tx, success, message, details
               )
               VALUES ('{MARK}-name', '{MARK}-type', 1, '{MARK}-user', now(), now(), 1, true, '{MARK}-message', '{{"of": "{MARK}"}}');
               INSERT INTO recall.mark (name, tick, reason, actor, database_user)
               VALUES ('{MARK}-mark', 1, '{MARK}-reason', '{MARK}-actor', '{MARK}-user');
               INSERT INTO recall.undo_run (database_user, actor, reason, plan_hash, plan, rows)
               VALUES ('{MARK}-user', '{MARK}-actor', '{MARK}-reason', '{MARK}-hash', '{{"of": "{MARK}"}}', 1);
               INSERT INTO recall.undo_step (
                 run, part, position, batch, relation, action, key, target_key, expected, found, hashes, target, changes
               )
               VALUES (
                 1, 1, 1, 1, 1, 'U', '{MARK}-key', '{MARK}-key', '(2,{MARK}-2)', '(2,{MARK}-2)', '{MARK}-hash', '(2,{MARK}-2)', '{{1}}'
               )"#,
        ))
        .await;
}

/// Where the journal has events.
async fn log_event(database: &Session, tenant: &str) {
    let has =
        "SELECT to_regprocedure('recall.log_action(text, jsonb, regclass, jsonb)') IS NOT NULL";
    if database.scalar(has).await == "t" {
        let event = format!(
            r#"BEGIN; SELECT recall.set_context('{{"tenant": "{tenant}"}}');
            SELECT recall.log_action('{tenant}-export', '{{"of": "{tenant}"}}'); COMMIT"#
        );
        database.execute(&event).await;
    }
}

/// Everything that the server says to a statement: rows, or the refusal with all its parts.
async fn answer(session: &Session, sql: &str) -> String {
    match session.client().simple_query(sql).await {
        Ok(messages) => {
            let rows = messages.iter().filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(row),
                _ => None,
            });
            let values = rows.flat_map(|row| (0..row.len()).filter_map(|i| row.get(i)));
            values.collect::<Vec<_>>().join("\n")
        }
        Err(error) => format!("{:?}", error.as_db_error()),
    }
}

/// Statements by which a role might see something of each object of the schema.
async fn attempts(owner: &Session, role: &str) -> Vec<String> {
    let relations = owner
        .query_text(
            "SELECT c.oid::regclass::text, c.relkind::text, (
               SELECT string_agg(quote_ident(a.attname), ';' ORDER BY a.attnum) FROM pg_attribute AS a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             )
             FROM pg_class AS c
             WHERE c.relnamespace = 'recall'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')",
        )
        .await;
    let mut attempts = Vec::new();
    for row in &relations {
        let (name, kind, columns) = (text(row, 0), text(row, 1), text(row, 2));
        let column = columns.split(';').next().unwrap_or_default();
        attempts.push(format!("SELECT x::text FROM {name} AS x"));
        // The server evaluates a condition as early as it can: with one column, that is below joins.
        for column in columns.split(';') {
            attempts.push(format!(
                "SELECT count(*) FROM {name} AS x WHERE pg_temp.leak(x.{column}::text)"
            ));
            attempts.push(format!(
                "SELECT count(*) FROM {name} AS x WHERE x.{column}::text::integer = 0"
            ));
        }
        attempts.push(format!("EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM {name}"));
        attempts.push(format!(
            "SELECT x::text FROM {name} AS x ORDER BY pg_temp.leak(x::text) FOR UPDATE"
        ));
        if kind != "S" {
            attempts.push(format!("UPDATE {name} SET {column} = {column} RETURNING *"));
            attempts
                .push(format!("DELETE FROM {name} WHERE pg_temp.leak({column}::text) RETURNING *"));
            attempts.push(format!("INSERT INTO {name} SELECT * FROM {name} RETURNING *"));
            attempts.push(format!("TRUNCATE {name}"));
        }
    }
    attempts.extend(calls(owner, role).await);
    for view in ["pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"] {
        attempts.push(format!(
            "SELECT x::text FROM pg_catalog.{view} AS x WHERE schemaname = 'recall'"
        ));
    }
    attempts
}

/// Calls of every function that the role may execute, with several values for each argument.
async fn calls(owner: &Session, role: &str) -> Vec<String> {
    let functions = owner
        .query_text(&format!(
            "SELECT p.proname, p.oid::regprocedure::text,
               (SELECT string_agg(format_type(t.oid, NULL), ';' ORDER BY t.at)
                FROM unnest(p.proargtypes) WITH ORDINALITY AS t (oid, at)),
               p.prokind::text
             FROM pg_proc AS p
             WHERE p.pronamespace = 'recall'::regnamespace AND p.prorettype <> 'trigger'::regtype
               AND has_function_privilege('{role}', p.oid, 'EXECUTE')"
        ))
        .await;
    // Small numbers, as tables have them, and those of transactions that are not to be seen.
    let foreign = format!("SELECT t.id FROM recall.transaction AS t WHERE t::text ~ '{MARK}'");
    let foreign = owner.query_text(&foreign).await.into_iter().flatten().flatten();
    let numbers: Vec<String> = (1..6).map(|number| number.to_string()).chain(foreign).collect();
    let mut calls = Vec::new();
    for row in &functions {
        let (name, signature) = (text(row, 0), text(row, 1));
        if NOT_CALLED.iter().any(|(known, _reason)| *known == signature) {
            continue;
        }
        let types: Vec<&str> =
            row[2].as_deref().map_or(Vec::new(), |types| types.split(';').collect());
        for number in &numbers {
            // A text may have to be a moment.
            let moment = types.contains(&"text").then(|| format!("change:{number}"));
            for said in std::iter::once(number.clone()).chain(moment) {
                let values: Option<Vec<String>> =
                    types.iter().map(|kind| value(kind, number, &said)).collect();
                assert!(
                    values.is_some(),
                    "no value for the arguments of {signature}: teach `value`, or list it in NOT_CALLED"
                );
                let values = values.unwrap_or_default().join(", ");
                calls.push(if text(row, 3) == "p" {
                    format!("{CALL}recall.{name}({values})")
                } else {
                    format!("SELECT x::text FROM recall.{name}({values}) AS x")
                });
            }
        }
    }
    calls
}

/// An argument of a type; None where nothing is known of the type.
fn value(kind: &str, number: &str, said: &str) -> Option<String> {
    Some(match kind {
        "integer" | "bigint" => number.to_owned(),
        "text" => format!("'{said}'"),
        "name" => format!("'{number}'"),
        // It names the table of which something is asked.
        "anyelement" => "NULL::public.t".to_owned(),
        "boolean" => "true".to_owned(),
        "jsonb" => "'{}'".to_owned(),
        "text[]" => "'{v}'".to_owned(),
        "integer[]" | "bigint[]" => format!("'{{{number}}}'"),
        "timestamp with time zone" => "now()".to_owned(),
        "timestamp with time zone[]" => "ARRAY[now()]".to_owned(),
        "interval" => "interval '1 day'".to_owned(),
        "regclass" | "oid" => "'public.t'::regclass".to_owned(),
        "uuid" => "gen_random_uuid()".to_owned(),
        "inet" => "'10.0.0.1'".to_owned(),
        "xid8" => format!("'{number}'::xid8"),
        _ => return None,
    })
}

fn text(row: &[Option<String>], at: usize) -> &str {
    row[at].as_deref().unwrap_or_default()
}

/// What a role gets to see of the other tenant: the statements that showed it.
async fn leaks(journals: &Journals, role: &str) -> Vec<String> {
    let session = journals.database.session_as(role).await;
    session
        .execute(
            "CREATE FUNCTION pg_temp.leak(seen text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
             BEGIN
               PERFORM set_config('leak.seen', concat(current_setting('leak.seen', true), seen), false);
               RETURN true;
             END $$",
        )
        .await;
    let mut found = Vec::new();
    for attempt in attempts(&journals.database, role).await {
        let texts = if attempt.starts_with(CALL) {
            shown_by_call(&session, &attempt).await
        } else {
            shown(&session, &attempt).await
        };
        if texts.iter().any(|text| text.contains(MARK)) {
            found.push(attempt);
        }
    }
    found
}

/// What a statement says in a transaction and outside of one, and what it passes to a function.
async fn shown(session: &Session, attempt: &str) -> Vec<String> {
    session.execute("BEGIN; SELECT set_config('leak.seen', '', false)").await;
    let said = answer(session, attempt).await;
    session.execute("ROLLBACK").await;
    // What a rollback took back is asked for outside of it.
    let again = answer(session, &format!("{attempt}; SELECT 1")).await;
    let seen = session.scalar("SELECT coalesce(current_setting('leak.seen', true), '')").await;
    session.execute("SELECT set_config('leak.seen', '', false)").await;
    vec![said, again, seen]
}

/// What a procedure says, which may end transactions, and what it puts in the place of the table.
async fn shown_by_call(session: &Session, attempt: &str) -> Vec<String> {
    let said = answer(session, attempt).await;
    vec![said, answer(session, "SELECT x::text FROM t AS x").await]
}

#[test]
fn nobody_sees_another_tenants_part_of_the_journal() {
    block_on(async {
        let journals = journals().await;
        for role in [&journals.acme, &journals.unassigned, &journals.public] {
            assert_eq!(leaks(&journals, role).await, Vec::<String>::new(), "{role}");
        }
    });
}

#[test]
fn a_viewer_sees_its_own_part_by_every_way() {
    block_on(async {
        let journals = journals().await;
        let found = leaks(&journals, &journals.other).await.join("\n");
        for relation in ["log", "change", "transaction", "viewer"] {
            let read = format!("SELECT x::text FROM recall.{relation} AS x\n");
            assert!(found.contains(&read), "{relation} in {found}");
        }
        let viewer = journals.database.session_as(&journals.acme).await;
        for (query, expected) in [
            ("SELECT count(*) FROM recall.log", "4"),
            ("SELECT count(*) FROM recall.change", "4"),
            ("SELECT sum(changes) FROM recall.stats", "4"),
            ("SELECT string_agg(DISTINCT tenant, ',') FROM recall.transaction", "acme"),
            ("SELECT string_agg(DISTINCT actor, ',') FROM recall.log", "acme-actor"),
            ("SELECT count(*) FROM recall.tracked", "1"),
            ("SELECT string_agg(name, ',') FROM recall.setting", "schema_version"),
        ] {
            assert_eq!(viewer.scalar(query).await, expected, "{query}");
        }
    });
}

/// Each of these takes one protection away, brings it back, and names what has to notice it.
const PROTECTIONS: [(&str, &str, &str); 9] = [
    (
        "CREATE POLICY open ON recall.transaction TO recall_viewer USING (true)",
        "DROP POLICY open ON recall.transaction",
        "SELECT x::text FROM recall.transaction AS x",
    ),
    (
        "CREATE POLICY open ON recall.change TO recall_viewer USING (true)",
        "DROP POLICY open ON recall.change",
        "SELECT x::text FROM recall.change AS x",
    ),
    (
        "ALTER TABLE recall.viewer DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE recall.viewer ENABLE ROW LEVEL SECURITY",
        "SELECT x::text FROM recall.viewer AS x",
    ),
    (
        "ALTER VIEW recall._own_transactions RESET (security_barrier);
         ALTER VIEW recall._own_changes RESET (security_barrier);
         ALTER VIEW recall._all_changes RESET (security_barrier)",
        "ALTER VIEW recall._own_transactions SET (security_barrier);
         ALTER VIEW recall._own_changes SET (security_barrier);
         ALTER VIEW recall._all_changes SET (security_barrier)",
        "SELECT count(*) FROM recall.log AS x WHERE pg_temp.leak(x.actor::text)",
    ),
    (
        "CREATE TABLE recall.addition AS SELECT * FROM recall.transaction; GRANT SELECT ON recall.addition TO PUBLIC",
        "DROP TABLE recall.addition",
        "SELECT x::text FROM recall.addition AS x",
    ),
    (
        "CREATE FUNCTION recall.addition(bigint) RETURNS text LANGUAGE sql SECURITY DEFINER
         AS 'SELECT actor FROM recall.transaction WHERE id = $1'",
        "DROP FUNCTION recall.addition(bigint)",
        "SELECT x::text FROM recall.addition(",
    ),
    (
        "CREATE FUNCTION recall.addition(anyelement) RETURNS SETOF anyelement LANGUAGE plpgsql SECURITY DEFINER
         AS 'BEGIN RETURN QUERY EXECUTE concat(''SELECT * FROM '', pg_typeof($1)); END'",
        "DROP FUNCTION recall.addition(anyelement)",
        "SELECT x::text FROM recall.addition(NULL::public.t",
    ),
    (
        "CREATE PROCEDURE recall.addition(INOUT said text) LANGUAGE sql SECURITY DEFINER
         AS 'SELECT string_agg(actor, '','') FROM recall.transaction'",
        "DROP PROCEDURE recall.addition(text)",
        "CALL recall.addition(",
    ),
    (
        "GRANT SELECT ON recall.mark TO recall_viewer; CREATE POLICY open ON recall.mark TO recall_viewer USING (true)",
        "DROP POLICY open ON recall.mark; REVOKE SELECT ON recall.mark FROM recall_viewer",
        "SELECT x::text FROM recall.mark AS x",
    ),
];

#[test]
fn a_missing_protection_is_noticed() {
    block_on(async {
        let journals = journals().await;
        let database = &journals.database;
        for (broken, mended, by) in PROTECTIONS {
            database.execute(broken).await;
            let found = leaks(&journals, &journals.acme).await;
            assert!(found.iter().any(|attempt| attempt.starts_with(by)), "{broken}: {found:?}");
            database.execute(mended).await;
        }
        assert_eq!(leaks(&journals, &journals.acme).await, Vec::<String>::new());
    });
}

#[test]
fn settings_and_roles_widen_nothing() {
    block_on(async {
        let journals = journals().await;
        let viewer = journals.database.session_as(&journals.acme).await;
        for setting in [
            "SET recall.only_actor = 'blue-actor'",
            "SET recall.context = '{\"tenant\": \"blue\"}'",
            "SET recall.tenant = 'blue'",
            "SET recall.removal = 'on'",
        ] {
            viewer.execute(setting).await;
            for relation in ["log", "change", "transaction"] {
                let said =
                    answer(&viewer, &format!("SELECT x::text FROM recall.{relation} AS x")).await;
                assert!(!said.contains(MARK), "{setting}: {said}");
            }
        }
        viewer.execute("RESET recall.only_actor").await;
        for forbidden in [
            format!("SET ROLE \"{}\"", journals.other),
            "SET ROLE recall_auditor".to_owned(),
            format!("SET SESSION AUTHORIZATION \"{}\"", journals.other),
            "DELETE FROM recall.change".to_owned(),
            "SELECT recall.grant_viewer(current_user, 'blue')".to_owned(),
            "INSERT INTO recall.viewer VALUES ('x', 'blue')".to_owned(),
            "SELECT recall.maintain()".to_owned(),
            "SET row_security = off; SELECT * FROM recall.change".to_owned(),
        ] {
            let error = viewer.try_execute(&forbidden).await.expect_err(&forbidden);
            assert_eq!(error.code().map(SqlState::code), Some("42501"), "{forbidden}");
        }
    });
}

#[test]
fn an_actor_sees_nothing_of_others_of_the_same_tenant() {
    block_on(async {
        let journals = journals().await;
        let database = &journals.database;
        let limited = database.create_role("limited").await;
        database
            .execute(&format!(
                r#"BEGIN; SELECT recall.set_context('{{"actor": "{MARK}-colleague", "tenant": "acme",
                "reason": "{MARK}-reason", "session": "{MARK}-session", "more": "{MARK}-more"}}');
                INSERT INTO public.t VALUES (9, '{MARK}-9'); UPDATE public.t SET v = v || '-new' WHERE id = 9;
                SELECT recall.log_action('{MARK}-export', '{{"of": "{MARK}"}}');
                INSERT INTO recall.undo SELECT max(id), '{{1}}', '{MARK}-hash', '{{"of": "{MARK}"}}' FROM recall.transaction;
                COMMIT; SELECT recall.grant_viewer('{limited}', 'acme', 'acme-actor'); ANALYZE"#
            ))
            .await;
        let actors = "SELECT string_agg(DISTINCT actor, ' ' ORDER BY actor) FROM recall.log";
        for (role, expected) in
            [(&journals.acme, "acme-actor blue-colleague"), (&limited, "acme-actor")]
        {
            assert_eq!(database.session_as(role).await.scalar(actors).await, expected);
        }
        assert_eq!(leaks(&journals, &limited).await, Vec::<String>::new());
    });
}

#[test]
fn an_actor_and_the_setting_narrow_what_a_viewer_sees() {
    block_on(async {
        let journals = journals().await;
        let database = &journals.database;
        let own = database.create_role("own").await;
        database
            .execute(&format!(
                "BEGIN; SELECT recall.set_context('{{\"actor\": \"ann\", \"tenant\": \"acme\"}}'); INSERT INTO public.t VALUES (9, 'ann'); COMMIT;
                 BEGIN; SELECT recall.set_context('{{\"tenant\": \"acme\"}}'); INSERT INTO public.t VALUES (10, 'nobody'); COMMIT;
                 SELECT recall.grant_viewer('{own}', 'acme', 'ann')"
            ))
            .await;
        let count = async |session: &Session| {
            let log = session.scalar("SELECT count(*) FROM recall.log").await;
            let change = session.scalar("SELECT count(*) FROM recall.change").await;
            assert_eq!(log, change);
            log
        };
        let own = database.session_as(&own).await;
        assert_eq!(count(&own).await, "1");
        own.execute("SET recall.only_actor = 'acme-actor'").await;
        assert_eq!(count(&own).await, "0");
        let acme = database.session_as(&journals.acme).await;
        assert_eq!(count(&acme).await, "6");
        acme.execute("BEGIN; SET LOCAL recall.only_actor = 'ann'").await;
        assert_eq!(count(&acme).await, "1");
        acme.execute("COMMIT").await;
        assert_eq!(count(&acme).await, "6");
    });
}

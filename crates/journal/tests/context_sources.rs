//! Who did it, where the application does not call `recall.set_context()`.

use pgrecall_model::Context;
use pgrecall_testkit::{Server, TestDatabase, block_on};
use serde_json::json;

use crate::{changes, tracked};

const TABLE: &str =
    "CREATE TABLE public.t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text)";
const INSERT: &str = "INSERT INTO public.t (v) VALUES ('x')";

/// The context that is recorded for what is done after `sql` in one transaction.
async fn recorded(sql: &str) -> Context {
    let (database, journal) = tracked(TABLE).await;
    database.execute(&format!("BEGIN; {sql}; {INSERT}; COMMIT")).await;
    changes(&journal).await.remove(0).context
}

/// The context that is recorded for a statement as it stands.
async fn of_statement(statement: &str) -> Context {
    let (database, journal) = tracked(TABLE).await;
    database.execute(statement).await;
    changes(&journal).await.remove(0).context
}

fn set(name: &str, value: &str) -> String {
    format!("SELECT set_config('{name}', '{}', true)", value.replace('\'', "''"))
}

const CLAIMS: &str = r#"{"aud": "authenticated", "exp": 1767225600, "sub": "5b1f2a0e-8f3c-4a4e-9d52-6a5a6f0a7c11",
    "email": "ann@example.com", "role": "authenticated", "aal": "aal1", "session_id": "9c6f1d2b-0000-4000-8000-000000000001",
    "app_metadata": {"provider": "email", "tenant_id": "acme"}, "user_metadata": {}, "is_anonymous": false}"#;

const HEADERS: &str = r#"{"host": "db.example.com", "accept": "*/*", "user-agent": "Mozilla/5.0",
    "x-forwarded-for": "203.0.113.7, 172.16.0.4", "x-real-ip": "172.16.0.4", "x-request-id": "req-1",
    "x-client-info": "supabase-js/2.39.0", "authorization": "Bearer secret", "cookie": "secret"}"#;

#[test]
fn supabase_claims_and_headers_say_who_it_was() {
    block_on(async {
        let sql = [set("request.jwt.claims", CLAIMS), set("request.headers", HEADERS)].join(";");
        let context = recorded(&sql).await;
        let given = [
            (&context.actor, "5b1f2a0e-8f3c-4a4e-9d52-6a5a6f0a7c11"),
            (&context.actor_email, "ann@example.com"),
            (&context.tenant, "acme"),
            (&context.session, "9c6f1d2b-0000-4000-8000-000000000001"),
            (&context.request, "req-1"),
            (&context.application, "supabase-js/2.39.0"),
            (&context.ip, "203.0.113.7"),
            (&context.user_agent, "Mozilla/5.0"),
        ];
        for (found, expected) in given {
            assert_eq!(found.as_deref(), Some(expected));
        }
        // Nothing else of the request is kept.
        assert_eq!(json!(context.extra), json!({ "role": "authenticated" }));
    });
}

#[test]
fn each_place_of_the_tenant_claim_is_known() {
    block_on(async {
        for claims in [
            r#"{"app_metadata": {"org_id": "acme"}, "org_id": "other"}"#,
            r#"{"tenant_id": "acme", "org_id": "other"}"#,
            r#"{"tenant": "acme"}"#,
            r#"{"org_id": "acme"}"#,
        ] {
            let context = recorded(&set("request.jwt.claims", claims)).await;
            assert_eq!(context.tenant.as_deref(), Some("acme"), "{claims}");
        }
    });
}

#[test]
fn older_postgrest_settings_are_known_where_they_can_be() {
    block_on(async {
        let sql = [
            set("request.jwt.claim.sub", "u-1"),
            set("request.jwt.claim.email", "u@example.com"),
            set("request.jwt.claim.role", "web"),
        ]
        .join(";");
        let context = recorded(&sql).await;
        assert_eq!(context.actor.as_deref(), Some("u-1"));
        if Server::shared().major_version() < 14 {
            assert_eq!(context.actor_email.as_deref(), Some("u@example.com"));
            assert_eq!(context.extra["role"], "web");
        } else {
            assert_eq!(context.actor_email, None);
        }
    });
}

#[test]
fn hasura_variables_are_known_in_any_case() {
    block_on(async {
        for user in [
            r#"{"x-hasura-role": "user", "x-hasura-user-id": "42", "x-hasura-org-id": "acme"}"#,
            r#"{"X-Hasura-Role": "user", "X-HASURA-USER-ID": "42", "x-hasura-Tenant-Id": "acme", "x-hasura-org-id": "o"}"#,
        ] {
            let context = recorded(&set("hasura.user", user)).await;
            assert_eq!(context.actor.as_deref(), Some("42"));
            assert_eq!(context.tenant.as_deref(), Some("acme"));
            assert_eq!(context.extra["role"], "user");
        }
    });
}

#[test]
fn an_earlier_source_wins_for_each_key_and_sources_add_up() {
    block_on(async {
        let sql = [
            set("request.jwt.claims", r#"{"sub": "claim", "email": "claim@example.com"}"#),
            set("hasura.user", r#"{"x-hasura-user-id": "hasura", "x-hasura-org-id": "acme"}"#),
            "SELECT recall.set_context('{\"actor\": \"said\", \"ticket\": 7}')".to_owned(),
        ]
        .join(";");
        let context = recorded(&sql).await;
        assert_eq!(context.actor.as_deref(), Some("said"));
        assert_eq!(context.actor_email.as_deref(), Some("claim@example.com"));
        assert_eq!(context.tenant.as_deref(), Some("acme"));
        assert_eq!(json!(context.extra), json!({ "ticket": 7 }));
    });
}

#[test]
fn what_a_request_said_does_not_stay_in_the_session() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        let claims = set("request.jwt.claims", r#"{"sub": "ann"}"#);
        database
            .execute(&format!(
                "BEGIN; {claims}; SELECT recall.set_session_context('{{\"tenant\": \"acme\"}}'); {INSERT}; COMMIT; {INSERT}"
            ))
            .await;
        database.execute(INSERT).await;
        let actors: Vec<_> = changes(&journal).await.into_iter().map(|c| c.context.actor).collect();
        assert_eq!(actors, [Some("ann".to_owned()), None, None]);
    });
}

#[test]
fn a_sqlcommenter_comment_says_who_it_was() {
    block_on(async {
        let context = of_statement(
            "INSERT INTO public.t (v) VALUES ('x') /*action='%2Fpay',actor='ann%20b',application='shop',\
             controller='orders',framework='rails_v7',route='%2Forders%2F%3Aid',tenant='it\\'s',\
             traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01',unknown='x'*/ ; ",
        )
        .await;
        assert_eq!(context.actor.as_deref(), Some("ann b"));
        assert_eq!(context.tenant.as_deref(), Some("it's"));
        assert_eq!(context.application.as_deref(), Some("shop"));
        assert_eq!(
            json!(context.extra),
            json!({
                "action": "/pay", "controller": "orders", "framework": "rails_v7", "route": "/orders/:id",
                "traceparent": "00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01",
            })
        );
    });
}

#[test]
fn a_comment_counts_in_front_of_a_statement_and_in_a_prepared_one() {
    block_on(async {
        let context = of_statement(&format!("/*actor='ann'*/ {INSERT}")).await;
        assert_eq!(context.actor.as_deref(), Some("ann"));
        let (database, journal) = tracked(TABLE).await;
        let insert = "INSERT INTO public.t (v) VALUES ($1) /*actor='ann'*/";
        database.client().execute(insert, &[&"--"]).await.expect("insert");
        database.execute("DO $$ BEGIN INSERT INTO public.t (v) VALUES ('in a function'); END $$ /*actor='bob'*/").await;
        let actors: Vec<_> =
            changes(&journal).await.into_iter().map(|c| c.context.actor.expect("actor")).collect();
        assert_eq!(actors, ["ann", "bob"]);
    });
}

#[test]
fn data_that_looks_like_a_comment_is_not_believed() {
    block_on(async {
        for values in [
            "('/*actor=''eve''*/')",
            "('x'/*actor='eve'*/)",
            "('x') -- /*actor='eve'*/",
            "('/*actor=''eve''') -- it''s */",
            "('it''s') -- ' /*actor='eve'*/",
            "($$ /*actor='eve'*/ $$)",
            "('x') /* /*actor='eve'*/ */",
            "('x') /* /*actor='*/'*/",
            "('x') /*actor=eve*/",
            "('x') /*actor='eve' and more*/",
        ] {
            let context = of_statement(&format!("INSERT INTO public.t (v) VALUES {values}")).await;
            assert_eq!((&context.actor, context.extra.len()), (&None, 0), "{values}");
        }
        for values in ["('/*actor=''eve''*/')", "('-- x')", "('it''s -- x')", "(E'\\' -- x')"] {
            let statement = format!("INSERT INTO public.t (v) VALUES {values} /*actor='ann'*/");
            let context = of_statement(&statement).await;
            assert_eq!(context.actor.as_deref(), Some("ann"), "{values}");
        }
    });
}

#[test]
fn malformed_sources_fail_no_write() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        let names = [
            "recall.context",
            "request.jwt.claims",
            "request.jwt.claim.sub",
            "request.headers",
            "hasura.user",
        ];
        let values = [
            "'{'",
            "'[1]'",
            "'7'",
            "'null'",
            "'\"text\"'",
            r#"'{"sub": "a\u0000b", "actor": "\u0000"}'"#,
            r#"'{"sub": {"a": 1}, "email": ["x"], "session_id": true, "app_metadata": 7, "x-hasura-user-id": null}'"#,
            r#"'{"ip": "nonsense", "x-forwarded-for": "unknown"}'"#,
            r#"'{"ip": {"a": 1}, "x-real-ip": ["::1"]}'"#,
            r#"'{"ip": "10.0.0.0/8", "x-real-ip": "999.1.1.1"}'"#,
            "repeat('x', 1000000)",
            "repeat('[', 1000000)",
            "'{\"actor\": \"' || repeat('x', 1000000) || '\"}'",
            "repeat('{\"a\":', 20000) || '1' || repeat('}', 20000)",
            "'{\"sub\": 1e999999}'",
            "(SELECT jsonb_object_agg('k' || g, repeat('x', 5000)) FROM generate_series(1, 500) AS g)::text",
        ];
        for name in names {
            for value in values {
                database
                    .execute(&format!("SELECT set_config('{name}', {value}, false); {INSERT}"))
                    .await;
            }
            database.execute(&format!("SELECT set_config('{name}', '', false)")).await;
        }
        for comment in [
            "actor='%ZZ'",
            "actor='%00'",
            "actor='%ff%fe'",
            "actor='%'",
            "actor='",
            "='x'",
            "actor=''",
            "'",
            ",,",
            "\\'",
        ] {
            let statement = format!("{INSERT} /*{comment}*/");
            database.execute(&statement).await;
        }
        let found = changes(&journal).await;
        assert_eq!(found.len(), names.len() * values.len() + 10);
        for change in &found {
            let actor = change.context.actor.as_deref().unwrap_or_default();
            assert!(actor.chars().count() <= 500);
            let extra = serde_json::to_string(&change.context.extra).expect("json");
            assert!(extra.len() < 250_000, "{}", extra.len());
            assert!(change.context.extra.len() <= 110);
        }
    });
}

#[test]
fn an_address_that_is_none_is_kept_beside_it() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        let mut expected = Vec::new();
        for (ip, kept, unreadable) in [
            ("203.0.113.7:8080", "203.0.113.7", None),
            ("[2001:db8::1]:443", "2001:db8::1", None),
            ("2001:DB8::1, 10.0.0.1", "2001:db8::1", None),
            ("unknown", "198.51.100.1", Some("unknown")),
        ] {
            let sql = [
                set("recall.context", &json!({ "ip": ip }).to_string()),
                set("request.headers", r#"{"x-real-ip": "198.51.100.1"}"#),
            ];
            database.execute(&format!("BEGIN; {}; {INSERT}; COMMIT", sql.join(";"))).await;
            expected.push((Some(kept.to_owned()), unreadable.map(str::to_owned)));
        }
        let found: Vec<_> = changes(&journal)
            .await
            .into_iter()
            .map(|c| {
                (
                    c.context.ip,
                    c.context
                        .extra
                        .get("unreadable_ip")
                        .and_then(|v| v.as_str())
                        .map(str::to_owned),
                )
            })
            .collect();
        assert_eq!(found, expected);
    });
}

/// Adds a row to the sources.
async fn feed(database: &TestDatabase, source: &str, name: &str, key: &str) {
    database
        .execute(&format!(
            "INSERT INTO recall.context_source (position, source, name, key) VALUES (1, '{source}', '{name}', '{key}')"
        ))
        .await;
}

#[test]
fn sources_are_configured_in_a_table() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        feed(&database, "app.user_id", "", "actor").await;
        feed(&database, "request.jwt.claims", "https://example.com/tenant", "tenant").await;
        feed(&database, "comment", "it''s {odd} %s $body$", "odd $function$ key").await;
        let sql = [
            set("app.user_id", "u-7"),
            set(
                "request.jwt.claims",
                r#"{"sub": "claim", "https://example.com/tenant": "acme", "tenant": "other"}"#,
            ),
        ]
        .join(";");
        database.execute(&format!("BEGIN; {sql}; {INSERT}; COMMIT")).await;
        database.execute("DELETE FROM recall.context_source WHERE source = 'app.user_id'").await;
        database.execute(&format!("BEGIN; {sql}; {INSERT}; COMMIT")).await;
        database.execute("TRUNCATE recall.context_source").await;
        database.execute(&format!("BEGIN; {sql}; {INSERT} /*actor='x'*/; COMMIT")).await;
        let found: Vec<_> = changes(&journal)
            .await
            .into_iter()
            .map(|c| (c.context.actor, c.context.tenant))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [(some("u-7"), some("acme")), (some("claim"), some("acme")), (None, None)]
        );
    });
}

#[test]
fn each_source_is_found_by_itself() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        feed(&database, "app.user_id", "", "actor").await;
        let settings = database
            .scalar(
                "SELECT string_agg(DISTINCT source, ' ') FROM recall.context_source WHERE source <> 'comment'",
            )
            .await;
        let settings: Vec<&str> =
            settings.split(' ').chain(["recall.context", "recall.operation"]).collect();
        assert!(settings.len() > 6, "{settings:?}");
        let said = "SELECT count(*) FROM recall.transaction";
        for setting in &settings {
            let before: i32 = database.scalar(said).await.parse().expect("number");
            // Values that sort before and after other texts.
            for value in ["{}", "0"] {
                database
                    .execute(&format!("BEGIN; {}; {INSERT}; COMMIT", set(setting, value)))
                    .await;
            }
            let after: i32 = database.scalar(said).await.parse().expect("number");
            assert_eq!(after, before + 2, "{setting}");
            // An empty value, which a setting keeps in the session, says nothing.
            database.execute(INSERT).await;
            assert_eq!(database.scalar(said).await, after.to_string(), "{setting}");
        }
        drop(journal);
    });
}

#[test]
fn what_is_said_after_the_first_change_counts_from_then_on() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        // One in which nothing is said comes first: what it prepares must not decide for others.
        database.execute(INSERT).await;
        let padded = format!("{INSERT} {}", " ".repeat(2_000));
        for (later, said) in [
            (format!("SELECT recall.set_actor('ann'); {INSERT}"), 1),
            (format!("{INSERT} /*actor='ann'*/"), 1),
            (format!("{padded} /*actor='ann'*/"), 1),
            (padded.clone(), 0),
        ] {
            let before: i32 = database
                .scalar("SELECT count(actor) FROM recall.transaction")
                .await
                .parse()
                .expect("number");
            // Each as a message of its own, because a comment belongs to what is sent at once.
            for sql in ["BEGIN", INSERT, &padded, &later, INSERT, "COMMIT"] {
                database.execute(sql).await;
            }
            let after: i32 = database
                .scalar("SELECT count(actor) FROM recall.transaction")
                .await
                .parse()
                .expect("number");
            assert_eq!(after - before, said, "{later}");
        }
        assert_eq!(changes(&journal).await.len(), 17);
    });
}

#[test]
fn a_setting_that_may_be_forbidden_to_read_is_no_source() {
    block_on(async {
        let (database, _journal) = tracked(TABLE).await;
        for source in ["data_directory", "", "."] {
            let insert = format!(
                "INSERT INTO recall.context_source (position, source, name, key) VALUES (1, '{source}', '', 'actor')"
            );
            database.try_execute(&insert).await.expect_err(source);
        }
        database.execute(INSERT).await;
    });
}

#[test]
fn a_hundred_sources_of_one_setting_still_work() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database
            .execute(
                "INSERT INTO recall.context_source (position, source, name, key)
                 SELECT g, 'app.context', 'n' || g, 'k' || g FROM generate_series(1, 150) AS g",
            )
            .await;
        let sql = set("app.context", r#"{"n1": "a", "n150": "b"}"#);
        database.execute(&format!("BEGIN; {sql}; {INSERT}; COMMIT")).await;
        let extra = changes(&journal).await.remove(0).context.extra;
        assert_eq!(json!(extra), json!({ "k1": "a", "k150": "b" }));
    });
}

#[test]
fn a_long_statement_is_not_searched_for_each_row_that_it_writes() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        let rows = vec![format!("('{}')", "x".repeat(40)); 20_000].join(",");
        // A statement of a megabyte, copied and searched 20,000 times, would take a minute.
        let plain = format!("INSERT INTO public.t (v) VALUES {rows}");
        let searches = database
            .scalar(&format!(
                "SET track_functions = 'all'; BEGIN; {plain}; \
                 SELECT pg_stat_get_xact_function_calls('recall._search_comment()'::regprocedure); COMMIT"
            ))
            .await;
        assert_eq!(searches, "1");
        database.execute(&format!("{plain} /*actor='ann'*/")).await;
        let actors =
            database.scalar("SELECT count(actor) || ' of ' || count(*) FROM recall.log").await;
        assert_eq!(actors, "20000 of 40000");
        drop(journal);
    });
}

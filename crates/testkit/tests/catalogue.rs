use pgrecall_testkit::{Server, block_on, catalogue, catalogue_fingerprint};

const OBJECTS: &str = "
    CREATE SCHEMA extra;
    CREATE TYPE extra.mood AS ENUM ('calm', 'sad');
    CREATE TABLE extra.note (id int PRIMARY KEY, mood extra.mood DEFAULT 'calm');
    CREATE FUNCTION extra.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER t AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION extra.f();
    GRANT SELECT ON public.t TO PUBLIC;
    COMMENT ON COLUMN public.t.a IS 'a note';
";

#[test]
fn what_comes_and_goes_leaves_the_catalogue_as_it_was() {
    block_on(async {
        let database = Server::shared().database().await;
        database.execute("CREATE TABLE public.t (a int)").await;
        let before = catalogue(&database).await;
        let fingerprint = catalogue_fingerprint(&database).await;
        database.execute(OBJECTS).await;
        assert!(!before.difference(&catalogue(&database).await).is_empty());
        database
            .execute(
                "DROP TRIGGER t ON public.t; DROP SCHEMA extra CASCADE;
                 REVOKE SELECT ON public.t FROM PUBLIC; COMMENT ON COLUMN public.t.a IS NULL",
            )
            .await;
        assert_eq!(before.difference(&catalogue(&database).await), Vec::<String>::new());
        assert_eq!(catalogue_fingerprint(&database).await, fingerprint);
    });
}

#[test]
fn whatever_is_left_behind_is_named() {
    block_on(async {
        let database = Server::shared().database().await;
        database.execute("CREATE TABLE public.t (a int); CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'").await;
        for (statement, line) in [
            ("CREATE SCHEMA \"Odd one\"", "+ schema rights \"Odd one\": "),
            ("ALTER TABLE public.t ENABLE ROW LEVEL SECURITY", "+ relation public.t: "),
            ("ALTER TABLE public.t REPLICA IDENTITY FULL", "+ relation public.t: "),
            (
                "ALTER TABLE public.t ADD b int; ALTER TABLE public.t DROP b",
                "+ column public.t.........pg.dropped.2........: ",
            ),
            (
                "CREATE TRIGGER x BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
                "+ trigger public.t.x: ",
            ),
            ("ALTER TABLE public.t ENABLE ALWAYS TRIGGER x", "+ trigger public.t.x: "),
            ("CREATE INDEX i ON public.t (a)", "+ relation public.i: "),
            ("ALTER TABLE public.t ADD CONSTRAINT k CHECK (a > 0)", "+ constraint k on public.t: "),
            ("CREATE POLICY p ON public.t USING (true)", "+ policy public.t.p: "),
            ("CREATE SEQUENCE public.s", "+ sequence public.s: "),
            ("CREATE DOMAIN public.d AS int", "+ type public.d: "),
            ("ALTER FUNCTION public.f() SET work_mem = '1MB'", "+ function public.f(): "),
            ("GRANT UPDATE ON public.t TO PUBLIC", "+ relation rights public.t: "),
            (
                "GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() TO PUBLIC",
                "+ function rights pg_catalog.pg_ls_waldir(): ",
            ),
            (
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
                "+ default rights postgres r: ",
            ),
            ("CREATE PUBLICATION p FOR TABLE public.t", "+ publication p: "),
            ("COMMENT ON TABLE public.t IS 'x'", "+ comment public.t: "),
            ("CREATE VIEW public.v AS SELECT 1 AS a", "+ relation public.v: "),
            ("CREATE RULE r AS ON DELETE TO public.t DO ALSO NOTHING", "+ rule public.t.r: "),
            (
                "CREATE CAST (public.t AS text) WITH INOUT",
                "+ other (public.t AS pg_catalog.text): ",
            ),
        ] {
            let before = catalogue(&database).await;
            database.execute(statement).await;
            let difference = before.difference(&catalogue(&database).await);
            assert!(difference.iter().any(|d| d.starts_with(line)), "{statement}: {difference:#?}");
        }
    });
}

#[test]
fn roles_and_their_members_are_in_the_shared_part() {
    block_on(async {
        let server = Server::own(&[]);
        let database = server.database().await;
        let before = catalogue(&database).await;
        database.execute("CREATE ROLE extra; GRANT pg_monitor TO extra").await;
        let after = catalogue(&database).await;
        let difference = before.shared_difference(&after);
        assert!(difference.iter().any(|d| d.starts_with("+ role extra: ")), "{difference:#?}");
        assert!(
            difference.iter().any(|d| d.starts_with("+ member pg_monitor: ")),
            "{difference:#?}"
        );
        assert_eq!(before.difference(&after), Vec::<String>::new());
        database.execute("DROP ROLE extra").await;
        assert_eq!(catalogue(&database).await, before);
    });
}

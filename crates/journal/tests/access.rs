use pgrecall_journal::{Journal, Leave, Viewer, install, missing_roles, uninstall, upgrade};
use pgrecall_model::Explain;
use pgrecall_testkit::{Server, TestDatabase, block_on, catalogue};
use tokio_postgres::error::SqlState;

use crate::{installed, tracked};

const ROLES: &str = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'recall\\_%'";

#[test]
fn auditors_and_administrators_read_everything_and_write_nothing() {
    block_on(async {
        let (database, _journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        for group in ["recall_auditor", "recall_admin"] {
            let role = database.create_role(group).await;
            database.execute(&format!("GRANT {group} TO \"{role}\"")).await;
            let session = database.session_as(&role).await;
            for relation in
                ["log", "change", "transaction", "relation", "stats", "retention", "viewer"]
            {
                let count = format!("SELECT count(*) FROM recall.{relation}");
                let all = database.scalar(&count).await;
                assert_eq!(session.scalar(&count).await, all, "{relation}");
            }
            for forbidden in [
                "DELETE FROM recall.change",
                "INSERT INTO recall.viewer VALUES ('x', 'y')",
                "SELECT recall._begin_transaction()",
                "SELECT recall._begin_transaction(1)",
                "SELECT setval('recall.change_id', 1)",
            ] {
                let error = session.try_execute(forbidden).await.expect_err(forbidden);
                assert_eq!(error.code().map(SqlState::code), Some("42501"), "{forbidden}");
            }
            let maintain = session.try_execute("SELECT recall.maintain()").await;
            assert_eq!(maintain.is_ok(), group == "recall_admin");
        }
    });
}

#[test]
fn an_administrator_manages_viewers() {
    block_on(async {
        let (database, _journal) = installed().await;
        let admin = database.create_role("manager").await;
        let role = database.create_role("Odd Viewer").await;
        database.execute(&format!("GRANT recall_admin TO \"{admin}\"")).await;
        let journal = Journal::open(database.connect_as(&admin).await).await.expect("open");
        journal.grant_viewer(&role, "acme", None).await.expect("grant");
        journal.grant_viewer(&role, "blue", Some("ann")).await.expect("again");
        let listed = || async { journal.viewers().await.expect("list") };
        let viewer = Viewer {
            role: role.clone(),
            tenant: "blue".to_owned(),
            actor: Some("ann".to_owned()),
            active: true,
        };
        assert_eq!(listed().await, [viewer]);
        let member = format!("SELECT pg_has_role('{role}', 'recall_viewer', 'USAGE')");
        assert_eq!(database.scalar(&member).await, "t");
        assert!(journal.revoke_viewer(&role).await.expect("revoke"));
        assert!(!journal.revoke_viewer(&role).await.expect("again"));
        assert_eq!(database.scalar(&member).await, "f");
        assert_eq!(listed().await, []);

        let superuser = database.server().access().user().to_owned();
        for (role, tenant, code) in [
            ("no-such-role", "acme", "server/refused"),
            (superuser.as_str(), "acme", "server/refused"),
            (admin.as_str(), "acme", "server/refused"),
            (role.as_str(), "", "server/refused"),
        ] {
            let error = journal.grant_viewer(role, tenant, None).await.expect_err(role);
            assert_eq!(error.code(), code, "{role}");
        }
    });
}

#[test]
fn rights_are_the_same_after_tracking_installing_and_upgrading_again() {
    block_on(async {
        let (database, _journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let before = catalogue(&database).await;
        install(&mut database.connect().await).await.expect("install");
        assert_eq!(before.difference(&catalogue(&database).await), Vec::<String>::new());
        upgrade(&mut database.connect().await).await.expect("upgrade");
        assert_eq!(before.difference(&catalogue(&database).await), Vec::<String>::new());
        database
            .execute("GRANT ALL ON recall.change TO PUBLIC; GRANT EXECUTE ON FUNCTION recall.maintain() TO recall_viewer")
            .await;
        upgrade(&mut database.connect().await).await.expect("upgrade");
        assert_eq!(before.difference(&catalogue(&database).await), Vec::<String>::new());
    });
}

#[test]
fn every_table_is_closed_and_every_partition_too() {
    block_on(async {
        let (database, _journal) = installed().await;
        let open = database
            .query_text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'recall'::regnamespace AND relkind IN ('r', 'p')
                 AND NOT relrowsecurity",
            )
            .await;
        assert_eq!(open, Vec::<Vec<Option<String>>>::new());
        let forced = "SELECT count(*) FROM pg_class WHERE relnamespace = 'recall'::regnamespace AND relforcerowsecurity";
        assert_eq!(database.scalar(forced).await, "0");
    });
}

#[test]
fn the_roles_go_with_the_last_journal_of_the_server() {
    block_on(async {
        let server = Server::own(&[]);
        let (one, two) = (server.database().await, server.database().await);
        let before = catalogue(&one).await;
        install(&mut one.connect().await).await.expect("install");
        install(&mut two.connect().await).await.expect("install");
        assert_eq!(one.scalar(ROLES).await, "3");
        let done = uninstall(&mut one.connect().await, Leave::default()).await.expect("uninstall");
        assert_eq!(done.roles_left.len(), 3, "the other database still needs them");

        let leave = Leave { journal: false, roles: true };
        let done = uninstall(&mut two.connect().await, leave).await.expect("uninstall");
        assert_eq!(done.roles_left.len(), 3, "they were to be left");

        install(&mut two.connect().await).await.expect("install");
        let done = uninstall(&mut two.connect().await, Leave::default()).await.expect("uninstall");
        assert_eq!(done.roles_left, Vec::<String>::new());
        let after = catalogue(&one).await;
        assert_eq!(before.difference(&after), Vec::<String>::new());
        assert_eq!(before.shared_difference(&after), Vec::<String>::new());
    });
}

#[test]
fn a_role_that_something_else_uses_or_somebody_else_made_stays() {
    block_on(async {
        let server = Server::own(&[]);
        let (one, two) = (server.database().await, server.database().await);
        one.execute("CREATE ROLE recall_admin").await;
        install(&mut one.connect().await).await.expect("install");
        two.execute(
            "CREATE TABLE public.own (id int); GRANT SELECT ON public.own TO recall_auditor",
        )
        .await;
        let done = uninstall(&mut one.connect().await, Leave::default()).await.expect("uninstall");
        assert_eq!(done.roles_left, ["recall_admin", "recall_auditor"]);
    });
}

#[test]
fn who_may_not_make_roles_installs_without_them() {
    block_on(async {
        let server = Server::own(&[]);
        let database = server.database().await;
        let owner = database.create_role("owner").await;
        database
            .execute(&format!("GRANT CREATE ON DATABASE \"{}\" TO \"{owner}\"", database.name()))
            .await;
        let mut connection = database.connect_as(&owner).await;
        install(&mut connection).await.expect("install");
        assert_eq!(missing_roles(&connection).await.expect("roles").len(), 3);
        let journal = Journal::open(database.connect_as(&owner).await).await.expect("open");
        let role = database.create_role("viewer").await;
        let error = journal.grant_viewer(&role, "acme", None).await.expect_err("no role");
        assert!(error.hint().expect("hint").contains("CREATEROLE"), "{error:?}");

        // Somebody who may makes them.
        database
            .execute(
                "CREATE ROLE recall_admin; CREATE ROLE recall_auditor; CREATE ROLE recall_viewer",
            )
            .await;
        install(&mut connection).await.expect("again");
        assert_eq!(missing_roles(&connection).await.expect("roles"), Vec::<&str>::new());
        policies_are_complete(&database).await;
        let error = journal.grant_viewer(&role, "acme", None).await.expect_err("no right");
        assert_eq!(error.code(), "server/forbidden");
        database.execute(&format!("GRANT recall_viewer TO \"{role}\"")).await;
        journal.grant_viewer(&role, "acme", None).await.expect("granted");
        let done = uninstall(&mut connection, Leave::default()).await.expect("uninstall");
        assert_eq!(done.roles_left.len(), 3, "they are somebody else's");
    });
}

async fn policies_are_complete(database: &TestDatabase) {
    let open = "SELECT count(*) FROM pg_class AS c WHERE relnamespace = 'recall'::regnamespace
        AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'approval'
        AND NOT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polname = 'everything')";
    assert_eq!(database.scalar(open).await, "0");
}

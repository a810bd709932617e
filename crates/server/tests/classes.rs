//! Rules that ask for what kind of data is changed.

use std::collections::BTreeSet;

use pgrecall_access::Role;
use pgrecall_journal::{Journal, Reclassify, TrackOptions};
use pgrecall_model::{Class, Ident};
use pgrecall_postgres::catalogue;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::approvals::{Person, Scene, of_plan, refused};

const RULES: &str = "[[targets.shop.undo.rules]]\nclasses = [\"personal\", \"financial\"]\n";

async fn journal(scene: &Scene) -> Journal {
    Journal::open(scene.stage.database.connect().await).await.expect("open")
}

async fn classify(scene: &Scene, table: &str, column: Option<&str>, class: Option<&str>) {
    let mut journal = journal(scene).await;
    let table = journal.table(table).await.expect("table");
    let columns: Vec<Ident> = column.iter().map(|name| Ident::new(*name).expect("name")).collect();
    let classes = |class: &str| BTreeSet::from([class.parse::<Class>().expect("class")]);
    let change = class.map_or(Reclassify::Clear, |class| Reclassify::Add(classes(class)));
    assert!(journal.classify(&table, &columns, &change).await.expect("classify"));
}

/// A plan to take back what an actor did, previewed.
async fn planned(person: &Person, wish: &Value) -> Value {
    let plan = person.browser.post("/v1/targets/shop/plans", wish).await.ok()["plan"].clone();
    person.browser.post(&of_plan(&plan, "/preview"), &json!({})).await.ok()["plan"].clone()
}

async fn needs(person: &Person, plan: &Value) -> i64 {
    let now = person.browser.get(&of_plan(plan, "")).await.ok();
    now["needs"]["approvers"].as_i64().expect("approvers")
}

#[test]
fn only_what_changes_data_of_the_class_needs_an_approval() {
    block_on(async {
        let scene = Scene::with(RULES).await;
        classify(&scene, "prize", Some("name"), Some("personal")).await;
        classify(&scene, "prize", Some("amount"), Some("public")).await;
        let stage = &scene.stage;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (3, 'c', 3), (4, 'd', 4)").await;
        stage
            .change("acme", "amount", "UPDATE prize SET amount = 9, name = name WHERE id = 3")
            .await;
        stage.change("acme", "name", "UPDATE prize SET name = 'x' WHERE id = 3").await;
        stage.change("acme", "delete", "DELETE FROM prize WHERE id = 4").await;
        stage.change("acme", "insert", "INSERT INTO prize VALUES (5, NULL, 5)").await;
        stage.change("acme", "note", "INSERT INTO note VALUES (1, 'n')").await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let mut approver = scene.person("anton", &[Role::Approver]).await;
        for (actor, approvers) in [("name", 1), ("delete", 1), ("insert", 1), ("note", 0)] {
            let plan = planned(&operator, &json!({ "actor": actor })).await;
            assert_eq!(plan["needs"]["approvers"], approvers, "{actor}: {plan}");
        }
        let free =
            planned(&operator, &json!({ "actor": "amount", "on_conflict": ["merge"] })).await;
        assert_eq!(free["needs"]["approvers"], 0, "{free}");
        assert_eq!(operator.apply(&free).await.ok()["status"], "applied");

        let plan = planned(&operator, &json!({ "actor": "delete" })).await;
        assert_eq!(
            plan["needs"]["rules"],
            json!(["classes personal, financial: 1 approver with a second factor"])
        );
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");
        assert_eq!(
            plan["rows"],
            json!([{ "table": "public.prize", "inserted": 1, "updated": 0, "deleted": 0 }])
        );
        let approval = operator.request(&plan).await;
        assert_eq!(approval["rules"], plan["needs"]["rules"]);
        approver.approve(&approval).await.ok();
        assert_eq!(operator.apply(&plan).await.ok()["status"], "applied");
        assert_eq!(stage.database.scalar("SELECT name FROM prize WHERE id = 4").await, "d");
    });
}

#[test]
fn the_class_of_a_table_counts_whatever_is_changed_in_it() {
    block_on(async {
        let scene = Scene::with(RULES).await;
        scene.stage.change("acme", "ann", "INSERT INTO note VALUES (1, 'n')").await;
        scene.stage.change("acme", "edit", "UPDATE note SET text = 'm'").await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let plan = planned(&operator, &json!({ "actor": "edit" })).await;
        assert_eq!(plan["needs"]["approvers"], 0);
        // It is looked at again when the plan is shown, asked for or applied.
        classify(&scene, "note", None, Some("financial")).await;
        assert_eq!(needs(&operator, &plan).await, 1);
        let listed = operator.browser.get("/v1/targets/shop/plans").await.ok();
        assert_eq!(listed["plans"][0]["needs"]["approvers"], 1);
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");
        assert_eq!(operator.request(&plan).await["status"], "requested");
    });
}

#[test]
fn a_class_that_is_taken_off_still_counts_for_plans_that_were_made_before() {
    block_on(async {
        let scene = Scene::with(RULES).await;
        classify(&scene, "prize", Some("name"), Some("personal")).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let plan = operator.previewed().await;
        classify(&scene, "prize", Some("name"), None).await;
        assert_eq!(needs(&operator, &plan).await, 1);
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");
        let anew = operator.previewed().await;
        assert_eq!(anew["needs"]["approvers"], 0);
        // What a plan reaches may not be known with it.
        let kept = "UPDATE recall_control.plan SET rows =
            (SELECT jsonb_agg(r - 'reached') FROM jsonb_array_elements(rows) AS r)";
        scene.stage.database.execute(kept).await;
        assert_eq!(needs(&operator, &anew).await, 1);
    });
}

#[test]
fn a_class_is_found_again_under_other_names() {
    block_on(async {
        let scene = Scene::with(RULES).await;
        classify(&scene, "prize", Some("name"), Some("personal")).await;
        let database = &scene.stage.database;
        database
            .execute("ALTER TABLE prize RENAME name TO label; ALTER TABLE prize RENAME TO award")
            .await;
        let mut journal = journal(&scene).await;
        let tables = catalogue::tables(journal.client()).await.expect("tables");
        for table in tables.iter().filter(|table| table.name.schema.as_str() == "public") {
            journal.track(table, &TrackOptions::default()).await.expect("track");
        }
        scene.stage.change("acme", "ann", "INSERT INTO award VALUES (7, 'g', 7)").await;
        scene.stage.change("acme", "label", "UPDATE award SET label = 'x'").await;
        scene.stage.change("acme", "amount", "UPDATE award SET amount = 8").await;
        let operator = scene.person("olga", &[Role::Operator]).await;
        let wish = json!({ "actor": "label", "on_conflict": ["merge"] });
        let before = planned(&operator, &wish).await;
        assert_eq!(before["needs"]["approvers"], 1);
        let amount = planned(&operator, &json!({ "actor": "amount" })).await;
        assert_eq!(amount["needs"]["approvers"], 0);
        // A plan whose table has another name by now may be of any class.
        database.execute("ALTER TABLE award RENAME TO trophy").await;
        assert_eq!(needs(&operator, &amount).await, 1);
    });
}

#[test]
fn what_foreign_keys_change_along_counts() {
    block_on(async {
        let scene = Scene::with(RULES).await;
        let database = &scene.stage.database;
        database
            .execute(
                "CREATE TABLE country (code text PRIMARY KEY);
                 CREATE TABLE person (id int PRIMARY KEY, country text REFERENCES country ON UPDATE CASCADE, name text);
                 INSERT INTO country VALUES ('a'); INSERT INTO person VALUES (1, 'a', 'Ann')",
            )
            .await;
        let mut journal = journal(&scene).await;
        let tables = catalogue::tables(journal.client()).await.expect("tables");
        for table in tables.iter().filter(|table| table.name.schema.as_str() == "public") {
            journal.track(table, &TrackOptions::default()).await.expect("track");
        }
        scene.stage.change("acme", "recode", "UPDATE country SET code = 'b'").await;
        let operator = scene.person("olga", &[Role::Operator]).await;
        let wish = json!({ "actor": "recode", "tables": ["country"] });
        let made = operator.browser.post("/v1/targets/shop/plans", &wish).await.ok();
        classify(&scene, "person", Some("name"), Some("personal")).await;
        assert_eq!(needs(&operator, &made["plan"]).await, 0, "nobody tried it yet");
        let plan = planned(&operator, &wish).await;
        assert_eq!(plan["effects"]["side_effects"], json!({ "public.person": 1 }));
        assert_eq!(plan["needs"]["approvers"], 1);
    });
}

#[test]
fn where_classes_cannot_be_read_the_rule_holds() {
    block_on(async {
        let scene = Scene::with(RULES).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let plan = operator.previewed().await;
        assert_eq!(plan["needs"]["approvers"], 0);
        let database = &scene.stage.database;
        database.execute("ALTER TABLE recall.classification RENAME TO hidden").await;
        assert_eq!(needs(&operator, &plan).await, 1);
        assert_eq!(operator.previewed().await["needs"]["approvers"], 1);
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");
        database.execute("ALTER TABLE recall.hidden RENAME TO classification").await;
        assert_eq!(operator.apply(&plan).await.ok()["status"], "applied");
    });
}

#[test]
fn tables_show_their_classes_also_to_viewers() {
    block_on(async {
        let scene = Scene::with("").await;
        classify(&scene, "prize", Some("name"), Some("personal")).await;
        classify(&scene, "prize", None, Some("financial")).await;
        let stage = &scene.stage;
        for role in [Role::Auditor, Role::Viewer] {
            let client = stage.program(role).await;
            let all = client.get("/v1/targets/shop/tables").await.ok();
            let prize =
                all.as_array().expect("tables").iter().find(|t| t["table"] == "public.prize");
            let prize = prize.expect("prize");
            assert_eq!(prize["classes"], json!(["financial"]));
            assert_eq!(prize["column_classes"], json!({ "name": ["personal"] }));
            let one = client.get("/v1/targets/shop/tables/prize").await.ok();
            assert_eq!(one["classes"], json!(["financial"]));
            let of = |at: usize| one["fields"][at]["classes"].clone();
            assert_eq!((of(0), of(1)), (json!([]), json!(["personal"])));
            let note = client.get("/v1/targets/shop/tables/note").await.ok();
            assert_eq!((&note["classes"], &note["column_classes"]), (&json!([]), &json!({})));
        }
    });
}

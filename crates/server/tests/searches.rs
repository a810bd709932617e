//! Searches that users keep.

use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::json;

use crate::stage::Stage;

#[test]
fn searches_are_kept_shared_and_forgotten() {
    block_on(async {
        let stage = Stage::new().await;
        stage.user("ann", Role::Operator, None, None).await;
        stage.user("bob", Role::Operator, None, None).await;
        stage.user("carl", Role::Operator, Some("crm"), None).await;
        let (ann, bob) = (stage.browser("ann").await, stage.browser("bob").await);
        let carl = stage.browser("carl").await;
        let wish = |name: &str, shared: bool| json!({ "name": name, "target": "shop", "query": "op:delete since:2h", "shared": shared });
        let path = "/v1/me/searches";
        let own = ann.post(path, &wish("deletes", false)).await.ok()["id"].as_i64().expect("id");
        ann.post(path, &wish("for all", true)).await.ok();
        let twice = ann.post(path, &wish("deletes", true)).await;
        assert_eq!((twice.status, twice.code().as_str()), (409, "access/search-taken"));
        bob.post(path, &wish("deletes", false)).await.ok();

        let names = |list: &serde_json::Value| -> Vec<(String, bool)> {
            let list = list.as_array().expect("list").iter();
            list.map(|one| (one["name"].as_str().expect("name").to_owned(), one["own"] == true))
                .collect()
        };
        let told = names(&bob.get(path).await.ok());
        assert_eq!(told, [("deletes".to_owned(), true), ("for all".to_owned(), false)]);
        assert_eq!(names(&carl.get(path).await.ok()), [], "of another target");
        assert_eq!(carl.post(path, &wish("x", false)).await.code(), "api/unknown-target");

        let theirs = bob.delete(&format!("{path}/{own}")).await;
        assert_eq!((theirs.status, theirs.code().as_str()), (404, "access/unknown-search"));
        assert_eq!(ann.delete(&format!("{path}/{own}")).await.status, 204);
        assert_eq!(ann.delete(&format!("{path}/{own}")).await.status, 404);
        for wrong in [
            json!({ "name": " ", "target": "shop", "query": "" }),
            json!({ "name": "x".repeat(101), "target": "shop", "query": "" }),
            json!({ "name": "x", "target": "shop", "query": "weather:fine" }),
        ] {
            assert_eq!(ann.post(path, &wrong).await.status, 400, "{wrong}");
        }
    });
}

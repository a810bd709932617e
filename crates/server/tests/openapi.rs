use std::path::Path;

#[test]
fn the_committed_document_is_that_of_the_code() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/openapi.json");
    let document = pgrecall_server::openapi().expect("document");
    expect_test::expect_file![Path::new(file)].assert_eq(&document);
    assert!(document.starts_with("{\n  \"openapi\": \"3.1"), "{}", &document[..40]);
}

#[test]
fn everything_in_the_document_is_described() {
    let document: serde_json::Value =
        serde_json::from_str(&pgrecall_server::openapi().expect("document")).expect("JSON");
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            assert!(operation["summary"].is_string(), "{method} {path}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{method} {path} {parameter}");
            }
        }
    }
}

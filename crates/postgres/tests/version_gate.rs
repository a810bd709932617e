use pgrecall_testkit::block_on;

use crate::rendered::refusal;
use pgrecall_testkit::fake_server::{answering, of_version};

#[test]
fn a_server_that_is_too_old_is_refused_before_any_query() {
    block_on(async {
        let url = answering(of_version("12.22")).await;
        assert_eq!(
            refusal(&url).await,
            "error: the server is PostgreSQL 12.22, pgRecall needs 13 or newer\n\
             hint: upgrade the server to PostgreSQL 13 to 18\n\
             code: server/too-old"
        );
    });
}

#[test]
fn a_server_that_is_too_new_is_refused_before_any_query() {
    block_on(async {
        let url = answering(of_version("19.0")).await;
        assert_eq!(
            refusal(&url).await,
            "error: the server is PostgreSQL 19.0, this pgRecall knows versions up to 18\n\
             hint: install a newer pgRecall\n\
             code: server/too-new"
        );
    });
}

#[test]
fn a_version_that_is_not_served_ends_the_search() {
    block_on(async {
        let url = answering(of_version("12.22")).await;
        let several = url.replace("/shop", ",127.0.0.1:1/shop");
        assert!(refusal(&several).await.ends_with("code: server/too-old"));
    });
}

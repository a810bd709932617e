//! Wide, narrow, long and many rows.

use std::fmt::Write;

use crate::scenario::Scenario;

#[test]
fn tables_of_a_thousand_columns() {
    let mut columns = String::new();
    for number in 1..1000 {
        let kind = ["int", "text", "bool", "date"][number % 4];
        write!(columns, ", c{number} {kind}").expect("text");
    }
    Scenario::new(format!("CREATE TABLE public.t (id int PRIMARY KEY{columns})"))
        .step("INSERT INTO public.t (id, c1, c4, c999) VALUES (1, 'x', 4, '2024-01-01'), (2, NULL, NULL, NULL)")
        .step("UPDATE public.t SET c500 = 5, c501 = 'y' WHERE id = 1")
        .step("UPDATE public.t SET id = id + 1, c998 = true")
        .step("DELETE FROM public.t WHERE id = 2; TRUNCATE public.t")
        .check();
}

#[test]
fn values_of_ten_megabytes() {
    Scenario::new(
        "CREATE TABLE public.t (id int PRIMARY KEY, v text, b bytea, small int);
         INSERT INTO public.t SELECT 1, repeat('0123456789', 1000000), NULL, 1;",
    )
    .step("UPDATE public.t SET small = 2")
    .step("UPDATE public.t SET v = v || 'end', b = convert_to(repeat('é', 1000000), 'UTF8')")
    .step("INSERT INTO public.t SELECT 2, string_agg(md5(g::text), ''), NULL, 0 FROM generate_series(1, 60000) AS g")
    .step("DELETE FROM public.t")
    .check();
}

#[test]
fn tables_with_hardly_a_column() {
    Scenario::new(
        "CREATE TABLE public.none (); INSERT INTO public.none DEFAULT VALUES; INSERT INTO public.none DEFAULT VALUES;
         CREATE TABLE public.only_key (id int PRIMARY KEY); CREATE TABLE public.one (v text);
         CREATE TABLE public.emptied (a int, b int); ALTER TABLE public.emptied DROP COLUMN a, DROP COLUMN b;",
    )
    .step("INSERT INTO public.none DEFAULT VALUES; INSERT INTO public.only_key VALUES (1), (2); INSERT INTO public.one VALUES (''), (NULL)")
    .step("DELETE FROM public.none WHERE ctid = (SELECT min(ctid) FROM public.none); INSERT INTO public.emptied DEFAULT VALUES")
    .step("UPDATE public.one SET v = 'x' WHERE v = ''; UPDATE public.one SET v = '' WHERE v IS NULL; DELETE FROM public.only_key WHERE id = 1")
    .step("TRUNCATE public.none, public.emptied")
    .check();
}

#[test]
fn many_rows_in_one_statement() {
    Scenario::new("CREATE TABLE public.t (id int PRIMARY KEY, v text)")
        .step("INSERT INTO public.t SELECT g, 'v' FROM generate_series(1, 5000) AS g")
        .step("UPDATE public.t SET v = v || id WHERE id % 2 = 0")
        .step("UPDATE public.t SET id = -id WHERE id > 4000")
        .step("DELETE FROM public.t WHERE id % 3 = 0; TRUNCATE public.t")
        .check();
}

#[test]
fn tables_without_a_log_of_their_own() {
    Scenario::new(
        "CREATE UNLOGGED TABLE public.t (id int PRIMARY KEY, v text) WITH (fillfactor = 50)",
    )
    .step("INSERT INTO public.t VALUES (1, 'a'), (2, 'b')")
    .step("UPDATE public.t SET v = 'c'; DELETE FROM public.t WHERE id = 1")
    .check();
}

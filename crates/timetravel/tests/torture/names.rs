//! Names that have to be quoted, and names that look like something else.

use crate::scenario::Scenario;

/// Every name is used for a schema, a table, its key, and another column.
const NAMES: [&str; 20] = [
    "plain",
    "Upper Case",
    "quo\"te",
    "apo'strophe",
    "back\\slash",
    "dot.ted",
    "select",
    "user",
    "old",
    "new",
    "NEW",
    "image",
    "key",
    "tx",
    "c",
    "$1",
    "{table}",
    "Ünïcödé 漢字",
    "a--b/*",
    "a;b",
];

fn tables(names: &[&str]) -> Scenario {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut setup = Vec::new();
    let mut scripts = vec![Vec::new(); 6];
    for name in names {
        let name = quoted(name);
        let table = format!("{name}.{name}");
        setup.push(format!(
            "CREATE SCHEMA {name}; CREATE TABLE {table} ({name} int PRIMARY KEY, \"v\"\"{}\" text);
             INSERT INTO {table} VALUES (1, 'a'), (2, 'b');",
            name.trim_matches('"')
        ));
        scripts[0].push(format!("INSERT INTO {table} VALUES (3, 'c');"));
        scripts[1].push(format!("UPDATE {table} SET {name} = {name} + 10;"));
        scripts[2].push(format!(
            "UPDATE {table} AS x SET \"v\"\"{}\" = 'it''s';",
            name.trim_matches('"')
        ));
        scripts[3].push(format!("DELETE FROM {table} WHERE {name} = 12;"));
        scripts[4].push(format!("TRUNCATE {table};"));
        scripts[5].push(format!("INSERT INTO {table} VALUES (1, E'\\\\');"));
    }
    Scenario::new(setup.concat()).steps(scripts.iter().map(|parts| parts.concat()))
}

#[test]
fn names_that_must_be_quoted() {
    tables(&NAMES).check();
}

#[test]
fn names_with_percent_signs() {
    tables(&["%s %I", "a%b", "100%"]).check();
}

#[test]
fn names_that_end_a_quoted_body() {
    tables(&["$function$", "$query$", "$$", "a$function$; SELECT 1; --"]).check();
}

#[test]
fn names_with_the_end_of_a_line() {
    tables(&["tab\tand\nnewline", "a\rb"]).check();
}

#[test]
fn names_of_63_bytes() {
    // Room for what the second column's name adds.
    let long = "n".repeat(61);
    let wide = "é".repeat(30);
    tables(&[&long, &wide]).check();
}

#[test]
fn names_are_quoted_whatever_a_backslash_means() {
    tables(&["back\\slash", "apo'strophe", "\\"])
        .step("SET standard_conforming_strings = off; SET escape_string_warning = off; SET backslash_quote = on")
        .step("UPDATE \"\\\".\"\\\" SET \"\\\" = 5; UPDATE \"apo'strophe\".\"apo'strophe\" SET \"apo'strophe\" = 6")
        .step("TRUNCATE \"\\\".\"\\\", \"back\\slash\".\"back\\slash\", \"apo'strophe\".\"apo'strophe\"")
        .check();
}

#[test]
fn columns_that_are_called_as_variables_of_the_recorder() {
    Scenario::new(
        "CREATE TABLE public.t (id int PRIMARY KEY, old text, new text, image text, tx int, own_xid int, noted text, before text, after text,
           changed text, i int, tg_op text, tg_relid text, given text, name text, value text, key text, op text,
           this text, state bigint, own bigint, login text, role text, application text, ip inet, plain boolean, place int);
         INSERT INTO public.t (id, old, new) VALUES (1, 'o', 'n'), (2, 'o', 'n');",
    )
    .step("UPDATE public.t SET old = new, new = old, tx = 5, i = 1 WHERE id = 1")
    .step("UPDATE public.t SET image = 'i', key = 'k', before = 'b', changed = 'c', value = 'v', name = 'n', noted = '1:1'")
    .step("UPDATE public.t SET this = 't', state = 9, own = 1, login = 'l', role = 'r', ip = '10.0.0.1', plain = false, place = 3")
    .step("DELETE FROM public.t WHERE id = 2")
    .step("TRUNCATE public.t")
    .check();
}

#[test]
fn columns_that_are_called_as_the_rows_of_our_queries() {
    Scenario::new(
        "CREATE TABLE public.t (r int PRIMARY KEY, p text, e int, a int, b int, c int, k int, m int); CREATE TABLE public.bag (r text, c text, copy int);
         INSERT INTO public.t (r, p) VALUES (1, 'o'), (2, 'n'); INSERT INTO public.bag VALUES ('x', 'y', 1), ('x', 'y', 1);",
    )
    .step("UPDATE public.t SET r = r + 1, p = 'x', e = 1, b = 2, c = 3, k = 4, m = 5 WHERE r = 2; UPDATE public.bag SET c = 'z'")
    .step("UPDATE public.t SET r = 5 - r, c = c + 1")
    .step("TRUNCATE public.t, public.bag")
    .check();
}

#[test]
fn a_table_whose_only_column_has_its_name() {
    Scenario::new(
        "CREATE TABLE public.r (r int PRIMARY KEY); CREATE TABLE public.old (old int); CREATE TABLE public.new (\"new\" int, old int);
         INSERT INTO public.r VALUES (1); INSERT INTO public.old VALUES (1), (1); INSERT INTO public.new VALUES (1, 2);",
    )
    .step("UPDATE public.r SET r = 2; UPDATE public.old SET old = 2; UPDATE public.new SET new = old, old = new")
    .step("DELETE FROM public.r; DELETE FROM public.old; TRUNCATE public.new")
    .check();
}

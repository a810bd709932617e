//! Values of every type: what is stored restores to the identical value.

use pgrecall_journal::{AfterImage, TrackOptions};
use pgrecall_testkit::{Server, block_on};

use crate::scenario::Scenario;

/// A type, the server version that brought it, and values of it as SQL expressions.
type Kind = (&'static str, u32, &'static [&'static str]);

/// What a session may be set to, so that values look as unlike as possible.
const HOSTILE: &str = r"
    SET DateStyle = 'German, DMY'; SET IntervalStyle = 'sql_standard'; SET extra_float_digits = -15; SET TimeZone = '+05:17';
    SET bytea_output = 'escape'; SET xmloption = 'document'; SET xmlbinary = 'hex'; SET standard_conforming_strings = off;
    SET quote_all_identifiers = on; SET array_nulls = off; SET lc_monetary = 'C.utf8'; SET search_path = '';";

/// Another one.
const ODD: &str = r"
    RESET ALL; SET DateStyle = 'SQL, MDY'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 0; SET TimeZone = 'America/St_Johns';
    SET search_path = public; SET default_text_search_config = 'english';";

/// A table per type, with a key and without, whose rows take every value in turn; of a row after an update
/// all is kept, and then what changed.
fn restores(kinds: &[Kind]) {
    for image in [AfterImage::Full, AfterImage::Changed] {
        restores_from(kinds, image);
    }
}

fn restores_from(kinds: &[Kind], image: AfterImage) {
    let version = Server::shared().major_version();
    let known = kinds.iter().filter(|(_, since, _)| *since <= version).enumerate();
    let mut setup = Vec::new();
    let mut scripts = vec![Vec::new(); 6];
    scripts[1].push(HOSTILE.to_owned());
    scripts[3].push(ODD.to_owned());
    scripts[4].push(HOSTILE.to_owned());
    for (number, (name, _, values)) in known {
        let plain = name.replace('"', "");
        let keyed = format!("public.\"{plain} {number}\"");
        let bag = format!("public.\"{plain} {number} without a key\"");
        setup.push(format!(
            "CREATE TABLE {keyed} (id int PRIMARY KEY, v {name}, w int); CREATE TABLE {bag} (v {name}, w int);"
        ));
        for (id, value) in values.iter().enumerate() {
            scripts[0].push(format!("INSERT INTO {keyed} VALUES ({id}, {value}, 0);"));
        }
        let next = format!(
            "UPDATE {keyed} AS t SET v = o.v, w = t.w + 1 FROM {keyed} AS o WHERE o.id = (t.id + 1) % {};",
            values.len()
        );
        scripts[0].push(format!("INSERT INTO {keyed} (id) VALUES (1000);"));
        scripts[1].push(format!("INSERT INTO {bag} SELECT v, id FROM {keyed}; {next}"));
        scripts[2].push(format!("UPDATE {bag} SET w = 1; UPDATE {keyed} SET w = 1;"));
        scripts[3].push(format!(
            "UPDATE {bag} SET v = NULL WHERE w = 1; UPDATE {keyed} SET w = 2; {next}"
        ));
        scripts[4].push(format!("DELETE FROM {keyed} WHERE id % 2 = 0; TRUNCATE {bag};"));
        scripts[5].push(format!("TRUNCATE {keyed};"));
    }
    Scenario::new(setup.concat())
        .tracked(TrackOptions { after_image: Some(image), ..TrackOptions::default() })
        .steps(scripts.iter().map(|parts| parts.concat()))
        .check();
}

const NUMBERS: &[Kind] = &[
    ("smallint", 13, &["-32768", "0", "32767"]),
    ("integer", 13, &["-2147483648", "2147483647"]),
    ("bigint", 13, &["-9223372036854775808", "9223372036854775807"]),
    (
        "numeric",
        13,
        &[
            "0",
            "0.000",
            "'NaN'",
            "1e1000",
            "1e-1000",
            "-12345678901234567890.123456789012345678901234567890",
            "100",
        ],
    ),
    ("numeric(10,3)", 13, &["1", "-1.5", "9999999.999"]),
    ("numeric", 14, &["'Infinity'", "'-Infinity'", "1"]),
    ("numeric(3,-2)", 15, &["12300", "-99900"]),
    (
        "real",
        13,
        &[
            "0.1",
            "'NaN'",
            "'Infinity'",
            "'-Infinity'",
            "1.17549435e-38",
            "3.4028235e38",
            "1e-45",
            "16777217",
        ],
    ),
    (
        "double precision",
        13,
        &[
            "0.1",
            "'NaN'",
            "'Infinity'",
            "'-Infinity'",
            "5e-324",
            "1.7976931348623157e308",
            "0.1::float8 + 0.2::float8",
            "1e15",
            "123456789012345680",
            "1e16",
        ],
    ),
    ("money", 13, &["0", "-1.5", "92233720368547758.07"]),
    ("oid", 13, &["0", "4294967295"]),
    ("bool", 13, &["true", "false"]),
];

#[test]
fn numbers() {
    restores(NUMBERS);
}

#[test]
fn a_zero_keeps_its_sign() {
    restores(&[
        ("real", 13, &["'-0'", "0"]),
        ("double precision", 13, &["'-0'", "0"]),
        ("float8[]", 13, &["ARRAY['-0', 0]::float8[]", "ARRAY[0, '-0']::float8[]"]),
    ]);
}

const TEXTS: &[Kind] = &[
    (
        "text",
        13,
        &[
            "''",
            "' '",
            "'null'",
            "'\"'",
            "E'\\\\'",
            "E'tab\\tnl\\ncr\\r'",
            "E'\\u0001\\u007f\\u0085\\u2028\\ufeff'",
            "'Ünï 漢字 😀'",
            "E'a\\u0301'",
            "'{1,2}'",
            "'it''s'",
            "'1.0'",
            "'true'",
            "repeat('x', 3000)",
        ],
    ),
    ("varchar(5)", 13, &["'ab   '", "'abcde'"]),
    ("char(6)", 13, &["'ab'", "'      '", "'abcdef'", "''"]),
    ("char", 13, &["'x'", "' '"]),
    ("\"char\"", 13, &["'x'", "''", "E'\\\\'", "'\"'", "' '"]),
    ("name", 13, &["'pg_class'", "'a b'", "''"]),
    ("bytea", 13, &["''", "'\\x00ff5c27'", "'\\xdeadbeef'", "convert_to('it''s', 'UTF8')"]),
    (
        "xml",
        13,
        &[
            "'<a b=\"c\">  <d/>&lt;</a>'",
            "xmlparse(content 'text only')",
            "xmlparse(content '<?xml version=\"1.0\"?><a/>')",
            "xmlparse(content '<a/><b/>')",
            "xmlparse(content '')",
        ],
    ),
    (
        "uuid",
        13,
        &["'00000000-0000-0000-0000-000000000000'", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"],
    ),
    ("tsvector", 13, &["'a:1A b:2,3 ''it''''s'':4'", "''", "'x y'::tsvector"]),
    ("tsquery", 13, &["'a & !(b | c:*AB) <-> d'", "'''it''''s'''", "''"]),
    ("jsonpath", 13, &["'$.a[*] ? (@ > 1)'", "'strict $.\"b c\"'"]),
    ("refcursor", 13, &["'cursor'"]),
];

#[test]
fn texts() {
    restores(TEXTS);
}

const TIMES: &[Kind] = &[
    (
        "date",
        13,
        &[
            "'4713-01-01 BC'",
            "'0001-01-01 BC'",
            "'2024-02-29'",
            "'5874897-12-31'",
            "'infinity'",
            "'-infinity'",
            "'2024-03-04'",
            "'0099-01-01'",
        ],
    ),
    ("time", 13, &["'00:00'", "'24:00'", "'23:59:59.999999'"]),
    ("time(2)", 13, &["'10:00:00.12'"]),
    ("timetz", 13, &["'00:00+15:59:59'", "'24:00-15:59:59'", "'10:00:00.000001+05:30'"]),
    (
        "timestamp",
        13,
        &[
            "'4713-01-01 BC'",
            "'294276-12-31 23:59:59.999999'",
            "'infinity'",
            "'-infinity'",
            "'2024-03-04 05:06:07.1'",
            "'0001-12-31 BC'",
            "'2024-03-31 02:30'",
        ],
    ),
    (
        "timestamptz",
        13,
        &[
            "'4713-01-01 00:00+00 BC'",
            "'294276-12-31 23:59:59.999999+00'",
            "'infinity'",
            "'-infinity'",
            "'2024-10-27 00:30+00'",
            "'2024-10-27 01:30+00'",
            "'1883-11-18 12:00:00+00'",
            "'0044-03-15 00:00+00 BC'",
        ],
    ),
    ("timestamptz(0)", 13, &["'2024-03-04 05:06:07+00'"]),
    (
        "interval",
        13,
        &[
            "'1 year 2 mons -3 days +04:05:06.789'",
            "'-1 year +2 days -00:00:00.000001'",
            "'0'",
            "'30 days'",
            "'1 mon'",
            "'720:00'",
            "'178000000 years'",
            "'-178000000 years'",
            "'1 day -24:00'",
        ],
    ),
    ("interval", 17, &["'infinity'", "'-infinity'"]),
    ("interval(3)", 13, &["'1.123'"]),
    ("interval year to month", 13, &["'2-3'"]),
];

#[test]
fn times() {
    restores(TIMES);
}

const PLACES_AND_ADDRESSES: &[Kind] = &[
    ("point", 13, &["'(0.1,-0)'", "'(NaN,Infinity)'", "'(1e-300,3)'"]),
    ("line", 13, &["'{1,-1,0.1}'"]),
    ("lseg", 13, &["'[(0.1,0.2),(0.30000000000000004,1)]'"]),
    ("box", 13, &["'(1,1),(0.1,0.2)'"]),
    ("path", 13, &["'[(0,0),(1,0.1)]'", "'((0,0),(1,0.1))'"]),
    ("polygon", 13, &["'((0,0),(1,0.1),(2,2))'"]),
    ("circle", 13, &["'<(0.1,0.2),0.30000000000000004>'"]),
    (
        "inet",
        13,
        &["'10.1.2.3/8'", "'::1'", "'::ffff:1.2.3.4/128'", "'fe80::1/64'", "'192.168.1.1'"],
    ),
    ("cidr", 13, &["'10.0.0.0/8'", "'2001:db8::/32'"]),
    ("macaddr", 13, &["'08:00:2b:01:02:03'"]),
    ("macaddr8", 13, &["'08:00:2b:01:02:03:04:05'"]),
];

#[test]
fn places_and_addresses() {
    restores(PLACES_AND_ADDRESSES);
}

const BITS_AND_NUMBERS_OF_THE_SERVER: &[Kind] = &[
    ("bit(3)", 13, &["B'101'", "B'000'"]),
    ("varbit", 13, &["B''", "B'1'", "B'0000000001'"]),
    ("pg_lsn", 13, &["'0/0'", "'FFFFFFFF/FFFFFFFF'"]),
    ("xid", 13, &["'1'", "'4294967295'"]),
    ("xid8", 13, &["'1'", "'18446744073709551615'"]),
    ("cid", 13, &["'1'"]),
    ("tid", 13, &["'(0,1)'", "'(4294967295,65535)'"]),
    ("txid_snapshot", 13, &["'10:20:10,14'"]),
    ("pg_snapshot", 13, &["'10:20:10,14'"]),
    ("aclitem", 13, &["makeaclitem(10, 10, 'SELECT', true)"]),
];

#[test]
fn bits_and_numbers_of_the_server() {
    restores(BITS_AND_NUMBERS_OF_THE_SERVER);
}

const NAMES_OF_OBJECTS: &[Kind] = &[
    ("regclass", 13, &["'pg_class'", "0", "4294967295"]),
    ("regtype", 13, &["'timestamptz'", "'int[]'", "0"]),
    ("regproc", 13, &["'now'", "0"]),
    ("regprocedure", 13, &["'now()'", "'abs(int)'"]),
    ("regoper", 13, &["'||/'"]),
    ("regoperator", 13, &["'+(int,int)'"]),
    ("regrole", 13, &["'pg_monitor'"]),
    ("regnamespace", 13, &["'pg_catalog'"]),
    ("regconfig", 13, &["'english'"]),
    ("regdictionary", 13, &["'simple'"]),
    ("regcollation", 13, &["'\"C\"'"]),
];

#[test]
fn names_of_objects() {
    restores(NAMES_OF_OBJECTS);
}

const VECTORS: &[Kind] =
    &[("int2vector", 13, &["'1 2 3'", "''"]), ("oidvector", 13, &["'1 2 3'", "''"])];

#[test]
fn vectors() {
    restores(VECTORS);
}

const JSONB: &[Kind] = &[
    (
        "jsonb",
        13,
        &[
            "'{\"b\": 1.00, \"a\": [1, null, {}]}'",
            "'1'",
            "'1.0'",
            "'1e1000'",
            "'\"x\"'",
            "'[]'",
            "'{\"\": \"\"}'",
            r#"'"{\"a\": 1}"'"#,
            "'true'",
        ],
    ),
    ("jsonb[]", 13, &["ARRAY['1', NULL, '{\"a\": [1]}', '\"x\"']::jsonb[]", "'{}'"]),
];

#[test]
fn json_that_jsonb_holds_as_it_is() {
    restores(JSONB);
}

#[test]
fn a_null_within_json_is_no_null_of_sql() {
    restores(&[
        ("jsonb", 13, &["'null'", "NULL", "'\"null\"'"]),
        ("json", 13, &["'null'", "NULL", "'\"null\"'"]),
    ]);
}

#[test]
fn arrays_of_json() {
    restores(&[(
        "jsonb[]",
        13,
        &["ARRAY['[1,2]', '\"x\"', 'null', NULL]::jsonb[]", "ARRAY['[]']::jsonb[]"],
    )]);
}

const JSON: &[Kind] = &[
    (
        "json",
        13,
        &[
            "'{\"b\": 1, \"a\": 2}'",
            "'{\"a\":1,\"a\":2}'",
            "' [1 ,2]  '",
            "E'{\\n\\t\"a\":\\n1}'",
            "'1.0'",
            "'1E5'",
            "'\"x\"'",
            "'\"5\"'",
            "'null'",
            "'{}'",
            r#"'"\u00e9"'"#,
            r#"'"\u0000"'"#,
            r#"'"\ud83d\ude00"'"#,
            "'1e200000'",
            "'\"{}\"'",
            r#"'"\/"'"#,
        ],
    ),
    (
        "json[]",
        13,
        &["ARRAY['{\"b\":1,\"a\":2}', NULL, 'null', '[1 , 2]', '\"x\"']::json[]", "'{}'"],
    ),
];

#[test]
fn json_keeps_its_white_space_its_order_and_its_doubles() {
    restores(JSON);
}

const ARRAYS: &[Kind] = &[
    (
        "int[]",
        13,
        &["'{}'", "'{1,2,3}'", "'{NULL,1}'", "'{{1,2},{3,4}}'", "'{{{1}}}'", "'{2147483647}'"],
    ),
    (
        "text[]",
        13,
        &[
            "'{}'",
            "ARRAY['', NULL, 'NULL', 'null', '\"', 'a,b', '{}', ' ', E'\\\\', E'\\n']",
            "ARRAY[['a','b'],['c',NULL]]",
        ],
    ),
    ("float8[]", 13, &["ARRAY[0.1::float8 + 0.2::float8, 'NaN', '-Infinity']"]),
    ("numeric[]", 13, &["ARRAY[1.0, 1.00, 'NaN', NULL]"]),
    (
        "timestamptz[]",
        13,
        &["ARRAY['infinity', '0044-03-15 00:00+00 BC', '2024-10-27 00:30+00']::timestamptz[]"],
    ),
    ("interval[]", 13, &["ARRAY['1 year -3 days', '-00:00:01']::interval[]"]),
    ("bytea[]", 13, &["ARRAY['\\x00ff', '', NULL]::bytea[]"]),
    ("char(3)[]", 13, &["ARRAY['a', 'ab']"]),
    ("bool[]", 13, &["'{t,f,NULL}'"]),
    ("date[]", 13, &["ARRAY['2024-03-04', 'infinity']::date[]"]),
    ("money[]", 13, &["ARRAY[1.5, -2]::numeric[]::money[]"]),
    ("point[]", 13, &["ARRAY['(0.1,0.2)', '(1,NaN)']::point[]"]),
    ("box[]", 13, &["'{(1,1),(0,0);(2,2),(1.5,1)}'"]),
    ("inet[]", 13, &["ARRAY['::1', '10.0.0.1/8']::inet[]"]),
    ("xml[]", 13, &["ARRAY['<a>b</a>', NULL]::xml[]"]),
    ("int4range[]", 13, &["ARRAY['[1,5)', 'empty', NULL]::int4range[]"]),
];

#[test]
fn arrays() {
    restores(ARRAYS);
}

#[test]
fn arrays_with_lower_bounds_of_their_own() {
    restores(&[
        ("int[]", 13, &["'[0:2]={1,2,3}'", "'[-5:-4][3:4]={{1,2},{3,NULL}}'", "'[2:2]={7}'"]),
        ("text[]", 13, &["'[0:1]={a,NULL}'", "'[5:5]={\"[0:1]={x}\"}'"]),
        ("jsonb[]", 13, &["'[0:1]={\"1\",\"{}\"}'"]),
    ]);
}

const RANGES: &[Kind] = &[
    ("int4range", 13, &["'empty'", "'[1,10)'", "'(,5)'", "'(,)'", "'[3,)'"]),
    ("int8range", 13, &["'[-9223372036854775808,9223372036854775807)'"]),
    ("numrange", 13, &["'(1.0,1.00]'", "'[NaN,NaN]'", "'[1.10,)'"]),
    (
        "daterange",
        13,
        &["'[2024-01-01,infinity]'", "'[0044-03-15 BC,2024-03-04)'", "'[-infinity,infinity)'"],
    ),
    ("tsrange", 13, &["'[2024-03-04 05:06:07.123456,infinity]'", "'(,2024-01-01)'"]),
    ("tstzrange", 13, &["'[\"0044-03-15 00:00+00 BC\",2024-10-27 01:30+00)'", "'empty'"]),
    ("int4multirange", 14, &["'{}'", "'{[1,3),[5,7)}'", "'{(,)}'"]),
    ("int8multirange", 14, &["'{[1,3)}'"]),
    ("nummultirange", 14, &["'{[1.0,2.50],(3,4)}'"]),
    ("datemultirange", 14, &["'{[2024-03-04,2024-04-05),[2025-01-01,infinity)}'"]),
    ("tsmultirange", 14, &["'{[2024-03-04 05:06,2024-04-05 00:00)}'"]),
    (
        "tstzmultirange",
        14,
        &["'{[2024-03-04 05:06+00,2024-10-27 01:30+00),[2025-01-01 00:00+00,)}'"],
    ),
];

#[test]
fn ranges() {
    restores(RANGES);
}

/// Types of PostgreSQL that no table of a user can hold values of, or that read none back.
const INTERNAL: [&str; 7] = [
    "pg_node_tree",
    "pg_ndistinct",
    "pg_dependencies",
    "pg_mcv_list",
    "pg_brin_bloom_summary",
    "pg_brin_minmax_multi_summary",
    "gtsvector",
];

#[test]
fn no_type_of_the_server_is_forgotten() {
    let groups = [
        NUMBERS,
        TEXTS,
        TIMES,
        PLACES_AND_ADDRESSES,
        BITS_AND_NUMBERS_OF_THE_SERVER,
        NAMES_OF_OBJECTS,
        VECTORS,
        JSONB,
        JSON,
        ARRAYS,
        RANGES,
    ];
    let version = Server::shared().major_version();
    let kinds = groups.into_iter().flatten().filter(|(_, since, _)| *since <= version);
    let kinds: Vec<String> = kinds.map(|(name, ..)| format!("'{name}'::regtype")).collect();
    let forgotten = format!(
        "SELECT coalesce(string_agg(oid::regtype::text, ', '), '') FROM pg_type
         WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typelem = 0
           AND typname <> ALL ('{{{}}}') AND oid <> ALL (ARRAY[{}])",
        INTERNAL.join(","),
        kinds.join(",")
    );
    block_on(async {
        let database = Server::shared().database().await;
        assert_eq!(database.scalar(&forgotten).await, "");
    });
}

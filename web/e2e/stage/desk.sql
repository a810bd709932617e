-- A second, small database: plain rows to undo without an approval, a table of very many columns,
-- and values that are markup, code or unprintable somewhere.

CREATE TABLE customer (
  id      bigint NOT NULL PRIMARY KEY,
  name    text   NOT NULL,
  email   text   NOT NULL UNIQUE,
  notes   text,
  balance numeric(12, 2) NOT NULL DEFAULT 0
);

CREATE TABLE invoice (
  id          bigint      NOT NULL PRIMARY KEY,
  customer_id bigint      NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
  total       numeric(12, 2) NOT NULL,
  status      text        NOT NULL DEFAULT 'open',
  lines       jsonb       NOT NULL DEFAULT '[]'
);

CREATE TABLE hostile (
  id    bigint NOT NULL PRIMARY KEY,
  value text
);

DO $block$
BEGIN
  EXECUTE 'CREATE TABLE wide (id bigint NOT NULL PRIMARY KEY, '
    || (SELECT string_agg(format('column_%s text', lpad(n::text, 3, '0')), ', ' ORDER BY n) FROM generate_series(1, 299) AS n)
    || ')';
END
$block$;

INSERT INTO customer (id, name, email, notes, balance)
SELECT n, 'Customer ' || n, 'customer.' || n || '@example.com', CASE WHEN n % 4 = 0 THEN NULL ELSE '' END, n * 10.5
FROM generate_series(1, 400) AS n;

INSERT INTO invoice (id, customer_id, total, status, lines)
SELECT n, 1 + n % 400, n * 3.25, 'open', jsonb_build_array(jsonb_build_object('sku', 'A-' || n, 'quantity', 1 + n % 3))
FROM generate_series(1, 900) AS n;

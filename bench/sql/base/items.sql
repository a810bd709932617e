-- The tables that are written to, and the rows they get. Twelve columns of the types that
-- applications use, about 200 bytes a row. Made once; every system gets a copy of the database, so
-- that all begin with the same bytes.
CREATE TABLE public.item (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  sku varchar(40) NOT NULL,
  price numeric(12, 2) NOT NULL,
  quantity integer NOT NULL,
  active boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  available_from date,
  token uuid NOT NULL,
  tags text[] NOT NULL,
  attributes jsonb NOT NULL,
  weight double precision
);

CREATE TABLE public.bulk_item (LIKE public.item INCLUDING ALL);

-- Never recorded: what statements over many rows read from, so that making values up is no part of
-- what is measured.
CREATE SCHEMA source;

CREATE TABLE source.item (LIKE public.item INCLUDING ALL);

INSERT INTO source.item (
  id, name, sku, price, quantity, active, changed_at, available_from, token, tags, attributes,
  weight
)
SELECT
  n,
  'Item number ' || n || ' of the catalogue',
  'SKU-' || upper(left(md5(n::text), 12)),
  (n % 100000)::numeric / 100,
  n % 500,
  n % 7 <> 0,
  timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second',
  CASE WHEN n % 5 <> 0 THEN date '2026-01-01' + n % 365 END,
  md5('token ' || n)::uuid,
  ARRAY['colour-' || n % 11, 'size-' || n % 5],
  jsonb_build_object('brand', 'brand ' || n % 97, 'stock', n % 13, 'fragile', n % 3 = 0),
  (n % 1000) / 7.0::double precision
FROM generate_series(1, {source_rows}) AS n;

INSERT INTO public.item (
  id, name, sku, price, quantity, active, changed_at, available_from, token, tags, attributes,
  weight
)
SELECT
  id, name, sku, price, quantity, active, changed_at, available_from, token, tags, attributes,
  weight
FROM source.item
WHERE id <= {item_rows};

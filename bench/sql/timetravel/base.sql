-- Customers and their purchases, and tables beside them whose changes share the journal.
CREATE TABLE public.customer (
  id      bigint PRIMARY KEY,
  name    text   NOT NULL,
  city    text   NOT NULL,
  country text   NOT NULL
);
CREATE TABLE public.purchase (
  id       bigint        PRIMARY KEY,
  customer bigint        NOT NULL REFERENCES public.customer,
  label    text          NOT NULL,
  amount   numeric(12,2) NOT NULL,
  state    text          NOT NULL,
  at       timestamptz   NOT NULL,
  tags     text[]        NOT NULL
);
INSERT INTO public.customer
SELECT g, 'customer ' || g, 'city ' || g % 2000, 'country ' || g % 50
FROM pg_catalog.generate_series(1, {rows} / 10) AS g;
INSERT INTO public.purchase
SELECT
  g, 1 + g % ({rows} / 10), 'order of something with number ' || g, g % 1000 + 0.5, 'open',
  timestamptz '2026-02-01 00:00+00' + g * interval '1 second', ARRAY['red', 'n' || g % 10]
FROM pg_catalog.generate_series(1, {rows}) AS g;
CREATE INDEX purchase_customer ON public.purchase (customer);
CREATE INDEX customer_city ON public.customer (city);
DO $block$
BEGIN
  FOR number IN 1 .. {others} LOOP
    EXECUTE pg_catalog.format(
      'CREATE TABLE public.other_%s (id bigint PRIMARY KEY, v text NOT NULL, n bigint NOT NULL)', number
    );
    EXECUTE pg_catalog.format(
      'INSERT INTO public.other_%s SELECT g, ''other '' || g, 0 FROM pg_catalog.generate_series(1, 1000) AS g', number
    );
  END LOOP;
END
$block$

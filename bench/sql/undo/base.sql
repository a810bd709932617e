-- Three children to a parent and a little more; as wide as rows of an application are.
CREATE TABLE public.parent (
  id      bigint      PRIMARY KEY,
  name    text        NOT NULL,
  city    text        NOT NULL,
  since   timestamptz NOT NULL
);
CREATE TABLE public.child (
  id      bigint        PRIMARY KEY,
  parent  bigint        NOT NULL REFERENCES public.parent ON DELETE CASCADE,
  label   text          NOT NULL,
  amount  numeric(12,2) NOT NULL,
  state   text          NOT NULL,
  at      timestamptz   NOT NULL,
  tags    text[]        NOT NULL
);
INSERT INTO public.parent
SELECT g, 'customer ' || g, 'city ' || g % 100, timestamptz '2026-01-01 00:00+00' + g * interval '1 minute'
FROM pg_catalog.generate_series(1, {parents}) AS g;
INSERT INTO public.child
SELECT
  g, 1 + g % {parents}, 'order of something with number ' || g, g % 1000 + 0.5, 'open',
  timestamptz '2026-02-01 00:00+00' + g * interval '1 second', ARRAY['red', 'n' || g % 10]
FROM pg_catalog.generate_series(1, {children}) AS g;
CREATE INDEX child_parent ON public.child (parent)

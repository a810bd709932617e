-- Which steps have been taken, so that each is taken once.
CREATE TABLE recall_control.migration (
  version    integer     NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT migration_pkey PRIMARY KEY (version)
);

COMMENT ON TABLE recall_control.migration IS 'The steps that brought this schema to what it is.';

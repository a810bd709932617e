-- The steps of the plan that this connection made last. They are kept at the server, because there
-- may be millions, and all that is done with them is done there. Rows are the text of a row of the
-- table as it is today, null where the journal does not hold a value; `hashes` is the same of the
-- columns of which it holds a hash. `found` is what a row without a key is by its turn, where a foreign
-- key changes it before. No index: a plan is always read as a whole, or is small.
CREATE TEMPORARY TABLE IF NOT EXISTS recall_step (
  plan       bigint   NOT NULL,
  position   bigint   NOT NULL,
  batch      integer  NOT NULL,
  relation   integer  NOT NULL,
  action     "char"   NOT NULL,
  key        text COLLATE "C",
  target_key text COLLATE "C",
  expected   text,
  found      text,
  hashes     text,
  target     text,
  changes    bigint[] NOT NULL
);
TRUNCATE pg_temp.recall_step

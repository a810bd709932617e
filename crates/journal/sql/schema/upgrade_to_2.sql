-- From version 1, whose images were JSON: they stay JSON, and name their columns themselves. A
-- transaction had a row of its own with the server's number in it; its number is the server's own
-- from here on, and what comes is counted on from the numbers that are there.
DROP VIEW IF EXISTS recall.log, recall.stats;
DROP FUNCTION IF EXISTS recall._noted_transaction();
DROP FUNCTION IF EXISTS recall._begin_transaction();

ALTER TABLE recall.incarnation
  ADD COLUMN system text NOT NULL DEFAULT 'unknown',
  ADD COLUMN tx_offset bigint NOT NULL DEFAULT 0;
ALTER TABLE recall.incarnation ALTER COLUMN system DROP DEFAULT, ALTER COLUMN tx_offset DROP DEFAULT;

ALTER TABLE recall.relation ADD COLUMN since_change bigint, ADD COLUMN shape integer, ADD COLUMN leaves oid[],
  ADD COLUMN seen jsonb, ADD COLUMN functions text,
  ADD COLUMN only_roles oid[], ADD COLUMN only_role_names text[], ADD COLUMN condition text,
  ADD COLUMN on_failure text NOT NULL DEFAULT 'strict', ADD COLUMN after_image text NOT NULL DEFAULT 'full',
  ADD CONSTRAINT relation_only_roles_have_names CHECK ((cardinality(only_roles) = cardinality(only_role_names)) IS NOT FALSE),
  ADD CONSTRAINT relation_on_failure_known CHECK (on_failure IN ('strict', 'isolate')),
  ADD CONSTRAINT relation_after_image_known CHECK (after_image IN ('full', 'changed'));
UPDATE recall.relation AS r
SET since_change = coalesce(
  (SELECT min(c.id) FROM recall.change AS c WHERE c.relation = r.id AND c.tx >= r.since_tx),
  pg_catalog.nextval('recall.change_id')
);
ALTER TABLE recall.relation ALTER COLUMN since_change SET NOT NULL;

ALTER TABLE recall.gap DROP CONSTRAINT gap_reason_known;
ALTER TABLE recall.gap ADD COLUMN detail text, ADD CONSTRAINT gap_reason_known CHECK (
  reason IN (
    'untracked', 'bypassed', 'row security', 'older snapshot', 'partitions changed', 'recorded above',
    'selective', 'failed', 'paused'
  )
);

DROP INDEX recall.change_transaction;
ALTER TABLE recall.change DROP CONSTRAINT change_images_fit_op;
ALTER TABLE recall.change
  ADD COLUMN shape integer,
  ADD COLUMN database_user text COLLATE "C",
  ADD COLUMN database_role text COLLATE "C",
  ADD COLUMN application text COLLATE "C",
  ADD COLUMN ip inet,
  ALTER COLUMN new TYPE text USING CASE op WHEN 'U' THEN (old || new)::text ELSE new::text END,
  ALTER COLUMN old TYPE text USING old::text;
UPDATE recall.change AS c
SET database_user = t.database_user,
    database_role = t.database_role
FROM recall.transaction AS t
WHERE t.id = c.tx AND t.xid = c.xid;
ALTER TABLE recall.change DROP COLUMN xid;

ALTER TABLE recall.transaction DROP CONSTRAINT transaction_xid_key;
ALTER TABLE recall.transaction ALTER COLUMN id DROP IDENTITY;
ALTER TABLE recall.transaction
  DROP COLUMN incarnation,
  DROP COLUMN xid,
  ADD COLUMN operation bigint;

DROP SEQUENCE recall.noted_xid, recall.noted_tx;

-- The event triggers: how many of the two are there and fire always, and whether this user may make them.
SELECT
  (
    SELECT count(*)
    FROM pg_catalog.pg_event_trigger AS e
    WHERE e.evtname IN ('recall_ddl', 'recall_drop') AND e.evtenabled = 'A'
  ) AS enabled,
  (SELECT count(*) FROM pg_catalog.pg_event_trigger AS e WHERE e.evtname IN ('recall_ddl', 'recall_drop')) AS present,
  (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user) AS permitted

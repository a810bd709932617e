-- The guards of a table as they are from now on.
INSERT INTO recall.guard (relation, allow_from, allow_local, max_changes, protect, guard_drop, since_tx)
VALUES ($1, $2::text[]::inet[], $3, $4, $5, $6, $7)
ON CONFLICT (relation) DO UPDATE SET
  allow_from = excluded.allow_from,
  allow_local = excluded.allow_local,
  max_changes = excluded.max_changes,
  protect = excluded.protect,
  guard_drop = excluded.guard_drop,
  since_tx = excluded.since_tx

-- A stretch of very many changes, of which a look saw a part. It is told once: by its beginning, which
-- is kept while later looks see more of it.
WITH stretch AS (
  INSERT INTO recall_control.bulk_stretch AS s (target, who_hash, from_at, until_at)
  VALUES ($1, sha256(convert_to($2, 'UTF8')), $3, $4)
  ON CONFLICT (target, who_hash) DO UPDATE
  SET
    from_at = CASE WHEN s.until_at >= EXCLUDED.from_at THEN s.from_at ELSE EXCLUDED.from_at END,
    until_at = greatest(s.until_at, EXCLUDED.until_at)
  RETURNING from_at, who_hash
)
INSERT INTO recall_control.notice (event, topic, at, actor, target, details)
SELECT 'bulk:' || $1 || ':' || extract(epoch FROM s.from_at)::text || ':' || encode(s.who_hash, 'hex'), 'bulk_change', $4, $5, $1, $6
FROM stretch AS s
ON CONFLICT (event) DO NOTHING

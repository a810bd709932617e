-- Notes the place of a sign-in; gives it if it is new for somebody who was known elsewhere.
WITH here AS (
  SELECT set_masklen($2::text::cidr, CASE family($2::text::inet) WHEN 4 THEN 24 ELSE 48 END) AS network
),
noted AS (
  INSERT INTO recall_control.place AS p (user_id, network)
  SELECT $1, h.network FROM here AS h
  ON CONFLICT ON CONSTRAINT place_pkey DO UPDATE SET last_seen_at = now()
)
SELECT h.network::text AS network
FROM here AS h
WHERE EXISTS (SELECT FROM recall_control.place AS p WHERE p.user_id = $1)
  AND NOT EXISTS (SELECT FROM recall_control.place AS p WHERE p.user_id = $1 AND p.network = h.network)

-- The roles are these and no others.
WITH counted AS (
  UPDATE recall_control.user_account SET version = version + 1 WHERE id = $1
),
wanted AS (
  SELECT m.role, m.target, m.tenant
  FROM ROWS FROM (unnest($2::text[]), unnest($3::text[]), unnest($4::text[])) AS m (role, target, tenant)
),
gone AS (
  DELETE FROM recall_control.membership AS m
  WHERE m.user_id = $1 AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.role = m.role AND w.target = m.target)
)
INSERT INTO recall_control.membership (user_id, role, target, tenant)
SELECT $1, w.role, w.target, w.tenant FROM wanted AS w
ON CONFLICT ON CONSTRAINT membership_pkey DO UPDATE SET tenant = excluded.tenant

-- A new user with its roles.
WITH added AS (
  INSERT INTO recall_control.user_account (name) VALUES ($1) RETURNING id
)
INSERT INTO recall_control.membership (user_id, role, target, tenant)
SELECT a.id, m.role, m.target, m.tenant
FROM added AS a
CROSS JOIN ROWS FROM (unnest($2::text[]), unnest($3::text[]), unnest($4::text[])) AS m (role, target, tenant)
RETURNING user_id

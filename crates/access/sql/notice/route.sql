-- Makes the deliveries of notices that have none yet: to the channels of the configuration ($1), and,
-- where mail can be sent ($2), to the users who may know and want to. Of several servers each takes
-- others, and a notice gets its deliveries in the statement that marks it.
WITH taken AS (
  SELECT n.id, n.topic, n.actor, n.concerns, n.target, n.tenant, n.subject
  FROM recall_control.notice AS n
  WHERE n.routed_at IS NULL
  ORDER BY n.id
  LIMIT 100
  FOR UPDATE SKIP LOCKED
),
to_channels AS (
  SELECT n.id AS notice_id, c.name AS channel, NULL::bigint AS user_id, r.recipient
  FROM taken AS n
  CROSS JOIN jsonb_to_recordset($1) AS c (name text, topics text[], targets text[], recipients text[])
  CROSS JOIN unnest(c.recipients) AS r (recipient)
  WHERE CASE n.topic
    WHEN 'test' THEN n.subject = c.name
    ELSE (c.topics IS NULL OR n.topic = ANY (c.topics)) AND (c.targets IS NULL OR n.target = ANY (c.targets))
  END
),
to_users AS (
  SELECT n.id AS notice_id, 'personal' AS channel, u.id AS user_id, u.mail AS recipient
  FROM taken AS n
  JOIN recall_control.topic AS t ON t.name = n.topic
  JOIN recall_control.user_account AS u ON u.mail IS NOT NULL AND u.disabled_at IS NULL
  LEFT JOIN recall_control.subscription AS s ON s.user_id = u.id AND s.topic = n.topic
  CROSS JOIN LATERAL (
    SELECT
      count(*) > 0 AS belongs,
      coalesce(bool_or(m.role = ANY (t.readers)), false) AS reads,
      coalesce(bool_or(m.role = ANY (t.default_roles)), false) AS by_role
    FROM recall_control.membership AS m
    WHERE m.user_id = u.id
      AND (m.target = '*' OR m.target = n.target)
      AND (m.tenant IS NULL OR m.tenant = n.tenant)
  ) AS held
  CROSS JOIN LATERAL (
    SELECT t.tells_concerned AND coalesce(u.name = n.concerns, false) AND (held.belongs OR n.target IS NULL) AS concerned
  ) AS own
  WHERE $2
    AND (t.own_deeds OR u.name IS DISTINCT FROM n.actor)
    AND (own.concerned OR held.reads)
    AND coalesce(s.wanted, own.concerned OR held.by_role)
),
made AS (
  INSERT INTO recall_control.delivery (notice_id, channel, user_id, recipient)
  SELECT c.notice_id, c.channel, c.user_id, c.recipient FROM to_channels AS c
  UNION ALL
  SELECT u.notice_id, u.channel, u.user_id, u.recipient FROM to_users AS u
  ON CONFLICT ON CONSTRAINT delivery_once DO NOTHING
)
UPDATE recall_control.notice SET routed_at = now() WHERE id IN (SELECT t.id FROM taken AS t)

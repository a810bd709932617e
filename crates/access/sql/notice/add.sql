-- A notice of what no deed tells; nothing where it is there already.
INSERT INTO recall_control.notice (event, topic, at, actor, target, details)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (event) DO NOTHING

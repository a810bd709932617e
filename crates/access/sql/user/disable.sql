-- From now on the user may do nothing: its sessions end, and its tokens with them.
WITH disabled AS (
  UPDATE recall_control.user_account SET disabled_at = coalesce(disabled_at, now()) WHERE name = $1
  RETURNING id
),
ended AS (
  DELETE FROM recall_control.session WHERE user_id IN (SELECT d.id FROM disabled AS d)
)
SELECT d.id FROM disabled AS d

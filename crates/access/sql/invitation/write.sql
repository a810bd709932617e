-- A link for the user, or for the first administrator. Earlier links for the same go.
WITH withdrawn AS (
  DELETE FROM recall_control.invitation WHERE user_id IS NOT DISTINCT FROM $2 AND used_at IS NULL
)
INSERT INTO recall_control.invitation (token_hash, user_id, expires_at)
VALUES ($1, $2, now() + make_interval(hours => $3))

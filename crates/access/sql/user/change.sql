-- What is given is changed. Who is disabled is signed out; its tokens do not work meanwhile.
WITH changed AS (
  UPDATE recall_control.user_account AS u
  SET
    disabled_at = CASE WHEN $2::boolean THEN coalesce(u.disabled_at, now()) WHEN NOT $2 THEN NULL ELSE u.disabled_at END,
    allow_from = coalesce($3::text[]::cidr[], u.allow_from),
    mail = CASE WHEN $4::boolean THEN $5::text ELSE u.mail END,
    version = u.version + 1
  WHERE u.id = $1
)
DELETE FROM recall_control.session AS s WHERE s.user_id = $1 AND $2

-- Ends one session of a user, or all but one.
DELETE FROM recall_control.session
WHERE user_id = $1 AND ($2::bigint IS NULL OR id = $2) AND ($3::bytea IS NULL OR token_hash <> $3)

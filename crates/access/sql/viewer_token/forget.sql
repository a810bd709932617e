-- The log keeps that they were minted.
DELETE FROM recall_control.viewer_token WHERE expires_at < now()

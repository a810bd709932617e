-- A new user, whose roles follow.
INSERT INTO recall_control.user_account (name) VALUES ($1) RETURNING id

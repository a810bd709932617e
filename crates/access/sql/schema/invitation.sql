-- Links with which somebody sets a password, once. Without a user it is the link for the first
-- administrator, who chooses a name too.
CREATE TABLE recall_control.invitation (
  token_hash bytea       NOT NULL,
  user_id    bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  CONSTRAINT invitation_pkey PRIMARY KEY (token_hash),
  CONSTRAINT invitation_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE
);

COMMENT ON TABLE recall_control.invitation IS 'One-time links with which a password is set.';
COMMENT ON COLUMN recall_control.invitation.token_hash IS 'SHA-256 of what stands in the link.';
COMMENT ON COLUMN recall_control.invitation.user_id IS 'Whose password; null for the first administrator.';

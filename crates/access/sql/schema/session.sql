-- Who is signed in. Only a hash of what the browser holds is kept: who reads this table cannot use
-- the sessions.
CREATE TABLE recall_control.session (
  token_hash   bytea       NOT NULL,
  user_id      bigint      NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  ip           text,
  user_agent   text,
  second_factor boolean    NOT NULL DEFAULT false,
  CONSTRAINT session_pkey PRIMARY KEY (token_hash),
  CONSTRAINT session_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE
);

CREATE INDEX session_of_user ON recall_control.session (user_id);

COMMENT ON TABLE recall_control.session IS 'Who is signed in.';
COMMENT ON COLUMN recall_control.session.token_hash IS 'SHA-256 of what the cookie holds.';
COMMENT ON COLUMN recall_control.session.second_factor IS 'Whether a second factor was shown at the sign-in.';

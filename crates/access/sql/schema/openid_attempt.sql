-- Somebody was sent to the provider and is to come back, in the same browser, once.
CREATE TABLE recall_control.openid_attempt (
  state_hash   bytea       NOT NULL,
  browser_hash bytea       NOT NULL,
  nonce        text        NOT NULL,
  verifier     text        NOT NULL,
  return_to    text        NOT NULL,
  user_id      bigint,
  expires_at   timestamptz NOT NULL,
  CONSTRAINT openid_attempt_pkey PRIMARY KEY (state_hash),
  CONSTRAINT openid_attempt_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE
);

COMMENT ON TABLE recall_control.openid_attempt IS 'Sign-ins with OpenID Connect that are under way.';
COMMENT ON COLUMN recall_control.openid_attempt.state_hash IS 'SHA-256 of what the provider sends back.';
COMMENT ON COLUMN recall_control.openid_attempt.browser_hash IS 'SHA-256 of what the cookie of the browser holds.';
COMMENT ON COLUMN recall_control.openid_attempt.verifier IS 'The secret of PKCE (RFC 7636), used once.';
COMMENT ON COLUMN recall_control.openid_attempt.user_id IS 'Who links an identity to itself; null for a sign-in.';

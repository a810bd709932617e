-- What a key is asked to sign, in one session and once. A session has one for each purpose: whoever
-- asks anew gives up what was asked before, so there are never more of them than sessions.
CREATE TABLE recall_control.key_challenge (
  session_id bigint      NOT NULL,
  purpose    text        NOT NULL,
  state      bytea       NOT NULL,
  domain     text        NOT NULL,
  origin     text        NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT key_challenge_pkey PRIMARY KEY (session_id, purpose),
  CONSTRAINT key_challenge_session_fkey FOREIGN KEY (session_id) REFERENCES recall_control.session (id) ON DELETE CASCADE,
  CONSTRAINT key_challenge_purpose_known CHECK (purpose IN ('add', 'show'))
);

COMMENT ON TABLE recall_control.key_challenge IS 'What security keys are asked to sign.';
COMMENT ON COLUMN recall_control.key_challenge.purpose IS 'Whether a key is to be added, or shown.';
COMMENT ON COLUMN recall_control.key_challenge.state IS 'The challenge and what belongs to it, as webauthn_rp writes it.';
COMMENT ON COLUMN recall_control.key_challenge.origin IS 'The origin whose pages may have the key asked.';

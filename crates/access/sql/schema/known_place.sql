-- From where users have signed in, so that a sign-in from elsewhere is news. Addresses and browsers
-- are as long as clients make them, hence the hash.
CREATE TABLE recall_control.known_place (
  user_id    bigint      NOT NULL,
  place_hash bytea       NOT NULL,
  last_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT known_place_pkey PRIMARY KEY (user_id, place_hash),
  CONSTRAINT known_place_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE
);

COMMENT ON TABLE recall_control.known_place IS 'From where users have signed in.';
COMMENT ON COLUMN recall_control.known_place.place_hash IS 'SHA-256 of the address and the browser.';
COMMENT ON COLUMN recall_control.known_place.last_at IS 'When the user last signed in from there; after half a year it is forgotten.';

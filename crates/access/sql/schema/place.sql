-- From where users have signed in, so that they can be told when it was from elsewhere. Addresses
-- change within a network all the time: a place is a /24, or a /48 of IPv6.
CREATE TABLE recall_control.place (
  user_id       bigint      NOT NULL,
  network       cidr        NOT NULL,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT place_pkey PRIMARY KEY (user_id, network),
  CONSTRAINT place_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE
);

COMMENT ON TABLE recall_control.place IS 'From where users have signed in.';

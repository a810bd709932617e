-- Searches that users keep under a name, for themselves or for all who know the target.
CREATE TABLE recall_control.saved_search (
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  user_id    bigint      NOT NULL,
  target     text        NOT NULL,
  name       text        NOT NULL,
  query      text        NOT NULL,
  shared     boolean     NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT saved_search_pkey PRIMARY KEY (id),
  CONSTRAINT saved_search_name_key UNIQUE (user_id, target, name),
  CONSTRAINT saved_search_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE
);

COMMENT ON TABLE recall_control.saved_search IS 'Searches that users keep under a name.';
COMMENT ON COLUMN recall_control.saved_search.query IS 'In the query language of changes.';
COMMENT ON COLUMN recall_control.saved_search.shared IS 'Whether everybody finds it who knows the target.';

-- What became of each attempt to deliver.
CREATE TABLE recall_control.delivery_attempt (
  delivery_id bigint      NOT NULL,
  number      integer     NOT NULL,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  delivered   boolean     NOT NULL,
  status      integer,
  answer      text        NOT NULL,
  CONSTRAINT delivery_attempt_pkey PRIMARY KEY (delivery_id, number),
  CONSTRAINT delivery_attempt_delivery_fkey FOREIGN KEY (delivery_id) REFERENCES recall_control.delivery ON DELETE CASCADE
);

COMMENT ON TABLE recall_control.delivery_attempt IS 'What became of each attempt to deliver.';
COMMENT ON COLUMN recall_control.delivery_attempt.status IS 'The code of the HTTP or SMTP answer, if there was one.';
COMMENT ON COLUMN recall_control.delivery_attempt.answer IS 'What the other side said, or why it was not reached; never secrets.';

-- What happened that somebody may want to know: the outbox. A notice of a deed is written in the
-- transaction of the deed, so that neither is without the other. `event` tells the same happening
-- apart from another one, whichever server saw it.
CREATE TABLE recall_control.notice (
  id        bigint      GENERATED ALWAYS AS IDENTITY,
  event     text        NOT NULL,
  topic     text        NOT NULL,
  at        timestamptz NOT NULL DEFAULT now(),
  actor     text,
  concerns  text,
  target    text,
  tenant    text,
  subject   text,
  details   jsonb       NOT NULL DEFAULT '{}',
  routed_at timestamptz,
  CONSTRAINT notice_pkey PRIMARY KEY (id),
  CONSTRAINT notice_event_key UNIQUE (event),
  CONSTRAINT notice_topic_fkey FOREIGN KEY (topic) REFERENCES recall_control.topic
);

CREATE INDEX notice_unrouted ON recall_control.notice (id) WHERE routed_at IS NULL;

COMMENT ON TABLE recall_control.notice IS 'What happened that somebody may want to know.';
COMMENT ON COLUMN recall_control.notice.event IS 'What happened, so that it is told once, whichever server saw it.';
COMMENT ON COLUMN recall_control.notice.actor IS 'Who did it.';
COMMENT ON COLUMN recall_control.notice.concerns IS 'The user whom it concerns: who asked for an approval, who signed in.';
COMMENT ON COLUMN recall_control.notice.subject IS 'To what: an approval, a plan, a review, a user, a channel.';
COMMENT ON COLUMN recall_control.notice.details IS 'What else there is to know; never values of rows.';
COMMENT ON COLUMN recall_control.notice.routed_at IS 'When its deliveries were made; null until then.';

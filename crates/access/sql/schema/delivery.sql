-- Who is to get a notice, and how far that has come. A worker has a delivery until `leased_until`;
-- afterwards, because it was killed, another one takes it up. `attempts` only grows, so that a worker
-- that comes back late cannot end the attempt of another one.
CREATE TABLE recall_control.delivery (
  id           bigint      GENERATED ALWAYS AS IDENTITY,
  message      uuid        NOT NULL DEFAULT gen_random_uuid(),
  notice_id    bigint      NOT NULL,
  channel      text        NOT NULL,
  user_id      bigint,
  recipient    text        NOT NULL,
  status       text        NOT NULL DEFAULT 'waiting',
  attempts     integer     NOT NULL DEFAULT 0,
  retried_from integer     NOT NULL DEFAULT 0,
  due_at       timestamptz NOT NULL DEFAULT now(),
  leased_until timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now(),
  finished_at  timestamptz,
  CONSTRAINT delivery_pkey PRIMARY KEY (id),
  CONSTRAINT delivery_once UNIQUE (notice_id, channel, recipient),
  CONSTRAINT delivery_notice_fkey FOREIGN KEY (notice_id) REFERENCES recall_control.notice,
  CONSTRAINT delivery_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE,
  CONSTRAINT delivery_status_known CHECK (status IN ('waiting', 'sending', 'delivered', 'dead')),
  CONSTRAINT delivery_leased_while_sending CHECK ((status = 'sending') = (leased_until IS NOT NULL)),
  CONSTRAINT delivery_finished_at_some_time CHECK ((status IN ('delivered', 'dead')) = (finished_at IS NOT NULL))
);

CREATE INDEX delivery_due ON recall_control.delivery (due_at) WHERE status IN ('waiting', 'sending');

COMMENT ON TABLE recall_control.delivery IS 'Who is to get a notice, and how far that has come.';
COMMENT ON COLUMN recall_control.delivery.message IS 'Stands in the message, the same at every attempt, so that receivers can tell repeats.';
COMMENT ON COLUMN recall_control.delivery.channel IS 'The channel of the configuration; personal for mail to a user.';
COMMENT ON COLUMN recall_control.delivery.recipient IS 'The mail address; empty where the channel has one receiver.';
COMMENT ON COLUMN recall_control.delivery.status IS 'waiting, sending, delivered, or dead: it was tried often enough.';
COMMENT ON COLUMN recall_control.delivery.retried_from IS 'How many attempts there had been when somebody asked for more.';
COMMENT ON COLUMN recall_control.delivery.leased_until IS 'Until when the worker that sends it is taken to be alive.';

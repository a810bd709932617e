-- A company that sells webinars for several organisers, who are its tenants.

CREATE TYPE webinar_status AS ENUM ('draft', 'published', 'finished', 'cancelled');
CREATE TYPE payment_status AS ENUM ('pending', 'paid', 'refunded', 'failed');

CREATE TABLE organiser (
  id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug          text        NOT NULL UNIQUE,
  name          text        NOT NULL,
  contact_email text        NOT NULL,
  plan          text        NOT NULL DEFAULT 'team',
  settings      jsonb       NOT NULL DEFAULT '{}',
  created_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT organiser_plan_known CHECK (plan IN ('team', 'business', 'enterprise'))
);

CREATE TABLE webinar (
  id               bigint         NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organiser_id     bigint         NOT NULL REFERENCES organiser (id),
  slug             text           NOT NULL UNIQUE,
  title            text           NOT NULL,
  topics           text[]         NOT NULL DEFAULT '{}',
  starts_at        timestamptz    NOT NULL,
  duration_minutes integer        NOT NULL DEFAULT 60,
  capacity         integer        NOT NULL DEFAULT 100,
  price            numeric(10, 2) NOT NULL DEFAULT 0,
  currency         text           NOT NULL DEFAULT 'EUR',
  status           webinar_status NOT NULL DEFAULT 'draft',
  updated_at       timestamptz    NOT NULL DEFAULT now(),
  CONSTRAINT webinar_price_not_negative CHECK (price >= 0),
  CONSTRAINT webinar_capacity_positive CHECK (capacity > 0)
);

CREATE TABLE registrant (
  id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  webinar_id    bigint      NOT NULL REFERENCES webinar (id),
  name          text        NOT NULL,
  email         text        NOT NULL,
  locale        text        NOT NULL DEFAULT 'en',
  answers       jsonb       NOT NULL DEFAULT '{}',
  registered_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT registrant_once_per_webinar UNIQUE (webinar_id, email)
);

CREATE TABLE attendance (
  registrant_id  bigint      NOT NULL PRIMARY KEY REFERENCES registrant (id) ON DELETE CASCADE,
  joined_at      timestamptz NOT NULL,
  stayed_minutes integer     NOT NULL,
  rating         smallint,
  CONSTRAINT attendance_rating_in_range CHECK (rating BETWEEN 1 AND 5)
);

CREATE TABLE payment (
  id                 bigint         NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  registrant_id      bigint         NOT NULL REFERENCES registrant (id),
  amount             numeric(10, 2) NOT NULL,
  fee                numeric(10, 2) NOT NULL GENERATED ALWAYS AS (round(amount * 0.029, 2)) STORED,
  currency           text           NOT NULL DEFAULT 'EUR',
  method             text           NOT NULL DEFAULT 'card',
  status             payment_status NOT NULL DEFAULT 'pending',
  provider_reference text,
  paid_at            timestamptz,
  updated_at         timestamptz    NOT NULL DEFAULT now(),
  CONSTRAINT payment_amount_not_negative CHECK (amount >= 0)
);
CREATE INDEX payment_registrant ON payment (registrant_id);

CREATE TABLE prize (
  id         bigint         NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  webinar_id bigint         NOT NULL REFERENCES webinar (id),
  title      text           NOT NULL,
  value      numeric(10, 2) NOT NULL,
  sponsor    text,
  quantity   integer        NOT NULL DEFAULT 1,
  CONSTRAINT prize_quantity_positive CHECK (quantity > 0)
);

CREATE TABLE prize_winner (
  prize_id      bigint      NOT NULL REFERENCES prize (id) ON DELETE CASCADE,
  registrant_id bigint      NOT NULL REFERENCES registrant (id),
  drawn_at      timestamptz NOT NULL DEFAULT now(),
  ship_to       jsonb,
  PRIMARY KEY (prize_id, registrant_id)
);

CREATE TABLE ticket (
  id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organiser_id  bigint      NOT NULL REFERENCES organiser (id),
  registrant_id bigint      REFERENCES registrant (id) ON DELETE SET NULL,
  subject       text        NOT NULL,
  status        text        NOT NULL DEFAULT 'open',
  opened_at     timestamptz NOT NULL DEFAULT now(),
  closed_at     timestamptz,
  CONSTRAINT ticket_status_known CHECK (status IN ('open', 'closed'))
);

COMMENT ON TABLE organiser IS 'The tenants.';
COMMENT ON TABLE webinar IS 'What organisers offer.';
COMMENT ON TABLE registrant IS 'A person who registered for a webinar.';
COMMENT ON TABLE attendance IS 'Who came, imported every night.';
COMMENT ON TABLE payment IS 'What a registrant owes or has paid.';
COMMENT ON COLUMN payment.fee IS 'What the payment provider keeps.';
COMMENT ON TABLE prize IS 'What is given away in a webinar.';
COMMENT ON COLUMN prize.sponsor IS 'Who pays for it; null where the organiser does.';
COMMENT ON TABLE prize_winner IS 'Who won what; goes with the prize.';
COMMENT ON TABLE ticket IS 'What the support desk is asked.';

-- As many applications do: the row itself remembers when it was touched last, and nothing else.
CREATE FUNCTION touch()
RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END
$function$;

CREATE TRIGGER webinar_touch BEFORE UPDATE ON webinar FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER payment_touch BEFORE UPDATE ON payment FOR EACH ROW EXECUTE FUNCTION touch();

-- Roles belong to the cluster: this one is there already when the demo runs again.
DO $block$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'event_app') THEN
    CREATE ROLE event_app;
  END IF;
END
$block$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO event_app;

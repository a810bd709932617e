-- A working day of the application, each deed a transaction with who did it and why. It is a
-- procedure, because only that may commit in between; it goes again, so that it is no table's past.

CREATE PROCEDURE play_day()
LANGUAGE plpgsql
AS $procedure$
DECLARE
  deed record;
BEGIN
  FOR deed IN
    SELECT
      n,
      (ARRAY['support-3', 'support-7', 'mira', 'checkout', 'nightly-import'])[1 + n % 5] AS actor,
      (ARRAY['northwind-events', 'aurora-talks', 'lantern-academy', 'harbour-sessions', 'fieldnote-live'])[1 + n / 3 % 5] AS tenant
    FROM generate_series(1, 90) AS n
  LOOP
    PERFORM recall.set_context(jsonb_build_object(
      'actor', deed.actor,
      'tenant', deed.tenant,
      'session', deed.actor || '-' || deed.n / 12,
      'request', 'r-' || deed.n,
      'application', CASE WHEN deed.actor LIKE 'support%' THEN 'support-desk' ELSE 'eventdesk' END,
      'ip', '198.51.100.' || deed.n % 50,
      'reason', (ARRAY['a guest asked for it', 'the price was wrong', NULL, 'imported from the partner', 'the speaker is ill'])[1 + deed.n % 5]
    ));
    CASE deed.n % 5
      WHEN 0 THEN
        UPDATE registrant SET email = 'moved.' || email WHERE id = 40 + deed.n;
      WHEN 1 THEN
        UPDATE payment SET status = 'paid', paid_at = now() WHERE id = 3 * deed.n;
      WHEN 2 THEN
        INSERT INTO prize (webinar_id, title, value, sponsor)
        SELECT id, 'Postcard set ' || deed.n, 12.50, 'Papermill Books' FROM webinar ORDER BY id OFFSET deed.n % 30 LIMIT 1;
      WHEN 3 THEN
        UPDATE webinar SET capacity = capacity + 5, starts_at = starts_at + interval '15 minutes' WHERE id = 1 + deed.n % 40;
      ELSE
        UPDATE ticket SET status = 'closed', closed_at = now() WHERE id = deed.n AND status = 'open';
    END CASE;
    COMMIT;
  END LOOP;
END
$procedure$;

CALL play_day();

DROP PROCEDURE play_day();

-- Makes notices of deeds, in their own transaction. Whom a decision concerns is who asked for it, and
-- an undo concerns who made its plan.
CREATE FUNCTION recall_control._notice_of_deed()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  about text := CASE
    WHEN NEW.action = 'plan.apply' AND NEW.outcome = 'failed' THEN 'undo.failed'
    WHEN NEW.outcome <> 'done' THEN NULL
    WHEN NEW.action = 'plan.apply' THEN 'undo.applied'
    WHEN NEW.action = 'approval.request' THEN 'approval.asked'
    WHEN NEW.action IN ('approval.approve', 'approval.reject', 'approval.cancel', 'approval.outdate') THEN 'approval.decided'
    WHEN NEW.action = 'approval.expire' THEN 'approval.expired'
    WHEN NEW.action IN ('break_glass.use', 'break_glass.review') THEN 'break_glass'
    WHEN NEW.action = 'session.new_place' THEN 'sign_in.new_place'
    WHEN NEW.action = 'channel.test' THEN 'test'
  END;
  whom text := CASE
    WHEN about IN ('approval.decided', 'approval.expired') THEN (
      SELECT a.actor
      FROM recall_control.audit AS a
      WHERE a.action = 'approval.request' AND a.outcome = 'done'
        AND a.subject = NEW.subject AND a.target IS NOT DISTINCT FROM NEW.target
      ORDER BY a.id DESC
      LIMIT 1
    )
    WHEN about IN ('undo.applied', 'undo.failed') THEN (
      SELECT p.created_by FROM recall_control.plan AS p WHERE p.id = NEW.subject
    )
    WHEN about = 'sign_in.new_place' THEN NEW.subject
  END;
BEGIN
  IF about IS NOT NULL THEN
    INSERT INTO recall_control.notice (event, topic, at, actor, concerns, target, tenant, subject, details)
    VALUES (
      'audit:' || NEW.id, about, NEW.at, NEW.actor, whom, NEW.target, NEW.details ->> 'tenant', NEW.subject,
      jsonb_strip_nulls(NEW.details || jsonb_build_object(
        'action', NEW.action,
        'ip', CASE WHEN about = 'sign_in.new_place' THEN NEW.ip END
      ))
    );
  END IF;
  RETURN NULL;
END
$function$;

REVOKE ALL ON FUNCTION recall_control._notice_of_deed() FROM PUBLIC;
COMMENT ON FUNCTION recall_control._notice_of_deed() IS 'Internal: makes notices of deeds.';

CREATE TRIGGER notice_of_deed
AFTER INSERT ON recall_control.audit
FOR EACH ROW EXECUTE FUNCTION recall_control._notice_of_deed();

-- Writes the row of the current transaction at its first change and notes its number for the
-- others: in a transaction-local setting, which a rollback to a savepoint takes back with the row,
-- and in two sequences of the session, which no client can set.
--
-- The row can be there already: RESET ALL forgets the setting. If the row that has our xid began
-- at another time, the xid was used in another cluster: the journal was restored here, and a new
-- incarnation begins. The row is only read when the insert met it, so that serializable
-- transactions which have nothing to do with each other do not collide.
CREATE OR REPLACE FUNCTION recall._begin_transaction()
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  context CONSTANT jsonb := recall._context();
  own_xid CONSTANT xid8 := pg_current_xact_id();
  known   CONSTANT text[] := ARRAY['actor', 'actor_email', 'tenant', 'session', 'request', 'reason',
                                   'application', 'ip', 'user_agent'];
  present integer := (SELECT max(i.id) FROM recall.incarnation AS i);
  tx      bigint := recall._noted_transaction();
BEGIN
  IF tx IS NOT NULL THEN
    RETURN tx;
  END IF;
  LOOP
    INSERT INTO recall.transaction (
      incarnation, xid, started_at, at, database_user, database_role,
      actor, actor_email, tenant, session, request, reason, application, ip, user_agent, extra
    )
    VALUES (
      present, own_xid, now(), clock_timestamp(), session_user, nullif(current_setting('role'), 'none'),
      -- An index entry must stay short; nobody tells actors apart beyond that.
      left(context ->> 'actor', 500),
      context ->> 'actor_email', context ->> 'tenant', context ->> 'session',
      context ->> 'request', context ->> 'reason',
      coalesce(context ->> 'application', nullif(current_setting('application_name'), '')),
      coalesce(context ->> 'ip', host(inet_client_addr())),
      context ->> 'user_agent', nullif(context - known, '{}')
    )
    ON CONFLICT (incarnation, xid) DO NOTHING
    RETURNING id INTO tx;
    EXIT WHEN tx IS NOT NULL;

    SELECT t.id INTO tx
    FROM recall.transaction AS t
    WHERE t.incarnation = present AND t.xid = own_xid AND t.started_at = now();
    EXIT WHEN tx IS NOT NULL;

    INSERT INTO recall.incarnation DEFAULT VALUES RETURNING id INTO present;
  END LOOP;
  PERFORM setval('recall.noted_xid', own_xid::text::bigint), setval('recall.noted_tx', tx);
  PERFORM set_config('recall.transaction', own_xid::text || ':' || tx::text, true);
  RETURN tx;
END
$function$;

COMMENT ON FUNCTION recall._begin_transaction() IS
  'Internal: the number of the current transaction in recall.transaction, written on first use.';
REVOKE ALL ON FUNCTION recall._begin_transaction() FROM PUBLIC;

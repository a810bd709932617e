-- Writes down what the application says about the current transaction, if that is not done yet, and
-- gives the transaction's number. A transaction of which nothing is said needs no row: each change
-- names the database user itself.
--
-- The capture functions know the number already; to find it out again would cost them a fifth more.
--
-- The setting only saves the look at the table: whoever forges it withholds what they themselves
-- would have said. A rollback to a savepoint takes it back together with the row.
CREATE OR REPLACE FUNCTION recall._begin_transaction(own bigint)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  known     CONSTANT text[] := ARRAY['actor', 'actor_email', 'tenant', 'session', 'request', 'reason',
                                     'application', 'ip', 'user_agent'];
  -- Whoever read them could use them as long as they hold.
  proofs    CONSTANT text[] := ARRAY['approval', 'second_factor'];
  context   jsonb;
  operation bigint;
BEGIN
  IF current_setting('recall.transaction', true) = own::text THEN
    RETURN own;
  END IF;
  context := recall._context();
  operation := recall._open_operation(context ->> 'operation');
  IF operation IS NOT NULL THEN
    context := context - 'operation';
  END IF;
  INSERT INTO recall.transaction (
    id, started_at, at, database_user, database_role,
    actor, actor_email, tenant, session, request, reason, application, ip, user_agent, operation, extra
  )
  VALUES (
    own, now(), clock_timestamp(), session_user, nullif(current_setting('role'), 'none'),
    -- An index entry must stay short; nobody tells actors or tenants apart beyond that.
    left(context ->> 'actor', 500), context ->> 'actor_email',
    left(context ->> 'tenant', 500), context ->> 'session',
    context ->> 'request', context ->> 'reason',
    coalesce(context ->> 'application', nullif(current_setting('application_name'), '')),
    coalesce(context ->> 'ip', host(inet_client_addr())),
    context ->> 'user_agent', operation, nullif(context - known - proofs, '{}')
  )
  ON CONFLICT (id) DO NOTHING;
  PERFORM set_config('recall.transaction', own::text, true);
  RETURN own;
END
$function$;

COMMENT ON FUNCTION recall._begin_transaction(bigint) IS
  'Internal: writes down what the application says about the current transaction, on first use.';
REVOKE ALL ON FUNCTION recall._begin_transaction(bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION recall._begin_transaction()
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN recall._begin_transaction(recall._tx());
END
$function$;

COMMENT ON FUNCTION recall._begin_transaction() IS
  'Internal: the number of the current transaction; what the application says about it is written on first use.';
REVOKE ALL ON FUNCTION recall._begin_transaction() FROM PUBLIC;

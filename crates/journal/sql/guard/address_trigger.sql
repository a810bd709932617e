-- BEFORE, FOR EACH ROW: it also holds for direct changes of partitions, for new partitions and for
-- COPY. The condition is part of the trigger, so that allowed changes call no function.
CREATE TRIGGER "!recall_guard_address" BEFORE INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW
  WHEN (
    NOT CASE
      WHEN pg_catalog.inet_client_addr() IS NULL THEN {local}
      ELSE pg_catalog.inet_client_addr() OPERATOR(pg_catalog.<<=) ANY (ARRAY[{networks}]::pg_catalog.inet[])
    END
  )
  EXECUTE FUNCTION recall._guard_address({relation});

  -- PL/pgSQL prepares each expression anew in each transaction, so one asks for all that is seldom so.
  -- What concerns the table and the cluster is known when it is planned.
  IF {or_unchanged}recall._is_elsewhere({system})
    OR {or_partition}recall._is_altered({table_oid}::pg_catalog.oid, {fingerprint})
    OR recall._may_have_context(){or_ambiguous}
  THEN
{inside}    own := CASE WHEN recall._is_elsewhere({system}) THEN recall._tx() ELSE {tx} END;

-- Records all rows that a statement inserted, updated or deleted, at its end, where its begin decided so.
-- Generated for the columns that the table has, and used only while it has them.
--
-- It runs with the journal's rights under the search_path of whoever writes, as the triggers for rows do:
-- they must give the same texts. So every name, operator and type is qualified.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
{settings}{pairing}AS ${tag}$
<<this>>
DECLARE
  state       pg_catalog.int8 := {state};
  own         pg_catalog.int8;
  login       pg_catalog.text := session_user;
  role        pg_catalog.text := pg_catalog.current_setting('role');
  application pg_catalog.text := pg_catalog.current_setting('application_name');
  ip          pg_catalog.inet := pg_catalog.inet_client_addr();
  plain       pg_catalog.bool := {plain};
BEGIN
  IF state OPERATOR(pg_catalog.<>) {at_once} THEN
    RETURN NULL;
  END IF;
  PERFORM pg_catalog.setval({statement}::pg_catalog.regclass, state OPERATOR(pg_catalog.-) {code});
{only_roles}  own := CASE WHEN recall._is_elsewhere({system}) THEN recall._tx() ELSE {tx} END;
  IF role OPERATOR(pg_catalog.=) 'none' THEN
    role := NULL;
  END IF;
  -- Variables go with the name of their block, because the table may have columns of their names. Where the table
  -- was altered the operation is null, which the journal refuses: the begin of the statement knew before.
  INSERT INTO recall.change (
    id, at, tx, relation, shape, op, database_user, database_role, application, ip, {columns}
  )
  SELECT
    pg_catalog.nextval('recall.change_id'), pg_catalog.clock_timestamp(), this.own, {relation}, {shape},
    CASE WHEN recall._is_altered({table_oid}::pg_catalog.oid, {fingerprint}) THEN NULL ELSE {op}::pg_catalog."char" END,
    this.login, this.role, this.application, this.ip,
    {values}
  {rows};
  IF FOUND THEN
{begun}  END IF;
  RETURN NULL;
END
${tag}$;

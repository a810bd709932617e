-- What all databases of the server share, one line of text per object; see database.sql.
WITH line (kind, name, detail) AS (
    SELECT 'role', r.rolname, pg_catalog.to_jsonb(r) - 'oid' - 'rolpassword' || pg_catalog.jsonb_build_object(
        'comment', pg_catalog.shobj_description(r.oid, 'pg_authid'),
        'has password', r.rolpassword IS NOT NULL,
        'settings', (
            SELECT pg_catalog.jsonb_agg(s.setconfig)
            FROM pg_catalog.pg_db_role_setting AS s WHERE s.setrole = r.oid AND s.setdatabase = 0
        )
    )
    FROM pg_catalog.pg_authid AS r
    UNION ALL
    SELECT 'member', m.roleid::regrole::text, pg_catalog.jsonb_build_object(
        'member', m.member::regrole, 'grantor', m.grantor::regrole, 'admin', m.admin_option
    )
    FROM pg_catalog.pg_auth_members AS m
    UNION ALL
    SELECT 'tablespace', t.spcname, pg_catalog.jsonb_build_object(
        'owner', pg_catalog.pg_get_userbyid(t.spcowner), 'rights', t.spcacl::text, 'options', t.spcoptions
    )
    FROM pg_catalog.pg_tablespace AS t
    UNION ALL
    SELECT 'replication slot', s.slot_name, pg_catalog.jsonb_build_object(
        'plugin', s.plugin, 'database', s.database, 'temporary', s.temporary
    )
    FROM pg_catalog.pg_replication_slots AS s
    UNION ALL
    SELECT 'replication origin', o.roname, NULL FROM pg_catalog.pg_replication_origin AS o
    UNION ALL
    SELECT 'subscription', s.subname, pg_catalog.to_jsonb(s.subenabled) FROM pg_catalog.pg_subscription AS s
)
SELECT pg_catalog.format('%s %s: %s', kind, name, detail)
FROM line

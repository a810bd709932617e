-- Everything in the current database but its rows, one line of text per object or property.
--
-- Objects made by users are those with an oid from 16384 (FirstNormalObjectId, transam.h) on; what
-- may be granted, renamed or commented on the way is listed for built-in objects too. Names come
-- from pg_identify_object, which qualifies them. Rights are spelled out, because a right granted
-- and revoked again leaves an explicit list where there was none, with the same meaning.
-- Only columns that PostgreSQL 13 has are named.
WITH visible_class AS (
    SELECT c.*, (pg_catalog.pg_identify_object('pg_catalog.pg_class'::regclass, c.oid, 0)).identity AS name
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384 AND n.nspname !~ '^pg_(toast|temp)'
),
owned (kind, catalogue, oid, owner, acl, acl_type) AS (
    SELECT 'relation', 'pg_catalog.pg_class'::regclass, c.oid, c.relowner, c.relacl,
        CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_(toast|temp)'
    UNION ALL
    SELECT 'function', 'pg_catalog.pg_proc'::regclass, oid, proowner, proacl, 'f' FROM pg_catalog.pg_proc
    UNION ALL
    SELECT 'schema', 'pg_catalog.pg_namespace'::regclass, oid, nspowner, nspacl, 'n' FROM pg_catalog.pg_namespace
    WHERE nspname !~ '^pg_(toast|temp)'
    UNION ALL
    SELECT 'type', 'pg_catalog.pg_type'::regclass, oid, typowner, typacl, 'T' FROM pg_catalog.pg_type
    WHERE typnamespace NOT IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_(toast|temp)')
    UNION ALL
    SELECT 'language', 'pg_catalog.pg_language'::regclass, oid, lanowner, lanacl, 'l' FROM pg_catalog.pg_language
    UNION ALL
    SELECT 'wrapper', 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid, fdwowner, fdwacl, 'F'
    FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL
    SELECT 'server', 'pg_catalog.pg_foreign_server'::regclass, oid, srvowner, srvacl, 'S'
    FROM pg_catalog.pg_foreign_server
    UNION ALL
    SELECT 'large object', 'pg_catalog.pg_largeobject'::regclass, oid, lomowner, lomacl, 'L'
    FROM pg_catalog.pg_largeobject_metadata
),
line (kind, name, detail) AS (
    SELECT o.kind || ' rights', (pg_catalog.pg_identify_object(o.catalogue, o.oid, 0)).identity,
        pg_catalog.jsonb_build_object(
            'owner', pg_catalog.pg_get_userbyid(o.owner),
            'rights', (
                SELECT pg_catalog.jsonb_agg(pg_catalog.concat_ws(
                    ' ', g.privilege_type, g.grantee::regrole, g.is_grantable, g.grantor::regrole
                ) ORDER BY g.grantee, g.privilege_type, g.grantor)
                FROM pg_catalog.aclexplode(
                    COALESCE(o.acl, pg_catalog.acldefault(o.acl_type::"char", o.owner))
                ) AS g
            )
        )
    FROM owned AS o
    WHERE o.oid >= 16384 OR o.acl IS NOT NULL
    UNION ALL
    SELECT 'relation', c.name, pg_catalog.jsonb_build_object(
        'kind', c.relkind, 'persistence', c.relpersistence, 'method', a.amname,
        'options', c.reloptions, 'row security', c.relrowsecurity,
        'forced', c.relforcerowsecurity, 'replica identity', c.relreplident,
        'tablespace', c.reltablespace, 'of', NULLIF(c.reloftype, 0)::regtype,
        'bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid),
        'partitioned by', CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
        'view', CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,
        'index', CASE WHEN c.relkind IN ('i', 'I') THEN pg_catalog.pg_get_indexdef(c.oid) END
    )
    FROM visible_class AS c
    LEFT JOIN pg_catalog.pg_am AS a ON a.oid = c.relam
    UNION ALL
    SELECT 'index state', i.indexrelid::regclass::text, pg_catalog.jsonb_build_object(
        'valid', i.indisvalid, 'clustered', i.indisclustered, 'identity', i.indisreplident
    )
    FROM pg_catalog.pg_index AS i
    JOIN visible_class AS c ON c.oid = i.indexrelid
    UNION ALL
    -- Dropped columns stay here: a column added and dropped again does change a table for good.
    SELECT 'column', c.name || '.' || a.attname, pg_catalog.jsonb_build_object(
        'number', a.attnum, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
        'not null', a.attnotnull, 'identity', a.attidentity, 'generated', a.attgenerated,
        'default', pg_catalog.pg_get_expr(d.adbin, d.adrelid), 'collation', a.attcollation::regcollation,
        'rights', a.attacl, 'options', a.attoptions, 'statistics', a.attstattarget,
        'storage', a.attstorage, 'local', a.attislocal, 'inherited', a.attinhcount
    )
    FROM pg_catalog.pg_attribute AS a
    JOIN visible_class AS c ON c.oid = a.attrelid
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0
    UNION ALL
    SELECT 'sequence', s.seqrelid::regclass::text, pg_catalog.to_jsonb(s) - 'seqrelid'
    FROM pg_catalog.pg_sequence AS s
    UNION ALL
    SELECT 'inheritance', i.inhrelid::regclass::text, pg_catalog.jsonb_build_object(
        'parent', i.inhparent::regclass::text, 'number', i.inhseqno
    )
    FROM pg_catalog.pg_inherits AS i
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, pg_catalog.jsonb_build_object(
        'kind', p.prokind, 'language', l.lanname, 'settings', p.proconfig,
        'arguments', pg_catalog.pg_get_function_arguments(p.oid),
        'result', pg_catalog.pg_get_function_result(p.oid), 'source', p.prosrc, 'file', p.probin,
        'definer', p.prosecdef, 'volatility', p.provolatile, 'parallel', p.proparallel,
        'leakproof', p.proleakproof, 'strict', p.proisstrict, 'cost', p.procost, 'rows', p.prorows
    )
    FROM pg_catalog.pg_proc AS p
    JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
    WHERE p.oid >= 16384
    UNION ALL
    SELECT 'trigger', c.name || '.' || t.tgname, pg_catalog.jsonb_build_object(
        'definition', pg_catalog.pg_get_triggerdef(t.oid), 'enabled', t.tgenabled
    )
    FROM pg_catalog.pg_trigger AS t
    JOIN visible_class AS c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal
    UNION ALL
    -- The names of the triggers behind a foreign key hold oids.
    SELECT 'constraint trigger', c.name || '.' || k.conname, pg_catalog.jsonb_build_object(
        'function', t.tgfoid::regproc, 'enabled', t.tgenabled
    )
    FROM pg_catalog.pg_trigger AS t
    JOIN visible_class AS c ON c.oid = t.tgrelid
    JOIN pg_catalog.pg_constraint AS k ON k.oid = t.tgconstraint
    WHERE t.tgisinternal
    UNION ALL
    SELECT 'event trigger', e.evtname, pg_catalog.jsonb_build_object(
        'event', e.evtevent, 'function', e.evtfoid::regprocedure, 'enabled', e.evtenabled,
        'tags', e.evttags, 'owner', pg_catalog.pg_get_userbyid(e.evtowner)
    )
    FROM pg_catalog.pg_event_trigger AS e
    UNION ALL
    SELECT 'constraint', (pg_catalog.pg_identify_object('pg_catalog.pg_constraint'::regclass, k.oid, 0)).identity,
        pg_catalog.jsonb_build_object(
            'definition', pg_catalog.pg_get_constraintdef(k.oid), 'validated', k.convalidated,
            'deferrable', k.condeferrable, 'deferred', k.condeferred, 'local', k.conislocal
        )
    FROM pg_catalog.pg_constraint AS k
    WHERE k.oid >= 16384
    UNION ALL
    SELECT 'type', t.oid::regtype::text, pg_catalog.jsonb_build_object(
        'kind', t.typtype, 'category', t.typcategory, 'base', NULLIF(t.typbasetype, 0)::regtype,
        'default', t.typdefault, 'not null', t.typnotnull,
        'labels', (
            SELECT pg_catalog.jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
            FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid
        )
    )
    FROM pg_catalog.pg_type AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE t.oid >= 16384 AND n.nspname !~ '^pg_(toast|temp)'
    UNION ALL
    SELECT 'rule', c.name || '.' || r.rulename, pg_catalog.jsonb_build_object(
        'definition', pg_catalog.pg_get_ruledef(r.oid), 'enabled', r.ev_enabled
    )
    FROM pg_catalog.pg_rewrite AS r
    JOIN visible_class AS c ON c.oid = r.ev_class
    UNION ALL
    SELECT 'policy', c.name || '.' || p.polname, pg_catalog.jsonb_build_object(
        'command', p.polcmd, 'permissive', p.polpermissive,
        'roles', (SELECT pg_catalog.jsonb_agg(r::regrole ORDER BY r) FROM pg_catalog.unnest(p.polroles) AS r),
        'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
        'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
    )
    FROM pg_catalog.pg_policy AS p
    JOIN visible_class AS c ON c.oid = p.polrelid
    UNION ALL
    SELECT 'extension', e.extname, pg_catalog.jsonb_build_object(
        'version', e.extversion, 'schema', e.extnamespace::regnamespace,
        'owner', pg_catalog.pg_get_userbyid(e.extowner)
    )
    FROM pg_catalog.pg_extension AS e
    UNION ALL
    SELECT 'publication', p.pubname, pg_catalog.to_jsonb(p) - 'oid' - 'pubowner' || pg_catalog.jsonb_build_object(
        'owner', pg_catalog.pg_get_userbyid(p.pubowner),
        'tables', (
            -- Not the view pg_publication_tables, which takes seconds.
            SELECT pg_catalog.jsonb_agg(t.relid::regclass ORDER BY t.relid)
            FROM pg_catalog.pg_get_publication_tables(p.pubname) AS t
        )
    )
    FROM pg_catalog.pg_publication AS p
    UNION ALL
    SELECT 'default rights', pg_catalog.concat_ws(
        ' ', d.defaclrole::regrole, NULLIF(d.defaclnamespace, 0)::regnamespace, d.defaclobjtype
    ), pg_catalog.to_jsonb(d.defaclacl::text)
    FROM pg_catalog.pg_default_acl AS d
    UNION ALL
    SELECT 'statistics', s.stxnamespace::regnamespace || '.' || s.stxname,
        pg_catalog.to_jsonb(pg_catalog.pg_get_statisticsobjdef(s.oid))
    FROM pg_catalog.pg_statistic_ext AS s
    UNION ALL
    SELECT 'database', 'the current one', pg_catalog.jsonb_build_object(
        'owner', pg_catalog.pg_get_userbyid(d.datdba), 'rights', d.datacl::text,
        'limit', d.datconnlimit, 'comment', pg_catalog.shobj_description(d.oid, 'pg_database'),
        'settings', (
            SELECT pg_catalog.jsonb_agg(pg_catalog.concat_ws(' ', NULLIF(s.setrole, 0)::regrole, s.setconfig) ORDER BY s.setrole)
            FROM pg_catalog.pg_db_role_setting AS s WHERE s.setdatabase = d.oid
        )
    )
    FROM pg_catalog.pg_database AS d
    WHERE d.datname = pg_catalog.current_database()
    UNION ALL
    SELECT 'comment', (pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid)).identity,
        pg_catalog.jsonb_build_object('of', d.classoid::regclass, 'text', d.description)
    FROM pg_catalog.pg_description AS d
    WHERE d.objoid >= 16384 OR d.classoid = 'pg_catalog.pg_namespace'::regclass
    UNION ALL
    SELECT 'label', (pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid)).identity,
        pg_catalog.jsonb_build_object('of', l.classoid::regclass, 'text', l.label)
    FROM pg_catalog.pg_seclabel AS l
    UNION ALL
    -- What a tool of ours hardly makes is at least counted by name.
    SELECT 'other', (pg_catalog.pg_identify_object(o.catalogue, o.oid, 0)).identity, pg_catalog.to_jsonb(o.catalogue::text)
    FROM (
        SELECT 'pg_catalog.pg_cast'::regclass, oid FROM pg_catalog.pg_cast
        UNION ALL SELECT 'pg_catalog.pg_operator'::regclass, oid FROM pg_catalog.pg_operator
        UNION ALL SELECT 'pg_catalog.pg_opclass'::regclass, oid FROM pg_catalog.pg_opclass
        UNION ALL SELECT 'pg_catalog.pg_opfamily'::regclass, oid FROM pg_catalog.pg_opfamily
        UNION ALL SELECT 'pg_catalog.pg_am'::regclass, oid FROM pg_catalog.pg_am
        UNION ALL SELECT 'pg_catalog.pg_collation'::regclass, oid FROM pg_catalog.pg_collation
        UNION ALL SELECT 'pg_catalog.pg_conversion'::regclass, oid FROM pg_catalog.pg_conversion
        UNION ALL SELECT 'pg_catalog.pg_transform'::regclass, oid FROM pg_catalog.pg_transform
        UNION ALL SELECT 'pg_catalog.pg_ts_config'::regclass, oid FROM pg_catalog.pg_ts_config
        UNION ALL SELECT 'pg_catalog.pg_ts_dict'::regclass, oid FROM pg_catalog.pg_ts_dict
        UNION ALL SELECT 'pg_catalog.pg_ts_parser'::regclass, oid FROM pg_catalog.pg_ts_parser
        UNION ALL SELECT 'pg_catalog.pg_ts_template'::regclass, oid FROM pg_catalog.pg_ts_template
        UNION ALL SELECT 'pg_catalog.pg_user_mapping'::regclass, oid FROM pg_catalog.pg_user_mapping
    ) AS o (catalogue, oid)
    WHERE o.oid >= 16384
)
SELECT pg_catalog.format('%s %s: %s', kind, name, detail)
FROM line

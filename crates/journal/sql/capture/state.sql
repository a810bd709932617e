CASE
      WHEN pg_catalog.pg_trigger_depth() OPERATOR(pg_catalog.>) 1 THEN 0
      WHEN pg_catalog.current_setting({statement}, true) OPERATOR(pg_catalog.=) 'on'
        THEN pg_catalog.currval({statement}::pg_catalog.regclass)
      ELSE recall._statement({statement})
    END

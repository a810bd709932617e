CASE
      WHEN pg_catalog.current_setting({statement}, true) OPERATOR(pg_catalog.=) 'on'
        THEN pg_catalog.currval({statement}::pg_catalog.regclass)
      ELSE recall._statement({statement})
    END

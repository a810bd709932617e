-- The user with which the server looks at the past. It can read the tables and the journal, and
-- nothing else.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'event_reader') THEN
    CREATE ROLE event_reader LOGIN;
  END IF;
END
$$;
ALTER ROLE event_reader PASSWORD {password};
GRANT recall_auditor TO event_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO event_reader;

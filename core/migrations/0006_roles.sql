-- The application signs in as a member of mutual_app: it reads and writes, but has no DDL and can
-- neither alter nor remove what is in the trail. Rooms with tables of their own that only grow take
-- the rights away there. A database whose owner may not make roles keeps running as that one owner.
DO $$
BEGIN
  BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mutual_app') THEN
      CREATE ROLE mutual_app NOLOGIN;
    END IF;
  EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this cluster just did
    WHEN insufficient_privilege THEN RAISE NOTICE 'role mutual_app not made: %', SQLERRM;
  END;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mutual_app') THEN
    RETURN;
  END IF;
  GRANT USAGE ON SCHEMA public TO mutual_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO mutual_app;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO mutual_app;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mutual_app;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO mutual_app;
  REVOKE UPDATE, DELETE ON core_auditevent FROM mutual_app;
  REVOKE INSERT, UPDATE, DELETE ON core_writeset, core_rowchange, core_auditlink FROM mutual_app;
  REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM mutual_app;
END $$;

-- Tell the planner of many new rows: only a table's owner may. No names: all tables.
-- Tables that somebody else is just looking over are left to him.
CREATE FUNCTION core_analyze(VARIADIC names text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT c.relname FROM pg_class c
               WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                 AND (names = '{}' OR c.relname = ANY(names))
               ORDER BY c.relname
  LOOP
    EXECUTE format('ANALYZE (SKIP_LOCKED) %I', name);
  END LOOP;
END $$;

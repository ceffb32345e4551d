-- No entry carries a day up to which the books are closed. Posting holds the lock shared and closing
-- holds it alone, so that neither looks while the other writes.
CREATE FUNCTION ledger_entry_not_back_dated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closed date;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('ledger.books'));
  SELECT max(until_on) INTO closed FROM ledger_booksclosing;
  IF NEW.posted_on <= closed THEN
    RAISE EXCEPTION 'the books are closed up to %: entry % of %', closed, NEW.key, NEW.posted_on
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_not_back_dated';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_not_back_dated BEFORE INSERT ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION ledger_entry_not_back_dated();
CREATE TRIGGER ledger_booksclosing_append_only BEFORE UPDATE OR DELETE ON ledger_booksclosing
  FOR EACH ROW EXECUTE FUNCTION core_append_only();
SELECT core_track('ledger_booksclosing');
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mutual_app') THEN
    REVOKE UPDATE, DELETE ON ledger_booksclosing FROM mutual_app;
  END IF;
END $$;

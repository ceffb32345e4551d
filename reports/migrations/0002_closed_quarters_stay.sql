-- A closed quarter and the papers that were printed of it never change.
CREATE FUNCTION reports_closing_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'CLOSED' THEN
    RAISE EXCEPTION 'quarter %Q% is closed', OLD.year, OLD.quarter USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER closing_stays BEFORE UPDATE OR DELETE ON reports_quarterclosing
  FOR EACH ROW EXECUTE FUNCTION reports_closing_stays();
CREATE FUNCTION reports_closed_file_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM reports_quarterclosing WHERE id = OLD.closing_id AND status = 'CLOSED') THEN
    RAISE EXCEPTION 'the papers of a closed quarter stay' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER closed_file_stays BEFORE UPDATE OR DELETE ON reports_reportfile
  FOR EACH ROW EXECUTE FUNCTION reports_closed_file_stays();

-- A published plan version never changes; a correction is a new version.
-- Only the end of its sale may be brought forward, when the next version is published.
CREATE FUNCTION policies_plan_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (to_jsonb(NEW) - 'on_sale') IS DISTINCT FROM (to_jsonb(OLD) - 'on_sale')
     OR lower(NEW.on_sale) <> lower(OLD.on_sale) THEN
    RAISE EXCEPTION 'plan version % is published and cannot change', OLD.code
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_immutable BEFORE UPDATE OR DELETE ON policies_planversion
  FOR EACH ROW EXECUTE FUNCTION policies_plan_immutable();

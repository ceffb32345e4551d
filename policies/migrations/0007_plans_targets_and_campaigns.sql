-- A draft may change and be thrown away; a proposed version only goes back or is published as it is;
-- a published one never changes. Only the end of its sale may be brought forward.
CREATE OR REPLACE FUNCTION policies_plan_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  -- what the act of proposing, returning or publishing itself writes
  acts CONSTANT text[] := ARRAY['status', 'proposed_on', 'proposed_by_id', 'return_reason',
                                'published_at', 'published_by_id'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.status = 'DRAFT' THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'plan version % is % and cannot be deleted', OLD.code, lower(OLD.status)
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.status = 'DRAFT' AND NEW.status IN ('DRAFT', 'PROPOSED') THEN
    RETURN NEW;
  END IF;
  IF OLD.status = 'PROPOSED' AND NEW.status IN ('DRAFT', 'PUBLISHED')
     AND to_jsonb(NEW) - acts IS NOT DISTINCT FROM to_jsonb(OLD) - acts THEN
    RETURN NEW;
  END IF;
  IF OLD.status <> 'PUBLISHED' THEN
    RAISE EXCEPTION 'plan version % cannot change from % to %', OLD.code, OLD.status, NEW.status
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF (to_jsonb(NEW) - 'on_sale') IS DISTINCT FROM (to_jsonb(OLD) - 'on_sale')
     OR lower(NEW.on_sale) <> lower(OLD.on_sale) THEN
    RAISE EXCEPTION 'plan version % is published and cannot change', OLD.code
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

-- The lines of an accepted batch promise what they promise: who is insured may become the record
-- that was kept of two, who pays and the note may be corrected, a line may be withdrawn; plan, shares,
-- tier, risk, contribution and days of cover never change.
CREATE FUNCTION policies_policy_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM policies_enrolmentbatch WHERE id = OLD.batch_id AND accepted_on IS NOT NULL) THEN
    RAISE EXCEPTION 'policy % is accepted and its cover cannot change', OLD.id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_stays BEFORE UPDATE ON policies_policy FOR EACH ROW
  WHEN ((OLD.batch_id, OLD.plan_version_id, OLD.family, OLD.shares, OLD.tier, OLD.high_risk, OLD.amount, OLD.cover)
    IS DISTINCT FROM (NEW.batch_id, NEW.plan_version_id, NEW.family, NEW.shares, NEW.tier, NEW.high_risk, NEW.amount, NEW.cover))
  EXECUTE FUNCTION policies_policy_stays();

-- The shares of a batch that is accepted sum to what is due; checked at the end of the transaction,
-- when batch and shares are written.
CREATE FUNCTION policies_funding_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched bigint := CASE WHEN TG_TABLE_NAME = 'policies_fundingpart'
    THEN (to_jsonb(coalesce(NEW, OLD))->>'batch_id')::bigint ELSE (to_jsonb(NEW)->>'id')::bigint END;
BEGIN
  IF EXISTS (
    SELECT 1 FROM policies_enrolmentbatch b JOIN policies_fundingpart p ON p.batch_id = b.id
    WHERE b.id = touched AND b.accepted_on IS NOT NULL GROUP BY b.id HAVING sum(p.amount) <> b.amount
  ) THEN
    RAISE EXCEPTION 'the shares of batch % do not sum to its amount', touched
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER funding_sums AFTER INSERT OR UPDATE OR DELETE ON policies_fundingpart
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION policies_funding_sums();
CREATE CONSTRAINT TRIGGER funding_sums AFTER UPDATE OF accepted_on ON policies_enrolmentbatch
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.accepted_on IS NOT NULL)
  EXECUTE FUNCTION policies_funding_sums();

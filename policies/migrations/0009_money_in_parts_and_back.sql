-- Live lines of receipts never come to more than the batch they pay nor than the money that came in.
-- The row is locked before its lines are summed, so that two at once cannot both fit.
CREATE FUNCTION policies_receipt_line_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  most numeric;
  taken numeric;
BEGIN
  IF NEW.is_void THEN
    RETURN NULL;
  END IF;
  SELECT amount INTO most FROM policies_enrolmentbatch WHERE id = NEW.batch_id FOR UPDATE;
  SELECT sum(amount) INTO taken FROM policies_receiptline WHERE batch_id = NEW.batch_id AND NOT is_void;
  IF taken > most THEN
    RAISE EXCEPTION 'batch % of % would be paid %', NEW.batch_id, most, taken
      USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_not_overpaid';
  END IF;
  SELECT amount INTO most FROM policies_receipt WHERE id = NEW.receipt_id FOR UPDATE;
  SELECT sum(amount) INTO taken FROM policies_receiptline WHERE receipt_id = NEW.receipt_id AND NOT is_void;
  IF taken > most THEN
    RAISE EXCEPTION 'receipt % of % would settle %', NEW.receipt_id, most, taken
      USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_not_overspent';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER receipt_line_fits AFTER INSERT OR UPDATE ON policies_receiptline
  FOR EACH ROW EXECUTE FUNCTION policies_receipt_line_fits();

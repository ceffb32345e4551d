-- What was remitted before this migration is locked as it stands; its receipts can no longer be reversed.
UPDATE policies_remittanceline l
SET sent_persons = b.person_count, sent_shares = b.shares, sent_due = b.amount,
    sent_received = coalesce((SELECT sum(r.amount) FROM policies_receiptline r WHERE r.batch_id = b.id AND NOT r.is_void), 0)
FROM policies_enrolmentbatch b, policies_remittance m
WHERE b.id = l.batch_id AND m.id = l.remittance_id AND m.status IN ('REMITTED', 'CONFIRMED', 'RECONCILED');

-- A statement that went out never changes: later changes are papers of their own (reports.md B4.2 (2)).
CREATE FUNCTION policies_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.sent_due IS NOT NULL AND
     (NEW.remittance_id, NEW.batch_id, NEW.amount, NEW.sent_persons, NEW.sent_shares, NEW.sent_due, NEW.sent_received)
     IS DISTINCT FROM
     (OLD.remittance_id, OLD.batch_id, OLD.amount, OLD.sent_persons, OLD.sent_shares, OLD.sent_due, OLD.sent_received) THEN
    RAISE EXCEPTION 'line % of a statement that went out is locked', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER statement_stays BEFORE UPDATE ON policies_remittanceline
  FOR EACH ROW EXECUTE FUNCTION policies_statement_stays();

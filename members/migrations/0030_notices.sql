-- What was sent to unions stays as it was sent; it can be taken back once, and stays readable.
CREATE FUNCTION members_notice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (to_jsonb(NEW) - 'taken_back_at' - 'taken_back_by_id')
        IS DISTINCT FROM (to_jsonb(OLD) - 'taken_back_at' - 'taken_back_by_id')
     OR OLD.taken_back_at IS NOT NULL THEN
    RAISE EXCEPTION 'notice % was sent and cannot change', OLD.id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER notice_stays BEFORE UPDATE OR DELETE ON members_notice
  FOR EACH ROW EXECUTE FUNCTION members_notice_stays();

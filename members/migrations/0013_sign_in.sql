-- Roles that one account never holds together; the pairs of members.permissions.APART.
CREATE FUNCTION members_roles_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  other text;
BEGIN
  -- two grants at the same moment must not each miss the other
  PERFORM 1 FROM members_user WHERE id = NEW.user_id FOR UPDATE;
  SELECT held.role INTO other
    FROM members_rolegrant held
   WHERE held.user_id = NEW.user_id AND held.id <> NEW.id AND held.role <> NEW.role
     AND (
       'auditor' IN (held.role, NEW.role)
       OR ('admin' IN (held.role, NEW.role) AND 'leader' NOT IN (held.role, NEW.role))
       OR array[held.role::text, NEW.role::text] <@ array['reviewer', 'approver']
       OR array[held.role::text, NEW.role::text] <@ array['enrolment', 'approver']
       OR array[held.role::text, NEW.role::text] <@ array['approver', 'finance']
       OR array[held.role::text, NEW.role::text] <@ array['enrolment', 'finance']
       OR array[held.role::text, NEW.role::text] <@ array['reviewer', 'finance']
       OR (held.role IN ('agent', 'coordinator')
           AND NEW.role IN ('enrolment', 'reviewer', 'approver', 'finance'))
       OR (NEW.role IN ('agent', 'coordinator')
           AND held.role IN ('enrolment', 'reviewer', 'approver', 'finance'))
     )
   LIMIT 1;
  IF other IS NOT NULL THEN
    RAISE EXCEPTION 'grant_roles_apart: % and % in one account', other, NEW.role
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grant_roles_apart';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_roles_apart BEFORE INSERT OR UPDATE ON members_rolegrant
  FOR EACH ROW EXECUTE FUNCTION members_roles_apart();

-- One union's line of the board: its subtree is walked by parents, persons are counted once.
WITH RECURSIVE tree AS (
  SELECT id, staff_count FROM members_organisation WHERE code = %(union)s
  UNION ALL
  SELECT o.id, o.staff_count FROM members_organisation o JOIN tree t ON o.parent_id = t.id),
people AS (
  SELECT status FROM members_member WHERE organisation_id IN (SELECT id FROM tree) AND merged_into_id IS NULL),
batches AS (
  SELECT * FROM policies_enrolmentbatch WHERE organisation_id IN (SELECT id FROM tree)),
covers AS (
  SELECT p.* FROM policies_policy p JOIN batches b ON b.id = p.batch_id
  WHERE b.status = 'EFFECTIVE' AND p.withdrawn_on IS NULL
    AND extract(year FROM lower(p.cover)) = %(year)s AND lower(p.cover) <= %(as_of)s::date),
claims AS (
  SELECT * FROM claims_claim WHERE organisation_id IN (SELECT id FROM tree)
    AND extract(year FROM paid_on) = %(year)s AND paid_on <= %(as_of)s::date)
SELECT
  (SELECT coalesce(sum(staff_count), 0) FROM tree) AS workers,
  (SELECT count(*) FROM people WHERE status IN ('IN_SERVICE', 'RETIRED')) AS members,
  (SELECT count(*) FROM people WHERE status = 'IN_SERVICE') AS due,
  (SELECT count(DISTINCT member_id) FROM covers) AS enrolled,
  (SELECT coalesce(sum(amount), 0) FROM covers) AS premium,
  (SELECT count(*) FROM claims) AS claims,
  (SELECT coalesce(sum(amount), 0) FROM claims) AS paid,
  (SELECT max(submitted_on) FROM batches WHERE status NOT IN ('DRAFT', 'WITHDRAWN')
    AND extract(year FROM starts_on) <= %(year)s AND submitted_on <= %(as_of)s::date) AS reported_on,
  (SELECT count(*) > 0 FROM batches WHERE status NOT IN ('DRAFT', 'WITHDRAWN')
    AND extract(year FROM starts_on) = %(year)s AND submitted_on <= %(as_of)s::date) AS reported;

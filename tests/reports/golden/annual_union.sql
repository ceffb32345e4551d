-- One union's year: its subtree is walked by parents, not by paths.
WITH RECURSIVE tree AS (
  SELECT id, kind, closed_on, staff_count FROM members_organisation WHERE code = %(union)s
  UNION ALL
  SELECT o.id, o.kind, o.closed_on, o.staff_count FROM members_organisation o JOIN tree t ON o.parent_id = t.id),
covers AS (
  SELECT p.* FROM policies_policy p JOIN policies_enrolmentbatch b ON b.id = p.batch_id
  WHERE b.organisation_id IN (SELECT id FROM tree) AND b.status = 'EFFECTIVE' AND p.withdrawn_on IS NULL
    AND lower(p.cover) >= make_date(%(year)s, 1, 1) AND lower(p.cover) < make_date(%(year)s + 1, 1, 1)
    AND lower(p.cover) <= %(as_of)s::date),
people AS (
  SELECT count(*) AS members, count(*) FILTER (WHERE card_index IS NOT NULL) AS cards
  FROM members_member WHERE status = 'IN_SERVICE' AND organisation_id IN (SELECT id FROM tree)),
claims AS (
  SELECT * FROM claims_claim WHERE organisation_id IN (SELECT id FROM tree)
    AND extract(year FROM paid_on) = %(year)s AND paid_on <= %(as_of)s::date)
SELECT
  (SELECT coalesce(sum(staff_count), 0) FROM tree) AS workers,
  (SELECT members FROM people) AS members,
  (SELECT count(*) FROM tree WHERE kind = 'GRASSROOTS' AND closed_on IS NULL) AS units,
  (SELECT count(DISTINCT member_id) FROM covers) AS enrolled_persons,
  (SELECT count(*) FROM covers) AS enrolments,
  (SELECT coalesce(sum(amount), 0) FROM covers) AS contributions,
  (SELECT count(DISTINCT family) FROM covers) AS plans,
  (SELECT round((SELECT count(DISTINCT member_id) FROM covers)::numeric / nullif(members, 0), 4)::text FROM people) AS participation,
  (SELECT round(cards::numeric / nullif(members, 0), 4)::text FROM people) AS card_rate,
  (SELECT count(*) FROM claims) AS claims,
  (SELECT coalesce(sum(amount), 0) FROM claims) AS claims_paid,
  (SELECT count(*) FROM claims_reimbursement r JOIN claims_reimbursementquarter q USING (year, quarter)
    WHERE r.pay > 0 AND r.year = %(year)s AND q.status = 'PAID' AND q.paid_on <= %(as_of)s::date
      AND r.organisation_id IN (SELECT id FROM tree)) AS verified;

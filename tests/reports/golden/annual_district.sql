-- The district's year, counted anew: every figure of `report annual` without the program's own queries.
WITH w AS (SELECT make_date(%(year)s, 1, 1) AS first, least(make_date(%(year)s, 12, 31), %(as_of)s::date) AS last),
last_year AS (
  SELECT sum(rl.amount) AS own FROM policies_remittanceline rl JOIN policies_remittance r ON r.id = rl.remittance_id
  WHERE NOT rl.is_void AND r.remitted_on BETWEEN make_date(%(year)s - 1, 1, 1)
    AND least(make_date(%(year)s - 1, 12, 31), %(as_of)s::date)),
paid_quarters AS (
  SELECT quarter FROM claims_reimbursementquarter WHERE year = %(year)s AND status = 'PAID' AND paid_on <= %(as_of)s::date)
SELECT
  (SELECT coalesce(sum(staff_count), 0) FROM members_organisation) AS workers,
  (SELECT count(*) FROM members_member WHERE status = 'IN_SERVICE') AS members,
  (SELECT coalesce(sum(r.amount), 0) FROM policies_remittance r, w
    WHERE r.status = 'REMITTED' AND r.remitted_on BETWEEN w.first AND w.last) AS remitted,
  (SELECT amount FROM policies_annualtarget WHERE year = %(year)s) AS target,
  (SELECT coalesce(own, (SELECT remitted_before FROM policies_annualtarget WHERE year = %(year)s - 1))
     FROM last_year) AS remitted_last_year,
  (SELECT count(*) FROM claims_claim c, w WHERE c.paid_on BETWEEN w.first AND w.last) AS claims,
  (SELECT coalesce(sum(amount), 0) FROM claims_claim c, w WHERE c.paid_on BETWEEN w.first AND w.last) AS claims_paid,
  (SELECT count(*) FROM claims_reimbursement
    WHERE year = %(year)s AND pay > 0 AND quarter IN (SELECT quarter FROM paid_quarters)) AS reimbursements,
  (SELECT coalesce(sum(pay), 0) FROM claims_reimbursement
    WHERE year = %(year)s AND quarter IN (SELECT quarter FROM paid_quarters)) AS reimbursed;

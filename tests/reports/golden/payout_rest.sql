-- Secondary reimbursement of the period's quarters, and what the bank returned and paid again, all together.
WITH quarters AS (
  SELECT q.* FROM claims_reimbursementquarter q
  WHERE q.status = 'PAID' AND q.paid_on <= %(as_of)s::date
    AND make_date(q.year, q.quarter * 3, 1) BETWEEN %(first)s::date AND %(period_end)s::date),
rows AS (SELECT r.* FROM claims_reimbursement r JOIN quarters q USING (year, quarter)),
payments AS (
  SELECT p.*, row_number() OVER (PARTITION BY p.claim_id, p.reimbursement_id ORDER BY p.id) > 1 AS again
  FROM claims_payment p JOIN claims_payout o ON o.id = p.payout_id
  WHERE o.status = 'PAID' AND p.status <> 'CANCELLED'),
-- the row numbers are counted over all time, the period is cut only now
mine AS (
  SELECT x.* FROM payments x JOIN claims_payout o ON o.id = x.payout_id
  WHERE (x.claim_id IS NOT NULL AND o.paid_on BETWEEN %(first)s::date AND %(last)s::date)
     OR x.reimbursement_id IN (SELECT id FROM rows))
SELECT
  (SELECT count(*) FROM rows WHERE pay > 0) AS person_times,
  (SELECT count(DISTINCT member_id) FROM rows WHERE pay > 0) AS persons,
  (SELECT coalesce(sum(amount), 0) FROM mine WHERE reimbursement_id IS NOT NULL AND NOT again) AS paid,
  (SELECT coalesce(sum(amount), 0) FROM mine WHERE status = 'RETURNED') AS returned,
  (SELECT coalesce(sum(amount), 0) FROM mine WHERE again) AS paid_again,
  (SELECT coalesce(sum(amount) FILTER (WHERE status <> 'RETURNED'), 0) FROM mine) AS net;

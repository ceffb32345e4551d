-- I6: a payout is the number and the sum of its payments, and so the books have it.
WITH paid AS (
  SELECT payout_id, count(*) AS number, sum(amount) AS amount FROM claims_payment
  WHERE status <> 'CANCELLED' GROUP BY payout_id),
booked AS (
  SELECT e.key, sum(p.debit) AS amount FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
  WHERE e.key LIKE 'payout:%' GROUP BY e.key)
SELECT * FROM (
  SELECT 'payout:' || o.id AS row, format('%s payments, %s', o.payment_count, o.amount) AS found,
    format('%s payments, %s', coalesce(p.number, 0), coalesce(p.amount, 0.00)) AS expected
  FROM claims_payout o LEFT JOIN paid p ON p.payout_id = o.id
  WHERE o.status <> 'CANCELLED' AND (o.payment_count, o.amount) IS DISTINCT FROM (coalesce(p.number, 0), coalesce(p.amount, 0))
  UNION ALL
  SELECT 'payout:' || o.id, coalesce(b.amount::text, 'nothing') || ' in the books as ' || part, o.amount::text
  FROM claims_payout o CROSS JOIN unnest(ARRAY['due', 'paid']) AS part
  LEFT JOIN booked b ON b.key = 'payout:' || o.id || ':' || part
  WHERE o.status <> 'CANCELLED' AND (part = 'due' OR o.status = 'PAID') AND b.amount IS DISTINCT FROM o.amount
  UNION ALL
  SELECT 'reimbursement:' || r.id, count(p.id) || ' payments, ' || coalesce(sum(p.amount), 0.00), '1 payment, ' || r.pay
  FROM claims_reimbursement r JOIN claims_reimbursementquarter q USING (year, quarter)
  LEFT JOIN claims_payment p ON p.reimbursement_id = r.id AND p.status IN ('PENDING', 'PAID', 'RETURNED')
  WHERE q.status = 'PAID' AND r.pay > 0
  GROUP BY r.id HAVING count(p.id) = 0 OR sum(p.amount) FILTER (WHERE p.status <> 'RETURNED') <> r.pay
) broken ORDER BY row, expected;

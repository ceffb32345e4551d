-- I4: a paid claim has exactly one payment that stands, of the approved amount; an unpaid claim has none.
SELECT 'claim:' || c.id AS row,
  format('%s, %s payments, %s', c.status, count(p.id), coalesce(sum(p.amount), 0.00)) AS found,
  CASE WHEN c.status = 'PAID' THEN format('1 payment, %s', c.amount) ELSE 'no payment' END AS expected
FROM claims_claim c LEFT JOIN claims_payment p ON p.claim_id = c.id AND p.status = 'PAID'
GROUP BY c.id
HAVING (c.status = 'PAID' AND (count(p.id) <> 1 OR sum(p.amount) IS DISTINCT FROM c.amount))
    OR (c.status <> 'PAID' AND count(p.id) > 0)
ORDER BY c.id;

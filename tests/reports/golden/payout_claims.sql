-- Claims by plan: how many and for whom by the claims, the money by the bank's payments.
SELECT f.family,
  (SELECT count(*) FROM claims_claim c WHERE c.family = f.family
    AND c.paid_on BETWEEN %(first)s::date AND %(last)s::date) AS claims,
  (SELECT count(DISTINCT member_id) FROM claims_claim c WHERE c.family = f.family
    AND c.paid_on BETWEEN %(first)s::date AND %(last)s::date) AS persons,
  (SELECT coalesce(sum(p.amount), 0) FROM claims_payment p
    JOIN claims_payout o ON o.id = p.payout_id JOIN claims_claim c ON c.id = p.claim_id
    WHERE c.family = f.family AND o.paid_on BETWEEN %(first)s::date AND %(last)s::date
      AND p.status IN ('PENDING', 'PAID', 'RETURNED')
      AND p.id = (SELECT min(id) FROM claims_payment x WHERE x.claim_id = p.claim_id AND x.status <> 'CANCELLED')) AS paid
FROM unnest(ARRAY['INPMED', 'INPALW', 'CI', 'FEM', 'ACC', 'CHILD']) AS f(family);

-- I10: paid days and sums stay within the caps of the cover's term and of the calendar year.
SELECT * FROM (
  SELECT 'policy:' || c.policy_id AS row, sum(c.paid_days) || ' days' AS found, (v.parameters->'benefit'->>'max_days_per_term') || ' days' AS expected
  FROM claims_claim c JOIN policies_planversion v ON v.id = c.plan_version_id
  WHERE c.status = 'PAID' AND v.family = 'INPALW' AND v.parameters->'benefit'->>'max_days_per_term' IS NOT NULL
  GROUP BY c.policy_id, v.id HAVING sum(c.paid_days) > (v.parameters->'benefit'->>'max_days_per_term')::int
  UNION ALL
  SELECT 'policy:' || c.policy_id, sum(c.amount)::text, v.parameters->'benefit'->>'cap_per_term'
  FROM claims_claim c JOIN policies_planversion v ON v.id = c.plan_version_id JOIN policies_policy p ON p.id = c.policy_id
  WHERE c.status = 'PAID' AND v.parameters->'benefit'->>'cap_per_term' IS NOT NULL
  GROUP BY c.policy_id, v.id, p.shares HAVING sum(c.amount) > (v.parameters->'benefit'->>'cap_per_term')::numeric * p.shares
  UNION ALL
  SELECT format('member:%s %s', r.member_id, r.year), sum(r.pay)::text, v.parameters->'benefit'->>'max_per_year'
  FROM claims_reimbursement r JOIN claims_reimbursementquarter q USING (year, quarter)
  JOIN policies_planversion v ON v.id = q.plan_version_id
  WHERE v.parameters->'benefit'->>'max_per_year' IS NOT NULL
  GROUP BY r.member_id, r.year, v.id HAVING sum(r.pay) > (v.parameters->'benefit'->>'max_per_year')::numeric
) broken ORDER BY row;

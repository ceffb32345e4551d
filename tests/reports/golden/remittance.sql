-- Contributions by plan: due from the lines of accepted batches, received and remitted from the money papers.
WITH lines AS (
  SELECT p.family, b.organisation_id, p.member_id, p.child_id, p.shares, p.amount
  FROM policies_policy p JOIN policies_enrolmentbatch b ON b.id = p.batch_id
  WHERE b.accepted_on BETWEEN %(first)s::date AND %(last)s::date AND p.withdrawn_on IS NULL),
money AS (
  SELECT v.family, 'received' AS flow, l.amount
  FROM policies_receiptline l JOIN policies_receipt r ON r.id = l.receipt_id
  JOIN policies_enrolmentbatch b ON b.id = l.batch_id JOIN policies_planversion v ON v.id = b.plan_version_id
  WHERE NOT l.is_void AND r.received_on BETWEEN %(first)s::date AND %(last)s::date
  UNION ALL
  SELECT v.family, 'remitted', l.amount
  FROM policies_remittanceline l JOIN policies_remittance r ON r.id = l.remittance_id
  JOIN policies_enrolmentbatch b ON b.id = l.batch_id JOIN policies_planversion v ON v.id = b.plan_version_id
  WHERE NOT l.is_void AND r.remitted_on BETWEEN %(first)s::date AND %(last)s::date)
SELECT f.family,
  (SELECT count(DISTINCT organisation_id) FROM lines l WHERE l.family = f.family) AS units,
  (SELECT count(DISTINCT (member_id, child_id)) - count(DISTINCT (member_id, child_id)) FILTER (WHERE child_id IS NOT NULL)
          + count(DISTINCT child_id) FROM lines l WHERE l.family = f.family) AS persons,
  (SELECT coalesce(sum(shares), 0) FROM lines l WHERE l.family = f.family) AS shares,
  (SELECT coalesce(sum(amount), 0) FROM lines l WHERE l.family = f.family) AS due,
  (SELECT coalesce(sum(amount), 0) FROM money m WHERE m.family = f.family AND flow = 'received') AS received,
  (SELECT coalesce(sum(amount), 0) FROM money m WHERE m.family = f.family AND flow = 'remitted') AS remitted,
  (SELECT coalesce(sum(amount), 0) FROM lines l WHERE l.family = f.family)
    - (SELECT coalesce(sum(amount), 0) FROM money m WHERE m.family = f.family AND flow = 'remitted') AS difference
FROM unnest(ARRAY['INPMED', 'INPALW', 'CI', 'FEM', 'ACC', 'CHILD']) AS f(family);

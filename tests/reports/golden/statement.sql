-- One statement by plan: due from the lines of the rosters and their policies, received from the payments.
WITH sent AS (
  SELECT l.batch_id, b.organisation_id, l.amount
  FROM policies_remittanceline l JOIN policies_enrolmentbatch b ON b.id = l.batch_id
  WHERE l.remittance_id = %(remittance)s),
owed AS (
  SELECT p.family, s.organisation_id, p.shares, p.amount
  FROM sent s JOIN policies_policy p ON p.batch_id = s.batch_id
  WHERE p.withdrawn_on IS NULL),
money AS (
  SELECT v.family, 'received' AS flow, r.amount
  FROM sent s JOIN policies_receiptline r ON r.batch_id = s.batch_id
  JOIN policies_receipt paper ON paper.id = r.receipt_id AND paper.reversed_on IS NULL
  JOIN policies_enrolmentbatch b ON b.id = s.batch_id JOIN policies_planversion v ON v.id = b.plan_version_id
  UNION ALL
  SELECT v.family, 'remitted', s.amount
  FROM sent s JOIN policies_enrolmentbatch b ON b.id = s.batch_id
  JOIN policies_planversion v ON v.id = b.plan_version_id)
SELECT f.family,
  (SELECT count(DISTINCT organisation_id) FROM owed o WHERE o.family = f.family) AS units,
  (SELECT count(*) FROM owed o WHERE o.family = f.family) AS persons,
  (SELECT coalesce(sum(shares), 0) FROM owed o WHERE o.family = f.family) AS shares,
  (SELECT coalesce(sum(amount), 0) FROM owed o WHERE o.family = f.family) AS due,
  (SELECT coalesce(sum(amount), 0) FROM money m WHERE m.family = f.family AND flow = 'received') AS received,
  (SELECT coalesce(sum(amount), 0) FROM money m WHERE m.family = f.family AND flow = 'remitted') AS remitted
FROM unnest(ARRAY['INPMED', 'INPALW', 'CI', 'FEM', 'ACC', 'CHILD']) AS f(family);

-- Covers whose last day lies in a year, and those that another cover of the insured follows within sixty days.
WITH covers AS (
  SELECT p.id, p.family, coalesce('c' || p.child_id, 'm' || p.member_id) AS insured,
    lower(p.cover) AS first, upper(p.cover) - 1 AS last, b.status
  FROM policies_policy p JOIN policies_enrolmentbatch b ON b.id = p.batch_id
  WHERE p.withdrawn_on IS NULL)
SELECT extract(month FROM e.last)::int AS month, e.family,
  count(DISTINCT e.insured) AS expiring,
  count(DISTINCT e.insured) FILTER (WHERE EXISTS (
    SELECT 1 FROM covers n WHERE n.insured = e.insured AND n.family = e.family
      AND n.first > e.last AND n.first <= e.last + 61
      AND n.status IN ('SUBMITTED', 'CHECKED', 'ACCEPTED', 'PAID', 'EFFECTIVE'))) AS renewed
FROM covers e
WHERE e.status = 'EFFECTIVE' AND extract(year FROM e.last) = %(year)s
GROUP BY 1, 2 ORDER BY 1, 2;

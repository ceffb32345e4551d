-- I2: a contribution is the price of its plan version (of its tier and risk) times the shares.
WITH prices AS (
  -- one price for all, also where the version names its only tier
  SELECT v.id AS version, NULL AS tier, (v.parameters->'price'->>'per_share')::numeric AS usual,
    (v.parameters->'price'->>'per_share')::numeric AS high
  FROM policies_planversion v WHERE v.parameters->'price' ? 'per_share'
  UNION ALL
  SELECT v.id, t->>'tier', (t->>'price')::numeric, coalesce((t->>'price_high_risk')::numeric, (t->>'price')::numeric)
  FROM policies_planversion v, jsonb_array_elements(v.parameters->'benefit'->'tiers') t
  WHERE v.parameters->'price' ? 'by_tier')
SELECT 'policy:' || p.id AS row, p.amount::text AS found,
  coalesce((CASE WHEN p.high_risk THEN c.high ELSE c.usual END * p.shares)::text, 'no price') AS expected
FROM policies_policy p
LEFT JOIN prices c ON c.version = p.plan_version_id AND coalesce(c.tier, p.tier) = p.tier
WHERE p.amount IS DISTINCT FROM CASE WHEN p.high_risk THEN c.high ELSE c.usual END * p.shares
ORDER BY p.id;

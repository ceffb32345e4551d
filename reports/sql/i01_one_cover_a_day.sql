-- I1: an insured person has one cover of a family on any day.
SELECT 'policy:' || id AS row, 'overlaps policy:' || other AS found, 'one cover of ' || family || ' a day' AS expected
FROM (
  -- two joins, each on one key: an OR between them would compare everybody with everybody
  SELECT b.id, a.id AS other, a.family FROM policies_policy a JOIN policies_policy b
    ON b.member_id = a.member_id AND b.family = a.family AND b.id > a.id AND b.cover && a.cover
  WHERE a.child_id IS NULL AND b.child_id IS NULL AND a.withdrawn_on IS NULL AND b.withdrawn_on IS NULL
  UNION ALL
  SELECT b.id, a.id, a.family FROM policies_policy a JOIN policies_policy b
    ON b.child_id = a.child_id AND b.family = a.family AND b.id > a.id AND b.cover && a.cover
  WHERE a.withdrawn_on IS NULL AND b.withdrawn_on IS NULL
) overlapping
ORDER BY id;

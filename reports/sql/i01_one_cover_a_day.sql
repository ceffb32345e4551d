-- I1: an insured person has one cover of a family on any day.
SELECT 'policy:' || b.id AS row, 'overlaps policy:' || a.id AS found, 'one cover of ' || a.family || ' a day' AS expected
FROM policies_policy a
JOIN policies_policy b ON b.family = a.family AND b.id > a.id AND b.cover && a.cover
  AND ((a.child_id IS NULL AND b.child_id IS NULL AND b.member_id = a.member_id) OR b.child_id = a.child_id)
WHERE a.withdrawn_on IS NULL AND b.withdrawn_on IS NULL
ORDER BY b.id;

-- I9: created, updated, unchanged and wrong rows of an import add up to the rows that were read.
SELECT 'import:' || id AS row, format('%s + %s + %s + %s', created, updated, unchanged, wrong) AS found, rows::text AS expected
FROM members_importrun
WHERE status IN ('CHECKED', 'APPLIED') AND created + updated + unchanged + wrong <> rows
ORDER BY id;

-- Closed quarters: every report is frozen and printed in both formats, and the papers are stored.
SELECT format('quarter:%sQ%s', q.year, q.quarter) AS row, count(f.id) || ' papers' AS found, '4 papers' AS expected
FROM reports_quarterclosing q
LEFT JOIN reports_reportfile f ON f.closing_id = q.id
WHERE q.status = 'CLOSED'
GROUP BY q.id HAVING count(f.id) <> 4
ORDER BY 1;

-- I11: nothing is booked with a day of a closed quarter after its closing.
SELECT 'entry:' || e.id AS row, format('%s booked at %s', e.posted_on, to_char(e.created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')) AS found,
  format('%sQ%s was closed at %s', q.year, q.quarter, to_char(q.closed_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')) AS expected
FROM reports_quarterclosing q
JOIN ledger_entry e ON extract(year FROM e.posted_on) = q.year AND extract(quarter FROM e.posted_on) = q.quarter
  AND e.created_at > q.closed_at
WHERE q.status = 'CLOSED'
UNION
SELECT 'entry:' || e.id, format('%s booked at %s', e.posted_on, to_char(e.created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')),
  format('the books up to %s were closed at %s', c.until_on, to_char(c.closed_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'))
FROM ledger_booksclosing c JOIN ledger_entry e ON e.posted_on <= c.until_on AND e.created_at > c.closed_at
ORDER BY row;

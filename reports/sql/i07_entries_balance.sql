-- I7: each journal entry has two lines or more and its debits equal its credits.
SELECT 'entry:' || e.id AS row, format('%s lines, %s', count(p.id), coalesce(sum(p.debit - p.credit), 0.00)) AS found,
  '2 lines or more, 0.00' AS expected
FROM ledger_entry e LEFT JOIN ledger_posting p ON p.entry_id = e.id
GROUP BY e.id HAVING count(p.id) < 2 OR sum(p.debit - p.credit) <> 0
ORDER BY e.id;

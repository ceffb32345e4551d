-- I3: the lines of a batch, the batch, its receipt, its remittance and the books say the same sum.
WITH lines AS (
  SELECT batch_id, count(*) AS persons, sum(shares) AS shares, sum(amount) AS amount
  FROM policies_policy WHERE withdrawn_on IS NULL GROUP BY batch_id),
booked AS (
  SELECT e.key, sum(p.debit) AS amount FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id GROUP BY e.key),
wanted AS (
  SELECT 'batch:' || id AS key, amount FROM policies_enrolmentbatch WHERE accepted_on IS NOT NULL
  UNION ALL SELECT 'receipt:' || id, amount FROM policies_receipt
  UNION ALL SELECT 'credit:' || id, amount FROM policies_receiptline WHERE used_on IS NOT NULL
  UNION ALL SELECT 'remittance:' || id, amount FROM policies_remittance WHERE remitted_on IS NOT NULL),
came AS (
  SELECT batch_id, sum(amount) AS amount FROM policies_receiptline WHERE NOT is_void GROUP BY batch_id),
advance AS (
  SELECT e.key, sum(p.credit) AS amount FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
  JOIN ledger_account a ON a.id = p.account_id AND a.code = '2203' WHERE e.key LIKE 'receipt:%' GROUP BY e.key)
SELECT * FROM (
  SELECT 'batch:' || b.id AS row,
    format('%s persons, %s shares, %s', b.person_count, b.shares, b.amount) AS found,
    format('%s persons, %s shares, %s', coalesce(l.persons, 0), coalesce(l.shares, 0), coalesce(l.amount, 0.00)) AS expected
  FROM policies_enrolmentbatch b LEFT JOIN lines l ON l.batch_id = b.id
  WHERE b.status <> 'WITHDRAWN'
    AND (b.person_count, b.shares, b.amount) IS DISTINCT FROM (coalesce(l.persons, 0), coalesce(l.shares, 0), coalesce(l.amount, 0))
  UNION ALL
  SELECT 'receipt:' || r.id, coalesce(a.amount, 0.00)::text || ' in advance in the books',
    (r.amount - coalesce(sum(l.amount), 0))::text || ' left by its lines'
  FROM policies_receipt r LEFT JOIN policies_receiptline l ON l.receipt_id = r.id AND l.used_on IS NULL
  LEFT JOIN advance a ON a.key = 'receipt:' || r.id
  GROUP BY r.id, a.amount HAVING r.amount - coalesce(sum(l.amount), 0) <> coalesce(a.amount, 0)
  UNION ALL
  SELECT 'receipt:' || r.id, r.amount::text, sum(l.amount)::text || ' by its lines'
  FROM policies_receipt r JOIN policies_receiptline l ON l.receipt_id = r.id AND NOT l.is_void
  GROUP BY r.id HAVING r.amount < sum(l.amount) OR r.reversed_on IS NOT NULL
  UNION ALL
  SELECT 'batch:' || b.id, coalesce(c.amount, 0.00)::text || ' came in, ' || b.status, b.amount::text || ' of the batch'
  FROM policies_enrolmentbatch b LEFT JOIN came c ON c.batch_id = b.id
  WHERE (b.status IN ('PAID', 'EFFECTIVE') AND coalesce(c.amount, 0) <> b.amount)
    OR (b.status = 'ACCEPTED' AND c.amount >= b.amount)
    OR (b.status NOT IN ('ACCEPTED', 'PAID', 'EFFECTIVE') AND c.amount IS NOT NULL)
  UNION ALL
  SELECT 'remittance:' || r.id, r.amount::text, coalesce(sum(l.amount), 0)::text || ' by its lines'
  FROM policies_remittance r LEFT JOIN policies_remittanceline l ON l.remittance_id = r.id AND NOT l.is_void
  WHERE r.status NOT IN ('CANCELLED', 'REVERSED') GROUP BY r.id HAVING r.amount <> coalesce(sum(l.amount), 0)
  UNION ALL
  SELECT 'remittance_line:' || l.id, l.amount::text, b.amount::text || ' of the batch'
  FROM policies_remittanceline l JOIN policies_enrolmentbatch b ON b.id = l.batch_id
  WHERE NOT l.is_void AND l.amount <> b.amount
  UNION ALL
  SELECT 'batch:' || b.id, b.status, CASE WHEN r.id IS NULL THEN 'no remittance of it' ELSE 'EFFECTIVE: it is remitted' END
  FROM policies_enrolmentbatch b
  LEFT JOIN policies_remittanceline l ON l.batch_id = b.id AND NOT l.is_void
  LEFT JOIN policies_remittance r ON r.id = l.remittance_id AND r.status IN ('REMITTED', 'CONFIRMED', 'RECONCILED')
  WHERE (b.status = 'EFFECTIVE') <> (r.id IS NOT NULL)
  UNION ALL
  SELECT w.key, coalesce(k.amount::text, 'nothing') || ' in the books', w.amount::text
  FROM wanted w LEFT JOIN booked k ON k.key = w.key WHERE k.amount IS DISTINCT FROM w.amount
) broken ORDER BY row, expected;

-- I8: batches, remittances, claims, payouts and quarters moved only as the rules allow.
WITH moves(kind, table_name, was, becomes) AS (VALUES
  ('batch', 'policies_enrolmentbatch', 'DRAFT', 'SUBMITTED'), ('batch', 'policies_enrolmentbatch', 'DRAFT', 'WITHDRAWN'),
  ('batch', 'policies_enrolmentbatch', 'SUBMITTED', 'ACCEPTED'), ('batch', 'policies_enrolmentbatch', 'SUBMITTED', 'RETURNED'),
  ('batch', 'policies_enrolmentbatch', 'SUBMITTED', 'WITHDRAWN'),
  ('batch', 'policies_enrolmentbatch', 'SUBMITTED', 'CHECKED'), ('batch', 'policies_enrolmentbatch', 'CHECKED', 'ACCEPTED'),
  ('batch', 'policies_enrolmentbatch', 'CHECKED', 'RETURNED'), ('batch', 'policies_enrolmentbatch', 'CHECKED', 'WITHDRAWN'), ('batch', 'policies_enrolmentbatch', 'RETURNED', 'SUBMITTED'),
  ('batch', 'policies_enrolmentbatch', 'RETURNED', 'WITHDRAWN'), ('batch', 'policies_enrolmentbatch', 'ACCEPTED', 'PAID'),
  ('batch', 'policies_enrolmentbatch', 'ACCEPTED', 'WITHDRAWN'),
  ('batch', 'policies_enrolmentbatch', 'PAID', 'EFFECTIVE'), ('batch', 'policies_enrolmentbatch', 'PAID', 'ACCEPTED'),
  ('batch', 'policies_enrolmentbatch', 'EFFECTIVE', 'PAID'),
  ('remittance', 'policies_remittance', 'DRAFT', 'REMITTED'), ('remittance', 'policies_remittance', 'DRAFT', 'CANCELLED'),
  ('remittance', 'policies_remittance', 'REMITTED', 'CONFIRMED'), ('remittance', 'policies_remittance', 'REMITTED', 'REVERSED'),
  ('remittance', 'policies_remittance', 'CONFIRMED', 'RECONCILED'),
  ('claim', 'claims_claim', 'FILED', 'REFUSED'),
  ('claim', 'claims_claim', 'FILED', 'REVIEWED'),
  ('claim', 'claims_claim', 'FILED', 'SUPPLEMENT'),
  ('claim', 'claims_claim', 'FILED', 'WITHDRAWN'),
  ('claim', 'claims_claim', 'SUPPLEMENT', 'FILED'),
  ('claim', 'claims_claim', 'SUPPLEMENT', 'WITHDRAWN'),
  ('claim', 'claims_claim', 'REVIEWED', 'APPROVED'),
  ('claim', 'claims_claim', 'REVIEWED', 'FILED'),
  ('claim', 'claims_claim', 'REVIEWED', 'REFUSED'),
  ('claim', 'claims_claim', 'REFUSED', 'FILED'),
  ('claim', 'claims_claim', 'APPROVED', 'PAID'),
  ('payout', 'claims_payout', 'DRAFT', 'CANCELLED'),
  ('payout', 'claims_payout', 'DRAFT', 'PAID'),
  ('quarter', 'claims_reimbursementquarter', 'OPEN', 'COMPUTED'),
  ('quarter', 'claims_reimbursementquarter', 'COMPUTED', 'APPROVED'),
  ('quarter', 'claims_reimbursementquarter', 'COMPUTED', 'OPEN'),
  ('quarter', 'claims_reimbursementquarter', 'APPROVED', 'PAID')),
held AS (
  SELECT c.id AS at, c.table_name, c.row_id, c.before->>'status' AS was FROM core_rowchange c
  WHERE c.table_name IN (SELECT table_name FROM moves) AND c.before ? 'status' AND NOT c.before ? 'id'),
now_is AS (
  SELECT 'policies_enrolmentbatch' AS table_name, id, status FROM policies_enrolmentbatch
  UNION ALL SELECT 'policies_remittance', id, status FROM policies_remittance
  UNION ALL SELECT 'claims_claim', id, status FROM claims_claim
  UNION ALL SELECT 'claims_payout', id, status FROM claims_payout
  UNION ALL SELECT 'claims_reimbursementquarter', id, status FROM claims_reimbursementquarter),
steps AS (
  SELECT h.at, h.table_name, h.row_id, h.was,
    coalesce(lead(h.was) OVER (PARTITION BY h.table_name, h.row_id ORDER BY h.at), n.status) AS becomes
  FROM held h JOIN now_is n ON n.table_name = h.table_name AND n.id = h.row_id)
SELECT DISTINCT (SELECT min(kind) FROM moves m WHERE m.table_name = s.table_name) || ':' || s.row_id AS row,
  s.was || ' became ' || s.becomes AS found, 'a move that the rules know' AS expected
FROM steps s
WHERE NOT EXISTS (SELECT 1 FROM moves m WHERE m.table_name = s.table_name AND m.was = s.was AND m.becomes = s.becomes)
ORDER BY row, found;

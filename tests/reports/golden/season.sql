-- The season of a year for each union below the district, whose subtree is walked by parents.
WITH RECURSIVE tree AS (
  SELECT o.id, o.id AS root, o.name, o.kind, o.closed_on FROM members_organisation o
    JOIN members_organisation d ON o.parent_id = d.id AND d.parent_id IS NULL
  UNION ALL
  SELECT o.id, t.root, t.name, o.kind, o.closed_on FROM members_organisation o JOIN tree t ON o.parent_id = t.id),
batches AS (SELECT b.*, t.root FROM policies_enrolmentbatch b JOIN tree t ON t.id = b.organisation_id),
lines AS (
  SELECT b.root, l.amount FROM policies_receiptline l JOIN policies_receipt r ON r.id = l.receipt_id
    JOIN batches b ON b.id = l.batch_id
  WHERE NOT l.is_void AND extract(year FROM r.received_on) = %(year)s),
sent AS (
  SELECT b.root, l.amount FROM policies_remittanceline l JOIN policies_remittance m ON m.id = l.remittance_id
    JOIN batches b ON b.id = l.batch_id
  WHERE m.status IN ('REMITTED', 'CONFIRMED', 'RECONCILED') AND extract(year FROM m.remitted_on) = %(year)s)
SELECT r.name,
  (SELECT coalesce(sum(amount), 0.00)::text FROM batches b WHERE b.root = r.id AND b.status IN ('DRAFT', 'RETURNED')
     AND extract(year FROM b.starts_on) = %(year)s) AS open,
  (SELECT coalesce(sum(amount), 0.00)::text FROM batches b WHERE b.root = r.id AND b.status IN ('SUBMITTED', 'CHECKED')
     AND extract(year FROM b.starts_on) = %(year)s) AS submitted,
  (SELECT coalesce(sum(amount), 0.00)::text FROM batches b WHERE b.root = r.id AND b.status IN ('ACCEPTED', 'PAID', 'EFFECTIVE')
     AND extract(year FROM b.accepted_on) = %(year)s) AS due,
  (SELECT coalesce(sum(amount), 0.00)::text FROM lines l WHERE l.root = r.id) AS received,
  (SELECT coalesce(sum(amount), 0.00)::text FROM sent s WHERE s.root = r.id) AS remitted,
  (SELECT count(*) FROM tree t WHERE t.root = r.id AND t.kind = 'GRASSROOTS' AND t.closed_on IS NULL) AS units,
  (SELECT count(DISTINCT organisation_id) FROM batches b WHERE b.root = r.id AND b.status IN ('ACCEPTED', 'PAID', 'EFFECTIVE')
     AND extract(year FROM b.accepted_on) = %(year)s) AS enrolled_units
FROM (SELECT DISTINCT root AS id, name FROM tree) r
ORDER BY r.id;

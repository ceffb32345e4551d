-- One statement by unit (单位明细): its rosters, what they owe, the last day money came and the papers it came by.
WITH sent AS (
  SELECT l.batch_id, b.organisation_id, l.amount
  FROM policies_remittanceline l JOIN policies_enrolmentbatch b ON b.id = l.batch_id
  WHERE l.remittance_id = %(remittance)s),
came AS (
  SELECT s.organisation_id, paper.number, paper.received_on, sum(r.amount) AS amount
  FROM sent s JOIN policies_receiptline r ON r.batch_id = s.batch_id
  JOIN policies_receipt paper ON paper.id = r.receipt_id AND paper.reversed_on IS NULL
  GROUP BY s.organisation_id, paper.number, paper.received_on),
owed AS (
  SELECT s.organisation_id, count(*) AS persons, sum(p.shares) AS shares, sum(p.amount) AS due
  FROM sent s JOIN policies_policy p ON p.batch_id = s.batch_id
  WHERE p.withdrawn_on IS NULL GROUP BY s.organisation_id)
SELECT u.code, u.name,
  (SELECT count(*) FROM sent s WHERE s.organisation_id = u.id) AS batches,
  o.persons, o.shares, o.due,
  (SELECT coalesce(sum(amount), 0) FROM came c WHERE c.organisation_id = u.id) AS received,
  (SELECT sum(amount) FROM sent s WHERE s.organisation_id = u.id) AS remitted,
  (SELECT max(received_on) FROM came c WHERE c.organisation_id = u.id) AS received_on,
  (SELECT coalesce(string_agg(number, '、' ORDER BY number), '') FROM came c WHERE c.organisation_id = u.id) AS receipts
FROM owed o JOIN members_organisation u ON u.id = o.organisation_id;

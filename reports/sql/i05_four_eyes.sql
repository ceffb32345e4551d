-- I5: who files does not review or approve, who reviews, endorses and approves a claim are three, who makes a payout does not confirm it.
SELECT 'claim:' || id AS row, format('filed %s, reviewed %s, endorsed %s, approved %s', filed_by_id, reviewed_by_id, endorsed_by_id, approved_by_id) AS found,
  'each another person' AS expected
FROM claims_claim WHERE filed_by_id IN (reviewed_by_id, endorsed_by_id, approved_by_id)
  OR reviewed_by_id IN (endorsed_by_id, approved_by_id) OR endorsed_by_id = approved_by_id
UNION ALL
SELECT 'payout:' || id, format('made %s, confirmed %s', made_by_id, paid_by_id), 'two persons'
FROM claims_payout WHERE made_by_id = paid_by_id
UNION ALL
SELECT 'batch:' || id, format('submitted %s, accepted %s', submitted_by_id, accepted_by_id), 'two persons'
FROM policies_enrolmentbatch WHERE submitted_by_id = accepted_by_id
ORDER BY 1;

-- Campaigns of a year: persons covered, contributions, claims paid.
SELECT k.code,
  (SELECT count(DISTINCT p.member_id) FROM policies_policy p JOIN policies_enrolmentbatch b ON b.id = p.batch_id
    WHERE b.campaign_id = k.id AND b.status = 'EFFECTIVE' AND p.withdrawn_on IS NULL
      AND lower(p.cover) BETWEEN make_date(%(year)s, 1, 1) AND least(make_date(%(year)s, 12, 31), %(as_of)s::date)) AS members,
  (SELECT coalesce(sum(p.amount), 0) FROM policies_policy p JOIN policies_enrolmentbatch b ON b.id = p.batch_id
    WHERE b.campaign_id = k.id AND b.status = 'EFFECTIVE' AND p.withdrawn_on IS NULL
      AND lower(p.cover) BETWEEN make_date(%(year)s, 1, 1) AND least(make_date(%(year)s, 12, 31), %(as_of)s::date)) AS contributions,
  (SELECT count(*) FROM claims_claim c WHERE c.campaign_id = k.id
      AND c.paid_on BETWEEN make_date(%(year)s, 1, 1) AND least(make_date(%(year)s, 12, 31), %(as_of)s::date)) AS claims,
  (SELECT coalesce(sum(c.amount), 0) FROM claims_claim c WHERE c.campaign_id = k.id
      AND c.paid_on BETWEEN make_date(%(year)s, 1, 1) AND least(make_date(%(year)s, 12, 31), %(as_of)s::date)) AS paid
FROM policies_campaign k WHERE extract(year FROM k.starts_on) = %(year)s ORDER BY k.code;

-- Participation of one union's subtree, which is walked by parents, not by paths.
WITH RECURSIVE tree AS (
  SELECT id, kind, closed_on, staff_count FROM members_organisation WHERE code = %(union)s
  UNION ALL
  SELECT o.id, o.kind, o.closed_on, o.staff_count FROM members_organisation o JOIN tree t ON o.parent_id = t.id),
covers AS (
  SELECT p.*, b.organisation_id FROM policies_policy p JOIN policies_enrolmentbatch b ON b.id = p.batch_id
  WHERE b.organisation_id IN (SELECT id FROM tree) AND b.status = 'EFFECTIVE' AND p.withdrawn_on IS NULL
    AND lower(p.cover) BETWEEN %(first)s::date AND %(last)s::date),
counted AS (
  SELECT
    (SELECT coalesce(sum(staff_count), 0) FROM tree) AS workers,
    (SELECT count(*) FROM members_member WHERE status = 'IN_SERVICE' AND organisation_id IN (SELECT id FROM tree)) AS members,
    (SELECT count(*) FROM members_member WHERE status = 'IN_SERVICE' AND card_index IS NOT NULL
       AND organisation_id IN (SELECT id FROM tree)) AS cards,
    (SELECT count(DISTINCT member_id) FROM covers) AS persons,
    (SELECT count(*) FROM covers) AS enrolments,
    (SELECT count(*) FROM tree WHERE kind = 'GRASSROOTS' AND closed_on IS NULL) AS units,
    (SELECT count(*) FROM tree WHERE kind = 'GRASSROOTS' AND closed_on IS NULL
       AND id IN (SELECT organisation_id FROM covers)) AS covered_units)
SELECT workers, members, persons, enrolments, units, covered_units,
  round(enrolments::numeric / nullif(persons, 0), 4)::text AS plans_per_head,
  round(persons::numeric / nullif(workers, 0), 4)::text AS of_workers,
  round(persons::numeric / nullif(members, 0), 4)::text AS of_members,
  round(cards::numeric / nullif(members, 0), 4)::text AS card_rate,
  round(covered_units::numeric / nullif(units, 0), 4)::text AS unit_coverage
FROM counted;

-- The reimbursement of one quarter for a range of members, in one statement.
-- Equal to claims.rules.reimbursement to the fen (tests/claims/reimbursement/test_sql_equals_rules.py).
-- Parameters: year, quarter, after, upto (member ids, half-open), outpatient, first, later (deductibles of the
-- version), rate, privileged_rate, most (cap a year, may be NULL). Contract: assessment.md §4, 二次报销.
WITH line AS (
    -- what each member paid himself this year: all outpatient treatment, and each stay by its admission;
    -- rows settled before the member's card was issued do not count (NO_CARD)
    SELECT s.member_id, s.kind, s.admitted_on, sum(s.self_pay_1) AS total,
           bool_or(s.quarter = %(quarter)s) AS has_now
    FROM claims_settlement s
    JOIN members_member m ON m.id = s.member_id
    WHERE s.year = %(year)s AND s.quarter <= %(quarter)s
      AND s.member_id > %(after)s AND s.member_id <= %(upto)s
      AND (m.card_issued_on IS NULL OR s.settled_on >= m.card_issued_on)
    GROUP BY s.member_id, s.kind, s.admitted_on
), placed AS (
    -- stays in the order of admission; a stay that sums to nothing or less drops out of the order
    SELECT line.*, row_number() OVER (
        PARTITION BY member_id, kind, total > 0 ORDER BY admitted_on
    ) AS place
    FROM line
), person AS (
    SELECT member_id, bool_or(has_now) AS has_now,
           greatest(0, coalesce(sum(total) FILTER (WHERE kind = 'OUTPATIENT'), 0) - %(outpatient)s)
           + coalesce(sum(greatest(0, total - CASE place WHEN 1 THEN %(first)s ELSE %(later)s END))
                      FILTER (WHERE kind = 'INPATIENT' AND total > 0), 0) AS base_ytd
    FROM placed
    GROUP BY member_id
), due AS (
    SELECT person.member_id, person.has_now, person.base_ytd, m.organisation_id,
           m.category IN ('MODEL_WORKER', 'HARDSHIP') AS privileged,
           least(%(most)s, round(person.base_ytd * CASE
               WHEN m.category IN ('MODEL_WORKER', 'HARDSHIP') THEN %(privileged_rate)s
               ELSE %(rate)s END, 2)) AS due_ytd
    FROM person
    JOIN members_member m ON m.id = person.member_id
), paid AS (
    SELECT member_id, sum(pay) AS earlier
    FROM claims_reimbursement
    WHERE year = %(year)s AND quarter < %(quarter)s
      AND member_id > %(after)s AND member_id <= %(upto)s
    GROUP BY member_id
)
INSERT INTO claims_reimbursement
    (member_id, organisation_id, year, quarter, privileged, base_ytd, due_ytd, pay, carried)
SELECT due.member_id, due.organisation_id, %(year)s, %(quarter)s, due.privileged, due.base_ytd,
       due.due_ytd,
       greatest(0, due.due_ytd - coalesce(paid.earlier, 0)),
       least(0, due.due_ytd - coalesce(paid.earlier, 0))
FROM due
LEFT JOIN paid ON paid.member_id = due.member_id
-- a late row of a closed quarter is made up for even where the member has no row now
WHERE due.has_now OR due.due_ytd > coalesce(paid.earlier, 0)

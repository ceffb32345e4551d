"""What follows when a file of claims or settlements has been written: assessment, history,
quarters."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, transaction
from django.utils.translation import gettext as _

from claims.models import Claim
from claims.services.assessing import assess_claims
from claims.services.reimbursement import settlements_changed
from core import audit, changes

# the settlements that a transaction wrote, with the quarters they stood and stand in
WRITTEN = """
WITH written AS (
    SELECT unnest(w.ids) AS id, NULL::jsonb AS before FROM core_writeset w
     WHERE w.xact = %(xact)s AND w.table_name = 'claims_settlement' AND w.op = 'I'
    UNION ALL
    SELECT c.row_id, c.before FROM core_writeset w JOIN core_rowchange c ON c.writeset_id = w.id
     WHERE w.xact = %(xact)s AND w.table_name = 'claims_settlement'
), stood AS (
    SELECT t.id, t.member_id, t.year, t.quarter FROM written JOIN claims_settlement t USING (id)
    UNION
    SELECT t.id, t.member_id, coalesce((before ->> 'year')::int, t.year),
           coalesce((before ->> 'quarter')::int, t.quarter)
      FROM written JOIN claims_settlement t USING (id)
)
"""
QUARTERS = f"{WRITTEN} SELECT DISTINCT year, quarter FROM stood"  # noqa: S608 - constants only
# a quarter counts the rows of its year up to itself; one that was approved already when the rows
# came does not count them: its row shows no approval after what the import wrote to it
COUNTED = f"""{WRITTEN}
SELECT q.year, q.quarter, array_agg(DISTINCT stood.id)
  FROM stood JOIN claims_reimbursementquarter q
    ON q.year = stood.year AND q.quarter >= stood.quarter AND q.status IN ('APPROVED', 'PAID')
 WHERE EXISTS (SELECT 1 FROM core_rowchange c JOIN core_writeset w ON w.id = c.writeset_id
                WHERE c.table_name = 'claims_reimbursementquarter' AND c.row_id = q.id
                  AND c.before ->> 'status' = 'COMPUTED'
                  AND w.id > (SELECT max(id) FROM core_writeset WHERE xact = %(xact)s
                                 AND table_name = 'claims_settlement'))
 GROUP BY q.year, q.quarter ORDER BY q.year, q.quarter LIMIT 1
"""  # noqa: S608 - constants only
CHUNK = 5_000  # claims assessed at a time, cut between persons


class SettlementsCounted(changes.InTheWay):
    """An approved quarter pays by these rows; a correction comes in by a further row."""


@transaction.atomic(savepoint=False)
def claims_taken_in(*, created: Sequence[int], changed: Sequence[int], by_id: int | None) -> None:
    """Assess the claims of a file and record that they came, in the file's own transaction."""
    for ids in _by_person([*created, *changed]):
        assess_claims(claim_ids=ids)
    acts = {**dict.fromkeys(created, "claim.import"), **dict.fromkeys(changed, "claim.change")}
    rows = Claim.objects.filter(pk__in=acts).order_by("pk")
    audit.record_many(
        (
            audit.Act(acts[pk], f"claim:{pk}", path, {"number": number})
            for pk, number, path in rows.values_list("pk", "number", "organisation__path")
        ),
        by_id=by_id,
    )


def _by_person(ids: Sequence[int]) -> Iterator[list[int]]:
    """The ids in chunks that never part the claims of one person."""
    chunk: list[int] = []
    last = None
    rows = Claim.objects.filter(pk__in=ids).order_by("member_id", "pk")
    for member_id, pk in rows.values_list("member_id", "pk"):
        if len(chunk) >= CHUNK and member_id != last:
            yield chunk
            chunk = []
        chunk.append(pk)
        last = member_id
    if chunk:
        yield chunk


@transaction.atomic(savepoint=False)
def quarters_touched(*, quarters: Iterable[tuple[int, int]]) -> None:
    """Lock the quarters whose settlements a file is about to change; computed ones open again."""
    for year, quarter in sorted(set(quarters)):
        settlements_changed(year=year, quarter=quarter)


def settlements_taken_in(
    *, quarter: str, created: int, changed: int, mismatches: int, by_id: int | None
) -> None:
    """Record what a settlement file did to its quarter."""
    audit.record(
        action="quarter.import",
        subject=f"quarter:{quarter}",
        by_id=by_id,
        note=_("%(created)s new rows, %(changed)s changed, %(mismatches)s of no member")
        % {"created": f"{created:,}", "changed": f"{changed:,}", "mismatches": f"{mismatches:,}"},
    )


@transaction.atomic(savepoint=False)
def settlements_taken_back(xact: int, by_id: int | None) -> None:
    """Before a file's rows go: their quarters are locked, computed ones open again.

    Raises SettlementsCounted where a quarter was approved with the rows in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(QUARTERS, {"xact": xact})
        quarters = cursor.fetchall()
        quarters_touched(quarters=quarters)
        cursor.execute(COUNTED, {"xact": xact})
        counted = cursor.fetchone()
    if counted:
        year, quarter, rows = counted
        raise SettlementsCounted(
            _("Quarter %(quarter)s was approved with the rows of this import in it.")
            % {"quarter": f"{year}Q{quarter}"},
            "claims_settlement",
            rows,
        )
    for year, quarter in quarters:
        audit.record(
            action="quarter.import_undone", subject=f"quarter:{year}Q{quarter}", by_id=by_id
        )

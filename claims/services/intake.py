"""What follows when a file of claims or settlements has been written: assessment, history,
quarters."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from claims.models import Claim
from claims.services.assessing import assess_claims
from claims.services.reimbursement import settlements_changed
from core import audit

CHUNK = 5_000  # claims assessed at a time, cut between persons


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

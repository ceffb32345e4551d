"""Records that may belong to one person, and the merges of such records."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from members.access import Viewer, visible
from members.models import DistinctPair, Member, MemberMerge
from members.permissions import Permission
from members.selectors.people import Numbers, masked_numbers, visible_members

MOST = 500
# Same name, birthday and sex, or same name and phone, under two documents. Set-based: two hash
# joins over the district. Children are in a table of their own: one who became a member is none.
CANDIDATES = """
WITH people AS (
  SELECT m.id, m.name_key, m.born_on, m.sex, m.phone_index
  FROM members_member m JOIN members_organisation o ON o.id = m.organisation_id
  WHERE m.merged_into_id IS NULL AND (%(paths)s::text[] IS NULL OR EXISTS (
    SELECT 1 FROM unnest(%(paths)s::text[]) scope WHERE starts_with(o.path, scope)))
), pairs AS (
  SELECT a.id AS first, b.id AS second FROM people a JOIN people b
    ON b.name_key = a.name_key AND b.born_on = a.born_on AND b.sex = a.sex AND a.id < b.id
  UNION
  SELECT a.id, b.id FROM people a JOIN people b
    ON b.name_key = a.name_key AND b.phone_index = a.phone_index AND a.id < b.id
  WHERE a.phone_index <> ''
)
SELECT p.first, p.second FROM pairs p
WHERE NOT EXISTS (SELECT 1 FROM members_distinctpair d
    WHERE d.first_id = p.first AND d.second_id = p.second)
  AND NOT EXISTS (SELECT 1 FROM members_membermerge g WHERE g.status = 'PROPOSED'
    AND (g.kept_id, g.gone_id) IN ((p.first, p.second), (p.second, p.first)))
ORDER BY p.first, p.second LIMIT %(most)s
"""


@dataclass(frozen=True)
class Record:
    """One of two records, its numbers masked."""

    member: Member
    numbers: Numbers


@dataclass(frozen=True)
class Pair:
    """Two records side by side, and what they share."""

    first: Record
    second: Record

    @property
    def same_birth(self) -> bool:
        one, other = self.first.member, self.second.member
        return (one.born_on, one.sex) == (other.born_on, other.sex)

    @property
    def same_phone(self) -> bool:
        phone = self.first.member.phone_index
        return bool(phone) and phone == self.second.member.phone_index


def candidates(viewer: Viewer) -> list[tuple[int, int]]:
    """Pairs of keys, the first 500; only pairs of which the viewer sees both wholly."""
    paths = viewer.paths(Permission.MEMBER_MERGE)
    given = {"paths": None if paths is None else list(paths), "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, given)
        return [(first, second) for first, second in cursor.fetchall()]


def pairs_of(viewer: Viewer, keys: Iterable[tuple[int, int]]) -> list[Pair]:
    """The records of some pairs of keys, in one query; what the viewer does not see is left out."""
    keys = list(keys)
    wanted = {key for pair in keys for key in pair}
    rows = visible_members(viewer, Permission.MEMBER_MERGE).filter(pk__in=wanted)
    found = {
        row.pk: Record(row, masked_numbers(row)) for row in rows.select_related("organisation")
    }
    return [
        Pair(found[first], found[second])
        for first, second in keys
        if first in found and second in found
    ]


def visible_merges(viewer: Viewer) -> QuerySet[MemberMerge]:
    """The merges of which the viewer sees both records wholly."""
    rows = visible(
        MemberMerge.objects.all(),
        viewer,
        path="kept__organisation__path",
        permission=Permission.MEMBER_MERGE,
    )
    return visible(
        rows, viewer, path="gone__organisation__path", permission=Permission.MEMBER_MERGE
    ).select_related("kept__organisation", "gone__organisation", "proposed_by")


def distinct_pairs(viewer: Viewer) -> QuerySet[DistinctPair]:
    """The pairs that were found to be two persons, the latest first."""
    people: dict[str, Any] = {"viewer": viewer, "permission": Permission.MEMBER_MERGE}
    rows = visible(DistinctPair.objects.all(), path="first__organisation__path", **people)
    rows = visible(rows, path="second__organisation__path", **people)
    return rows.select_related("first__organisation", "second__organisation", "said_by").order_by(
        "-said_at", "-pk"
    )

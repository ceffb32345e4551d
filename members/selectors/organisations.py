"""The union tree, cut down to the viewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core import crypto
from members.access import Row, Viewer, visible
from members.models import Contact, FormerName, Member, Organisation
from members.permissions import Permission


def visible_organisations(
    viewer: Viewer, permission: Permission | None = None
) -> QuerySet[Organisation]:
    """The unions in the viewer's subtrees; with a permission those where he holds it."""
    return visible(Organisation.objects.all(), viewer, path="path", permission=permission)


def of_unions(queryset: QuerySet[Row], path: str, text: str) -> QuerySet[Row]:
    """The rows of the union with this code and of all below it, or of unions so named.

    `path` leads from a row to its union: "organisation".
    """
    found = Q(**{f"{path}__name__icontains": text})
    node = Organisation.objects.filter(code__iexact=text).values_list("path", flat=True).first()
    if node:
        found |= Q(**{f"{path}__path__startswith": node})
    return queryset.filter(found)


def named_union(viewer: Viewer, text: str) -> Organisation | None:
    """The one union of the viewer's with this code or this whole name; None: none or several."""
    mine = visible_organisations(viewer).filter(Q(code__iexact=text.strip()) | Q(name=text.strip()))
    found = list(mine[:2])
    return found[0] if len(found) == 1 else None


def district() -> Organisation:
    """The root of the tree."""
    return Organisation.objects.get(parent=None)


def with_member_count(unions: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Add `member_count`: members of the union itself, whatever their status."""
    counted = (
        Member.objects.filter(organisation=OuterRef("pk"), merged_into__isnull=True)
        .order_by()
        .values("organisation")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return unions.annotate(member_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


@dataclass(frozen=True)
class Branch:
    """A node of the tree as the page draws it; its children are fetched when it is opened."""

    pk: int
    name: str
    child_count: int


def branches(viewer: Viewer, parent_id: int | None = None) -> list[Branch]:
    """The children of a node, or, without one, the tops of the viewer's subtrees."""
    unions = visible_organisations(viewer)
    if parent_id is not None:
        unions = unions.filter(parent_id=parent_id)
    elif viewer.grants:
        paths = {grant.path for grant in viewer.grants}
        tops = {p for p in paths if not any(p != q and p.startswith(q) for q in paths)}
        unions = unions.filter(path__in=tops)
    else:
        unions = unions.filter(parent=None)
    still = Q(children__closed_on__isnull=True)
    unions = unions.filter(closed_on__isnull=True)
    counted = unions.annotate(child_count=Count("children", filter=still)).order_by(
        "sort_key", "pk"
    )
    return [Branch(row.pk, row.name, row.child_count) for row in counted]


def ancestors(union: Organisation) -> QuerySet[Organisation]:
    """The unions above, from the district down; their names are no secret."""
    keys = [int(part) for part in union.path.split("/")[:-2]]
    return Organisation.objects.filter(pk__in=keys).order_by("path")


def contact_phone(union: Organisation) -> str:
    """The telephone of the union's contact, in full: it is an office number."""
    blob = union.contact_phone_sealed
    return crypto.unseal(blob, "phone") if blob else ""


@dataclass(frozen=True)
class Year:
    """A line of a union's years: its name at the end of the year, and its employees."""

    year: int
    name: str
    staff: int
    women: int | None


def years_of(union: Organisation) -> list[Year]:
    """The years whose employees are known, the latest first."""
    counts = union.staff_counts.order_by("-year")
    return [
        Year(
            count.year, name_on(union, date(count.year, 12, 31)), count.staff_count,
            count.female_staff_count,
        )
        for count in counts
    ]  # fmt: skip


def name_on(union: Organisation, day: date) -> str:
    """What the union was called on a day."""
    return names_on([union], day)[union.pk]


def names_on(unions: Iterable[Organisation], day: date) -> dict[int, str]:
    """The names of unions on a day, by their keys: a former one that was in force after it."""
    names = {union.pk: union.name for union in unions}
    former = FormerName.objects.filter(organisation__in=names, until_on__gt=day)
    for name in former.order_by("-until_on"):  # the earliest that still held comes last
        names[name.organisation_id] = name.name
    return names


def phone_of(contact: Contact) -> str:
    """A contact's telephone in full: it is an office number."""
    blob = contact.phone_sealed
    return crypto.unseal(blob, "phone") if blob else ""

"""Imported workbooks, cut down to the viewer, and what the result page shows of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.importing.codes import LABELS
from core.importing.templates import VERSION
from members.access import Viewer, visible
from members.models import ImportIssue, ImportRun, Organisation
from members.permissions import IMPORT_PERMISSIONS, Permission
from members.selectors.organisations import district, visible_organisations
from members.states import ImportStatus

DUPLICATES = ("DUPLICATE_IN_FILE", "DUPLICATE_COVER")


def visible_imports(viewer: Viewer, permission: Permission | None = None) -> QuerySet[ImportRun]:
    """The imports made for unions in the viewer's subtrees."""
    return visible(
        ImportRun.objects.all(), viewer, path="organisation__path", permission=permission
    )


def own_imports(viewer: Viewer) -> QuerySet[ImportRun]:
    """The imports of the kinds that the viewer may make himself, where he may make them."""
    runs = ImportRun.objects.none()
    for kind in importable_kinds(viewer):
        runs |= visible_imports(viewer, IMPORT_PERMISSIONS[kind]).filter(kind=kind)
    return runs


def importable_kinds(viewer: Viewer) -> list[str]:
    """The kinds of workbook the viewer may import somewhere, in the order of the settings."""
    return [name for name in settings.IMPORT_KINDS if viewer.can(IMPORT_PERMISSIONS[name])]


def importing_union(viewer: Viewer, kind: str) -> Organisation | None:
    """The union on whose account the viewer imports: the topmost where he may."""
    if viewer.is_system:
        return district()
    unions = visible_organisations(viewer, IMPORT_PERMISSIONS[kind])
    return unions.order_by("path").first()


def imported_before(held: ImportRun, viewer: Viewer) -> ImportRun | None:
    """The last import of the very same file (SHA-256) and kind that the viewer may see."""
    same = own_imports(viewer).filter(kind=held.kind, file__sha256=held.file.sha256)
    return (
        same.filter(status=ImportStatus.APPLIED)
        .exclude(pk=held.pk)
        .select_related("uploaded_by")
        .order_by("-applied_at")
        .first()
    )


def template_hints(held: ImportRun) -> list[str]:
    """What the stamp of the template gives to think about; the file is taken all the same."""
    hints = []
    version, code = held.template_version, held.template_unit
    if version.isdecimal() and int(version) < int(VERSION):
        hints.append(_("This template is an older one. Please take the present one next time."))
    inside = Organisation.objects.filter(code=code, path__startswith=held.organisation.path)
    if code and not inside.exists():
        hints.append(
            _("This template was made for the union %(code)s. Is it the right file?")
            % {"code": code}
        )
    return hints


@dataclass(frozen=True)
class Cause:
    """A code that the findings have, in words, and how often."""

    code: str
    label: str
    count: int
    level: str


@dataclass(frozen=True)
class Cell:
    """A cell of the table of wrong rows."""

    text: str
    kind: str = ""
    bad: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the table of wrong rows: one finding."""

    number: int
    cells: Sequence[Cell]
    reason: str
    advice: str


@dataclass(frozen=True)
class Outcome:
    """What the tiles above the table say; every row of the file is in one of the first four."""

    passed: int
    warned: int
    failed: int
    duplicated: int
    importable: int
    amount: Decimal | None
    causes: Sequence[Cause]
    cause: str


def outcome(held: ImportRun, cause: str) -> Outcome:
    """The counts of a checked workbook and the causes of what is wrong."""
    wrong = held.issues.filter(level="error")
    twice = wrong.filter(code__in=DUPLICATES).values("row").distinct().count()
    return Outcome(
        passed=held.rows - held.wrong - held.warned,
        warned=held.warned,
        failed=held.wrong - twice,
        duplicated=twice,
        importable=held.rows - held.wrong,
        amount=held.amount,
        causes=causes(held),
        cause=cause,
    )


def causes(held: ImportRun) -> list[Cause]:
    """The causes with their counts, errors first, the most frequent first."""
    counted = held.issues.values_list("code", "level").annotate(number=Count("pk"))
    found = [
        Cause(code, str(LABELS.get(code, code)), number, level) for code, level, number in counted
    ]
    return sorted(found, key=lambda cause: (cause.level, -cause.count, cause.code))


def issues_of(held: ImportRun, cause: str) -> QuerySet[ImportIssue]:
    """The findings of one cause; without one all errors, or the warnings where nothing is wrong."""
    rows = held.issues.order_by("row", "position")
    if cause:
        return rows.filter(code=cause)
    return rows.filter(Q(level="error") if held.wrong else Q())


def errors_of(held: ImportRun, cause: str) -> QuerySet[ImportIssue]:
    """The errors, of one cause where one is named, in the order of the sheet."""
    return issues_of(held, cause).filter(level="error")


def lines(issues: Sequence[ImportIssue]) -> list[Line]:
    """The findings as lines of the table: whom it is about, which column, what stands there."""
    return [
        Line(
            number=issue.row,
            cells=(
                Cell(issue.label),
                Cell(issue.column),
                Cell(issue.value, "cut", bad=issue.level == "error"),
            ),
            reason=_reason(issue),
            advice=issue.advice,
        )
        for issue in issues
    ]


def _reason(issue: ImportIssue) -> str:
    """The sentence is Chinese like the workbook; in another language its cause stands before it."""
    if (get_language() or "").startswith("zh"):
        return issue.message
    return f"{LABELS.get(issue.code, issue.code)} ({issue.message})"


def template_choices(viewer: Viewer, kind: str, *, limit: int = 200) -> Mapping[str, Any]:
    """The drop-down of union codes for a template, where they are few enough to choose from."""
    unions = visible_organisations(viewer, IMPORT_PERMISSIONS[kind])
    codes = list(unions.order_by("path").values_list("code", flat=True)[: limit + 1])
    return {"单位编号": codes} if 0 < len(codes) <= limit else {}

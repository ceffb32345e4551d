"""单位台账总览: the unions side by side with their figures of a year."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from core.paging import order_by, page_of
from core.periods import Period
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors.notices import urged_on
from members.services.templates import XLSX
from members.states import OrganisationKind
from reports.exports import DEFINITIONS, board_workbook
from reports.forms import BoardForm
from reports.selectors import work
from reports.selectors.board import Line, board, chosen
from reports.selectors.scope import Window
from reports.selectors.years import years
from reports.services.requests import note_board
from reports.services.urging import urge_late

GRASSROOTS = OrganisationKind.GRASSROOTS

# the word in the address and the value of a line; what is not known stands at the end
SORTABLE = {
    "tree": "place", "code": "code", "name": "sort_key", "workers": "workers",
    "members": "members", "due": "due", "enrolled": "enrolled", "rate": "rate",
    "premium": "premium", "claims": "claims", "loss": "loss", "reported": "reported_on",
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What the address asks for: the lines of all, and those of the search in its order."""

    form: BoardForm
    year: int
    under: int | None
    all_lines: list[Line]
    found: list[Line]


@require_permission(Permission.REPORT_VIEW)
@require_GET
def unit_board(request: ScopedRequest) -> HttpResponse:
    """The tree on the left, the unions found on the right, each figure leading to its rows."""
    wish, viewer = _wish(request), request.viewer
    page = page_of(request, wish.found)
    urged = urged_on(f"late:{wish.year}", [line.pk for line in page])
    for line in page:
        line.urged_on = urged.get(line.pk)
    context = {
        "form": wish.form,
        "year": wish.year,
        "page": page,
        "may_urge": viewer.can(Permission.NOTICE_SEND),
        "nodes": _nodes(request, wish),
        "definitions": DEFINITIONS,
        "search": request.GET.urlencode(),
        "may_members": viewer.can(Permission.MEMBER_VIEW),
        "may_batches": viewer.can(Permission.BATCH_VIEW),
        "may_claims": viewer.can(Permission.CLAIM_VIEW),
        "days": (f"{wish.year}-01-01", f"{wish.year}-12-31"),
    }
    return htmx.render(
        request, page="reports/board.html", fragment="reports/_board.html", context=context
    )


@require_permission(Permission.REPORT_VIEW)
@require_POST
def board_export(request: ScopedRequest) -> HttpResponse:
    """The board as it is filtered and ordered, as a workbook; written down."""
    wish = _wish(request)
    searched = [name for name in wish.form.fields if request.GET.get(name)]
    note_board(count=len(wish.found), searched=searched, year=wish.year, by=request.viewer)
    name = f"单位台账总览_{wish.year}_{clock.today():%Y%m%d}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return HttpResponse(
        board_workbook(wish.found),
        content_type=XLSX,
        headers={"Content-Disposition": disposition},
    )


@require_permission(Permission.NOTICE_SEND)
@require_POST
def board_urge(request: ScopedRequest) -> HttpResponse:
    """催办: remind the ticked units, or all of the search, that have submitted nothing yet."""
    wish = _wish(request)
    late = {line.pk: line for line in wish.found if line.kind == GRASSROOTS and not line.reported}
    if request.POST.get("all") != "filter":
        keys = {int(key) for key in request.POST.getlist("pk") if key.isdecimal()}
        if keys - {line.pk for line in wish.all_lines}:
            raise Http404
        late = {key: line for key, line in late.items() if key in keys}
    try:
        notice = urge_late(
            lines=list(late.values()), year=wish.year, by=request.viewer, on=clock.today()
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('reports:unit-board')}?{request.GET.urlencode()}")
    messages.success(request, _("The reminder is sent. Here you see who has read it."))
    return redirect("members:notice-detail", pk=notice.pk)


def _wish(request: ScopedRequest) -> Wish:
    today = clock.today()
    known = years(today)
    form = BoardForm(request.GET or None, years=known)
    form.is_valid()
    asked = getattr(form, "cleaned_data", {})
    year = asked.get("year") or work.working_year(today)
    form.initial["year"] = year
    lines = board(request.viewer, Window(Period(year), today))
    found = chosen(
        lines, under=asked.get("under"), kind=asked.get("kind", ""), text=asked.get("q", ""),
        late=bool(asked.get("late")),
    )  # fmt: skip
    return Wish(form, year, asked.get("under"), lines, _ordered(request, found))


def _ordered(request: ScopedRequest, lines: list[Line]) -> list[Line]:
    column = order_by(request, SORTABLE, default="tree")[0]
    name = column.removeprefix("-")
    known = [line for line in lines if getattr(line, name) is not None]
    unknown = [line for line in lines if getattr(line, name) is None]
    known.sort(key=lambda line: getattr(line, name), reverse=column.startswith("-"))
    return known + unknown


def _nodes(request: ScopedRequest, wish: Wish) -> list[dict[str, Any]]:
    """The tree of those that have unions below them; a click narrows the table."""
    query = request.GET.copy()
    query.pop("page", None)
    way = next((line.path for line in wish.all_lines if line.pk == wish.under), "")

    def node(line: Line) -> dict[str, Any]:
        query["under"] = str(line.pk)
        return {
            "label": line.name,
            "url": f"{reverse('reports:unit-board')}?{query.urlencode()}",
            "count": len(line.children),
            "active": line.pk == wish.under,
            "open": way.startswith(line.path) or line.path.count("/") == 1,
            "children": [node(child) for child in line.children if child.children],
        }

    below = {child.pk for line in wish.all_lines for child in line.children}
    return [node(line) for line in wish.all_lines if line.pk not in below]

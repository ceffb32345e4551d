"""The yearly target of the Beijing office: whole, by plan and by union."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import charts, clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import selectors
from policies.forms.base import TargetForm
from policies.forms.targets import TargetPartsForm
from policies.services import targets


@require_permission(Permission.REMITTANCE_VIEW)
@require_http_methods(["GET", "POST"])
def target_detail(request: ScopedRequest) -> HttpResponse:
    """A year's target and how far it is; those who may set it do it here."""
    may_set = request.viewer.can(Permission.TARGET_SET)
    form = TargetForm(request.POST if request.method == "POST" and may_set else None)
    if form.is_bound and form.is_valid():
        try:
            target = targets.set_target(by=request.viewer, on=clock.today(), **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("The target of %(year)d was set.") % {"year": target.year}
            messages.success(request, said)
            return redirect(reverse("policies:target-detail") + f"?year={target.year}")
    return _page(request, form=form)


@require_permission(Permission.TARGET_SET)
@require_POST
def target_parts(request: ScopedRequest) -> HttpResponse:
    """Set the parts of a union's target by plan and by union below."""
    year, node = asked(request)
    board = selectors.target_board(node=node, year=year, as_of=clock.today())
    parts = TargetPartsForm([*board.plans, *board.unions], request.POST)
    if parts.is_valid():
        plans, unions = parts.parts()
        try:
            number = targets.set_target_parts(
                year=year, node_id=node.pk, plans=plans, unions=unions,
                by=request.viewer, on=clock.today(),
            )  # fmt: skip
        except RuleViolation as refusal:
            parts.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(count)d parts of the target set.") % {"count": number})
            address = reverse("policies:target-detail")
            return redirect(f"{address}?year={year}&union={node.pk}")
    return _page(request, parts=parts)


def asked(request: ScopedRequest) -> tuple[int, Any]:
    """The year and the union of the address; a union outside the viewer's scope is not found."""
    given = request.GET.get("year", "")
    known = [row.year for row in selectors.targets()]
    year = int(given) if given.isdecimal() and 2000 <= int(given) <= 2100 else _latest(known)
    node = selectors.target_node(request.viewer, request.GET.get("union", ""))
    if node is None:
        raise Http404
    return year, node


def _page(
    request: ScopedRequest,
    *,
    form: TargetForm | None = None,
    parts: TargetPartsForm | None = None,
) -> HttpResponse:
    year, node = asked(request)
    board = selectors.target_board(node=node, year=year, as_of=clock.today())
    form = form or TargetForm()
    form.initial = {"year": year, **selectors.target_values(year)}
    parts = parts or TargetPartsForm([*board.plans, *board.unions])
    may_set = request.viewer.can(Permission.TARGET_SET)
    years = {row.year for row in selectors.targets()} | {year, clock.today().year}
    context = {
        "form": form,
        "parts": parts,
        "may_set": may_set,
        "may_set_whole": may_set and node.parent_id is None,
        "year": year,
        "years": sorted(years, reverse=True),
        "node": node,
        "nodes": selectors.target_nodes(request.viewer),
        "board": board,
        "plan_rows": _with_fields(board.plans, parts),
        "union_rows": _with_fields(board.unions, parts),
        **_course(node, year, board.total),
    }
    status = 422 if form.errors or parts.errors else 200
    return render(request, "policies/target.html", context, status=status)


def _with_fields(rows: list[Any], parts: TargetPartsForm) -> list[tuple[Any, Any]]:
    return [(row, parts[row.field]) for row in rows]


def _course(node: Any, year: int, progress: selectors.TargetProgress) -> dict[str, Any]:
    """The year's months beside those of the year before, and the thermometer."""
    months = zip(
        [_("%(month)d") % {"month": month} for month in range(1, 13)],
        selectors.remitted_by_month(node=node, year=year),
        selectors.remitted_by_month(node=node, year=year - 1),
        strict=True,
    )
    drawn = ""
    if progress.target:
        drawn = charts.thermometer(
            value=progress.remitted, target=progress.target, label=_("Remitted and target")
        )
    return {"progress": progress, "months": list(months), "thermometer": drawn}


def _latest(known: list[int]) -> int:
    this_year = clock.today().year
    return this_year if this_year in known or not known else max(known)

"""The season board: how the contributions of a year come along, union by union."""

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import charts, clock
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import selectors
from policies.views.targets import asked


@require_permission(Permission.REMITTANCE_VIEW)
@require_GET
def season_board(request: ScopedRequest) -> HttpResponse:
    """The district's or a street's year: stages, target, forecast and months."""
    year, node = asked(request)
    board = selectors.season(node=node, year=year, as_of=clock.today())
    months = [_("%(month)d") % {"month": month} for month in range(1, 13)]
    before = selectors.remitted_by_month(node=node, year=year - 1)
    years = {row.year for row in selectors.targets()} | {year, clock.today().year}
    context = {
        "year": year,
        "years": sorted(years, reverse=True),
        "node": node,
        "nodes": selectors.target_nodes(request.viewer),
        "board": board,
        "enrol_until": selectors.enrol_until(year),
        "months": months,
        "chart": charts.grouped_bars(
            months,
            {str(year - 1): _wan(before), str(year): _wan(board.total.stages.months)},
            label=_("Remitted by month"),
            unit=_("10,000 yuan"),
        ),
    }
    return render(request, "policies/season.html", context)


def _wan(amounts: list[Decimal]) -> list[Decimal]:
    return [(amount / 10000).quantize(Decimal("0.1")) for amount in amounts]

"""The annual report as a page: the year's figures, and for 2018 the newspaper's beside them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from core import charts, clock
from core.money import to_fen
from core.periods import Period
from members.access import ScopedRequest, Viewer
from members.decorators import require_permission
from members.permissions import Permission
from reports.definitions import REPORTS
from reports.definitions.annual import ANNUAL
from reports.definitions.article import YEAR, Section, sections
from reports.definitions.base import Filled, Kind
from reports.definitions.comparison import Compared, Verdict, beside, compared
from reports.definitions.shown import shown_table, text_of
from reports.selectors.scope import NoSuchUnion, Scope, scope_for
from reports.selectors.years import years
from reports.views.links import address

# where the rows behind a figure are listed
DRILL = {
    "workers": ("members:organisation-list", ""),
    "enrolled_units": ("policies:batch-list", "status=EFFECTIVE"),
    "units": ("members:organisation-list", "kind=GRASSROOTS"),
    "members": ("members:member-list", "status=IN_SERVICE"),
    "enrolled_persons": ("policies:batch-list", "status=EFFECTIVE"),
    "enrolments": ("policies:batch-list", "status=EFFECTIVE"),
    "contributions": ("policies:batch-list", "status=EFFECTIVE"),
    "remitted": ("policies:remittance-list", ""),
    "claims": ("claims:claim-list", "status=PAID"),
    "claims_paid": ("claims:claim-list", "status=PAID"),
    "reimbursements": ("claims:quarter-list", ""),
    "reimbursed": ("claims:quarter-list", ""),
    "verified": ("claims:quarter-list", ""),
}
DISTRICT_TILES = (
    "members", "remitted", "completion", "growth",
    "claims", "claims_paid", "reimbursements", "reimbursed",
)  # fmt: skip
UNION_TILES = (
    "members", "enrolled_persons", "participation", "enrolments",
    "contributions", "claims", "claims_paid", "verified",
)  # fmt: skip
TAGS = {Verdict.SAME: "ok", Verdict.DIFFERENT: "error", Verdict.NOT_COVERED: "neutral"}
TITLES = {
    **{figure.key: figure.title for figure in ANNUAL.figures},
    "enrolled_units": pgettext_lazy("report", "Units enrolled"),
}


@dataclass(frozen=True)
class ArticleLine:
    """A figure of the article, ours, and what the two say of each other."""

    words: str
    theirs: str
    title: Any
    ours: str
    url: str
    verdict: Verdict
    tag: str


@require_permission(Permission.REPORT_VIEW)
@require_GET
def annual(request: ScopedRequest, year: int) -> HttpResponse:
    """The year of the viewer's union, or of another one of his subtree."""
    try:
        scope = scope_for(request.viewer, request.GET.get("union") or None)
    except NoSuchUnion as error:
        raise Http404 from error
    today = clock.today()
    filled = ANNUAL.filled(scope, Period(year), today)
    context = {
        "filled": filled,
        "year": year,
        "years": years(today),
        "is_district": scope.is_district,
        "tiles": _tiles(filled),
        "tables": [shown_table(table) for table in filled.tables],
        "charts": _charts(filled),
        "article": _article(scope, filled) if year == YEAR else [],
        "definitions": [f for f in ANNUAL.figures if f.key in filled.figures],
        "notes": ANNUAL.notes,
        "report": REPORTS["annual"],
    }
    return render(request, "reports/annual.html", context)


def summary_tiles(viewer: Viewer, year: int, today: date) -> dict[str, Any]:
    """The figures page of a leader: tiles, the branches in bars, the quarters."""
    scope = scope_for(viewer)
    filled = ANNUAL.filled(scope, Period(year), today)
    return {
        "filled": filled,
        "year": year,
        "years": years(today),
        "tiles": _tiles(filled),
        "charts": _charts(filled),
        "branches": shown_table(filled.tables[0]),
    }


def _tiles(filled: Filled) -> list[dict[str, Any]]:
    """The first line of the report: the plain figures with their definitions."""
    wanted = DISTRICT_TILES if "remitted" in filled.figures else UNION_TILES
    figures = {figure.key: figure for figure in ANNUAL.figures}
    return [
        {
            "label": figures[key].title,
            "value": text_of(filled.figures[key], figures[key].kind),
            "definition": figures[key].definition,
            "url": _drill(key, filled.union),
        }
        for key in wanted
    ]


def _drill(key: str, union: str) -> str:
    view, query = DRILL.get(key.split(".")[0], ("", ""))
    parameters = {} if union == "DC" else {"union": union}
    return address(view, query, **parameters) if view else ""


def _charts(filled: Filled) -> dict[str, str]:
    branches, plans, quarters = filled.tables
    return {
        "branches": charts.bars(
            [(row["name"], row["contributions"]) for row in branches.rows if row["contributions"]],
            label=pgettext("report", "Contributions"),
            width=1080,
        ),
        "plans": charts.bars(
            [(str(row["name"]), Decimal(row["enrolments"])) for row in plans.rows],
            label=pgettext("report", "Enrolments"),
            width=520,
        ),
        "quarters": charts.grouped_bars(
            [row["quarter"] for row in quarters.rows],
            {
                pgettext("chart", "Claims"): [
                    to_fen(row["claims_paid"] / 10000) for row in quarters.rows
                ],
                pgettext("chart", "Reimbursement"): [
                    to_fen(row["reimbursed"] / 10000) for row in quarters.rows
                ],
            },
            unit=_("ten thousand yuan"),
            width=520,
            height=200,
        ),
    }


def _article(scope: Scope, filled: Filled) -> list[tuple[Section, list[ArticleLine]]]:
    """The article's sections: about the union itself, and for the district about its branches."""
    rows = {row["code"]: row for row in filled.tables[0].rows}
    shown = []
    for section in sections():
        if section.code == filled.union:
            lines = compared(filled, scope)
        elif scope.is_district:
            lines = beside(section, rows.get(section.code, {}))
        else:
            continue
        shown.append((section, [_line(line) for line in lines]))
    return shown


def _line(one: Compared) -> ArticleLine:
    said = one.said
    theirs = text_of(said.low, said.kind)
    if said.high is None:
        theirs = f"≥ {theirs}"
    elif said.low != said.high:
        theirs = f"{theirs}–{text_of(said.high, said.kind)}"
    return ArticleLine(
        words=said.words,
        theirs=_counted(theirs, said.kind),
        title=TITLES.get(said.key.split(".")[0], ""),
        ours=_counted(text_of(one.ours, said.kind), said.kind) if one.ours is not None else "",
        url=_drill(said.key, said.subject),
        verdict=one.verdict,
        tag=TAGS[one.verdict],
    )


def _counted(text: str, kind: Kind) -> str:
    return f"￥{text}" if kind is Kind.MONEY and text != "—" else text

"""The statement of a remittance (上缴结算单): by plan, by line, by unit, and its hash.

Source: reports.md B4.2 (2).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from members.access import Viewer
from members.permissions import Permission
from policies.models import PlanVersion, ReceiptLine, Remittance
from policies.selectors.catalogue import price_doubt, unit_price
from policies.selectors.money import visible_remittance_lines
from policies.states import PAID_FAMILIES, Family

NOTHING = Value(ZERO)


@dataclass(frozen=True)
class PlanRow:
    """One plan of a remittance statement: what the rosters owe, what came in, what is passed on."""

    family: str
    units: int
    persons: int
    shares: int
    due: Decimal
    received: Decimal
    remitted: Decimal
    price: str = ""  # of a share or of the tiers, by the versions in it
    doubt: str = ""  # why the price has to be confirmed yet

    @property
    def label(self) -> str:
        return str(Family(self.family).label) if self.family else ""

    @property
    def not_received(self) -> Decimal:
        return self.due - self.received

    @property
    def difference(self) -> Decimal:
        """What the rosters owe less what is passed on."""
        return self.due - self.remitted


def statement_lines(viewer: Viewer, remittance: Remittance) -> QuerySet[Any]:
    """The lines of a remittance that the viewer may see, by unit and number.

    `persons`, `shares`, `due`, `received` are as of now, and of a remittance that went out as they
    stood on its statement then.
    """
    receipts = (
        ReceiptLine.objects.filter(batch=OuterRef("batch"), is_void=False)
        .order_by()
        .values("batch")
        .annotate(part=Sum("amount"))
        .values("part")
    )
    lines: QuerySet[Any] = (
        visible_remittance_lines(viewer, permission=Permission.REMITTANCE_VIEW)
        .filter(remittance=remittance)
        .select_related("batch__organisation", "batch__plan_version")
        .annotate(
            persons=Coalesce("sent_persons", "batch__person_count"),
            shares=Coalesce("sent_shares", "batch__shares"),
            due=Coalesce("sent_due", "batch__amount"),
            received=Coalesce("sent_received", receipts, NOTHING),
        )
        .order_by("batch__organisation__sort_key", "batch__organisation__code", "batch__number")
    )
    return lines


def differing_lines(viewer: Viewer, remittance: Remittance) -> QuerySet[Any]:
    """The lines for which Beijing booked another sum (`difference`: remitted less booked)."""
    lines: QuerySet[Any] = (
        statement_lines(viewer, remittance)
        .filter(confirmed_amount__isnull=False)
        .exclude(confirmed_amount=F("amount"))
        .annotate(difference=F("amount") - F("confirmed_amount"))
    )
    return lines


def statement_rows(viewer: Viewer, remittance: Remittance) -> tuple[list[PlanRow], PlanRow]:
    """The six plans of a remittance and their total; plans without lines are zero.

    A union with two batches of a plan counts once in `units`, also in the total.
    """
    lines = statement_lines(viewer, remittance).order_by()
    prices = _prices(lines)
    sums = {
        "units": Count("batch__organisation", distinct=True),
        "all_persons": Coalesce(Sum("persons"), 0),
        "all_shares": Coalesce(Sum("shares"), 0),
        "all_due": Coalesce(Sum("due"), NOTHING),
        "came": Coalesce(Sum("received"), NOTHING),
        "remitted": Coalesce(Sum("amount"), NOTHING),
    }
    by_family: dict[str, Mapping[str, Any]] = {
        row["batch__plan_version__family"]: row
        for row in lines.values("batch__plan_version__family").annotate(**sums)
    }
    rows = [
        replace(_plan_row(family, by_family.get(family)), **prices.get(family, {}))
        for family in PAID_FAMILIES
    ]
    total = _plan_row("", lines.aggregate(**sums))
    return rows, total


def _plan_row(family: str, sums: Mapping[str, Any] | None) -> PlanRow:
    found = sums or {}
    return PlanRow(
        family=family,
        units=int(found.get("units", 0)),
        persons=int(found.get("all_persons", 0)),
        shares=int(found.get("all_shares", 0)),
        due=Decimal(found.get("all_due", ZERO)),
        received=Decimal(found.get("came", ZERO)),
        remitted=Decimal(found.get("remitted", ZERO)),
    )


def _prices(lines: QuerySet[Any]) -> dict[str, dict[str, Any]]:
    """The prices of the versions that stand in some lines, and the doubt about them, by family."""
    found: dict[str, dict[str, Any]] = {}
    versions = PlanVersion.objects.filter(pk__in=lines.values("batch__plan_version"))
    for version in versions.order_by("code"):
        row = found.setdefault(version.family, {"price": "", "doubt": ""})
        if (price := unit_price(version)) not in row["price"].split("；"):
            row["price"] = "；".join(filter(None, (row["price"], price)))
        row["doubt"] = row["doubt"] or price_doubt(version)
    return found


@dataclass
class UnitRow:
    """One unit of a statement: its batches added up, the last day its money came, the papers."""

    code: str
    name: str
    batches: int = 0
    persons: int = 0
    shares: int = 0
    due: Decimal = ZERO
    received: Decimal = ZERO
    remitted: Decimal = ZERO
    received_on: date | None = None
    receipts: str = ""


def unit_rows(viewer: Viewer, remittance: Remittance) -> list[UnitRow]:
    """The units of a statement in the order of the tree; two queries however many lines."""
    lines = list(statement_lines(viewer, remittance))
    money = ReceiptLine.objects.filter(batch__in=[line.batch_id for line in lines], is_void=False)
    slips: dict[int, list[tuple[date, str]]] = {}
    for unit, day, number in (
        money.order_by("receipt__number")
        .values_list("batch__organisation", "receipt__received_on", "receipt__number")
        .distinct()
    ):
        slips.setdefault(unit, []).append((day, number))
    rows: dict[int, UnitRow] = {}
    for line in lines:
        owner = line.batch.organisation
        row = rows.setdefault(owner.pk, UnitRow(owner.code, owner.name))
        row.batches += 1
        row.persons += line.persons
        row.shares += line.shares
        row.due += line.due
        row.received += line.received
        row.remitted += line.amount
    for key, row in rows.items():
        if came := slips.get(key):
            row.received_on = max(day for day, _number in came)
            row.receipts = "、".join(number for _day, number in came)
    return list(rows.values())


def statement_hash(remittance: Remittance) -> str:
    """SHA-256 over number, sum and every line of a statement; no personal data goes into it.

    Of a remittance that went out it is the one stored then; `current_hash` computes it anew.
    """
    return remittance.statement_hash or current_hash(remittance)


def current_hash(remittance: Remittance) -> str:
    """The hash of the lines as they stand in the tables."""
    lines: QuerySet[Any] = statement_lines(Viewer.system(), remittance).order_by("batch__number")
    text = [f"{remittance.number} {remittance.amount:.2f}"]
    text += [
        f"{number} {plan} {persons} {shares} {due:.2f} {received:.2f} {amount:.2f}"
        for number, plan, persons, shares, due, received, amount in lines.values_list(
            "batch__number", "batch__plan_version__code", "persons", "shares", "due", "received",
            "amount",
        )
    ]  # fmt: skip
    return hashlib.sha256("\n".join(text).encode()).hexdigest()

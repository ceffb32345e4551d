"""Units by name, and the lines of one unit's account with the agency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from members.access import Viewer
from members.models import Organisation
from members.permissions import Permission
from members.selectors import visible_organisations
from members.states import OrganisationKind
from policies.models import EnrolmentBatch, ReceiptLine, RemittanceLine
from reports.selectors import measures
from reports.selectors.scope import Scope, Window, called_on


def units_named(keys: Iterable[int], day: date) -> list[Organisation]:
    """The unions with these keys (found through a scope before), as they were called on a day."""
    units = Organisation.objects.filter(pk__in=list(keys)).only("code", "name")
    return called_on(units.order_by("code"), day)


@dataclass(frozen=True)
class AccountLine:
    """One movement of a unit's account with the agency: owed, paid in, or passed on."""

    day: date
    number: str
    memo: str
    due: Decimal = measures.NIL
    received: Decimal = measures.NIL
    remitted: Decimal = measures.NIL


def account_lines(scope: Scope, window: Window) -> list[AccountLine]:
    """What a unit (or its subtree) owed, paid in and had passed on, day by day."""
    batches = scope.rows(measures.due(window).rows, "organisation__path")
    receipts = scope.rows(measures.received(window).rows, "batch__organisation__path")
    remitted = scope.rows(measures.remitted(window).rows, "batch__organisation__path")
    lines = [
        *map(_of_batch, batches.select_related("plan_version")),
        *map(_of_receipt, receipts.select_related("receipt", "batch")),
        *map(_of_remittance, remitted.select_related("remittance", "batch")),
    ]
    return sorted(lines, key=lambda line: (line.day, line.number))


def owed_before(scope: Scope, window: Window) -> Decimal:
    """What a unit (or its subtree) owed on the evening before the window: due less received."""
    batches = EnrolmentBatch.objects.filter(
        status__in=measures.ACCEPTED, accepted_on__lt=window.first
    )
    lines = measures.booked_lines().filter(booked_on__lt=window.first)
    due = scope.rows(batches, "organisation__path").aggregate(sum=measures.total("amount"))
    came = scope.rows(lines, "batch__organisation__path").aggregate(sum=measures.total("amount"))
    return Decimal(due["sum"]) - Decimal(came["sum"])


def _of_batch(batch: EnrolmentBatch) -> AccountLine:
    assert batch.accepted_on is not None  # the measure asks for accepted batches
    return AccountLine(
        batch.accepted_on, batch.number, batch.plan_version.name_zh, due=batch.amount
    )


def _of_receipt(line: ReceiptLine) -> AccountLine:
    day = line.used_on or line.receipt.received_on
    return AccountLine(day, line.receipt.number, line.batch.number, received=line.amount)


def _of_remittance(line: RemittanceLine) -> AccountLine:
    day = line.remittance.remitted_on
    assert day is not None  # the measure asks for remitted ones
    return AccountLine(day, line.remittance.number, line.batch.number, remitted=line.amount)


def streets(viewer: Viewer) -> list[tuple[str, str]]:
    """The open streets and sectors that the viewer sees, by path, for a list to choose from."""
    rows = visible_organisations(viewer, Permission.REPORT_VIEW).filter(
        kind__in=(OrganisationKind.STREET, OrganisationKind.SECTOR), closed_on__isnull=True
    )
    return list(rows.order_by("kind", "sort_key", "pk").values_list("path", "name"))

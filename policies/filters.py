"""The query forms above the lists of this room."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, Listing
from members.permissions import Permission
from members.selectors import of_unions
from policies.selectors import credits_left
from policies.states import PAID_FAMILIES, UNDECIDED_BATCHES, BatchStatus, RemittanceStatus

FAMILIES = [(family.value, family.label) for family in PAID_FAMILIES]


def hinted(text: str | Promise) -> forms.TextInput:
    """A field that says in grey what may be typed."""
    return forms.TextInput(attrs={"placeholder": text})


def day_field() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class BatchFilter(filters.FilterSet):  # type: ignore[misc]
    """Batches by number, union, plan, status and start date; `import` comes from an import."""

    number = filters.CharFilter(
        lookup_expr="icontains", label=_("Batch number"), widget=hinted("CB2018-000001")
    )
    union = filters.CharFilter(
        field_name="organisation",
        method="by_union",
        label=_("Union"),
        widget=hinted(_("name or code of the union")),
    )
    plan = filters.ChoiceFilter(
        field_name="plan_version__family", choices=FAMILIES, label=_("Plan"), empty_label=_("all")
    )
    status = filters.ChoiceFilter(
        method="by_status",
        choices=[*BatchStatus.choices, ("UNDECIDED", _("handed in, to be decided"))],
        label=_("Status"),
        empty_label=_("all"),
    )
    first = filters.DateFilter(
        field_name="starts_on", lookup_expr="gte", label=_("Starts from"), widget=day_field()
    )
    last = filters.DateFilter(
        field_name="starts_on", lookup_expr="lte", label=_("Starts until"), widget=day_field()
    )
    run = filters.NumberFilter(method="by_import", widget=forms.HiddenInput)

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return of_unions(queryset, name, value)

    def by_status(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        wanted = UNDECIDED_BATCHES if value == "UNDECIDED" else (value,)
        return queryset.filter(status__in=wanted)

    def by_import(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return queryset.filter(import_run_id=int(value))


class ReceiptFilter(filters.FilterSet):  # type: ignore[misc]
    """Receipts by number or bank reference, payer and day."""

    q = filters.CharFilter(
        method="by_text", label=_("Receipt"), widget=hinted(_("receipt number or bank reference"))
    )
    union = filters.CharFilter(
        field_name="payer",
        method="by_union",
        label=_("Payer"),
        widget=hinted(_("name or code of the union")),
    )
    first = filters.DateFilter(
        field_name="received_on", lookup_expr="gte", label=_("Received from"), widget=day_field()
    )
    last = filters.DateFilter(
        field_name="received_on", lookup_expr="lte", label=_("Received until"), widget=day_field()
    )
    credit = filters.ChoiceFilter(
        method="by_credit",
        label=_("Left as credit"),
        choices=[("left", _("something is left"))],
        empty_label=_("all"),
    )

    def by_credit(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return credits_left(queryset)

    def by_text(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(number__icontains=value) | Q(reference__icontains=value))

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return of_unions(queryset, name, value)


class RemittanceFilter(filters.FilterSet):  # type: ignore[misc]
    """Remittances by number, status and day of the transfer."""

    number = filters.CharFilter(
        lookup_expr="icontains", label=_("Remittance number"), widget=hinted("SJ2018-000001")
    )
    status = filters.ChoiceFilter(
        choices=RemittanceStatus.choices, label=_("Status"), empty_label=_("all")
    )
    first = filters.DateFilter(
        field_name="remitted_on", lookup_expr="gte", label=_("Remitted from"), widget=day_field()
    )
    last = filters.DateFilter(
        field_name="remitted_on", lookup_expr="lte", label=_("Remitted until"), widget=day_field()
    )


class PayableFilter(filters.FilterSet):  # type: ignore[misc]
    """Paid batches that wait for a remittance, by union and plan."""

    union = filters.CharFilter(
        field_name="organisation",
        method="by_union",
        label=_("Union"),
        widget=hinted(_("name or code of the union")),
    )
    plan = filters.ChoiceFilter(
        field_name="plan_version__family", choices=FAMILIES, label=_("Plan"), empty_label=_("all")
    )

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return of_unions(queryset, name, value)


# ------------------------------------------------------------------ the lists themselves

BATCHES = Listing(
    "batches",
    _("Enrolment batches"),
    (
        Column("number", _("Batch number"), "number", fixed=True),
        Column("union", _("Union")),
        Column("plan", _("Plan")),
        Column("starts", _("Starts on"), "starts", "day"),
        Column("persons", _("Persons"), "persons", "num"),
        Column("amount", _("Contribution (yuan)"), "amount", "money"),
        Column("submitted", _("Submitted on"), "submitted", "day"),
        Column("status", _("Status")),
    ),
    permissions=(Permission.BATCH_VIEW,),
    view="policies:batch-list",
    filter=BatchFilter,
)
# the lines of one batch
ENROLMENTS = Listing(
    "enrolments",
    _("Lines of a batch"),
    (
        Column("name", _("Name"), kind="name", fixed=True),
        Column("document", _("Document number"), kind="id"),
        Column("child", _("Child"), kind="name"),
        Column("consent", _("Consent")),
        Column("shares", _("Shares"), kind="num"),
        Column("tier", _("Tier")),
        Column("amount", _("Contribution (yuan)"), kind="money"),
        Column("funder", _("Paid by")),
        Column("note", _("Note")),
    ),
    of_one=True,
)
RECEIPTS = Listing(
    "receipts",
    pgettext_lazy("navigation", "Receipts"),
    (
        Column("number", _("Receipt number"), "number", fixed=True),
        Column("payer", _("Payer")),
        Column("received", _("Received on"), "received", "day"),
        Column("reference", _("Bank reference")),
        Column("batches", _("Batches"), kind="num"),
        Column("amount", _("Amount (yuan)"), "amount", "money"),
        Column("credit", _("Left as credit (yuan)"), kind="money"),
        Column("state", _("State")),
    ),
    permissions=(Permission.RECEIPT_VIEW,),
    view="policies:receipt-list",
    filter=ReceiptFilter,
)
REMITTANCES = Listing(
    "remittances",
    pgettext_lazy("navigation", "Remittance"),
    (
        Column("number", _("Remittance number"), "number", fixed=True),
        Column("made", _("Drawn up on"), kind="day"),
        Column("remitted", _("Remitted on"), "remitted", "day"),
        Column("reference", _("Bank reference")),
        Column("amount", _("Amount (yuan)"), "amount", "money"),
        Column("seen", _("Of your unions (yuan)"), kind="money"),
        Column("status", _("Status")),
    ),
    permissions=(Permission.REMITTANCE_VIEW,),
    view="policies:remittance-list",
    filter=RemittanceFilter,
)

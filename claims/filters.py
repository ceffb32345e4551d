"""The query forms above the lists of this room."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from claims.states import ClaimStatus, PayoutKind, PayoutStatus
from core.lists import Column, Density, Listing
from members.permissions import Permission
from members.selectors import of_unions
from policies.states import PAID_FAMILIES

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _person(queryset: QuerySet[Any], value: str, number: str) -> QuerySet[Any]:
    """A document number, pinyin initials, or the beginning of a name."""
    text = "".join(value.split())
    if any(character.isdigit() for character in text):
        return queryset.filter(**{f"{number}__icontains": text})
    if text.isascii():
        return queryset.filter(member__initials__startswith=text.lower())
    return queryset.filter(member__name_key__startswith=text)


class ClaimFilter(filters.FilterSet):  # type: ignore[misc]
    """Claims by number or name, plan, union and day of filing."""

    q = filters.CharFilter(method="by_person", label=_("No. or name"))
    family = filters.ChoiceFilter(
        choices=[(family.value, family.label) for family in PAID_FAMILIES],
        label=_("Plan"), empty_label=_("all"),
    )  # fmt: skip
    status = filters.ChoiceFilter(
        choices=ClaimStatus.choices, label=_("Status"), empty_label=_("all")
    )
    union = filters.CharFilter(method="by_union", label=_("Union"))
    since = filters.DateFilter(
        field_name="filed_on", lookup_expr="gte", label=_("Filed from"), widget=DAY
    )
    until = filters.DateFilter(
        field_name="filed_on", lookup_expr="lte", label=_("Filed until"), widget=DAY
    )
    paid_since = filters.DateFilter(
        field_name="paid_on", lookup_expr="gte", label=_("Paid from"), widget=DAY
    )
    paid_until = filters.DateFilter(
        field_name="paid_on", lookup_expr="lte", label=_("Paid until"), widget=DAY
    )

    def by_person(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return _person(queryset, value, "number")

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return of_unions(queryset, "organisation", value)


class PayoutFilter(filters.FilterSet):  # type: ignore[misc]
    """Payouts by number, kind and status."""

    number = filters.CharFilter(lookup_expr="icontains", label=_("Number"))
    kind = filters.ChoiceFilter(choices=PayoutKind.choices, label=_("Kind"), empty_label=_("all"))
    status = filters.ChoiceFilter(
        choices=PayoutStatus.choices, label=_("Status"), empty_label=_("all")
    )


class LineFilter(filters.FilterSet):  # type: ignore[misc]
    """The lines of one payout by name or number, and union."""

    q = filters.CharFilter(method="by_person", label=_("No. or name"))
    union = filters.CharFilter(method="by_union", label=_("Union"))

    def by_person(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return _person(queryset, value, "number")

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return of_unions(queryset, "organisation", value)


class RowFilter(filters.FilterSet):  # type: ignore[misc]
    """The computed rows of one quarter by name, union and what they come to."""

    q = filters.CharFilter(method="by_person", label=_("Name or initials"))
    union = filters.CharFilter(method="by_union", label=_("Union"))
    show = filters.ChoiceFilter(
        method="by_result", label=_("Result"), empty_label=_("all"),
        choices=[("pay", _("with payment")), ("nothing", _("nothing due")),
                 ("carried", _("carried")), ("privileged", _("privileged"))],
    )  # fmt: skip

    def by_person(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return _person(queryset, value, "member__name_key")

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return of_unions(queryset, "organisation", value)

    def by_result(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        wanted = {
            "pay": Q(pay__gt=0),
            "nothing": Q(pay=0, carried=0),
            "carried": Q(carried__lt=0),
            "privileged": Q(privileged=True),
        }
        return queryset.filter(wanted[value])


# ------------------------------------------------------------------ the lists themselves

CLAIMS = Listing(
    "claims",
    pgettext_lazy("navigation", "Claims"),
    (
        Column("number", _("Claim no."), "number", fixed=True),
        Column("name", _("Name"), kind="name"),
        Column("union", _("Union")),
        Column("plan", _("Plan")),
        Column("event", _("Event on"), "event", "day"),
        Column("filed", _("Filed on"), "filed", "day"),
        Column("claimed", _("Claimed, ￥"), kind="money"),
        Column("amount", _("Assessed, ￥"), "amount", "money"),
        Column("status", _("Status")),
        Column("age", _("Working days")),
        Column("reviewer", _("Reviewer")),
        Column("marks", _("Marks")),
    ),
    permissions=(Permission.CLAIM_VIEW,),
    density=Density.COMPACT,
    view="claims:claim-list",
    filter=ClaimFilter,
)
QUARTERS = Listing(
    "quarters",
    _("Secondary reimbursement"),
    (
        Column("quarter", _("Quarter"), fixed=True),
        Column("plan", _("Plan")),
        Column("persons", _("Person-times"), kind="num"),
        Column("amount", _("Total (yuan)"), kind="money"),
        Column("computed", _("Computed at")),
        Column("approved", _("Approved on"), kind="day"),
        Column("paid", _("Paid on"), kind="day"),
        Column("status", _("Status")),
    ),
    permissions=(Permission.QUARTER_VIEW,),
)
# the computed rows of one quarter
REIMBURSEMENTS = Listing(
    "reimbursements",
    _("Secondary reimbursement"),
    (
        Column("name", _("Name"), "name", "name", fixed=True),
        Column("union", _("Union")),
        Column("base", _("Base this year"), "base", "money"),
        Column("due", _("Due this year"), kind="money"),
        Column("pay", _("Due this quarter"), "pay", "money"),
        Column("carried", _("Carried over"), kind="money"),
    ),
    permissions=(Permission.QUARTER_VIEW,),
    density=Density.COMPACT,
)
PAYOUTS = Listing(
    "payouts",
    pgettext_lazy("navigation", "Payouts"),
    (
        Column("number", _("Payout no."), "number", fixed=True),
        Column("kind", _("Kind")),
        Column("quarter", _("Quarter")),
        Column("payments", _("Payments"), kind="num"),
        Column("amount", _("Total (yuan)"), "amount", "money"),
        Column("made", _("Payout made on"), "made", "day"),
        Column("made_by", _("Payout made by")),
        Column("paid", _("Paid on"), kind="day"),
        Column("paid_by", _("Confirmed by")),
        Column("status", _("Status")),
    ),
    permissions=(Permission.PAYOUT_VIEW,),
    view="claims:payout-list",
    filter=PayoutFilter,
)
# the payments of one payout
PAYMENTS = Listing(
    "payments",
    _("Payments"),
    (
        Column("number", _("Payment no."), fixed=True),
        Column("name", _("Name"), kind="name"),
        Column("union", _("Union")),
        Column("card", _("Card")),
        Column("claim", _("Claim no.")),
        Column("amount", _("Amount (yuan)"), kind="money"),
        Column("status", _("Status")),
    ),
    permissions=(Permission.PAYOUT_VIEW,),
    density=Density.COMPACT,
)

"""The query forms above the lists of this room."""

from typing import Any

import django_filters as filters
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, Density, Listing, no_long_number
from members import selectors
from members.permissions import IMPORT_PERMISSIONS, Permission, Role
from members.states import Category, ImportStatus, MemberStatus, OrganisationKind

SOUGHT = "members-sought"  # in the session: token -> hashes of a number that was looked for


def hinted(text: str | Promise) -> forms.TextInput:
    """A field that says in grey what may be typed."""
    return forms.TextInput(attrs={"placeholder": text})


class OrganisationFilter(filters.FilterSet):  # type: ignore[misc]
    """Unions by name, code and kind; `under` is a node chosen in the tree."""

    q = filters.CharFilter(
        method="by_text", label=_("Union"), widget=hinted(_("name or code of the union"))
    )
    kind = filters.ChoiceFilter(
        choices=OrganisationKind.choices, label=_("Kind"), empty_label=_("all")
    )
    closed = filters.ChoiceFilter(
        method="by_state", label=_("State"), empty_label=_("still there"),
        choices=[("1", _("closed down")), ("all", _("all"))],
    )  # fmt: skip
    under = filters.NumberFilter(method="by_node", widget=forms.HiddenInput)

    def by_text(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        found = Q(name__icontains=value) | Q(code__istartswith=value)
        found |= Q(former_names__name__icontains=value)
        return queryset.filter(found).distinct()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Closed unions are out of sight unless they are asked for."""
        if not self.form.cleaned_data.get("closed"):
            queryset = queryset.filter(closed_on__isnull=True)
        found: QuerySet[Any] = super().filter_queryset(queryset)
        return found

    def by_state(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(closed_on__isnull=False) if value == "1" else queryset

    def by_node(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        path = queryset.filter(pk=int(value)).values_list("path", flat=True).first()
        return queryset.filter(path__startswith=path) if path else queryset.none()


class MemberFilter(filters.FilterSet):  # type: ignore[misc]
    """Members by union, status and category; the search box above hands on `q` and `sought`."""

    q = filters.CharFilter(method="by_name", widget=forms.HiddenInput)
    sought = filters.CharFilter(method="by_number", widget=forms.HiddenInput)
    union = filters.CharFilter(
        field_name="organisation", method="by_union", label=_("Union"),
        widget=hinted(_("name or code of the union")),
    )  # fmt: skip
    status = filters.ChoiceFilter(
        method="by_status", label=_("Status"), empty_label=_("all"),
        choices=[*MemberStatus.choices, ("ROLL", _("in service or retired"))],
    )  # fmt: skip
    category = filters.ChoiceFilter(
        choices=Category.choices, label=_("Medical category"), empty_label=_("all")
    )

    def by_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return selectors.named(queryset, value)

    def by_number(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Hashes that the search box put into the session; a forgotten search finds nobody."""
        keys = self.request.session.get(SOUGHT, {}).get(value, {})
        return selectors.with_keys(queryset, keys)

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return selectors.of_unions(queryset, name, value)

    def by_status(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        on_roll = (MemberStatus.IN_SERVICE, MemberStatus.RETIRED)
        return queryset.filter(status__in=on_roll if value == "ROLL" else (value,))


class UserFilter(filters.FilterSet):  # type: ignore[misc]
    """Accounts by name, role and union."""

    q = filters.CharFilter(
        method="by_text", label=_("Account"), widget=hinted(_("user name or name"))
    )
    role = filters.ChoiceFilter(
        field_name="grants__role", choices=Role.choices, label=_("Role"), empty_label=_("all"),
        distinct=True,
    )  # fmt: skip
    union = filters.CharFilter(
        field_name="grants__organisation", method="by_union", label=_("Union"),
        widget=hinted(_("name or code of the union")),
    )  # fmt: skip
    state = filters.ChoiceFilter(
        method="by_state", label=_("State"), empty_label=_("all"),
        choices=[("in_use", _("in use")), ("first", _("first password")),
                 ("paused", _("locked by wrong passwords")), ("closed", _("locked"))],
    )  # fmt: skip

    def by_state(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "paused":
            return queryset.filter(username__in=selectors.locked_names())
        if value == "first":
            return queryset.filter(is_active=True, must_change_password=True)
        return queryset.filter(is_active=value == "in_use")

    def by_text(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(username__icontains=value) | Q(full_name__icontains=value))

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return selectors.of_unions(queryset, name, value).distinct()


class ImportFilter(filters.FilterSet):  # type: ignore[misc]
    """Imports by kind, status, union and file name."""

    kind = filters.ChoiceFilter(
        choices=[(name, selectors.KIND_NAMES[name]) for name in settings.IMPORT_KINDS],
        label=_("Workbook"), empty_label=_("all"),
    )  # fmt: skip
    status = filters.ChoiceFilter(
        choices=ImportStatus.choices, label=_("Status"), empty_label=_("all")
    )
    union = filters.CharFilter(
        field_name="organisation", method="by_union", label=_("Union"),
        widget=hinted(_("name or code of the union")),
    )  # fmt: skip
    q = filters.CharFilter(
        method="by_text", label=_("File"), widget=hinted(_("import number or file name"))
    )

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return selectors.of_unions(queryset, name, value)

    def by_text(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(number__icontains=value) | Q(file__name__icontains=value))


class JobFilter(filters.FilterSet):  # type: ignore[misc]
    """Jobs by status."""

    status = filters.ChoiceFilter(
        label=_("Status"), empty_label=_("all"),
        choices=[("QUEUED", _("queued")), ("RUNNING", _("running")), ("DONE", _("done")),
                 ("FAILED", _("failed")), ("CANCELLED", _("cancelled"))],
    )  # fmt: skip


class AuditFilter(filters.FilterSet):  # type: ignore[misc]
    """The trail by record, person, act, kind, union and days."""

    subject = filters.CharFilter(
        lookup_expr="startswith", label=_("Record"), widget=hinted(_("for example batch:17"))
    )
    by = filters.CharFilter(
        method="by_person", label=_("Who"), widget=hinted(_("user name or name"))
    )
    action = filters.CharFilter(
        lookup_expr="startswith", label=_("Act"), widget=hinted(_("for example user.sign_in"))
    )
    since = filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label=_("From the day"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    until = filters.DateFilter(
        field_name="at", lookup_expr="date__lte", label=_("To the day"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    kind = filters.ChoiceFilter(
        method="by_kind", choices=selectors.TRAIL_KINDS, label=_("Kind"), empty_label=_("all")
    )
    union = filters.CharFilter(
        method="by_union", label=_("Union"), widget=hinted(_("name or code of the union"))
    )

    def by_kind(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(selectors.of_kind(value))

    def by_union(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(selectors.below_unions(value))

    def by_person(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(by_id__in=selectors.account_keys(value))


class FilterNameForm(forms.Form):
    """What a kept search is called, and whether colleagues see it."""

    name = forms.CharField(
        max_length=20,
        validators=[no_long_number],
        error_messages={"required": _("Give the search a name.")},
    )
    shared = forms.BooleanField(required=False)


# ------------------------------------------------------------------ the lists themselves

MEMBERS = Listing(
    "members",
    pgettext_lazy("navigation", "Members"),
    (
        Column("name", _("Name"), "name", "name", fixed=True),
        Column("sex", _("Sex")),
        Column("document", _("Document number"), kind="id"),
        Column("born", _("Born on"), kind="day"),
        Column("union", _("Union")),
        Column("status", _("Status")),
        Column("category", _("Medical category")),
        Column("card", _("Card")),
    ),
    permissions=(Permission.MEMBER_VIEW,),
    view="members:member-list",
    filter=MemberFilter,
    private=("sought",),
)
UNIONS = Listing(
    "unions",
    pgettext_lazy("navigation", "Unions"),
    (
        Column("code", _("Code"), "code"),
        Column("name", _("Name of the union"), "name", fixed=True),
        Column("kind", _("Kind")),
        Column("above", _("Above it")),
        Column("staff", _("Staff"), "staff", "num"),
        Column("members", _("Number of members"), kind="num"),
        Column("contact", _("Contact"), kind="name"),
    ),
    view="members:organisation-list",
    filter=OrganisationFilter,
)
TRANSFERS = Listing(
    "transfers",
    pgettext_lazy("navigation", "Transfers"),
    (
        Column("member", _("Member"), kind="name", fixed=True),
        Column("source", pgettext_lazy("transfer", "From")),
        Column("target", pgettext_lazy("transfer", "To")),
        Column("asked", _("Asked for")),
        Column("asked_on", _("Asked on"), kind="day"),
        Column("reason", pgettext_lazy("act", "Reason")),
        Column("state", _("State")),
    ),
    permissions=(Permission.MEMBER_TRANSFER,),
)
ACCOUNTS = Listing(
    "accounts",
    pgettext_lazy("navigation", "Accounts"),
    (
        Column("username", _("User name"), "username", fixed=True),
        Column("name", _("Name"), "name", "name"),
        Column("role", _("Role and union")),
        Column("state", _("State")),
        Column("last_login", _("Last sign-in")),
        Column("created", _("Made on"), "created", "day"),
    ),
    permissions=(Permission.USER_VIEW,),
    view="members:user-list",
    filter=UserFilter,
)
IMPORTS = Listing(
    "imports",
    pgettext_lazy("navigation", "Imports"),
    (
        Column("number", _("Number"), "number", fixed=True),
        Column("workbook", _("Workbook")),
        Column("file", _("File")),
        Column("union", _("Union")),
        Column("rows", _("Rows"), "rows", "num"),
        Column("wrong", _("Wrong"), kind="num"),
        Column("changed", _("New · changed"), kind="num"),
        Column("status", _("Status")),
        Column("by", _("Uploaded by"), kind="name"),
        Column("at", _("Uploaded at"), "at"),
    ),
    permissions=tuple(IMPORT_PERMISSIONS.values()),
    view="members:import-list",
    filter=ImportFilter,
)
JOBS = Listing(
    "jobs",
    pgettext_lazy("navigation", "Jobs"),
    (
        Column("number", _("No."), kind="num", fixed=True),
        Column("work", _("Work"), fixed=True),
        Column("about", _("About")),
        Column("status", _("Status")),
        Column("progress", _("Progress")),
        Column("by", _("Asked for by")),
        Column("at", _("Asked for at")),
        Column("took", _("Took")),
    ),
    permissions=(Permission.JOB_VIEW,),
    view="members:job-list",
    filter=JobFilter,
)
TRAIL = Listing(
    "trail",
    pgettext_lazy("navigation", "Audit trail"),
    (
        Column("at", _("At"), fixed=True),
        Column("who", _("Who")),
        Column("act", _("Act")),
        Column("record", _("Record")),
        Column("particulars", _("Particulars")),
    ),
    permissions=(Permission.AUDIT_VIEW,),
    density=Density.COMPACT,
    view="members:audit-list",
    filter=AuditFilter,
)

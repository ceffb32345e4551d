"""The figures of a year and the sentences that say what they count."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.definitions.base import Figure, Kind

COUNT, MONEY, RATIO = Kind.COUNT, Kind.MONEY, Kind.RATIO

FIGURES = (
    Figure(
        "workers",
        pgettext_lazy("report", "Workers"),
        COUNT,
        _("Employees as each union states them for itself, added up over the subtree."),
    ),
    Figure(
        "members",
        pgettext_lazy("report", "Members"),
        COUNT,
        _("Union members in service, as they stand now."),
    ),
    Figure(
        "units",
        pgettext_lazy("report", "Units"),
        COUNT,
        _("Grassroots unions of the subtree that are not closed."),
    ),
    Figure(
        "enrolled_persons",
        pgettext_lazy("report", "Persons enrolled"),
        COUNT,
        _("Persons with at least one cover in force that begins in the year, each counted once."),
    ),
    Figure(
        "enrolments",
        pgettext_lazy("report", "Enrolments"),
        COUNT,
        _("Covers in force that begin in the year: person-times, not persons."),
    ),
    Figure(
        "contributions",
        pgettext_lazy("report", "Contributions"),
        MONEY,
        _("Contributions of those covers."),
    ),
    Figure(
        "plans", pgettext_lazy("report", "Plans"), COUNT, _("Different plans among those covers.")
    ),
    Figure(
        "participation",
        pgettext_lazy("report", "Participation"),
        RATIO,
        _("Persons enrolled by members."),
    ),
    Figure(
        "card_rate",
        pgettext_lazy("report", "Card rate"),
        RATIO,
        _("Members with a union card by members."),
    ),
    Figure(
        "remitted",
        pgettext_lazy("report", "Remitted"),
        MONEY,
        _(
            "Contributions transferred to the Beijing office in the year, by the day of the "
            "transfer."
        ),
    ),
    Figure(
        "target",
        pgettext_lazy("report", "Annual target"),
        MONEY,
        _("The Beijing office's target for the year."),
    ),
    Figure("completion", pgettext_lazy("report", "Completion"), RATIO, _("Remitted by target.")),
    Figure(
        "remitted_last_year",
        pgettext_lazy("report", "Remitted last year"),
        MONEY,
        _("The same of the year before; from before this system: the sum entered by the office."),
    ),
    Figure(
        "growth",
        pgettext_lazy("report", "Growth"),
        RATIO,
        _("Remitted by remitted last year, less one."),
    ),
    Figure(
        "claims",
        pgettext_lazy("report", "Claims paid"),
        COUNT,
        _("Claims whose payment day lies in the year, each counted once."),
    ),
    Figure(
        "claims_paid",
        pgettext_lazy("report", "Paid on claims"),
        MONEY,
        _("The approved amounts of those claims."),
    ),
    Figure(
        "campaign",
        pgettext_lazy("report", "Campaigns"),
        MONEY,
        _("By campaign: persons covered, their contributions, and its claims paid in the year."),
    ),
    Figure(
        "reimbursements",
        pgettext_lazy("report", "Reimbursements"),
        COUNT,
        _(
            "Person-times with something paid in the year's quarters that have been paid out; one"
            " person may count four times."
        ),
    ),
    Figure(
        "reimbursed",
        pgettext_lazy("report", "Reimbursed"),
        MONEY,
        _("What was paid for those person-times."),
    ),
    Figure(
        "reimbursements_by_quarter",
        pgettext_lazy("report", "Reimbursements by quarter"),
        COUNT,
        _("Person-times of each quarter."),
    ),
    Figure(
        "verified",
        pgettext_lazy("report", "Verified"),
        COUNT,
        _(
            "Verification of secondary reimbursement by the union; for now its reimbursed person-"
            "times stand for it."
        ),
    ),
)
NOTES = (
    _("Unions, members and cards are shown as they stand now: their past is not kept yet."),
    _(
        "Contributions and claims belong to the union that enrolled or filed; reimbursement "
        "to the member's union when it was computed."
    ),
)

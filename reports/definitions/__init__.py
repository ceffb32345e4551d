"""The registry of reports: what can be asked for by `report NAME`, on the page and at closing."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from core.errors import RuleViolation
from reports.definitions.annual import ANNUAL
from reports.definitions.base import Report
from reports.definitions.participation import PARTICIPATION
from reports.definitions.payouts import PAYOUT_SUMMARY
from reports.definitions.remittance import REMITTANCE
from reports.definitions.training import TRAINING
from reports.definitions.unit_ledger import UNIT_LEDGER

REPORTS: Mapping[str, Report] = {
    report.name: report
    for report in (PAYOUT_SUMMARY, REMITTANCE, ANNUAL, PARTICIPATION, TRAINING, UNIT_LEDGER)
}
# what closing a quarter computes, renders and freezes, in this order
CLOSED_WITH_THE_QUARTER = ("payout_summary", "remittance")


class NoSuchReport(RuleViolation):
    """There is no report of that name."""


def report_named(name: str) -> Report:
    if name not in REPORTS:
        raise NoSuchReport(
            _("There is no report %(name)s; there are %(names)s.")
            % {"name": name, "names": ", ".join(REPORTS)}
        )
    return REPORTS[name]

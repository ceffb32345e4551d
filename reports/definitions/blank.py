"""The words for blank spots and for what is done next about them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.rules import Gap, Step

GAPS: Mapping[str, Promise] = {
    Gap.NONE: pgettext_lazy("blank", "nobody insured"),
    Gap.PART: pgettext_lazy("blank", "below 100%"),
    Gap.PLANS: pgettext_lazy("blank", "plans never taken"),
}
STEPS: Mapping[Step, Promise] = {
    Step.ACCOUNT: pgettext_lazy("blank", "name an agent and open an account"),
    Step.REMIND: pgettext_lazy("blank", "send a reminder"),
    Step.CALL: pgettext_lazy("blank", "telephone: the reminder is not read"),
    Step.VISIT: pgettext_lazy("blank", "visit or train: read, and still nothing"),
    Step.ADD: pgettext_lazy("blank", "add the missing members to the list"),
    Step.OFFER: pgettext_lazy("blank", "tell them of the other plans"),
}
SENTENCES: tuple[tuple[Promise, Promise], ...] = (
    (
        pgettext_lazy("blank", "Gap"),
        _(
            "Nobody insured: no cover in force that begins in the year. Below 100%: fewer persons "
            "insured than members in service. Plans never taken: nothing handed in for a plan in "
            "any year."
        ),
    ),
    (
        pgettext_lazy("blank", "Not insured"),
        _("Members in service less persons insured; units without members are left out."),
    ),
    (
        pgettext_lazy("blank", "Rank"),
        _("Most members not insured first, then most plans never taken, then the code."),
    ),
)

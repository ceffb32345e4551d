"""What leaves the system as a list is written down."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer

MOST = 10_000  # rows of one workbook: about two seconds of work


class TooMany(RuleViolation):
    """The list is longer than one request may write."""


@transaction.atomic(durable=True)
def note_people_export(*, count: int, searched: Iterable[str], by: Viewer) -> None:
    """Write down that a list of persons is taken away: how many, and by which fields it was cut.

    What was typed into the fields may be a name and stays out of the trail. Raises TooMany.
    """
    if count > MOST:
        raise TooMany(
            _(
                "%(count)d persons are too many for one workbook (at most %(most)d)."
                " Please narrow the search, for example by union."
            )
            % {"count": count, "most": MOST}
        )
    audit.record(
        action="member.export",
        subject="members:list",
        by_id=by.user_id,
        count=count,
        searched=", ".join(sorted(searched)),
    )

"""Which plans a unit has ever handed in something for."""

from collections import defaultdict

from members.access import Viewer
from members.permissions import Permission
from policies.selectors.enrolment import visible_batches
from policies.states import BatchStatus


def families_handed_in(viewer: Viewer) -> dict[int, set[str]]:
    """The plans of each union's batches of all years, without drafts and withdrawn ones."""
    rows = visible_batches(viewer, permission=Permission.REPORT_VIEW).exclude(
        status__in=(BatchStatus.DRAFT, BatchStatus.WITHDRAWN)
    )
    found: dict[int, set[str]] = defaultdict(set)
    pairs = rows.order_by().values_list("organisation", "plan_version__family").distinct()
    for union, family in pairs:
        found[union].add(family)
    return found

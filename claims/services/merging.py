"""What this room knows against merging two records of a person."""

from django.utils.translation import gettext as _

from claims.models import Reimbursement


def quarters_clash(kept: int, gone: int) -> str:
    """Why two members' quarters cannot be one person's: both have a row of the same quarter."""
    mine = set(Reimbursement.objects.filter(member_id=kept).values_list("year", "quarter"))
    theirs = set(Reimbursement.objects.filter(member_id=gone).values_list("year", "quarter"))
    if not mine & theirs:
        return ""
    year, quarter = min(mine & theirs)
    return _(
        "Both records have a secondary reimbursement of %(year)sQ%(quarter)s. One person has one"
        " a quarter: have the quarter computed anew with one record first."
    ) % {"year": year, "quarter": quarter}

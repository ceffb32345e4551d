"""How far back the figures go."""

from datetime import date

from policies.models import AnnualTarget


def years(today: date) -> list[int]:
    """The years that can be asked for, newest first: from the first known one until this one."""
    first = AnnualTarget.objects.order_by("year").values_list("year", flat=True).first()
    return list(range(today.year, min(first or today.year, today.year) - 1, -1))

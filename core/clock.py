"""The only clock: read by views, tasks and commands, passed on as an argument everywhere else."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in the office's time zone (Asia/Shanghai)."""
    return timezone.localtime()


def today() -> date:
    """The civil day in the office's time zone."""
    return timezone.localdate()

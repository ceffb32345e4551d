"""The Celery application and its timetable; the queue of record is core.models.JobRun."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mutual_aid")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

TIMETABLE: dict[str, dict[str, Any]] = {
    # re-rings jobs whose bell was lost with the broker or a worker
    "sweep-jobs": {"task": "core.tasks.sweep", "schedule": 60.0},
    # what was written becomes part of the chain within these seconds (docs/adr/0007)
    "seal-trail": {"task": "core.tasks.seal", "schedule": 10.0},
    "sweep-sessions": {
        "task": "members.tasks.sweep_sessions",
        "schedule": crontab(minute="10", hour="4"),
    },
    # the first day of a quarter, early: the quarter before it is closed
    "close-last-quarter": {
        "task": "reports.tasks.close_last_quarter",
        "schedule": crontab(minute="30", hour="5", day_of_month="1", month_of_year="1,4,7,10"),
    },
}
app.conf.beat_schedule = TIMETABLE

"""Another try for a job that failed."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.models import OPEN_JOBS, JobRun, JobStatus
from members.access import Viewer
from members.selectors import visible_jobs


class NothingToContinue(RuleViolation):
    """Only a failed job can be continued, and only while no other one does its work."""


@transaction.atomic(durable=True)
def retry(*, job_id: int, by: Viewer) -> JobRun:
    """Queue a failed job again; it goes on where its cursor stands. Ring the bell afterwards."""
    job = visible_jobs(by).select_for_update().get(pk=job_id)
    other = JobRun.objects.filter(kind=job.kind, key=job.key, status__in=OPEN_JOBS)
    if job.status != JobStatus.FAILED or other.exists():
        raise NothingToContinue(_("This work is done or already going on."))
    job.status, job.attempts, job.error, job.finished_at = JobStatus.QUEUED, 0, "", None
    job.save(update_fields=["status", "attempts", "error", "finished_at"])
    JobRun.objects.filter(pk=job.pk).update(moved_at=Now())
    audit.record(action="job.retry", subject=f"job:{job.pk}", by_id=by.user_id, kind=job.kind)
    return job

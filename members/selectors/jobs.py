"""Long work as people see it."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import jobs
from core.models import JobRun
from members.access import Viewer
from members.permissions import Permission

TITLES: Mapping[str, Promise] = {
    "members.tasks.check_import": _("Check a workbook"),
    "members.tasks.apply_import": _("Import a workbook"),
    "claims.tasks.compute_quarter": _("Compute reimbursements"),
    "claims.tasks.try_version": _("Try a version out"),
    "reports.tasks.make_file": _("Make a report file"),
    "reports.tasks.close_quarter": _("Close a quarter"),
    "reports.tasks.close_last_quarter": _("Close the last quarter"),
}


def visible_jobs(viewer: Viewer) -> QuerySet[JobRun]:
    """All jobs for holders of JOB_VIEW in the district, one's own for everybody else."""
    if viewer.holds_in_district(Permission.JOB_VIEW):
        return JobRun.objects.all()
    return JobRun.objects.filter(Q(requested_by_id=viewer.user_id), requested_by_id__isnull=False)


def job_title(job: JobRun) -> str:
    """What the job does, in words; the task's own name where nobody gave any."""
    return str(TITLES.get(job.kind, job.kind.rpartition(".")[2].replace("_", " ")))


def with_progress(job: JobRun) -> JobRun:
    """The job with the progress of its running chunk, for showing only."""
    job.done, job.total = jobs.progress(job)
    return job

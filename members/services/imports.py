"""Workbooks on their way in: received, checked, imported or discarded.

The stored original is the truth: every check and the import itself read it anew. Long work runs as
a job (core.jobs); commands and the demo do it in one pass (`import_directly`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core import audit, changes, files, jobs
from core.errors import RuleViolation
from core.importing import Context, Kind, Result, Staging, UnusableFile, Upload, run
from core.jobs import Chunk, JobCancelled
from core.models import JobRun
from core.numbering import next_number
from members.access import Viewer
from members.models import ImportRun, Organisation, User
from members.permissions import IMPORT_PERMISSIONS, Permission
from members.selectors import district, viewer_for, visible_imports, visible_organisations
from members.services.findings import file_findings
from members.states import MOVES, ImportStatus

CHECK_JOB = "members.tasks.check_import"
APPLY_JOB = "members.tasks.apply_import"
CONTENT_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel",
    ".csv": "text/csv",
}


class UnknownKind(RuleViolation):
    """There is no such workbook."""


class NotAllowed(RuleViolation):
    """The person may not import such workbooks anywhere."""


class CannotMove(RuleViolation):
    """The import is no longer where the page showed it."""


class HasErrors(RuleViolation):
    """Wrong rows are left, and nobody asked to leave them out."""


class NothingToImport(RuleViolation):
    """No row of the file would be written."""


def kind_named(name: str) -> Kind:
    """The definition of a kind of workbook, by its word in URLs and commands."""
    if name not in settings.IMPORT_KINDS:
        raise UnknownKind(_("There is no workbook called %(name)s.") % {"name": name})
    found: Kind = import_string(settings.IMPORT_KINDS[name])
    return found


def permission_for(name: str) -> Permission:
    """The right it takes to import such a workbook."""
    return IMPORT_PERMISSIONS[name]


@transaction.atomic(durable=True)
def receive(
    *, kind: str, name: str, content: bytes, options: Mapping[str, Any], organisation_id: int,
    by: Viewer, on: date, replaces: str = "",
) -> ImportRun:  # fmt: skip
    """Keep an uploaded workbook and queue its check; ring the bell of `.job` afterwards.

    `options`: what the kind asks besides, plain JSON. `replaces`: key of an earlier try, which is
    put aside if it still waits. Raises UnusableFile above 20 MB.
    """
    kind_named(kind)
    unions = visible_organisations(by, permission_for(kind))
    union = unions.get(pk=organisation_id)
    received = store_run(kind, Upload(name, content), options, union, by, on)
    queue_check(received)
    note("import.receive", received, by.user_id)
    if replaces.isdecimal():
        _replace(int(replaces), kind, by)
    return received


def queue_check(received: ImportRun) -> None:
    """Queue the check of a new run."""
    received.job = jobs.enqueue(
        kind=CHECK_JOB, key=f"import:{received.pk}", requested_by_id=received.uploaded_by_id,
        parameters={"run": received.pk},
    )  # fmt: skip
    received.save(update_fields=["job"])


def _replace(run_id: int, kind: str, by: Viewer) -> None:
    """Put the earlier try of a workbook aside where it can be; another kind's is left alone."""
    earlier = visible_imports(by, permission_for(kind)).filter(
        pk=run_id, kind=kind, status__in=(ImportStatus.CHECKED, ImportStatus.REFUSED)
    )
    for held in earlier.select_for_update(of=("self",)).select_related("organisation"):
        move(held, ImportStatus.DISCARDED)
        held.save(update_fields=["status"])
        note("import.discard", held, by.user_id)


def check(job: JobRun, *, on: date) -> Chunk:
    """The step of the checking job: read the original, keep counts and findings.

    The run is locked at the end only, so that somebody can cancel it meanwhile.
    """
    held = ImportRun.objects.get(pk=job.parameters["run"])
    if held.status != ImportStatus.CHECKING:
        return Chunk(cursor={"over": True}, done=held.rows, total=held.rows, finished=True)
    result = _run(held, on=on, commit=False, job=job)
    if result is not None:
        held.status = ImportStatus.CHECKED
        held.save()
    note("import.check", held, held.uploaded_by_id, rows=held.rows, wrong=held.wrong)
    return Chunk(cursor={"over": True}, done=held.rows, total=held.rows, finished=True)


@transaction.atomic(durable=True)
def request_apply(*, run_id: int, skip_errors: bool, by: Viewer) -> ImportRun:
    """Ask for the import of a checked workbook; ring the bell of `.job` afterwards.

    With wrong rows left it takes `skip_errors`, which imports the others.
    """
    held = locked(run_id, by)
    move(held, ImportStatus.APPLYING)
    if held.wrong and not skip_errors:
        raise HasErrors(_("Some rows are wrong. Correct them, or import the correct rows only."))
    if not held.created + held.updated:
        raise NothingToImport(_("No row of this file would change anything."))
    held.skip_errors = skip_errors
    held.job = jobs.enqueue(
        kind=APPLY_JOB, key=f"import:{held.pk}", requested_by_id=by.user_id,
        parameters={"run": held.pk},
    )  # fmt: skip
    held.save(update_fields=["status", "skip_errors", "job"])
    note("import.request", held, by.user_id, skip_errors=skip_errors)
    return held


def apply(job: JobRun, *, on: date) -> Chunk:
    """The step of the importing job: check again and write, all in this one transaction.

    Rows that have become wrong since the check send the import back to CHECKED with new findings.
    """
    held = ImportRun.objects.get(pk=job.parameters["run"])
    if held.status == ImportStatus.APPLYING:
        result = _run(held, on=on, commit=True, job=job)
        if result is not None:
            _settle(held, result)
    return Chunk(cursor={"over": True}, done=held.rows, total=held.rows, finished=True)


@transaction.atomic(durable=True)
def discard(*, run_id: int, by: Viewer) -> ImportRun:
    """Put a workbook aside that was not imported; the original stays on record."""
    held = locked(run_id, by)
    move(held, ImportStatus.DISCARDED)
    held.save(update_fields=["status"])
    note("import.discard", held, by.user_id)
    return held


@transaction.atomic(durable=True)
def cancel(*, run_id: int, by: Viewer) -> ImportRun:
    """Stop a check or an import that is under way; call jobs.interrupt for `.job` afterwards.

    What was being checked is CANCELLED, what was being imported is CHECKED again. The job row
    decides: a run whose work has just been stored is refused with CannotMove.
    """
    held = locked(run_id, by)
    applying = held.status == ImportStatus.APPLYING
    move(held, ImportStatus.CHECKED if applying else ImportStatus.CANCELLED)
    held.skip_errors = False
    held.save(update_fields=["status", "skip_errors"])
    note("import.cancel", held, by.user_id, applying=applying)
    if held.job_id is not None:
        jobs.cancel(held.job_id)
    return held


@transaction.atomic(durable=True)
def note_download(*, run_id: int, what: str, by: Viewer) -> ImportRun:
    """Write down who took a workbook out: `original` or `errors`."""
    held = visible_imports(by).select_related("file", "error_file").get(pk=run_id)
    note("import.download", held, by.user_id, what=what)
    return held


@dataclass
class _Written:
    """The import's record, made only when the first row is about to be written."""

    run: ImportRun | None = None


@transaction.atomic(durable=True)
def import_directly(
    *, kind: str, path: Path, options: Mapping[str, Any], by: Viewer, on: date,
    commit: bool = False, skip_errors: bool = False,
) -> Result:  # fmt: skip
    """Check a file and, with `commit`, import it, in one pass and one transaction.

    What was written is on record like an upload: original, counts, findings. Raises UnusableFile,
    UnknownKind, NotAllowed.
    """
    definition, upload = kind_named(kind), Upload.from_path(path)
    union = _home(kind, by)
    written = _Written()

    def applied(staging: Staging, context: Context) -> None:
        # the series stays free for others until the last moment: its number comes at the end
        written.run = store_run(kind, upload, options, union, by, on, number=uuid4().hex[:20])
        given = {**context.options, "run_id": written.run.pk}
        definition.apply(staging, replace(context, options=given))

    context = Context(
        today=on, scope_paths=by.paths(permission_for(kind)), requested_by_id=by.user_id,
        options=dict(options),
    )  # fmt: skip
    result = _run_again_if_overtaken(
        replace(definition, apply=applied), upload, context=context, commit=commit,
        skip_errors=skip_errors,
    )  # fmt: skip
    if written.run is not None:
        written.run.skip_errors = skip_errors
        written.run.number = next_number("DR", on.year)
        _record(written.run, definition, upload, result, with_cells=False)
        _settle(written.run, result)
    return result


def _home(kind: str, by: Viewer) -> Organisation:
    """The union on whose account a command's import stands: the person's own."""
    if by.is_system:
        return district()
    union = visible_organisations(by, permission_for(kind)).order_by("path").first()
    if union is None:
        raise NotAllowed(_("You may not import this kind of workbook."))
    return union


def store_run(
    kind: str, upload: Upload, options: Mapping[str, Any], union: Organisation, by: Viewer,
    on: date, *, number: str = "", corrects: ImportRun | None = None,
) -> ImportRun:  # fmt: skip
    """Keep a workbook and make its run."""
    by_id = by.user_id or User.objects.get(username="system").pk
    content_type = CONTENT_TYPES.get(upload.suffix, "application/octet-stream")
    original = files.store(upload.content, name=upload.name, content_type=content_type)
    return ImportRun.objects.create(
        number=number or next_number("DR", on.year), kind=kind, options=dict(options),
        file=original, organisation=union, uploaded_by_id=by_id, corrects=corrects,
    )  # fmt: skip


def _run(held: ImportRun, *, on: date, commit: bool, job: JobRun) -> Result | None:
    """Run the pipeline over the stored original; a file that cannot be read is REFUSED."""
    definition, upload = kind_named(held.kind), stored_upload(held)
    viewer = viewer_for(User.objects.get(pk=job.requested_by_id or held.uploaded_by_id))
    context = Context(
        today=on, scope_paths=viewer.paths(permission_for(held.kind)),
        requested_by_id=viewer.user_id, options={**held.options, "run_id": held.pk},
    )  # fmt: skip
    try:
        result = _run_again_if_overtaken(
            definition, upload, context=context, commit=commit, skip_errors=held.skip_errors,
            progress=lambda done, total: jobs.report_progress(job.pk, done, total),
        )  # fmt: skip
    except UnusableFile as refusal:
        _still_mine(held)
        held.status, held.refusal = ImportStatus.REFUSED, str(refusal)[:500]
        held.save()
        return None
    _still_mine(held)
    _record(held, definition, upload, result, with_cells=True)
    return result


def _still_mine(held: ImportRun) -> None:
    """Lock the run at the end of its work; raises JobCancelled when it was moved meanwhile."""
    runs = ImportRun.objects.select_for_update(no_key=True)
    if runs.values_list("status", flat=True).get(pk=held.pk) != held.status:
        raise JobCancelled


def _run_again_if_overtaken(kind: Kind, upload: Upload, **arguments: Any) -> Result:
    """Run the pipeline; when another import wrote the same keys meanwhile, check against them."""
    try:
        return run(kind, upload, **arguments)
    except IntegrityError:
        return run(kind, upload, **arguments)


def stored_upload(held: ImportRun) -> Upload:
    """The original as it was handed in."""
    with files.open_file(held.file) as original:
        return Upload(held.file.name, original.read())


def _record(
    held: ImportRun, kind: Kind, upload: Upload, result: Result, *, with_cells: bool
) -> None:
    """Keep the counts, the findings and, where rows are wrong, the workbook that tells why."""
    warned = {found.row for found in result.findings if found.level == "warning"}
    held.sheet, held.rows = result.layout.sheet_name[:100], result.rows
    held.created, held.updated = result.created, result.updated
    held.unchanged, held.wrong = result.unchanged, result.bad_rows
    held.warned, held.amount = len(warned), result.summary.get("amount")
    if result.stamp is not None:
        held.template_version = result.stamp.version[:10]
        held.template_unit = result.stamp.unit_code[:100]
    held.error_file = file_findings(held, kind, upload, result, with_cells=with_cells)
    held.save()


def _settle(held: ImportRun, result: Result) -> None:
    held.status = ImportStatus.APPLIED if result.written else ImportStatus.CHECKED
    held.save(update_fields=["status", "skip_errors"])
    if result.written:
        held.applied_xact = changes.transaction_number()
        ImportRun.objects.filter(pk=held.pk).update(
            applied_at=Now(), applied_xact=held.applied_xact
        )
        note(
            "import.apply", held, held.uploaded_by_id,
            created=held.created, updated=held.updated, skipped=held.wrong,
        )  # fmt: skip


def locked(run_id: int, by: Viewer) -> ImportRun:
    """The run in scope, locked; raises NotAllowed without the right to import its kind there."""
    runs = visible_imports(by).select_for_update(of=("self",), no_key=True)
    held = runs.select_related("organisation").get(pk=run_id)
    if not by.can_at(permission_for(held.kind), held.organisation.path):
        raise NotAllowed(_("You may not import this kind of workbook."))
    return held


def move(held: ImportRun, status: ImportStatus) -> None:
    """Give the run its next status; raises CannotMove."""
    if status not in MOVES[ImportStatus(held.status)]:
        raise CannotMove(
            _("This import is %(status)s by now. Please look at it again.")
            % {"status": held.get_status_display()}
        )
    held.status = status


def note(action: str, held: ImportRun, by_id: int | None, **details: Any) -> None:
    """Write down what happened to a run."""
    audit.record(
        action=action, subject=f"import:{held.pk}", by_id=by_id, path=held.organisation.path[:200],
        kind=held.kind, number=held.number, **details,
    )  # fmt: skip

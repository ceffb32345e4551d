"""The Beijing office's list: sent as a workbook, checked when it comes back, written."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.errors import RuleViolation
from core.excel.errorbook import error_workbook
from core.importing import Upload
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import exports, selectors
from policies.forms.money import AnswerForm
from policies.imports.answers import list_to_send, read_answer

TOLD = 5  # findings that a message repeats; the workbook has them all


@require_permission(Permission.REMITTANCE_VIEW)
@require_GET
def answer_list(request: ScopedRequest, pk: int) -> HttpResponse:
    """The list to send, which comes back filled in."""
    rows = selectors.visible_remittances(request.viewer, permission=Permission.REMITTANCE_VIEW)
    remittance = get_object_or_404(rows, pk=pk)
    content = list_to_send(request.viewer, remittance)
    return exports.attachment(content, f"北京回执名单_{remittance.number}.xlsx")


@require_permission(Permission.REMITTANCE_MAKE)
@require_POST
def answer_upload(request: ScopedRequest, pk: int) -> HttpResponse:
    """Check the list, answered by the same workbook with the reasons, or write it (`act=take`)."""
    rows = selectors.visible_remittances(request.viewer, permission=Permission.REMITTANCE_MAKE)
    remittance = get_object_or_404(rows, pk=pk)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("policies:remittance-detail", pk=pk)
    sent, take = form.cleaned_data["file"], request.POST.get("act") == "take"
    try:
        upload = Upload(sent.name, sent.read())
        result = read_answer(
            upload, remittance_id=pk, confirmed_on=form.cleaned_data["confirmed_on"],
            by=request.viewer, on=clock.today(), commit=take,
        )  # fmt: skip
        if not take:
            book = error_workbook(upload, result.layout, result.findings)
            return exports.attachment(book, f"北京回执名单_{remittance.number}_校验结果.xlsx")
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("policies:remittance-detail", pk=pk)
    if result.has_errors:
        for found in [each for each in result.findings if each.level == "error"][:TOLD]:
            messages.error(request, found.message)
        messages.error(request, _("Nothing was written. “Check the list” gives the workbook back."))
    else:
        differing = len({each.row for each in result.findings})
        said = ngettext(
            "Beijing's list was taken in: %(count)d row differs.",
            "Beijing's list was taken in: %(count)d rows differ.",
            differing,
        )
        messages.success(request, said % {"count": differing})
    return redirect("policies:remittance-detail", pk=pk)

"""Notices: what was sent to me, what was sent out and who has read it, a new one, on paper."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from core.paging import page_of
from members import exports
from members.access import ScopedRequest, Viewer
from members.decorators import require_permission
from members.forms_notices import NoticeForm
from members.permissions import Permission
from members.selectors import notices as selectors
from members.services import notices
from members.services.notices import Words

LETTERS_A_FILE = 90  # core.pdf makes a hundred pages at most
VIEW, SEND = Permission.NOTICE_VIEW, Permission.NOTICE_SEND


@require_permission(VIEW)
@require_GET
def notice_list(request: ScopedRequest) -> HttpResponse:
    """What waits to be read, or all notices of the viewer's unions with how many have read them."""
    viewer = request.viewer
    which = request.GET.get("which") or ("all" if viewer.holds_in_district(VIEW) else "mine")
    rows = selectors.to_me(viewer) if which == "mine" else selectors.visible_notices(viewer)
    page = page_of(request, rows.order_by("-pk"))
    keys = [row.pk for row in page]
    counts, read = selectors.counts(viewer, keys), selectors.read_by(viewer, keys)
    context = {
        "page": page,
        "rows": [(row, counts.get(row.pk), row.pk in read) for row in page],
        "which": which,
        "may_send": viewer.can(SEND),
    }
    return htmx.render(
        request, page="members/notices.html", fragment="members/_notices.html", context=context
    )


@require_permission(SEND)
@require_http_methods(["GET", "POST"])
def notice_create(request: ScopedRequest) -> HttpResponse:
    """Write a notice and send it to all units below a union, or to chosen ones."""
    codes = request.GET.get("codes", "")  # from a list of units
    form = NoticeForm(
        request.POST or None, places=selectors.places(request.viewer),
        initial={"to": "codes", "codes": codes} if codes else {},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        sent = _sent(request.viewer, form)
        if sent:
            messages.success(request, _("The notice is sent."))
            return redirect("members:notice-detail", pk=sent.pk)
    context = {"form": form}
    status = 422 if form.errors else 200
    return render(request, "members/notice_create.html", context, status=status)


def _sent(viewer: Viewer, form: NoticeForm) -> Any:
    """The notice, or nothing and the reason in the form."""
    given = form.cleaned_data
    if given["to"] == "codes":
        units, unknown = selectors.units_coded(viewer, given["codes"])
        if unknown:
            said = _("No open union of yours has the code %(codes)s.")
            form.add_error("codes", said % {"codes": "、".join(unknown[:5])})
            return None
    else:
        units = selectors.units_at(viewer, int(given["to"]))
    try:
        return notices.send(
            organisation_ids=units, kind=given["kind"], by=viewer, on=clock.today(),
            words=Words(given["title"], given["body"], {}),
        )  # fmt: skip
    except RuleViolation as refusal:
        form.add_error(None, str(refusal))
        return None


@require_permission(VIEW)
@require_GET
def notice_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One notice; to those who look after the unions also who has read it and who has not."""
    viewer = request.viewer
    notice = get_object_or_404(selectors.visible_notices(viewer), pk=pk)
    mine = selectors.to_me(viewer).filter(pk=pk).exists()
    units = selectors.addressed(viewer, notice)
    context = {
        "notice": notice,
        "mine": mine,
        "notes": selectors.own_notes(viewer, notice) if mine else [],
        "is_read": mine and selectors.has_read(viewer, notice),
        "page": page_of(request, units, size=50),
        "read_count": sum(1 for unit in units if unit.read_at),
        "follows_up": viewer.can(Permission.BATCH_VIEW) and not mine,
        "parts": _parts(len(units)),
        "may_take_back": selectors.may_take_back(viewer, notice),
    }
    return htmx.render(
        request, page="members/notice.html", fragment="members/_notice_units.html", context=context
    )


@dataclass(frozen=True)
class Part:
    """The letters of one file: 2 is the 91st to the 180th."""

    number: int
    first: int
    last: int


def _parts(letters: int) -> list[Part]:
    """The files that the letters to many unions take; none when they are in one."""
    if letters <= LETTERS_A_FILE:
        return []
    starts = range(0, letters, LETTERS_A_FILE)
    return [
        Part(number, first + 1, min(first + LETTERS_A_FILE, letters))
        for number, first in enumerate(starts, 1)
    ]


@require_permission(VIEW)
@require_POST
def notice_read(request: ScopedRequest, pk: int) -> HttpResponse:
    """The viewer has read it."""
    get_object_or_404(selectors.visible_notices(request.viewer), pk=pk)
    try:
        notices.read(notice_id=pk, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you: the office sees that you have read it."))
    return redirect("members:notice-detail", pk=pk)


@require_permission(SEND)
@require_POST
def notice_take_back(request: ScopedRequest, pk: int) -> HttpResponse:
    """The notice is valid no more; it stays in the list, struck out."""
    get_object_or_404(selectors.visible_notices(request.viewer), pk=pk)
    try:
        notices.take_back(notice_id=pk, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The notice is taken back."))
    return redirect("members:notice-detail", pk=pk)


@require_permission(VIEW)
@require_GET
def notice_letters(request: ScopedRequest, pk: int) -> HttpResponse:
    """The notice on paper, a letter for each of its unions: to print, seal and send."""
    notice = get_object_or_404(selectors.visible_notices(request.viewer), pk=pk)
    units = selectors.addressed(request.viewer, notice)
    if only := request.GET.get("union", ""):
        units = [unit for unit in units if unit.code == only]
    if request.GET.get("unread"):
        units = [unit for unit in units if not unit.read_at]
    if (part := request.GET.get("part", "")).isdecimal():
        start = (int(part) - 1) * LETTERS_A_FILE
        units = units[max(start, 0) : start + LETTERS_A_FILE]
    if not units:
        messages.info(request, _("There is no letter to print."))
        return redirect("members:notice-detail", pk=pk)
    try:
        content = exports.letters(notice, units)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("members:notice-detail", pk=pk)
    return exports.attachment(content, f"{notice.title}.pdf", exports.PDF)

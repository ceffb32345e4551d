"""Suspected duplicates, and the merging of two records: proposed by one, decided by another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import RuleViolation
from core.paging import page_of
from core.templatetags.ui import day
from members.access import ScopedRequest
from members.decorators import require_permission
from members.forms import MergeForm, UndoMergeForm
from members.permissions import Permission
from members.selectors import duplicates
from members.selectors.people import masked_numbers
from members.selectors.trail import record_word
from members.services import merging
from members.states import MergeStatus

LABELS = {
    "name": gettext_lazy("Name"),
    "organisation": gettext_lazy("Union"),
    "phone": gettext_lazy("Mobile"),
    "card": gettext_lazy("Card"),
    "joined_on": gettext_lazy("Joined on"),
    "status": gettext_lazy("Status"),
    "category": gettext_lazy("Medical category"),
}
SHOWN = {
    "suspected": pgettext_lazy("duplicates", "suspected"),
    "merges": pgettext_lazy("duplicates", "merges"),
    "distinct": pgettext_lazy("duplicates", "two persons"),
}


@dataclass(frozen=True)
class Question:
    """What a second person is asked about two records, and what is said when she has answered."""

    decide: Callable[..., object]
    accepted: Promise
    refused: Promise


QUESTIONS: Mapping[str, Question] = {
    MergeStatus.PROPOSED: Question(
        merging.decide, gettext_lazy("The records are merged."), gettext_lazy("Refused.")
    ),
    MergeStatus.UNDO_PROPOSED: Question(
        merging.decide_undo, gettext_lazy("The merge is undone."), gettext_lazy("The merge stands.")
    ),
}


@require_permission(Permission.MEMBER_MERGE)
@require_GET
def duplicate_list(request: ScopedRequest) -> HttpResponse:
    """Pairs that may be one person; merges, those waiting first; pairs found to be two persons."""
    viewer = request.viewer
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "suspected"
    rows: dict[str, Any] = {
        "suspected": duplicates.candidates(viewer),
        "merges": duplicates.visible_merges(viewer).order_by("-proposed_at", "-pk"),
        "distinct": duplicates.distinct_pairs(viewer),
    }
    page = page_of(request, rows[shown])
    context = {
        "tabs": [
            {
                "label": label,
                "url": f"?show={name}",
                "active": name == shown,
                "count": len(rows[name]) if name == "suspected" else rows[name].count(),
            }
            for name, label in SHOWN.items()
        ],
        "shown": shown,
        "page": page,
        "pairs": duplicates.pairs_of(viewer, page.object_list) if shown == "suspected" else (),
        "limited": len(rows["suspected"]) == duplicates.MOST,
    }
    return render(request, "members/duplicates.html", context)


def _pair(request: ScopedRequest, first: int, second: int) -> duplicates.Pair:
    found = duplicates.pairs_of(request.viewer, [(first, second)])
    if first == second or not found:
        raise Http404
    return found[0]


@require_permission(Permission.MEMBER_MERGE)
@require_http_methods(["GET", "POST"])
def merge_create(request: ScopedRequest, first: int, second: int) -> HttpResponse:
    """Two records side by side: which stays, with which values; a second person decides."""
    pair = _pair(request, first, second)
    form = MergeForm(request.POST or None, pair=(first, second), fields=merging.FIELDS)
    if request.method == "POST" and form.is_valid():
        gone = second if form.kept == first else first
        try:
            made = merging.propose(
                kept_id=form.kept,
                gone_id=gone,
                fields=form.taken(),
                reason=form.cleaned_data["reason"],
                by=request.viewer,
            )
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Proposed. Another person decides on it."))
            return redirect("members:merge-detail", pk=made.pk)
    context = {"pair": pair, "form": form, "rows": _rows(pair)}
    status = 422 if form.errors else 200
    return render(request, "members/merge_create.html", context, status=status)


def _rows(pair: duplicates.Pair) -> list[tuple[str, object, object, object, bool]]:
    """(name, label, value of the first, of the second, whether they differ)."""
    one, other = _values(pair.first), _values(pair.second)
    return [(name, LABELS[name], one[name], other[name], one[name] != other[name]) for name in one]


def _values(record: duplicates.Record) -> dict[str, object]:
    member = record.member
    return {
        "name": member.name,
        "organisation": member.organisation.name,
        "phone": record.numbers.phone,
        "card": record.numbers.card,
        "joined_on": day(member.joined_on),
        "status": member.get_status_display(),
        "category": member.get_category_display(),
    }


@require_permission(Permission.MEMBER_MERGE)
@require_POST
def distinct_say(request: ScopedRequest, first: int, second: int) -> HttpResponse:
    """不是同一人: the pair is not suspected any more."""
    _pair(request, first, second)
    merging.say_distinct(pair=(first, second), by=request.viewer)
    messages.success(request, _("Remembered: these are two persons."))
    return redirect("members:duplicate-list")


@require_permission(Permission.MEMBER_MERGE)
@require_POST
def distinct_forget(request: ScopedRequest, first: int, second: int) -> HttpResponse:
    """Take that back."""
    _pair(request, first, second)
    merging.forget_distinct(pair=(first, second), by=request.viewer)
    messages.success(request, _("The pair is suspected again."))
    return redirect("members:duplicate-list")


@require_permission(Permission.MEMBER_MERGE)
@require_GET
def merge_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One merge: the two records, what is taken from which, and the buttons of who may decide."""
    merge = get_object_or_404(duplicates.visible_merges(request.viewer), pk=pk)
    own = {
        MergeStatus.PROPOSED: merge.proposed_by_id,
        MergeStatus.UNDO_PROPOSED: merge.undo_proposed_by_id,
    }
    status = MergeStatus(merge.status)
    moved = {key: len(keys) for key, keys in merge.moved.get("rows", {}).items() if keys}
    context = {
        "merge": merge,
        "kept": masked_numbers(merge.kept),
        "gone": masked_numbers(merge.gone),
        "taken": [LABELS[name] for name in merge.fields],
        "moved": [(record_word(key), number) for key, number in moved.items()],
        "waits": status in QUESTIONS,
        "is_own": own.get(status) == request.viewer.user_id,
        "may_undo": status == MergeStatus.MERGED,
        "form": UndoMergeForm(),
    }
    return render(request, "members/merge.html", context)


@require_permission(Permission.MEMBER_MERGE)
@require_POST
def merge_decide(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer what the page asked, to merge the records or to part them again, by yes or no.

    The question comes with the answer: who answers an old page does not answer the next question.
    """
    get_object_or_404(duplicates.visible_merges(request.viewer), pk=pk)
    question = QUESTIONS.get(request.POST.get("asked", ""))
    if question is None:
        raise Http404
    accept = request.POST.get("answer") == "accept"
    try:
        question.decide(merge_id=pk, accept=accept, by=request.viewer)
    except RuleViolation as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(question.accepted if accept else question.refused))
    return redirect("members:merge-detail", pk=pk)


@require_permission(Permission.MEMBER_MERGE)
@require_POST
def merge_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Propose to undo a merge."""
    get_object_or_404(duplicates.visible_merges(request.viewer), pk=pk)
    form = UndoMergeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give the reason."))
        return redirect("members:merge-detail", pk=pk)
    try:
        merging.propose_undo(merge_id=pk, reason=form.cleaned_data["reason"], by=request.viewer)
    except RuleViolation as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Proposed. Another person decides on it."))
    return redirect("members:merge-detail", pk=pk)

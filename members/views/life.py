"""The life of one membership and the acts on it: registering, status, card, children."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import RuleViolation
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.forms import (
    AskOutForm,
    CardForm,
    ChildForm,
    CorrectionForm,
    EditForm,
    MoveForm,
    RegisterForm,
)
from members.permissions import Permission
from members.selectors import life
from members.services import cards, children, people, transfers
from members.services.people import Person
from members.states import MEMBER_MOVES, CardReason, MemberStatus, Relation

EDIT = Permission.MEMBER_EDIT


@require_permission(EDIT)
@require_http_methods(["GET", "POST"])
def member_create(request: ScopedRequest) -> HttpResponse:
    """Register one person; who is registered elsewhere is asked for by a transfer."""
    form = RegisterForm(request.POST or None, initial={"union": _own_code(request)})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        union = given.pop("union")
        try:
            member = people.register(
                union_code=union, person=Person(**given), by=request.viewer, on=clock.today()
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": member.name})
            return redirect("members:member-life", pk=member.pk)
    status = 422 if form.errors else 200
    return render(request, "members/member_create.html", {"form": form}, status=status)


@require_permission(Permission.MEMBER_VIEW)
@require_GET
def member_life(request: ScopedRequest, pk: int) -> HttpResponse:
    """The events, cards and children of a member, and the acts that the viewer may do."""
    return _page(request, pk)


@require_permission(EDIT)
@require_http_methods(["GET", "POST"])
def member_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change what stands about a person."""
    member = _editable(request, pk)
    fields = ("name", "joined_on", "category", "card_valid_until", "note")
    masked = selectors.masked_numbers(member).phone
    initial = {name: getattr(member, name) for name in fields} | {"phone": masked}
    form = EditForm(request.POST or None, initial=initial)
    if not member.card_index:
        del form.fields["card_valid_until"]
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["phone"] = None if given["phone"] == masked else given["phone"]  # left as shown
        try:
            people.edit(member_id=pk, by=request.viewer, on=clock.today(), **given)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("members:member-life", pk=pk)
    context = {"form": form, "member": member}
    return render(request, "members/member_edit.html", context, status=422 if form.errors else 200)


@require_permission(EDIT)
@require_POST
def member_move(request: ScopedRequest, pk: int) -> HttpResponse:
    """Retire, leave, die, return."""
    form = MoveForm(request.POST)

    def act(given: dict[str, Any]) -> None:
        people.move(
            member_id=pk, to=MemberStatus(given["to"]), happened_on=given["happened_on"],
            reason=given["reason"], by=request.viewer, on=clock.today(),
        )  # fmt: skip

    return _act(request, pk, "move", form, act, _("The change of status is recorded."))


@require_permission(EDIT)
@require_POST
def member_correct(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take the last change of status back."""
    form = CorrectionForm(request.POST)

    def act(given: dict[str, Any]) -> None:
        people.correct(member_id=pk, by=request.viewer, on=clock.today(), **given)

    return _act(request, pk, "correct", form, act, _("The last change is taken back."))


@require_permission(EDIT)
@require_POST
def member_card(request: ScopedRequest, pk: int) -> HttpResponse:
    """Issue or replace the card."""
    form = CardForm(request.POST)

    def act(given: dict[str, Any]) -> None:
        reason = CardReason(given.pop("reason"))
        cards.change_card(member_id=pk, reason=reason, by=request.viewer, on=clock.today(), **given)

    return _act(request, pk, "card", form, act, _("The card is recorded."))


@require_permission(EDIT)
@require_POST
def child_consent(request: ScopedRequest, pk: int) -> HttpResponse:
    """Record a child with the guardian's consent."""
    form = ChildForm(request.POST)

    def act(given: dict[str, Any]) -> None:
        relation = Relation(given.pop("relation"))
        children.consent(
            member_id=pk, relation=relation, by=request.viewer, on=clock.today(), **given
        )

    return _act(request, pk, "child", form, act, _("The child and the consent are recorded."))


@require_permission(EDIT)
@require_POST
def child_withdraw(request: ScopedRequest, pk: int, guardian: int) -> HttpResponse:
    """Take a guardian's consent back."""
    _editable(request, pk)
    try:
        children.withdraw(guardian_id=guardian, member_id=pk, by=request.viewer, on=clock.today())
    except ObjectDoesNotExist as unknown:
        raise Http404 from unknown
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The consent is taken back."))
    return redirect("members:member-life", pk=pk)


@require_permission(Permission.MEMBER_TRANSFER)
@require_POST
def transfer_out(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask another union to take a member over."""
    form = AskOutForm(request.POST)

    def act(given: dict[str, Any]) -> None:
        transfers.ask_out(member_id=pk, by=request.viewer, on=clock.today(), **given)

    return _act(
        request, pk, "transfer", form, act, _("The transfer is asked for or done; see Transfers.")
    )


def _act(
    request: ScopedRequest, pk: int, name: str, form: Any,
    act: Callable[[dict[str, Any]], None], done: str,
) -> HttpResponse:  # fmt: skip
    """Do one act of the page; what was refused is shown with what was typed."""
    _editable(request, pk)
    if form.is_valid():
        try:
            act(dict(form.cleaned_data))
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            # after a transfer the person may be out of sight
            if selectors.visible_members(request.viewer).filter(pk=pk).exists():
                return redirect("members:member-life", pk=pk)
            return redirect("members:transfer-list")
    return _page(request, pk, **{name: form})


def _page(request: ScopedRequest, pk: int, **bound: Any) -> HttpResponse:
    members = selectors.visible_members(request.viewer, Permission.MEMBER_VIEW)
    member = get_object_or_404(members.select_related("organisation"), pk=pk)
    today, viewer, path = clock.today(), request.viewer, member.organisation.path
    moves = MEMBER_MOVES[MemberStatus(member.status)]
    forms = {
        "move": MoveForm(initial={"happened_on": today}),
        "correct": CorrectionForm(),
        "card": CardForm(initial={"issued_on": today}),
        "child": ChildForm(initial={"consent_on": today}),
        "transfer": AskOutForm(),
    } | bound
    forms["move"].offer(moves)
    context = {
        "member": member,
        "numbers": selectors.masked_numbers(member),
        "events": life.events_of(member),
        "cards": life.former_cards(member),
        "card_expired": member.card_expired(today),
        "guardians": life.guardians_of(member),
        "may_move": bool(moves),
        "may_edit": viewer.can_at(EDIT, path),
        "may_transfer": viewer.can_at(Permission.MEMBER_TRANSFER, path),
        **{f"{name}_form": form for name, form in forms.items()},
    }
    return render(request, "members/life.html", context, status=422 if bound else 200)


def _editable(request: ScopedRequest, pk: int) -> Any:
    """The member when the viewer may change him; seen but not his to change is a 403."""
    seen = selectors.visible_members(request.viewer, Permission.MEMBER_VIEW)
    member = get_object_or_404(seen.select_related("organisation"), pk=pk)
    if not request.viewer.can_at(EDIT, member.organisation.path):
        raise PermissionDenied
    return member


def _own_code(request: ScopedRequest) -> str:
    """The code of the only union that the viewer works for."""
    unions = selectors.visible_organisations(request.viewer, EDIT)[:2]
    return unions[0].code if len(unions) == 1 else ""

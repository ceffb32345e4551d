"""A whole number in the place of the masked one: asked for by POST, for half a minute."""

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import clock, htmx
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.forms import RevealForm
from members.permissions import Permission
from members.selectors.reveals import reveals_left
from members.services import reveals
from members.services.reveals import Asked, Revealed
from members.states import Number, RevealReason


@require_permission(Permission.MEMBER_REVEAL)
@require_POST
def member_reveal(request: ScopedRequest, pk: int) -> HttpResponse:
    """A whole number of a member."""

    def ask(asked: Asked) -> Revealed:
        return reveals.reveal_member(member_id=pk, asked=asked, by=request.viewer, on=clock.today())

    return answer(request, reverse("members:member-reveal", args=[pk]), ask)


def answer(request: ScopedRequest, address: str, ask: Callable[[Asked], Revealed]) -> HttpResponse:
    """The number, or why not: 422 without a reason, 404 outside the scope, kept by no cache."""
    form = RevealForm(request.POST)
    context: dict[str, object] = {"address": address, "what": form.data.get("what", "")}
    refusal, status = "", 200
    if form.is_valid():
        given = form.cleaned_data
        asked = Asked(Number(given["what"]), RevealReason(given["reason"]), given["note"])
        try:
            context["revealed"] = ask(asked)
        except ObjectDoesNotExist as unknown:
            raise Http404 from unknown
        except RuleViolation as violation:
            refusal, status = str(violation), 422
    else:
        refusal, status = " ".join(str(each[0]) for each in form.errors.values()), 422
    context |= {"refusal": refusal, "left": reveals_left(request.viewer, clock.today())}
    response = htmx.render(
        request, page="members/reveal.html", fragment="members/_revealed.html", context=context,
        status=status,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response

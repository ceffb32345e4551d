"""A whole number of an insured child, in the place of the masked one."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import clock
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.services.reveals import Asked, Revealed
from members.views.reveals import answer
from policies.services.reveals import reveal_child


@require_permission(Permission.MEMBER_REVEAL)
@require_POST
def child_reveal(request: ScopedRequest, pk: int) -> HttpResponse:
    """The document number of a child whom a union in the viewer's scope has insured."""

    def ask(asked: Asked) -> Revealed:
        return reveal_child(child_id=pk, asked=asked, by=request.viewer, on=clock.today())

    return answer(request, reverse("policies:child-reveal", args=[pk]), ask)

"""A new claim: the person by his number, the plan, its facts, its papers."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from claims.forms.base import FactsForm, PersonForm
from claims.selectors import casefile
from claims.selectors.claims import children_of, claim_numbered, insured_now, member_to_claim_for
from claims.services import filing
from core import clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission

FAMILY = "INPMED"


@require_permission(Permission.CLAIM_FILE)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("number")
def claim_file(request: ScopedRequest) -> HttpResponse:
    """File one claim; nothing is kept while something is wrong."""
    today = clock.today()
    if request.method == "GET":
        context = _context(request, PersonForm(today=today, initial={"family": FAMILY}), today)
        return render(request, "claims/file.html", context)
    person = PersonForm(request.POST, today=today)
    context = _context(request, person, today, bound=True)
    facts: FactsForm = context["facts"]
    is_right = person.is_valid() & facts.is_valid()
    if is_right and context["member"] is None:
        person.add_error("number", nobody())
        is_right = False
    if is_right and _file(request, context, today):
        return redirect("claims:claim-detail", pk=context["claim"].pk)
    return render(request, "claims/file.html", context, status=422)


def _file(request: ScopedRequest, context: dict[str, Any], today: date) -> bool:
    """Hand the facts to the service; a refusal becomes an error of the form."""
    facts: FactsForm = context["facts"]
    named = facts.cleaned_data.get("transfer_from", "")
    earlier = claim_numbered(request.viewer, named) if named else None
    if named and earlier is None:
        facts.add_error("transfer_from", _("There is no such claim in your scope."))
        return False
    try:
        context["claim"] = filing.file_claim(
            new=facts.new_claim(context["member"].pk, earlier.pk if earlier else None),
            papers=facts.scans(),
            by=request.viewer,
            on=today,
        )
    except RuleViolation as refusal:
        facts.add_error(None, str(refusal))
        return False
    messages.success(
        request, _("Claim %(number)s was filed.") % {"number": context["claim"].number}
    )
    return True


@require_permission(Permission.CLAIM_FILE)
@require_POST
@sensitive_post_parameters("number")
def claim_person(request: ScopedRequest) -> HttpResponse:
    """Who has the number and what covers him, and the fields of the chosen plan.

    A POST, so that the number stands in no address.
    """
    today = clock.today()
    context = _context(request, PersonForm(request.POST, today=today), today)
    return render(request, "claims/_file.html", context)


def nobody() -> str:
    return _("Nobody in your scope has this number. Check it, or have the person registered first.")


def _context(
    request: ScopedRequest, person: PersonForm, today: date, *, bound: bool = False
) -> dict[str, Any]:
    """The two forms and what is known of the person."""
    number = ""
    if person.is_bound:
        person.is_valid()
        number = person.cleaned_data.get("number", "")
    family = str(person["family"].value() or FAMILY)
    family = family if family in casefile.EVENTS else FAMILY
    member = member_to_claim_for(request.viewer, number) if number else None
    children = [(child.pk, child.name) for child in children_of(member)] if member else []
    facts = FactsForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        family=family,
        children=children,
        papers=casefile.paper_choices(family, today),
    )
    return {
        "person": person,
        "facts": facts,
        "member": member,
        "children": children,
        "is_bound": bound,
        "is_unknown": bool(number) and member is None,
        "nobody": nobody(),
        "policies": insured_now(member, family, today) if member else [],
        "family_name": casefile.family_name(family),
        "title": _("New claim"),
    }

"""What a person sets for a list: its columns, and the searches kept for it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import lists
from core.errors import RuleViolation
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.filters import FilterNameForm
from members.services import listings as services


def _listing(name: str) -> lists.Listing:
    try:
        return lists.listing(name)
    except lists.UnknownList as error:
        raise Http404 from error


def _back(request: ScopedRequest) -> HttpResponse:
    """To the list as it was: the page that the form stood on."""
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("home")
    return redirect(back)


@require_permission()
@require_POST
def list_display(request: ScopedRequest, name: str) -> HttpResponse:
    """Keep the ticked columns and the height of the rows, or go back to the defaults."""
    listing, by = _listing(name), request.viewer
    if "reset" in request.POST:
        services.show_defaults(listing=listing, by=by)
    else:
        shown, density = request.POST.getlist("column"), request.POST.get("density", "")
        services.show_columns(listing=listing, shown=shown, density=density, by=by)
    return _back(request)


@require_permission()
@require_GET
def filter_list(request: ScopedRequest) -> HttpResponse:
    """All kept searches that the viewer sees, to open, rename and delete."""
    found = selectors.visible_filters(request.viewer).select_related("owner")
    rows = [
        (row, lists.listing(row.listing).label, selectors.may_change_filter(request.viewer, row))
        for row in found.filter(listing__in=settings.LISTS).order_by("listing", "name", "pk")
    ]
    return render(request, "members/filters.html", {"rows": rows})


@require_permission()
@require_POST
def filter_create(request: ScopedRequest, name: str) -> HttpResponse:
    """Keep the search of the list under a name; a search for a number is not kept."""
    listing = _listing(name)
    form, query = FilterNameForm(request.POST), QueryDict(request.POST.get("query", ""))
    kept = lists.kept_query(listing, query)
    if not form.is_valid():
        messages.error(request, _first_error(form))
    elif lists.is_private(listing, query):
        messages.error(request, _("A search for a person's number is not kept."))
    elif not kept or len(kept) > lists.LONGEST:
        messages.error(request, _("There is nothing to keep: fill in the search and press Search."))
    else:
        try:
            row = services.keep_filter(
                listing=listing, name=form.cleaned_data["name"], query=kept,
                is_shared=form.cleaned_data["shared"], by=request.viewer,
            )  # fmt: skip
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The search “%(name)s” is kept.") % {"name": row.name})
    return _back(request)


def _first_error(form: FilterNameForm) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


@require_permission()
@require_GET
def filter_open(request: ScopedRequest, pk: int) -> HttpResponse:
    """The list as a kept search shows it; what the form of today does not know is left out."""
    row = get_object_or_404(selectors.visible_filters(request.viewer), pk=pk)
    listing = _listing(row.listing)
    return redirect(f"{reverse(listing.view)}?{lists.kept_query(listing, QueryDict(row.query))}")


@require_permission()
@require_POST
def filter_rename(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give a kept search another name."""
    get_object_or_404(selectors.visible_filters(request.viewer), pk=pk)
    form = FilterNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return _back(request)
    name = form.cleaned_data["name"]
    try:
        services.rename_filter(filter_id=pk, name=name, by=request.viewer)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The search is now called “%(name)s”.") % {"name": name})
    return _back(request)


@require_permission()
@require_POST
def filter_delete(request: ScopedRequest, pk: int) -> HttpResponse:
    """Forget a kept search."""
    get_object_or_404(selectors.visible_filters(request.viewer), pk=pk)
    try:
        row = services.delete_filter(filter_id=pk, by=request.viewer)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The search “%(name)s” was deleted.") % {"name": row.name})
    return _back(request)

"""What is done to a union: found, renamed, edited, counted, moved, merged, closed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import RuleViolation
from members import exports, selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.filters import OrganisationFilter
from members.forms import (
    ContactForm,
    FoundForm,
    ReasonForm,
    RenameForm,
    StaffCountForm,
    UnionForm,
)
from members.permissions import Permission
from members.services import organisations
from members.services.templates import XLSX, attachment

EDIT, RESHAPE = Permission.UNION_EDIT, Permission.UNION_RESHAPE


def _union(request: ScopedRequest, pk: int, permission: Permission) -> Any:
    """The union when the right is held there; seen but without the right it is a 403."""
    unions = selectors.visible_organisations(request.viewer).select_related("parent")
    union = get_object_or_404(unions, pk=pk)
    if not request.viewer.can_at(permission, union.path):
        raise PermissionDenied
    return union


def _filled(
    request: ScopedRequest, union: Any, form: Form, title: str, submit: str,
    service: Callable[..., Any], done: str, **fixed: Any,
) -> HttpResponse:  # fmt: skip
    """A page with one form whose cleaned fields are the arguments of one service."""
    if request.method == "POST" and form.is_valid():
        try:
            made = service(**fixed, **form.cleaned_data, by=request.viewer, on=clock.today())
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("members:organisation-detail", pk=getattr(made, "pk", union.pk))
    context = {"union": union, "form": form, "title": title, "submit": submit}
    return render(request, "members/union_form.html", context, status=422 if form.errors else 200)


@require_permission(RESHAPE)
@require_http_methods(["GET", "POST"])
def union_found(request: ScopedRequest, pk: int) -> HttpResponse:
    """Make a union below this one."""
    union = _union(request, pk, RESHAPE)
    form = FoundForm(request.POST if request.method == "POST" else None)
    return _filled(
        request, union, form, _("New union below"), _("Make the union"), organisations.found,
        _("The union is made."), parent_id=pk,
    )  # fmt: skip


@require_permission(EDIT)
@require_http_methods(["GET", "POST"])
def union_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Kind, credit codes and the first contact."""
    union = _union(request, pk, EDIT)
    initial = {name: getattr(union, name) for name in UnionForm.base_fields if hasattr(union, name)}
    initial["contact_phone"] = selectors.contact_phone(union)
    form = UnionForm(request.POST if request.method == "POST" else None, initial=initial)

    def save(by: Any, on: Any, **values: str) -> Any:
        return organisations.edit(union_id=pk, values=values, by=by, on=on)

    return _filled(
        request, union, form, _("Edit the union"), _("Save"), save, _("The union is saved.")
    )


@require_permission(EDIT)
@require_http_methods(["GET", "POST"])
def union_rename(request: ScopedRequest, pk: int) -> HttpResponse:
    """A new name from a day on, or a misspelt one put right."""
    union = _union(request, pk, EDIT)
    form = RenameForm(
        request.POST if request.method == "POST" else None, initial={"name": union.name}
    )
    return _filled(
        request, union, form, _("Rename the union"), _("Rename"), organisations.rename,
        _("The new name is in force."), union_id=pk,
    )  # fmt: skip


@require_permission(EDIT)
@require_POST
def union_undo_rename(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take the last renaming back."""
    _union(request, pk, EDIT)
    return _act(request, pk, organisations.undo_rename, _("The renaming was taken back."))


@require_permission(EDIT)
@require_http_methods(["GET", "POST"])
def union_count(request: ScopedRequest, pk: int) -> HttpResponse:
    """The employees of a year."""
    union = _union(request, pk, EDIT)
    initial = {"year": clock.today().year, "staff": union.staff_count,
               "women": union.female_staff_count}  # fmt: skip
    form = StaffCountForm(request.POST if request.method == "POST" else None, initial=initial)

    def save(**values: Any) -> None:
        organisations.count_staff(union_id=pk, **values)

    return _filled(
        request, union, form, _("Staff of a year"), _("Save"), save, _("The count is saved.")
    )


@require_permission(EDIT)
@require_http_methods(["GET", "POST"])
def union_contact(request: ScopedRequest, pk: int) -> HttpResponse:
    """Somebody else who can be asked."""
    union = _union(request, pk, EDIT)
    form = ContactForm(request.POST if request.method == "POST" else None)

    def save(**values: Any) -> None:
        organisations.add_contact(union_id=pk, **values)

    return _filled(
        request, union, form, _("New contact"), _("Save"), save, _("The contact is saved.")
    )


@require_permission(EDIT)
@require_POST
def union_contact_remove(request: ScopedRequest, pk: int, contact: int) -> HttpResponse:
    """Strike a contact out."""
    union = _union(request, pk, EDIT)
    get_object_or_404(union.contacts, pk=contact)
    return _act(
        request, pk, organisations.remove_contact, _("The contact was removed."),
        contact_id=contact,
    )  # fmt: skip


@require_permission(RESHAPE)
@require_http_methods(["GET", "POST"])
def union_move(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put the union with its subtree under another one; counted before it is done."""
    return _reshape(
        request, pk, _("Move the union"), organisations.move, "parent_id", _("The union is moved.")
    )


@require_permission(RESHAPE)
@require_http_methods(["GET", "POST"])
def union_merge(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let the union go up in another one; counted before it is done."""
    return _reshape(
        request, pk, _("Merge the union"), organisations.merge, "into_id", _("The union is merged.")
    )


def _reshape(
    request: ScopedRequest, pk: int, title: str, service: Callable[..., Any], names: str, done: str
) -> HttpResponse:
    """The target is named by its code (GET), shown with what goes along, then confirmed (POST)."""
    union = _union(request, pk, RESHAPE)
    code = (request.POST if request.method == "POST" else request.GET).get("target", "")
    unions = selectors.visible_organisations(request.viewer, RESHAPE)
    target = unions.filter(code=code.strip().upper()).first() if code else None
    refusal = _("There is no union with this code in your scope.") if code and not target else ""
    if request.method == "POST" and target is not None:
        try:
            service(union_id=pk, by=request.viewer, on=clock.today(), **{names: target.pk})
        except RuleViolation as error:
            refusal = str(error)
        else:
            messages.success(request, done)
            return redirect("members:organisation-detail", pk=pk)
    context = {
        "union": union, "title": title, "code": code, "target": target, "refusal": refusal,
        "moving": organisations.moving(union), "is_merger": names == "into_id",
    }  # fmt: skip
    return render(request, "members/union_reshape.html", context, status=422 if refusal else 200)


@require_permission(RESHAPE)
@require_http_methods(["GET", "POST"])
def union_close(request: ScopedRequest, pk: int) -> HttpResponse:
    """Close a union without members in service and without open unions below."""
    union = _union(request, pk, RESHAPE)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _filled(
        request, union, form, _("Close the union"), _("Close the union"), organisations.close,
        _("The union is closed."), union_id=pk,
    )  # fmt: skip


@require_permission(RESHAPE)
@require_POST
def union_reopen(request: ScopedRequest, pk: int) -> HttpResponse:
    """Open a closed union again."""
    _union(request, pk, RESHAPE)
    return _act(request, pk, organisations.reopen, _("The union is open again."))


def _act(
    request: ScopedRequest, pk: int, service: Callable[..., Any], done: str, **arguments: Any
) -> HttpResponse:
    try:
        service(union_id=pk, by=request.viewer, on=clock.today(), **arguments)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("members:organisation-detail", pk=pk)


@require_permission(Permission.UNION_VIEW)
@require_GET
def union_export(request: ScopedRequest) -> HttpResponse:
    """The unions of the search as a workbook."""
    unions = selectors.with_member_count(selectors.visible_organisations(request.viewer))
    found = OrganisationFilter(request.GET, unions.order_by("code")).qs.select_related("parent")
    content, rows = exports.union_list(found)
    organisations.note_export(rows=rows, by=request.viewer)
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = attachment("单位名单.xlsx")
    return response

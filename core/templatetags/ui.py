"""Tags and filters of every page. Each kind of value has one function that formats it."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import lucide
from django import template
from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core import masks
from core import money as amounts
from core.paging import SIZES

register = template.Library()

NOTHING = "—"
OFFICE = "东城区职工互助保障"  # the name unless OFFICE_NAME says another
MOST_IN_CAPITALS = Decimal(10) ** 16
# every tag carries a word and a shape, so that no state is told by colour alone
SHAPES = {"ok": "●", "wait": "▲", "error": "✕", "info": "○", "neutral": "○"}
KIND_OF_STATE = {
    **dict.fromkeys(
        ("accepted", "active", "applied", "approved", "closed", "confirmed", "done", "in_force",
         "effective", "locked", "matched", "paid", "passed", "remitted", "settled", "succeeded"),
        "ok",
    ),
    **dict.fromkeys(
        ("assessed", "checked", "computed", "draft", "filed", "open", "pending", "reviewed",
         "submitted", "supplement", "waiting"),
        "wait",
    ),
    **dict.fromkeys(("error", "failed", "overdue", "refused", "rejected", "returned"), "error"),
    **dict.fromkeys(("queued", "running", "sent"), "info"),
}  # fmt: skip


class Stateful(Protocol):
    status: str

    def get_status_display(self) -> str: ...


# ------------------------------------------------------------------ values


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


@register.filter
def money(value: object) -> str:
    """Yuan with separators and two places: 1,234.50; nothing is a dash."""
    amount = _decimal(value)
    return NOTHING if amount is None else f"{amounts.to_fen(amount):,.2f}"


@register.filter
def yuan(value: object) -> str:
    """Yuan in running text, with the sign: ￥1,234.50."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    return f"{'-' if amount < 0 else ''}￥{amounts.to_fen(abs(amount)):,.2f}"


@register.filter
def money_or_dash(value: object) -> str:
    """As money, zero also a dash: for cells of reports only."""
    return money(value) if _decimal(value) else NOTHING


@register.filter
def wan(value: object) -> str:
    """Ten thousands of yuan with two places: 692.20."""
    amount = _decimal(value)
    return NOTHING if amount is None else f"{amounts.to_fen(amount / 10000):,.2f}"


@register.filter
def capitals(value: object) -> str:
    """The amount as vouchers spell it: 人民币壹仟肆佰零玖元伍角; of mistyped input nothing."""
    try:
        amount = _decimal(value)
    except InvalidOperation:  # what a form gives back as it was typed
        return NOTHING
    if amount is None or not amount.is_finite() or not 0 <= amount < MOST_IN_CAPITALS:
        return NOTHING
    return amounts.in_capitals(amount)


@register.filter
def count(value: object) -> str:
    """A whole number with separators: 110,000."""
    amount = _decimal(value)
    return NOTHING if amount is None else f"{amount:,.0f}"


@register.filter
def percent(value: object) -> str:
    """A ratio as per cent with two places: 1.0867 is 108.67%."""
    ratio = _decimal(value)
    return NOTHING if ratio is None else f"{amounts.to_fen(ratio * 100):,.2f}%"


@register.filter
def ratio(part: object, whole: object) -> Decimal | None:
    """part / whole, or nothing when the whole is zero."""
    above, below = _decimal(part), _decimal(whole)
    return above / below if above is not None and below else None


@register.filter
def day(value: date | datetime | None) -> str:
    """A civil day: 2026-11-23; a moment is first brought to the office's time zone."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{value:%Y-%m-%d}"


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in the office's time zone: 2026-11-23 14:02."""
    if value is None or value == "":
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%Y-%m-%d %H:%M}"


@register.filter
def elapsed(since: datetime, until: datetime | None = None) -> str:
    """Minutes and seconds between two moments, the second by default now: 01:08."""
    seconds = int(((until or timezone.localtime()) - since).total_seconds())
    hours, rest = divmod(max(seconds, 0), 3600)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{clock}" if hours else clock


@register.filter
def masked_id(value: str | None) -> str:
    """An ID number as lists show it: 110***********771X; of a shorter document's number less."""
    return masks.document(value) if value else NOTHING


@register.filter
def masked_card(value: str | None) -> str:
    """A bank card by its last four digits: 尾号 0123."""
    return (
        gettext("ending in %(digits)s") % {"digits": masks.card(value)[-4:]} if value else NOTHING
    )


@register.filter
def masked_name(value: str | None) -> str:
    """A name by its first character: 张**."""
    return masks.name(value) if value else NOTHING


@register.filter
def step_state(number: int, current: int) -> str:
    """A step beside the current one: done, now or next."""
    return "now" if number == current else ("done" if number < current else "next")


# ------------------------------------------------------------------ small marks


@lru_cache(maxsize=256)
def _icon(name: str, size: int) -> SafeString:
    return SafeString(lucide._render_icon(name, size, **{"class": "icon", "aria-hidden": "true"}))


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A Lucide icon as inline SVG; it is decoration, the word stands beside it."""
    return _icon(str(name), size)


@register.simple_tag
def office() -> str:
    """The name of the system as the office set it; a name that was not set is translated."""
    name: str = settings.OFFICE_NAME
    return gettext("Dongcheng Mutual Aid") if name == OFFICE else name


@register.simple_tag
def tag(kind: str, label: str) -> SafeString:
    """A status tag with word and shape; kinds: ok, wait, error, info, neutral."""
    kind = kind if kind in SHAPES else "neutral"
    return format_html(
        '<span class="tag tag-{}"><span class="tag-shape" aria-hidden="true">{}</span>{}</span>',
        kind, SHAPES[kind], label,
    )  # fmt: skip


@register.simple_tag
def state(row: Stateful, kind: str = "") -> SafeString:
    """The tag of a row with a status column; the kind follows from the status unless given."""
    known = KIND_OF_STATE.get(str(row.status).lower(), "neutral")
    return tag(kind or known, row.get_status_display())


@register.simple_tag
def unconfirmed(note: str = "") -> SafeString:
    """The badge on a term that the office has not confirmed yet, with its reason as a tooltip."""
    title = note or gettext("The office has not confirmed this value yet")
    return format_html(
        '<span class="badge-unconfirmed" title="{}">{}</span>', title, gettext("to be confirmed")
    )


# ------------------------------------------------------------------ lists


def _query(request: HttpRequest, **changes: object) -> str:
    """The present query string with some parameters set (None removes one)."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The address of this list with some parameters changed: `{% query page=2 %}`."""
    return _query(context["request"], **changes)


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, label: str, field: str = "", *, kind: str = "", target: str = "#list"
) -> SafeString:
    """A column header; with a field it sorts the list (once up, twice down).

    kind: `num` (right aligned), `money`, `id`, `day`, `name`, `tick`; empty takes what is left.
    """
    if not field:
        return format_html('<th scope="col" class="{}">{}</th>', kind, label)
    request: HttpRequest = context["request"]
    present = request.GET.get("sort", "")
    down = present == field
    order = {field: "ascending", f"-{field}": "descending"}.get(present, "none")
    arrow = {"ascending": "arrow-up", "descending": "arrow-down"}.get(order, "chevrons-up-down")
    href = _query(request, sort=f"-{field}" if down else field, page=None)
    swap = format_html(' hx-get="{}" hx-target="{}" hx-push-url="true"', href, target)
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a class="sort" href="{}"{}>{}{}</a></th>',
        kind, order, href, swap if target else "", label, _icon(arrow, 12),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def column_headers(context: Context, shown: Any) -> SafeString:
    """The headers of the columns that a person sees of a list: `{% column_headers listing %}`."""
    return SafeString(
        "".join(
            sort_header(context, column.label, column.sort, kind=column.kind)
            for column in shown.shown
        )
    )


@register.filter
def columns_before(shown: Any, name: str) -> int:
    """How many columns stand before this one, shown or not: what the label of a sum spans."""
    names = [column.name for column in shown.columns]
    return sum(shown.shows[each] for each in names[: names.index(name)])


@register.simple_tag(takes_context=True)
def kept_parameters(context: Context, *dropped: str) -> SafeString:
    """Hidden inputs that carry the query string through a GET form, but for the named ones."""
    request: HttpRequest = context["request"]
    pairs = [
        format_html('<input type="hidden" name="{}" value="{}">', name, value)
        for name, values in request.GET.lists()
        for value in values
        if name not in {*dropped, "page"}
    ]
    return SafeString("".join(pairs))


class PageLink(NamedTuple):
    number: int | None  # None is a gap
    current: bool


@register.filter
def page_links(page: Any) -> list[PageLink]:
    """The page numbers to offer: the ends, the neighbours, and gaps between."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [PageLink(n if isinstance(n, int) else None, n == page.number) for n in shown]


@register.filter
def page_sizes(page: Any) -> list[int]:
    """The numbers of rows a page may have, the present one among them."""
    return sorted({*SIZES, page.paginator.per_page})


# ------------------------------------------------------------------ forms and headings


@register.filter
def control(field: BoundField) -> str:
    """What kind of control a field is: checkbox, checkboxes, radio, select, file, area or line."""
    names = {
        "checkbox": "checkbox", "checkboxselectmultiple": "checkboxes", "radioselect": "radio",
        "select": "select", "nullbooleanselect": "select", "selectmultiple": "select",
        "textarea": "area", "file": "file", "clearablefile": "file",
    }  # fmt: skip
    return names.get(field.widget_type, "line")


@register.simple_tag
def crumb(label: str, view: str = "", *args: object, **kwargs: object) -> SafeString:
    """One step of the breadcrumb: `{% crumb _("Claims") "claims:list" %}`."""
    if not view:
        return format_html("<li>{}</li>", label)
    href = reverse(view, args=args or None, kwargs=kwargs or None)
    return format_html('<li><a href="{}">{}</a></li>', href, label)

"""E35: forty hostile texts in names, notes and file names: every page shows them, none obeys."""

import io
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from openpyxl import load_workbook

from tests.abuse.access import asked, calls

MARK = "zqx"
PAYLOADS = (
    "<script>zqx()</script>", "<ScRiPt>zqx()</sCrIpT>", "</title><script>zqx()</script>",
    "</textarea><script>zqx()</script>", "</option></select><script>zqx()</script>",
    "<img src=zqx onerror=zqx()>", '"><img src=zqx onerror=zqx()>', "'><img src=zqx onerror=zqx()>",
    '" onmouseover="zqx()', "' onmouseover='zqx()", "` onmouseover=`zqx()",
    '" autofocus onfocus=zqx() x="',
    "<svg/onload=zqx()>", "<svg><script>zqx()</script></svg>", "<body onload=zqx()>",
    "<iframe src=javascript:zqx()>", "<a href=javascript:zqx()>x</a>", "javascript:zqx()",
    "<form action=//zqx.test><button>x</button></form>", "<base href=//zqx.test/>",
    "<link rel=stylesheet href=//zqx.test>", "<style>@import'//zqx.test'</style>",
    "<meta http-equiv=refresh content='0;url=//zqx.test'>", "<object data=//zqx.test>",
    "<math><mtext><img src=zqx onerror=zqx()>", "<!--><img src=zqx onerror=zqx()>",
    "<input hx-get=//zqx.test hx-trigger=load>", "\" hx-get=\"//zqx.test", "<div data-confirm=zqx>",
    "{{ zqx }}{% debug %}", "{% include 'zqx' %}", "${zqx}", "<%= zqx %>", "%(zqx)s %s {zqx}",
    "=1+1&zqx", "+1+zqx", "-1+zqx", "@SUM(zqx)", "=cmd|' /C calc'!zqx", "\t=zqx()",
)  # fmt: skip
# text that people write; what else is text are codes, keys and hashes
FREE = {
    "members_organisation": ("name", "contact_name"),
    "members_member": ("name", "note"),
    "members_child": ("name",),
    "members_user": ("full_name",),
    "members_importissue": ("label", "value", "message", "advice"),
    "core_storedfile": ("name",),
    "policies_policy": ("note",),
    "policies_receipt": ("note", "reference"),
    "claims_claim": ("hospital_name", "note", "refusal_reason"),
    "claims_settlementmismatch": ("name",),
}


class Obeyed(HTMLParser):
    """Collects what a browser would make of the page: elements and attributes of the payloads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.shown = 0
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            loads = name in {"src", "href", "action", "formaction", "data", "hx-get", "hx-post"}
            bad = name.startswith("on") or (loads and MARK in (value or "") and _is_live(value))
            if bad:
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data: str) -> None:
        if MARK in data:
            self.shown += 1
            if self._inside in {"script", "style"}:
                self.found.append(f"{self._inside}: {data[:80]}")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def _is_live(value: str | None) -> bool:
    """An address of ours may carry a search word; one that leads away or runs may not."""
    return not (value or "").startswith(("/", "?")) or (value or "").startswith("//")


def fields() -> Iterator[tuple[type[models.Model], str, int]]:
    for model in apps.get_models():
        have = {field.name: field for field in model._meta.local_fields}
        for name in FREE.get(model._meta.db_table, ()):
            if name in have:
                yield model, name, have[name].max_length or 500


def spoil(turn: int) -> None:
    """Every row's texts become payloads, other ones in each turn."""
    payloads = cycle(PAYLOADS[turn:] + PAYLOADS[:turn])
    for model, name, longest in fields():
        for row in model._default_manager.only("pk", name).order_by("pk")[:200]:
            text = next(payload for payload in payloads if len(payload) <= longest)
            model._default_manager.filter(pk=row.pk).update(**{name: text})


@pytest.mark.slow
@pytest.mark.parametrize("turn", [0, 13, 27])
def test_pages_show_and_do_not_obey(
    world: dict[str, Any], clients: dict[str, Client], turn: int
) -> None:
    assert len(PAYLOADS) == 40
    spoil(turn)
    wrong, shown = [], 0
    for call in calls(world, "get"):
        answer = asked(clients[call.who], call, "get", call.data)
        kind = answer.headers.get("Content-Type", "")
        assert "\n" not in answer.headers.get("Content-Disposition", "")
        if kind.startswith("text/html"):
            page = Obeyed()
            page.feed(answer.body.decode())
            shown += page.shown
            wrong += [f"{call.name}: {what}" for what in page.found]
        elif "spreadsheet" in kind and not call.name.startswith("members:import"):
            wrong += [f"{call.name}: {cell}" for cell in live_formulas(answer.body)]
    assert wrong == []
    assert shown > 40


def live_formulas(content: bytes) -> list[str]:
    """Cells that would compute something of a payload."""
    book = load_workbook(io.BytesIO(content))
    return [
        f"{sheet.title}!{cell.coordinate} {cell.value}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and MARK in str(cell.value)
    ]


@pytest.mark.parametrize("payload", PAYLOADS[:28])
def test_the_parser_sees_what_a_browser_would_obey(payload: str) -> None:
    """The control: what is not escaped is seen, in text or in an attribute, or is no markup."""
    in_text, in_attribute = Obeyed(), Obeyed()
    in_text.feed(f"<title>x</title><p>{payload}</p>")
    in_attribute.feed(f'<input value="{payload}">')
    in_single = Obeyed()
    in_single.feed(f"<input value='{payload}'>")
    seen = in_text.found + in_attribute.found + in_single.found
    harmless = ("`", "javascript:", "<form", "<base", "<meta", "<!--")
    assert seen or payload.startswith(harmless)

"""One function formats each kind of value; lists keep their address; words carry their shape."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

from core import htmx, paging
from core.templatetags import ui


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def rendered(source: str, request: HttpRequest | None = None, **context: object) -> str:
    return Template(source).render(Context({"request": request, **context}))


def get(address: str, **headers: str) -> HttpRequest:
    return RequestFactory().get(address, headers=headers)


@dataclass
class Row:
    status: str
    label: str = "word"

    def get_status_display(self) -> str:
        return self.label


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (ui.money(Decimal("1234.5")), "1,234.50"),
        (ui.money(Decimal("-0.005")), "-0.01"),
        (ui.money(0), "0.00"),
        (ui.money(None), "—"),
        (ui.money_or_dash(Decimal("0.00")), "—"),
        (ui.money_or_dash(Decimal("0.01")), "0.01"),
        (ui.yuan(Decimal("1234.50")), "￥1,234.50"),
        (ui.yuan(Decimal("-7")), "-￥7.00"),
        (ui.yuan(""), "—"),
        (ui.wan(Decimal("6922000.00")), "692.20"),
        (ui.wan(None), "—"),
        (ui.capitals(Decimal("1409.50")), "人民币壹仟肆佰零玖元伍角"),
        (ui.capitals("107000.53"), "人民币壹拾万柒仟元伍角叁分"),
        (ui.capitals(Decimal(-1)), "—"),
        (ui.capitals("1,409.5o"), "—"),
        (ui.capitals("NaN"), "—"),
        (ui.capitals("1e20"), "—"),
        (ui.count(110000), "110,000"),
        (ui.count(None), "—"),
        (ui.percent(ui.ratio(Decimal("692.2"), 637)), "108.67%"),
        (ui.percent(ui.ratio(1, 0)), "—"),
        (ui.masked_id("11010119800307771X"), "110***********771X"),
        (ui.masked_id(None), "—"),
        (ui.masked_id("E12345678"), "E******78"),
        (ui.masked_id("12345"), "*****"),
        (ui.masked_card(""), "—"),
        (ui.masked_name("张伟明"), "张**"),
        (ui.masked_name("张"), "张*"),
    ],
)
def test_values(shown: str, expected: str) -> None:
    assert shown == expected


def test_a_card_is_told_by_its_last_digits() -> None:
    assert ui.masked_card("6222020200012340123") == "ending in 0123"
    with translation.override("zh-hans"):
        assert ui.masked_card("6222020200012340123") == "尾号 0123"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (ui.day(date(2018, 11, 23)), "2018-11-23"),
        (ui.day(datetime(2018, 12, 31, 16, 0, tzinfo=UTC)), "2019-01-01"),
        (ui.day(None), "—"),
        (ui.moment(datetime(2018, 11, 23, 6, 2, 11, tzinfo=UTC)), "2018-11-23 14:02"),
        (ui.moment(None), "—"),
        (
            ui.elapsed(datetime(2018, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, 0, 1, 8, tzinfo=UTC)),
            "01:08",
        ),
        (
            ui.elapsed(datetime(2018, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, 2, 0, tzinfo=UTC)),
            "2:00:00",
        ),
    ],
)
def test_days_and_moments_are_those_of_beijing(shown: str, expected: str) -> None:
    assert shown == expected


def test_a_tag_has_a_word_and_a_shape() -> None:
    shown = rendered('{% tag "error" label %}', label="<returned>")
    assert "tag-error" in shown
    assert "✕" in shown
    assert "&lt;returned&gt;" in shown


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("APPROVED", "ok"),
        ("submitted", "wait"),
        ("returned", "error"),
        ("RUNNING", "info"),
        ("x", "neutral"),
    ],
)
def test_the_kind_of_a_state(status: str, kind: str) -> None:
    assert f"tag-{kind}" in ui.state(Row(status))
    assert "tag-wait" in ui.state(Row(status), "wait")


def test_an_icon_is_decoration() -> None:
    assert 'aria-hidden="true"' in ui.icon("download", 14)
    assert 'width="14"' in ui.icon("download", 14)


def test_the_unconfirmed_badge_says_why() -> None:
    assert "source missing" in ui.unconfirmed("source missing")


def test_sorting_keeps_the_search_and_begins_at_page_one() -> None:
    source = '{% sort_header "Amount" "amount" kind="money" %}'
    shown = rendered(source, get("/x/?q=a&page=3"))
    assert 'href="?q=a&amp;sort=amount"' in shown
    assert 'aria-sort="none"' in shown
    assert 'hx-target="#list"' in shown
    assert "sort=-amount" in rendered(source, get("/x/?sort=amount"))
    assert 'aria-sort="descending"' in rendered(source, get("/x/?sort=-amount"))
    assert rendered('{% sort_header "Note" %}', get("/x/")) == '<th scope="col" class="">Note</th>'


def test_only_named_columns_sort() -> None:
    allowed = {"amount": "amount", "unit": "organisation__name"}
    assert paging.order_by(get("/?sort=-unit"), allowed, default="amount") == [
        "-organisation__name",
        "-pk",
    ]
    assert paging.order_by(get("/?sort=password"), allowed, default="-amount") == ["-amount", "-pk"]


@pytest.mark.parametrize(
    ("address", "number", "size"),
    [
        ("/", 1, 20),
        ("/?page=4&size=50", 4, 50),
        ("/?size=7", 1, 20),
        ("/?page=x", 1, 20),
        ("/?page=99", 10, 20),
    ],
)
def test_pages(address: str, number: int, size: int) -> None:
    page = paging.page_of(get(address), list(range(200)))
    assert (page.number, page.paginator.per_page) == (number, size)


def test_the_pager_shows_total_ends_and_neighbours() -> None:
    page = Paginator(range(1204), 20).page(30)
    source = '{% include "components/pager.html" with page=page %}'
    shown = rendered(source, get("/x/?q=a&page=30"), page=page)
    assert "1,204 in all" in shown
    assert '<b aria-current="page">30</b>' in shown
    assert 'href="?q=a&amp;page=61"' in shown
    assert 'href="?q=a&amp;size=50"' in shown
    assert '<input type="hidden" name="q" value="a">' in shown
    assert [link.number for link in ui.page_links(page)] == [1, None, 28, 29, 30, 31, 32, None, 61]


class ClaimForm(forms.Form):
    hospital = forms.CharField(label="Hospital")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Checked")
    paper = forms.FileField(label="Paper")


def test_the_summary_of_errors_leads_to_the_fields() -> None:
    source = '{% include "components/form.html" with form=form %}'
    shown = rendered(source, get("/"), form=ClaimForm({}))
    assert '<a href="#id_hospital">Hospital: This field is required.</a>' in shown
    assert 'aria-describedby="id_hospital_error"' in shown
    assert 'enctype="multipart/form-data"' in shown
    assert [ui.control(field) for field in ClaimForm()] == ["line", "radio", "checkbox", "file"]


def test_fragments_and_pages() -> None:
    assert htmx.is_fragment(get("/", **{"HX-Request": "true"}))
    assert not htmx.is_fragment(get("/"))
    restored = get("/", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert not htmx.is_fragment(restored)


def test_a_fragment_leaves_the_page_by_header() -> None:
    plain, inside = get("/"), get("/", **{"HX-Request": "true"})
    assert htmx.redirect(plain, "/a/").headers["Location"] == "/a/"
    assert htmx.redirect(inside, "/a/").headers["HX-Redirect"] == "/a/"


def test_the_answer_varies_by_the_kind_of_request() -> None:
    fragment = "components/print_button.html"
    page = htmx.render(get("/"), page="404.html", fragment=fragment, context={})
    asked = get("/", **{"HX-Request": "true"})
    piece = htmx.render(asked, page="404.html", fragment=fragment, context={}, status=422)
    assert b"<html" in page.content
    assert b"<html" not in piece.content
    assert piece.status_code == 422
    assert "HX-Request" in page.headers["Vary"]


@dataclass
class Job(Row):
    is_open: bool = True
    total: int = 50
    done: int = 12
    error: str = ""
    created_at: datetime = datetime(2018, 1, 1, tzinfo=UTC)
    finished_at: datetime | None = None


@pytest.mark.parametrize(
    ("status", "polls"), [("RUNNING", True), ("DONE", False), ("FAILED", False)]
)
def test_progress_polls_until_the_job_stands_still(status: str, polls: bool) -> None:
    source = '{% include "components/progress.html" with job=job url="/jobs/1/" done_url="/r/" %}'
    shown = rendered(source, get("/"), job=Job(status, is_open=polls))
    assert ('hx-get="/jobs/1/"' in shown) is polls
    assert ('href="/r/"' in shown) is (status == "DONE")


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "405", "500", "503"])
def test_error_pages_need_nothing_but_themselves(code: str) -> None:
    shown = get_template(f"{code}.html").render({})
    assert code[:3] in shown
    assert 'href="/"' in shown


INLINE = re.compile(
    r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE
)


def test_no_template_carries_script_or_style() -> None:
    """The content policy would refuse it, silently for the clerk."""
    root = Path(settings.BASE_DIR)
    found = [
        f"{path.relative_to(root)}: {hit[0]}"
        for path in sorted(root.glob("templates/**/*.html"))
        for hit in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_the_style_sheet_stays_within_old_browsers() -> None:
    sheet = (Path(settings.BASE_DIR) / "static" / "app.css").read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert not re.findall(r":has\(|:is\(|color-mix|@container|\binset:|&\s|https?:", code)


def test_the_script_stays_small() -> None:
    script = (Path(settings.BASE_DIR) / "static" / "app.js").read_text(encoding="utf-8")
    assert len(script.splitlines()) <= 200
    assert not re.findall(r"\beval\(|innerHTML|structuredClone|https?:", script)

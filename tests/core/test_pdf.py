"""PDF: fonts embedded, rare characters drawn, the text reads back, nothing from outside."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from django.conf import LazySettings
from pdfminer.pdftypes import resolve1

from core import pdf

Page = Callable[[str], str]


@pytest.fixture
def paper(settings: LazySettings, tmp_path: Path) -> Page:
    """Make a template that extends the print base with some content; returns its name."""

    def make(content: str) -> str:
        source = '{% extends "print/base.html" %}{% block content %}' + content + "{% endblock %}"
        (tmp_path / "paper.html").write_text(source, encoding="utf-8")
        return "paper.html"

    engine: dict[str, Any] = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    return make


def opened(data: bytes) -> Any:
    return pdfplumber.open(io.BytesIO(data))


def text_of(data: bytes) -> str:
    with opened(data) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def test_the_text_reads_back(paper: Page) -> None:
    context = {
        "period": "2018年四季度", "unit": "元", "number": "SJ2018-017", "run_id": "2018Q4-1",
        "sha256": "9f86d081884c7d65" * 4, "as_of": datetime(2019, 1, 8, 2, 12, tzinfo=UTC),
    }  # fmt: skip
    name = paper("<p>杨䶮·阿依古丽 6,922,000.00</p><p class='page-break'>次页</p>")
    text = text_of(pdf.render_pdf(name, context, title="会费上缴结算单"))
    for said in (
        "会费上缴结算单", "杨䶮·阿依古丽", "6,922,000.00", "2018年四季度",
        "制表时间：2019-01-08 10:12", "SJ2018-017", "2018Q4-1", "9f86d081884c7d65",
        "第 1 页 共 2 页", "第 2 页 共 2 页",
        "制表人", "复核人", "负责人", "（盖章处）",
    ):  # fmt: skip
        assert said in text, said


def test_the_fonts_are_embedded_and_ours(paper: Page) -> None:
    data = pdf.render_pdf(paper("<p>杨䶮·￥①</p>"), {}, title="题")
    with opened(data) as document:
        fonts = {char["fontname"].split("+")[1] for page in document.pages for char in page.chars}
        assert fonts == {"Noto-Sans-SC", "Noto-Serif-SC"}
        embedded = [
            resolve1(resolve1(resolve1(font)["DescendantFonts"])[0])
            for font in resolve1(document.pages[0].page_obj.resources["Font"]).values()
        ]
    assert len(embedded) == 2
    assert all("FontFile3" in resolve1(font)["FontDescriptor"].resolve() for font in embedded)


def test_rare_characters_have_glyphs() -> None:
    assert pdf.missing_glyphs("杨䶮·阿依古丽·买买提 喆堃頔犇垚㛃 ￥①—“”（）●▲○✓") == set()
    assert pdf.missing_glyphs("𠮷田") == {"𠮷"}


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a.png", "file:///etc/passwd", "file:///etc/../etc/hostname"]
)
def test_nothing_comes_from_outside(paper: Page, address: str) -> None:
    name = paper(f'<img src="{address}" alt="">')
    with pytest.raises(pdf.OutsideResource, match="not allowed in a PDF"):
        pdf.render_pdf(name, {}, title="题")


def test_a_picture_inside_the_page_is_allowed(paper: Page) -> None:
    pixel = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/%3E"
    assert pdf.render_pdf(paper(f'<img src="{pixel}" alt="">'), {}, title="题").startswith(b"%PDF-")


def test_words_of_the_context_cannot_bring_markup(paper: Page) -> None:
    hostile = '</p><img src="file:///etc/passwd">'
    assert hostile in text_of(
        pdf.render_pdf(paper("<p>{{ said }}</p>"), {"said": hostile}, title="题")
    )


@pytest.mark.slow
def test_more_than_a_hundred_pages_belong_in_excel(paper: Page) -> None:
    name = paper("<p class='page-break'>页</p>" * 101)
    with pytest.raises(pdf.PdfTooLong, match="Excel"):
        pdf.render_pdf(name, {}, title="题")


def test_a_flood_is_refused_before_it_is_laid_out(paper: Page) -> None:
    with pytest.raises(pdf.PdfTooLong):
        pdf.render_pdf(paper("{{ flood }}"), {"flood": "页" * pdf.MOST_CHARACTERS}, title="题")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "weasyprint", None)
    with pytest.raises(pdf.PdfUnavailable, match=r"libpango-1\.0-0"):
        pdf.render_pdf("print/base.html", {}, title="题")
    assert "libpango" in pdf.shortcomings()[0]


def test_a_slow_machine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pdf.shortcomings() == []
    monkeypatch.setattr(pdf, "harfbuzz_subset", None)
    assert "libharfbuzz-subset0" in pdf.shortcomings()[0]


def test_the_papers_are_chinese_in_either_language(paper: Page) -> None:
    data = pdf.render_pdf(paper("{{ '6222020200010123'|masked_card }}"), {}, title="题")
    assert "尾号 0123" in text_of(data)

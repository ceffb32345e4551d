"""PDF from templates. The only importer of WeasyPrint; only what renders imports this module."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont

from core.errors import RuleViolation

try:
    import weasyprint
    from weasyprint.text.ffi import harfbuzz_subset
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher
except OSError:  # a shared library is missing: the rest of the system runs without PDF
    weasyprint = None
    URLFetcher = FatalURLFetchingError = object
    harfbuzz_subset = None

MOST_PAGES = 100
MOST_CHARACTERS = (
    4_000_000  # of HTML: beyond this it cannot be 100 pages, and laying it out takes memory
)
MOST_CELLS = 20_000  # of all tables: about a minute of laying out, far more than a paper reads well
MOST_SPAN = 100  # columns or rows that one cell may take; ten thousand take seconds by themselves
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
FONTS = {
    "Noto Sans SC": pylopdf_fonts_zh_cn.sans_path(),
    "Noto Serif SC": pylopdf_fonts_zh_cn.serif_path(),
}


class PdfUnavailable(RuleViolation):
    """The machine lacks a system library; the message says what to install."""

    def __init__(self) -> None:
        super().__init__(_("PDF needs system libraries: apt-get install %s") % LIBRARIES)


class PdfTooLong(RuleViolation):
    """A PDF of this length belongs in Excel."""

    def __init__(self) -> None:
        message = _("The document would have more than %(most)d pages. Use the Excel file.")
        super().__init__(message % {"most": MOST_PAGES})


class WideSpan(ValueError):
    """A cell spans more than any table of ours has: a bug, so nothing is laid out."""


class OutsideResource(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """A template names an address that is not ours: a bug, so nothing is rendered."""


class OwnResources(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Lets through data: addresses and our font files; no network, no other file."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        if url not in {path.as_uri() for path in FONTS.values()} and not url.startswith("data:"):
            raise OutsideResource(f"not allowed in a PDF: {url}")
        return super().fetch(url, headers)


def shortcomings() -> list[str]:
    """What this machine lacks for PDF, as sentences for the start-up; empty when all is there."""
    if weasyprint is None:
        return [str(PdfUnavailable())]
    if harfbuzz_subset is None:
        return [_("PDF takes thirty times as long without libharfbuzz-subset0: install it.")]
    return []


@lru_cache(maxsize=1)
def _house_style() -> tuple[Any, Any, Any]:
    """The fetcher, the fonts and the style sheet of every paper, made once in a process."""
    fetcher = OwnResources(allowed_protocols={"data", "file"})
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; src: url("{path.as_uri()}"); }}\n'
        for family, path in FONTS.items()
    )
    style = (Path(settings.BASE_DIR) / "templates" / "print" / "print.css").read_text("utf-8")
    css = weasyprint.CSS(string=faces + style, font_config=fonts, url_fetcher=fetcher)
    return fetcher, fonts, css


def render_pdf(template: str, context: Mapping[str, Any], *, title: str) -> bytes:
    """Render a template that extends `print/base.html` as PDF; papers are Chinese in any language.

    Raises PdfUnavailable without the system libraries and PdfTooLong beyond 100 pages.
    Source: GB/T 9704-2012 for letters, the office's statements for the rest.
    """
    if weasyprint is None:
        raise PdfUnavailable
    with translation.override("zh-hans"):
        html = render_to_string(
            template, {**context, "title": title, "office": settings.AGENCY_NAME}
        )
    if len(html) > MOST_CHARACTERS:
        raise PdfTooLong
    fetcher, fonts, css = _house_style()
    paper = weasyprint.HTML(string=html, url_fetcher=fetcher)
    _refuse_endless_tables(paper.etree_element)
    document = paper.render(stylesheets=[css], font_config=fonts)
    if len(document.pages) > MOST_PAGES:
        raise PdfTooLong
    written: bytes = document.write_pdf()
    return written


def _refuse_endless_tables(paper: Any) -> None:
    """Laying out takes long for many cells and for wide ones, and nothing can stop it then."""
    cells = 0
    for element in paper.iter():
        cells += element.tag in ("td", "th")
        for name in ("colspan", "rowspan", "span"):
            said = (element.get(name) or "").strip()
            if said.isdecimal() and int(said) > MOST_SPAN:
                raise WideSpan(f"{name}={said[:20]} in a PDF")
    if cells > MOST_CELLS:
        raise PdfTooLong


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    """Every character that both fonts together can draw."""
    known: set[int] = set()
    for path in FONTS.values():
        with TTFont(str(path), lazy=True) as font:
            known |= font.getBestCmap().keys()
    return frozenset(known)


def missing_glyphs(text: str) -> set[str]:
    """The characters of a text that our fonts cannot draw; a system font may still have them."""
    return {char for char in text if not char.isspace() and ord(char) not in _characters()}

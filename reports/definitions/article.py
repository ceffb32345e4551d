"""The newspaper's sentences on 2018, read from reports/data/article-2018.yaml."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from reports.definitions.base import Kind

SOURCE = Path(__file__).parent.parent / "data" / "article-2018.yaml"
YEAR = 2018


@dataclass(frozen=True)
class Said:
    """One figure of the article: its words, the numbers they cover, and which figure of ours."""

    subject: str  # code of the union; DC: the district
    words: str  # as printed
    kind: Kind
    low: Decimal
    high: Decimal | None  # None: that or more
    key: str  # path in our figures: campaign.BJQX-2018.claims; empty: we do not count it yet
    covered: bool  # whether the demo year already makes exactly this figure


@dataclass(frozen=True)
class Section:
    """A part of the article: the district's summary, or a union's portrait."""

    code: str
    title: str
    headline: str
    figures: tuple[Said, ...]


@lru_cache(maxsize=1)
def sections() -> tuple[Section, ...]:
    """The article, section by section."""
    document = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return tuple(
        Section(
            part["code"],
            part["title"],
            part["headline"],
            tuple(_said(part["code"], figure) for figure in part["figures"]),
        )
        for part in document["sections"]
    )


def _said(subject: str, figure: dict[str, Any]) -> Said:
    return Said(
        subject=subject,
        words=figure["words"],
        kind=Kind(figure["kind"]),
        low=Decimal(figure["low"]),
        high=Decimal(figure["high"]) if "high" in figure else None,
        key=figure.get("key", ""),
        covered=figure.get("covered", True),
    )

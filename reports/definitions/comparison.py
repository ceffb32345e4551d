"""The article's figures beside ours: the same, different, or not yet covered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.periods import Period
from reports.definitions.article import YEAR, Said, Section, sections
from reports.definitions.base import Filled, Kind, plain
from reports.selectors import measures
from reports.selectors.scope import Scope, Window


class Verdict(models.TextChoices):
    SAME = "same", _("same")
    DIFFERENT = "different", _("different")
    NOT_COVERED = "not_covered", _("not yet covered")


@dataclass(frozen=True)
class Compared:
    """One figure of the article with ours."""

    said: Said
    ours: Any
    verdict: Verdict

    @property
    def words(self) -> str:
        return self.said.words

    @property
    def ours_text(self) -> str:
        return "—" if self.ours is None else str(plain(self.ours, self.said.kind))

    @property
    def kind(self) -> Kind:
        return self.said.kind


def compared(filled: Filled, scope: Scope) -> list[Compared]:
    """The article's figures about the union of a filled annual report of 2018; else nothing."""
    if filled.report != "annual" or filled.period != str(YEAR):
        return []
    window = Window(Period(YEAR), date.fromisoformat(filled.as_of))
    enrolled = measures.whole(scope, measures.enrolments(window))
    # the article counts the enterprises that enrolled, the report all units
    figures = {**filled.figures, "enrolled_units": enrolled["enrolled_units"]}
    return [
        line
        for section in sections()
        if section.code == filled.union
        for line in beside(section, figures)
    ]


def beside(section: Section, figures: Mapping[str, Any]) -> list[Compared]:
    """The figures of a section of the article with ours; without ours none is covered."""
    return [_beside(said, found(figures, said.key)) for said in section.figures]


def found(figures: Mapping[str, Any], key: str) -> Any:
    """The figure at a path like campaign.BJQX-2018.claims, or nothing."""
    value: Any = figures
    for part in key.split(".") if key else ():
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value if key else None


def _beside(said: Said, ours: Any) -> Compared:
    if ours is None:
        return Compared(said, None, Verdict.NOT_COVERED)
    value = Decimal(str(plain(ours, said.kind)))
    if said.low <= value and (said.high is None or value <= said.high):
        return Compared(said, ours, Verdict.SAME)
    return Compared(said, ours, Verdict.DIFFERENT if said.covered else Verdict.NOT_COVERED)

"""The explanation of an amount: steps that people read in English or in Chinese.

A step is a code with its figures as text, so it can be stored as it was when the claim was
assessed, and the paths of the catalogue parameters that it used, so that a screen can show their
evidence. The Chinese is the original, the English its translation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from claims.rules.phrases import PHRASES, WORDS

Figure = str | int | Decimal | date
CODES = frozenset({"family", "cause", "missing", "category"})  # figures that are codes of the rules


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what happened, with which figures, by which parameters of the version."""

    code: str
    values: Mapping[str, str]
    uses: tuple[str, ...] = ()


def step(code: str, *uses: str, **figures: Figure) -> Step:
    """A step from figures; days are written YYYY-MM-DD, amounts as they are."""
    return Step(code, {name: str(figure) for name, figure in figures.items()}, uses)


def in_english(step: Step) -> str:
    return PHRASES[step.code].english.format_map(step.values)


def in_chinese(step: Step) -> str:
    values = {
        name: _in_words(value) if name in CODES else value for name, value in step.values.items()
    }
    return PHRASES[step.code].chinese.format_map(values)


def _in_words(codes: str) -> str:
    """Codes joined by ", " in words; a code without words stays as it is."""
    return "、".join(WORDS.get(code, code) for code in codes.split(", "))

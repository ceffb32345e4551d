"""The medical-insurance settlements of 2018 that pay the article's reimbursements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from reports.demo import article
from reports.demo.district import District, district, scaled, shares
from reports.demo.people import mix

OUTPATIENT_DEDUCTIBLE, STAY_DEDUCTIBLE = 180_000, 130_000  # fen
FIVE = 5  # a fifth (20 %) is paid


@dataclass(frozen=True, slots=True)
class Row:
    """One settlement of one member."""

    number: str
    person: int
    settled_on: date
    kind: str
    self_pay_1: Decimal
    admitted_on: date | None


def holds_card(home: District, parent: str, person: int) -> bool:
    """卫计委 and the other named unions have a card for everybody, the streets for 24 of 25."""
    return parent in {"WJW", "RSJ", "DFXD"} or mix(person, 51) % 25 != 0


def is_privileged(person: int) -> bool:
    """Model workers and members in special hardship: one in six hundred."""
    return mix(person, 52) % 600 == 0


def _candidates(home: District, *, tiantan: bool) -> list[int]:
    return [
        index
        for unit in home.units
        if (unit.parent == "TT") == tiantan
        for index in range(unit.first, unit.first + unit.members)
        if holds_card(home, unit.parent, index) and not is_privileged(index)
    ]


def _persons(scale: float, quarter: int) -> list[int]:
    """Who is reimbursed in a quarter (0 to 3): 天坛 has 980 person-times over the year."""
    home = district(scale)
    of_tiantan = scaled(article.TIANTAN.verified or 0, scale) // 4 or 1
    total = max(scaled(article.REIMBURSED[quarter], scale), of_tiantan)
    chosen: list[int] = []
    for pool, count in (
        (_candidates(home, tiantan=True), of_tiantan),
        (_candidates(home, tiantan=False), total - of_tiantan),
    ):
        # neighbouring quarters share about half of their people
        start = quarter * count // 2
        turned = sorted(pool, key=lambda index: mix(index, 53))
        chosen += (turned + turned)[start : start + count]
    return chosen


def _amounts(scale: float) -> list[list[int]]:
    """What each person of each quarter is paid, in fen; all together the article's sum."""
    weights = [
        [40 + mix(person, 60 + quarter) % 165 for person in _persons(scale, quarter)]
        for quarter in range(4)
    ]
    flat = [weight for part in weights for weight in part]
    fen = shares(int(article.REIMBURSEMENTS_PAID * 100 * Decimal(str(scale))), flat)
    amounts, start = [], 0
    for part in weights:
        amounts.append(fen[start : start + len(part)])
        start += len(part)
    return amounts


@lru_cache(maxsize=1)
def quarters(scale: float) -> list[list[Row]]:
    """The four settlement workbooks of the year."""
    seen: set[int] = set()
    books = []
    for quarter, fen in enumerate(_amounts(scale)):
        rows = list(_rows(quarter, _persons(scale, quarter), fen, seen))
        seen.update(row.person for row in rows)
        books.append(rows)
    return books


def _rows(quarter: int, persons: list[int], fen: list[int], seen: set[int]) -> Iterator[Row]:
    """A first quarter carries the year's deductible; later ones are paid from the first fen."""
    opening = date(article.YEAR, quarter * 3 + 1, 1)
    for place, (person, pay) in enumerate(zip(persons, fen, strict=True)):
        settled_on = opening + timedelta(days=mix(person, 70 + quarter) % 88)
        stay = person not in seen and mix(person, 54) % 20 == 0
        deductible = STAY_DEDUCTIBLE if stay else OUTPATIENT_DEDUCTIBLE
        base = pay * FIVE + (0 if person in seen and not _stayed(person) else deductible)
        yield Row(
            number=f"JS{article.YEAR}Q{quarter + 1}{place + 1:07d}",
            person=person,
            settled_on=settled_on,
            kind="住院" if stay else "门诊",
            self_pay_1=Decimal(base) / 100,
            admitted_on=settled_on - timedelta(days=9) if stay else None,
        )


def _stayed(person: int) -> bool:
    """Whether the first settlement was a stay: then no outpatient deductible is used up."""
    return mix(person, 54) % 20 == 0

"""Who is enrolled in what: the rosters of 2018 up to the article's sum."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from reports.demo import article
from reports.demo.district import STREETS, District, Unit, district, scaled, shares
from reports.demo.people import Person, child, mix, worker

PLAN = {
    "INPMED": "INPMED-2018",
    "INPALW": "INPALW-2018",
    "CI": "CI-2018-1Y",
    "FEM": "FEM-2018-1Y",
    "ACC": "ACC-2017",
    "CHILD": "CHILD-2018",
}
PRICE = {"INPMED": 50, "INPALW": 60, "CI": 40, "FEM": 25, "CHILD": 50}
TIER_PRICE = {"T26": 26, "T50": 50, "T74": 74, "T100": 100}
STARTS = ("2018-01-01", "2018-01-01", "2018-01-01", "2018-03-01", "2018-04-01")
PLAIN_STREETS = tuple(code for code, _name in STREETS if code not in {"TT", "DHS"})


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an enrolment roster."""

    unit: str
    person: int  # the member's index
    family: str
    starts_on: str
    shares: int = 1
    tier: str = ""
    funder: str = "工会"
    campaign: str = ""
    child: int | None = None

    @property
    def amount(self) -> int:
        """The contribution in whole yuan."""
        return TIER_PRICE[self.tier] if self.tier else PRICE[self.family] * self.shares

    @property
    def insured_child(self) -> Person | None:
        return None if self.child is None else child(self.child, worker(self.person))


def _starts_on(unit: Unit) -> str:
    return STARTS[mix(unit.first, 21) % len(STARTS)]


def _everyone(units: Iterable[Unit], **line: object) -> Iterator[Line]:
    for unit in units:
        for index in range(unit.first, unit.first + unit.members):
            yield Line(unit.code, index, starts_on="2018-01-01", **line)  # type: ignore[arg-type]


def _take(
    pool: list[tuple[Unit, int]], count: int, start: int, *, women: bool = False
) -> list[tuple[Unit, int]]:
    """`count` people of the pool from `start` on, women only where the plan says so."""
    turned = pool[start:] + pool[:start]
    fit = turned if not women else [pair for pair in turned if worker(pair[1]).female]
    return fit[:count]


def _by_hand(
    units: tuple[Unit, ...],
    wanted: list[tuple[str, int, dict[str, object]]],
    busy: frozenset[int] = frozenset(),
) -> Iterator[Line]:
    """For each (family, count, options) that many people, one of each unit in turn."""
    deepest = max((unit.members for unit in units), default=0)
    pool = [
        (unit, unit.first + turn)
        for turn in range(deepest)
        for unit in units
        if turn < unit.members and unit.first + turn not in busy
    ]
    start = 0
    for family, count, options in wanted:
        for unit, index in _take(pool, count, start % len(pool), women=family == "FEM"):
            kid = index if family == "CHILD" else None
            yield Line(unit.code, index, family, _starts_on(unit), child=kid, **options)  # type: ignore[arg-type]
        start += 0 if family == "FEM" else count


def _people(lines: Iterable[Line]) -> frozenset[int]:
    return frozenset(line.person for line in lines)


def _health(home: District) -> Iterator[Line]:
    """卫计委: everybody in two plans, subsidised; some women in a third."""
    units = home.of("WJW")
    yield from _everyone(units, family="INPALW", funder="上级补助")
    yield from _everyone(units, family="CI", shares=2, funder="上级补助")
    women = scaled(3_000, home.scale)
    people = [
        (unit, index)
        for unit in units
        for index in range(unit.first, unit.first + unit.members)
        if worker(index).female
    ]
    for unit, index in people[:women]:
        yield Line(unit.code, index, "FEM", "2018-01-01", funder="上级补助")


def _labour(home: District) -> Iterator[Line]:
    """人社局: 659 × (60 + 2 × 40 + 100) = 158,160."""
    units = home.of("RSJ")
    yield from _everyone(units, family="INPALW")
    yield from _everyone(units, family="CI", shares=2)
    yield from _everyone(units, family="ACC", tier="T100")


def _xinda(home: District) -> Iterator[Line]:
    """东方信达: everybody insured, all six plans sold, 10余万元."""
    units = home.of("DFXD")
    yield from _everyone(units, family="ACC", tier="T26")
    wanted: list[tuple[str, int, dict[str, object]]] = [
        ("INPALW", scaled(600, home.scale), {}),
        ("INPMED", scaled(300, home.scale), {}),
        ("CI", scaled(300, home.scale), {}),
        ("FEM", scaled(200, home.scale), {}),
        ("CHILD", scaled(80, home.scale), {"funder": "个人"}),
    ]
    yield from _by_hand(units, wanted)


def _tiantan(home: District, campaign: list[Line]) -> Iterator[Line]:
    """天坛: 2,192 enrolments of 29 enterprises, the campaign's among them."""
    rest = scaled(article.TIANTAN.enrolments or 0, home.scale) - len(campaign)
    parts = shares(rest, [500, 400, 500, 287, 300])
    wanted: list[tuple[str, int, dict[str, object]]] = [
        ("INPALW", parts[0], {}),
        ("INPMED", parts[1], {}),
        ("CI", parts[2], {"shares": 2}),
        ("FEM", parts[3], {}),
        ("ACC", parts[4], {"tier": "T50"}),
    ]
    yield from _by_hand(home.of("TT")[: article.TIANTAN.units], wanted, _people(campaign))


def _donghuashi(home: District, campaign: list[Line]) -> Iterator[Line]:
    """东花市: 1,866 enrolments of five plans, 67,260 yuan with 205 of the campaign.

    40 × 50 + 70 × 60 + 410 × 40 + 176 × 25 + 965 × 26 + 205 × 74 = 67,260.
    """
    rest = scaled(article.DONGHUASHI.enrolments or 0, home.scale) - len(campaign)
    parts = shares(rest, [40, 70, 410, 176, 965])
    wanted: list[tuple[str, int, dict[str, object]]] = [
        ("INPMED", parts[0], {}),
        ("INPALW", parts[1], {}),
        ("CI", parts[2], {}),
        ("FEM", parts[3], {}),
        ("ACC", parts[4], {"tier": "T26"}),
    ]
    yield from _by_hand(home.of("DHS"), wanted, _people(campaign))


def _campaign(home: District) -> dict[str, list[Line]]:
    """百街千巷: people of all seventeen streets, the last on their unions' lists, tier 74."""
    quotas = shares(scaled(article.CAMPAIGN_MEMBERS, home.scale), [1] * 17)
    lines: dict[str, list[Line]] = {}
    for (street, _name), quota in zip(STREETS, quotas, strict=True):
        units = home.of(street)[:29]
        pool = [
            (unit, unit.first + unit.members - 1 - turn)
            for turn in range(12)
            for unit in units
            if turn < unit.members // 4
        ]
        lines[street] = [
            Line(
                unit.code, index, "ACC", article.CAMPAIGN_STARTS_ON,
                tier=article.CAMPAIGN_TIER, funder="区总工会", campaign=article.CAMPAIGN,
            )
            for unit, index in pool[:quota]
        ]  # fmt: skip
    return lines


def _package(unit: Unit, index: int) -> list[Line]:
    """What one ordinary member's union buys for him."""
    day = _starts_on(unit)
    female = worker(index).female
    draw = mix(index, 22) % 10
    if draw < 4:
        wanted = [("INPALW", 1, ""), ("CI", 2, "")]
    elif draw < 6:
        wanted = [("INPMED", 1, ""), ("ACC", 1, "T26")]
    elif draw == 6:
        wanted = [("CI", 1, "")]
    elif draw == 7:
        wanted = [("ACC", 1, "T50")]
    elif draw == 8:
        wanted = [("FEM", 2, "") if female else ("INPMED", 1, "")]
    else:
        wanted = [("INPALW", 1, ""), ("INPMED", 1, "")]
    lines = [Line(unit.code, index, family, day, number, tier) for family, number, tier in wanted]
    if draw == 9 and index % 3 == 0:
        lines.append(Line(unit.code, index, "CHILD", day, funder="个人", child=index))
    return lines


def _change(rest: int) -> list[tuple[str, str]]:
    """Single plans whose prices sum to the rest (at least 200 yuan)."""
    coins = [("INPALW", "", 60), ("INPMED", "", 50), ("CI", "", 40), ("ACC", "T26", 26)]
    ways: dict[int, list[tuple[str, str]]] = {0: []}
    for total in range(1, rest + 1):
        for family, tier, price in coins:
            if total - price in ways:
                ways[total] = [*ways[total - price], (family, tier)]
                break
    return ways[rest - 25] + [("FEM", "")] if rest not in ways else ways[rest]


def _ordinary(home: District, target: int, busy: frozenset[int]) -> Iterator[Line]:
    """Fifteen streets: packages until the target is near, then single plans to the yuan."""
    units = [
        unit
        for street in PLAIN_STREETS
        for unit in home.of(street)
        if mix(unit.first, 23) % 9 and unit.members
    ]
    fraction = Decimal(target) / 98 / sum(unit.members for unit in units)
    rest = target
    last: list[tuple[Unit, int]] = []
    for unit in units:
        quota = min(unit.members, int(unit.members * fraction * Decimal("1.04")) + 1)
        for index in range(unit.first, unit.first + quota):
            if index in busy:
                continue
            package = _package(unit, index)
            cost = sum(line.amount for line in package)
            if rest - cost < 200:
                last.append((unit, index))
                continue
            rest -= cost
            yield from package
    change = _change(rest)
    free = iter(last or [(units[-1], units[-1].first + units[-1].members - 1)])
    for family, tier in change:
        unit, index = next(free)
        while family == "FEM" and not worker(index).female:
            unit, index = next(free)
        yield Line(unit.code, index, family, _starts_on(unit), tier=tier)


@lru_cache(maxsize=2)
def rosters(scale: float) -> dict[str, list[Line]]:
    """Every line of 2018 by street or sector union; at scale 1 they sum to 6,922,000 yuan."""
    home = district(scale)
    campaign = _campaign(home)
    lines: dict[str, list[Line]] = {parent: [] for parent in home.parents}
    lines["WJW"] = list(_health(home))
    lines["RSJ"] = list(_labour(home))
    lines["DFXD"] = list(_xinda(home))
    lines["TT"] = [*_tiantan(home, campaign["TT"]), *campaign["TT"]]
    lines["DHS"] = [*_donghuashi(home, campaign["DHS"]), *campaign["DHS"]]
    for street in PLAIN_STREETS:
        lines[street].extend(campaign[street])
    bought = sum(line.amount for part in lines.values() for line in part)
    target = int(article.REMITTED * Decimal(str(scale))) - bought
    parent_of = {unit.code: unit.parent for unit in home.units}
    busy = frozenset().union(*map(_people, campaign.values()))
    for line in _ordinary(home, target, busy):
        lines[parent_of[line.unit]].append(line)
    return lines

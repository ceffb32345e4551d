"""The invented tree: seventeen streets, the article's sector unions, 700 grassroots unions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reports.demo import article
from reports.demo.people import Person, mix, worker

STREETS = (
    ("DHM", "东华门"), ("JS", "景山"), ("JDK", "交道口"), ("ADM", "安定门"), ("BXQ", "北新桥"),
    ("DS", "东四"), ("CYM", "朝阳门"), ("JGM", "建国门"), ("DZM", "东直门"), ("HPL", "和平里"),
    ("QM", "前门"), ("CWM", "崇文门外"), ("DHS", "东花市"), ("LT", "龙潭"), ("TYG", "体育馆路"),
    ("TT", "天坛"), ("YDM", "永定门外"),
)  # fmt: skip
SECTORS = (
    ("WJW", "东城区卫生和计划生育委员会工会"),
    ("RSJ", "东城区人力资源和社会保障局工会"),
    ("DFXD", "北京东方信达资产经营总公司工会"),
)
TRADES = (
    "物业管理", "商贸", "餐饮", "文化传媒", "科技", "酒店", "建筑装饰", "医药",
    "出版", "物流", "房地产开发", "旅行社", "百货", "汽车服务", "服装",
)  # fmt: skip
WORDS = "华盛恒泰宏远瑞祥博雅天成永兴金鼎和信东方京润隆德同仁安泰新源"


@dataclass(frozen=True)
class Unit:
    """A grassroots union with its members: the indexes [first, first + members)."""

    code: str
    name: str
    parent: str
    staff: int
    women: int
    first: int
    members: int

    def people(self) -> Iterator[Person]:
        return (worker(index) for index in range(self.first, self.first + self.members))


@dataclass(frozen=True)
class District:
    """Everything that is invented, at one scale."""

    scale: float
    units: tuple[Unit, ...]

    def of(self, parent: str) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.parent == parent)

    @property
    def parents(self) -> tuple[str, ...]:
        return tuple(code for code, _name in STREETS + SECTORS)


def scaled(number: int, scale: float) -> int:
    """A number of the article at another scale, at least one."""
    return max(1, round(number * scale))


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts by weight that sum to the total (largest remainder)."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _size(number: int) -> int:
    """A weight between 1 and 40: many small unions, few large ones."""
    draw = mix(number, 11) % 1000
    return 1 + draw * draw // 26_000 + (0 if draw < 985 else 60)


def _unit_name(street: str, number: int) -> str:
    first, second = (WORDS[mix(number, salt) % len(WORDS)] for salt in (12, 13))
    trade = TRADES[mix(number, 14) % len(TRADES)]
    return f"北京{first}{second}{trade}有限公司{street}第{number % 97 + 1}分公司工会"


def _sector_units(
    parent: str, name: str, portrait: article.Portrait, scale: float
) -> list[tuple[str, str, str, int, int]]:
    """(code, name, parent, members, staff) of one sector's unions: all staff are members."""
    count = portrait.units or 1
    parts = shares(
        scaled(portrait.members or 0, scale), [20 + mix(i, 15) % 20 for i in range(count)]
    )
    return [
        (f"{parent}{i + 1:03d}", name.format(i + 1), parent, part, part)
        for i, part in enumerate(parts)
    ]


def _street_units(scale: float) -> list[tuple[str, str, str, int, int]]:
    """(code, name, parent, members, staff) of the unions under the streets."""
    sector = sum(
        scaled(union.members or 0, scale)
        for union in (article.HEALTH, article.LABOUR, article.XINDA)
    )
    count = max(17, scaled(article.UNIONS - 52, scale))
    members = shares(scaled(article.MEMBERS, scale) - sector, [_size(i) for i in range(count)])
    idle = scaled(article.WORKERS, scale) - scaled(article.MEMBERS, scale)
    extra = shares(idle, [1 + mix(i, 16) % 9 for i in range(count)])
    rows = []
    for i in range(count):
        code, street = STREETS[i % 17]
        number = i // 17 + 1
        if code == article.TIANTAN.code and number > (article.TIANTAN.units or 0):
            (code, street), number = (
                STREETS[16],
                number + 100,
            )  # 天坛 has 29, its neighbour the rest
        rows.append(
            (f"{code}{number:03d}", _unit_name(street, i), code, members[i], members[i] + extra[i])
        )
    return rows


@lru_cache(maxsize=2)
def district(scale: float) -> District:
    """The district at a scale; 1 is Dongcheng in 2018."""
    rows = [
        *_sector_units("WJW", "东城区第{}卫生服务单位工会", article.HEALTH, scale),
        *_sector_units("RSJ", "区人力社保局第{}工会小组", article.LABOUR, scale),
        *_sector_units("DFXD", "东方信达第{}权属企业工会", article.XINDA, scale),
        *_street_units(scale),
    ]
    units, first = [], 0
    for code, name, parent, members, staff in rows:
        women = sum(worker(index).female for index in range(first, first + members))
        units.append(
            Unit(
                code,
                name,
                parent,
                staff,
                min(women + (staff - members) // 2, staff),
                first,
                members,
            )
        )
        first += members
    return District(scale, tuple(units))

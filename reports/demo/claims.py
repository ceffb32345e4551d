"""The claims of 2018: who fell ill or had an accident, with papers that come to the sums."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.money import to_fen
from reports.demo import article
from reports.demo.district import scaled, shares
from reports.demo.enrolments import Line, rosters
from reports.demo.people import mix

FIRST_DEDUCTIBLE, RATE = Decimal("1300.00"), Decimal("0.60")
HOSPITALS = (
    ("H11010100012", "北京协和医院", "三级"),
    ("H11010100023", "首都医科大学附属北京同仁医院", "三级"),
    ("H11010100034", "北京中医医院", "三级"),
    ("H11010100045", "北京市隆福医院", "二级"),
    ("H11010100056", "北京市普仁医院", "二级"),
)
STAYS = (
    "肺炎", "胆囊结石伴慢性胆囊炎", "腰椎间盘突出", "冠心病",
    "2型糖尿病", "急性阑尾炎", "子宫肌瘤", "膝关节半月板损伤",
)  # fmt: skip
CRITICAL = ("恶性肿瘤", "急性心肌梗死", "脑卒中后遗症", "终末期肾病")
FEMALE = ("原发性乳腺癌", "原发性子宫颈癌", "原发性子宫内膜癌", "原发性卵巢癌")
DIAGNOSES = {"CI": CRITICAL, "FEM": FEMALE, "ACC": ("骨折",), "CHILD": ("骨折",)}
LIVING = {"T26": 5, "T50": 10, "T74": 15, "T100": 20}
HOSPITAL = {"T26": 10, "T50": 20, "T74": 30, "T100": 40}
# 百街千巷: eleven members, 82,560 yuan at tier 74 (base 45,000; 15 and 30 yuan a day)
CAMPAIGN_FACTS: tuple[dict[str, int], ...] = (
    {"grade": 5}, {"grade": 8}, {"grade": 9}, {"grade": 9}, {"grade": 10}, {"grade": 10},
    {"grade": 10}, {"grade": 10}, {"living": 60, "hospital": 40}, {"living": 90, "hospital": 45},
    {"living": 36, "hospital": 24},
)  # fmt: skip
DISABILITY = {5: 27_000, 8: 13_500, 9: 9_000, 10: 4_500}


@dataclass(slots=True)
class Case:
    """One claim: a line of a roster that something happened to."""

    line: Line
    event_on: date
    amount: Decimal  # what the papers come to
    days: int = 0  # of the stay
    stage: str = ""
    facts: dict[str, int] | None = None

    @property
    def self_pay_1(self) -> Decimal:
        """The 自付一 of a first stay that pays the amount: (self-pay − 1,300) × 60 %."""
        guess = to_fen(FIRST_DEDUCTIBLE + self.amount / RATE)
        for step in ("0.00", "0.01", "-0.01"):
            if to_fen((guess + Decimal(step) - FIRST_DEDUCTIBLE) * RATE) == self.amount:
                return guess + Decimal(step)
        raise ValueError(f"no self-pay pays {self.amount}")

    @property
    def filed_on(self) -> date:
        return self.event_on + timedelta(days=self.days + 12)


class Pool:
    """The roster lines of some unions, each person drawn once."""

    def __init__(self, lines: list[Line]) -> None:
        self.by_family: dict[str, list[Line]] = {}
        for line in sorted(lines, key=lambda line: mix(line.person, 31)):
            self.by_family.setdefault(line.family, []).append(line)
        self.used: set[int] = set()

    def draw(self, family: str, *, share: int | None = None, campaign: bool = False) -> Line | None:
        """The next line of the plan whose member has no claim yet."""
        for line in self.by_family.get(family, []):
            fits = share is None or line.shares == share
            if line.person not in self.used and fits and bool(line.campaign) == campaign:
                self.used.add(line.person)
                return line
        return None


def _event_on(line: Line) -> date:
    """After any waiting period and early enough to be paid in the year."""
    start = date.fromisoformat(line.starts_on)
    wait = 65 if line.family in {"CI", "FEM"} else 8
    first = start + timedelta(days=wait)
    span = (date(2018, 10, 20) - first).days
    return first + timedelta(days=mix(line.person, 32) % span)


def _lump(pool: Pool, family: str, share: int, stage: str, each: int, count: int) -> Iterator[Case]:
    for _turn in range(count):
        line = pool.draw(family, share=share)
        if line:
            yield Case(line, _event_on(line), Decimal(each * share), stage=stage)


def _allowances(pool: Pool, count: int, paid_days: int | None = None) -> Iterator[Case]:
    """Hospital allowances: days of the stay less one, at 40 yuan; `paid_days` in all when given."""
    parts = shares(paid_days, [7 + mix(i, 33) % 7 for i in range(count)]) if paid_days else None
    for turn in range(count):
        line = pool.draw("INPALW")
        if line:
            days = parts[turn] if parts else 3 + mix(line.person, 34) % 15
            yield Case(line, _event_on(line), Decimal(days * 40), days=days + 1)


def _accidents(pool: Pool, count: int) -> Iterator[Case]:
    for _turn in range(count):
        line = pool.draw("ACC")
        if line:
            living, hospital = 10 + mix(line.person, 35) % 50, 3 + mix(line.person, 36) % 12
            amount = living * LIVING[line.tier] + hospital * HOSPITAL[line.tier]
            facts = {"living": living, "hospital": hospital}
            yield Case(line, _event_on(line), Decimal(amount), facts=facts)


def _children(pool: Pool, count: int) -> Iterator[Case]:
    for _turn in range(count):
        line = pool.draw("CHILD")
        if line:
            hospital = 3 + mix(line.person, 37) % 10
            yield Case(line, _event_on(line), Decimal(hospital * 20), facts={"hospital": hospital})


def _medical(pool: Pool, count: int, rest: Decimal) -> Iterator[Case]:
    """Inpatient medical claims that share the rest of a sum, to the fen."""
    lines = [line for line in (pool.draw("INPMED") for _turn in range(count)) if line]
    fen = (
        shares(int(rest * 100), [20 + mix(line.person, 38) % 80 for line in lines]) if lines else []
    )
    for line, part in zip(lines, fen, strict=True):
        days = 3 + mix(line.person, 39) % 14
        yield Case(line, _event_on(line), Decimal(part) / 100, days=days)


def _campaign(pool: Pool, count: int) -> Iterator[Case]:
    for facts in CAMPAIGN_FACTS[:count]:
        line = pool.draw("ACC", campaign=True)
        if line:
            daily = facts.get("living", 0) * 15 + facts.get("hospital", 0) * 30
            amount = DISABILITY[facts["grade"]] if "grade" in facts else daily
            yield Case(line, _event_on(line), Decimal(amount), facts=facts)


def _filled(cases: list[Case], pool: Pool, count: int, total: Decimal, exact: bool) -> list[Case]:
    """The cases, and medical ones for what is missing to the count and to the sum."""
    missing = count - len(cases)
    rest = total - sum((case.amount for case in cases), Decimal(0))
    if not exact or rest < missing * 50:
        rest = Decimal(missing * 900)
    return cases + list(_medical(pool, missing, rest))


def _portraits(scale: float, exact: bool) -> tuple[list[Case], set[int]]:
    lines = rosters(scale)

    def n(number: int) -> int:
        return scaled(number, scale)

    labour, xinda, tiantan, dhs = (Pool(lines[code]) for code in ("RSJ", "DFXD", "TT", "DHS"))
    cases = list(_lump(labour, "CI", 2, "完全", 10_000, n(6)))
    cases += _allowances(labour, n(46), 445 if exact else None)
    mixed = [
        *_lump(xinda, "CI", 1, "完全", 10_000, n(2)),
        *_lump(xinda, "FEM", 1, "早期", 2_000, n(2)),
    ]
    mixed += [*_allowances(xinda, n(36)), *_accidents(xinda, n(8)), *_children(xinda, n(5))]
    cases += _filled(mixed, xinda, n(73), article.XINDA.claims_paid or Decimal(0), exact)
    street = [*_lump(tiantan, "CI", 2, "完全", 10_000, n(1)), *_allowances(tiantan, n(15))]
    street += _accidents(tiantan, n(4))
    cases += _filled(street, tiantan, n(29), Decimal("34780.50"), exact)
    paid = article.DONGHUASHI.claims_paid or Decimal(0)
    cases += _filled(list(_allowances(dhs, n(6))), dhs, n(9), paid, exact)
    used = labour.used | xinda.used | tiantan.used | dhs.used
    return cases, used


def cases(scale: float) -> list[Case]:
    """Every claim of the year; at scale 1 they are 1,750 and come to 2,989,000.00 yuan."""
    exact = scale == 1
    lines = rosters(scale)
    found, used = _portraits(scale, exact)
    elsewhere = [
        line
        for code, part in lines.items()
        if code not in {"RSJ", "DFXD", "TT", "DHS"}
        for line in part
    ]
    pool = Pool(elsewhere)
    pool.used = used
    others: list[Case] = list(_campaign(pool, scaled(11, scale)))
    others += _lump(pool, "CI", 2, "完全", 10_000, scaled(58, scale))
    others += _lump(pool, "CI", 1, "早期", 2_000, scaled(20, scale))
    others += _lump(pool, "FEM", 2, "完全", 15_000, scaled(7, scale))
    others += _lump(pool, "FEM", 1, "早期", 2_000, scaled(12, scale))
    others += [*_accidents(pool, scaled(120, scale)), *_children(pool, scaled(30, scale))]
    others += _allowances(pool, scaled(560, scale))
    count = scaled(article.CLAIMS, scale) - len(found)
    total = article.CLAIMS_PAID - sum((case.amount for case in found), Decimal(0))
    found += _filled(others, pool, count, total, exact)
    return sorted(found, key=lambda case: (case.filed_on, case.line.person, case.line.family))


def hospital_of(case: Case) -> tuple[str, str, str]:
    """(code, name, level) of the hospital, of the second level or higher as the plans demand."""
    return HOSPITALS[mix(case.line.person, 40) % len(HOSPITALS)]


def diagnosis_of(case: Case) -> str:
    """A plausible diagnosis."""
    names = DIAGNOSES.get(case.line.family, STAYS)
    return names[mix(case.line.person, 41) % len(names)]

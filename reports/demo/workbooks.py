"""The workbooks of the demo year, column by column as the agents send them."""

from collections.abc import Iterator
from datetime import date, timedelta

from reports.demo import article
from reports.demo.claims import Case, cases, diagnosis_of, hospital_of
from reports.demo.district import SECTORS, STREETS, Unit, district
from reports.demo.enrolments import PLAN, Line, rosters
from reports.demo.people import Person, card_number, mix, worker
from reports.demo.settlements import Row, holds_card, is_privileged, quarters

Cells = tuple[object, ...]

UNIONS = (
    "单位编号", "单位名称", "上级单位编号", "单位类型",
    "职工人数", "女职工人数", "联系人", "联系电话",
)  # fmt: skip
MEMBERS = (
    "单位编号", "姓名", "证件号码", "性别", "出生日期", "手机号",
    "京卡卡号", "发卡日期", "入会日期", "状态", "医疗类别",
)  # fmt: skip
ENROLMENTS = (
    "单位编号", "活动", "姓名", "证件号码", "份数", "档次", "金额", "出资方", "起保日期",
    "子女姓名", "子女证件号码", "关系", "专项活动",
)  # fmt: skip
CLAIMS = (
    "申请编号", "单位编号", "姓名", "证件号码", "子女证件号码", "活动", "申请日期",
    "出险日期", "出院日期", "医院编码", "医院名称", "医院级别", "自付一", "诊断", "病种",
    "阶段", "伤残等级", "生活补助天数", "住院补助天数", "专项活动",
)  # fmt: skip
SETTLEMENTS = ("结算流水号", "姓名", "证件号码", "结算日期", "类别", "自付一", "入院日期")


def unions(scale: float) -> Iterator[Cells]:
    """单位名录: the streets and sector unions, then the grassroots unions."""
    for code, name in STREETS:
        yield (code, f"{name}街道总工会", "", "街道", None, None, "", "")
    for code, name in SECTORS:
        yield (code, name, "", "系统", None, None, "", "")
    for unit in district(scale).units:
        contact = worker(unit.first).name if unit.members else ""
        phone = f"010-8{4000000 + mix(unit.first, 61) % 999999:07d}"
        yield (unit.code, unit.name, unit.parent, "基层", unit.staff, unit.women, contact, phone)


def members(scale: float, parent: str) -> Iterator[Cells]:
    """会员花名册 of the unions under one street or sector union."""
    for unit in district(scale).of(parent):
        for person in unit.people():
            yield _member(unit, person, holds_card(district(scale), parent, person.index))


def _member(unit: Unit, person: Person, has_card: bool) -> Cells:
    index = person.index
    joined = date(1996 + mix(index, 62) % 21, 1 + mix(index, 63) % 12, 1)
    issued = date(2014, 1, 1) + timedelta(days=mix(index, 64) % 1000) if has_card else None
    return (
        unit.code,
        person.name,
        person.number,
        "女" if person.female else "男",
        person.born_on,
        f"199{mix(index, 65) % 10**8:08d}" if mix(index, 66) % 3 else "",
        card_number(index) if has_card else "",
        issued,
        joined,
        "在职",
        ("劳模" if mix(index, 67) % 2 else "特困") if is_privileged(index) else "普通",
    )


def enrolments(scale: float, parent: str) -> Iterator[Cells]:
    """参保名单 of the unions under one street or sector union."""
    for line in rosters(scale)[parent]:
        yield _enrolment(line)


def _enrolment(line: Line) -> Cells:
    person, kid = worker(line.person), line.insured_child
    return (
        line.unit,
        PLAN[line.family],
        person.name,
        person.number,
        line.shares,
        line.tier,
        line.amount,
        line.funder,
        date.fromisoformat(line.starts_on),
        kid.name if kid else "",
        kid.number if kid else "",
        "子女" if kid else "",
        line.campaign,
    )


def claims(scale: float) -> Iterator[Cells]:
    """理赔申请 of the whole district."""
    for place, case in enumerate(cases(scale)):
        yield _claim(f"LP{article.YEAR}-{place + 1:06d}", case)


def _claim(number: str, case: Case) -> Cells:
    line, facts = case.line, case.facts or {}
    person, kid = worker(line.person), line.insured_child
    stay = line.family in {"INPMED", "INPALW"}
    hospital = hospital_of(case) if stay else ("", "", "")
    lump = line.family in {"CI", "FEM"}
    return (
        number,
        line.unit,
        person.name,
        person.number,
        kid.number if kid else "",
        PLAN[line.family],
        case.filed_on,
        case.event_on,
        case.event_on + timedelta(days=case.days) if stay else None,
        *hospital,
        case.self_pay_1 if line.family == "INPMED" else None,
        diagnosis_of(case),
        diagnosis_of(case) if lump else "",
        case.stage,
        facts.get("grade"),
        facts.get("living"),
        facts.get("hospital"),
        line.campaign,
    )


def settlements(scale: float, quarter: int) -> Iterator[Cells]:
    """二次报销结算 of one quarter (1 to 4)."""
    for row in quarters(scale)[quarter - 1]:
        yield _settlement(row)


def _settlement(row: Row) -> Cells:
    person = worker(row.person)
    return (
        row.number,
        person.name,
        person.number,
        row.settled_on,
        row.kind,
        row.self_pay_1,
        row.admitted_on,
    )

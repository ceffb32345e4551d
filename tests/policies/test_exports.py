"""Papers: the roster of a batch, the remittance statement, the filled template, the command."""

import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pdfplumber
import pytest
from django.core.management import call_command
from django.urls import reverse

from core.models import AuditEvent
from members.models import Member, Organisation
from policies import exports, exports_statement
from policies.models import EnrolmentBatch, Policy
from policies.plans import NotOnSale
from policies.services import templates
from policies.services.templates import UnionGone
from tests import builders
from tests.policies.builders import (
    START,
    TODAY,
    accepted,
    batch,
    clerk,
    codes,
    imported,
    line,
    paid,
    person,
    remittance,
    workbook,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2018, 3, 1, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def unit() -> Organisation:
    return builders.union(name="天坛饭店工会")


def sheet(content: bytes, name: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return [list(row) for row in book[name].iter_rows(values_only=True)]


def test_the_roster_of_a_batch(unit: Organisation) -> None:
    made = batch(unit, persons=2)
    rows = sheet(exports.batch_roster(made, made_at=NOW), "参保名册")
    assert rows[3][1:3] == ["姓名", "证件号码"]
    assert rows[4][1] == "张三"
    assert "*" in rows[4][2]
    assert any("人民币（大写）壹佰贰拾元整" in str(row[0]) for row in rows)


def test_the_statement_as_excel(unit: Organisation) -> None:
    made = remittance([paid(unit, persons=2), paid(builders.union(), plan="INPMED")])
    content = exports_statement.statement_workbook(clerk(), made, made_at=NOW)
    rows = sheet(content, "汇总")
    by_plan = {row[0]: row[1:8] for row in rows if row[0]}
    assert by_plan["住院津贴"] == [1, 2, 2, "60.00", 120, 120, 120]
    assert by_plan["住院医疗"] == [1, 1, 1, "50.00（待确认）", 50, 50, 50]
    assert by_plan["合计"][1:] == [3, 3, None, 170, 170, 170]
    units = sheet(content, "单位明细")
    assert unit.code in [row[0] for row in units]
    assert len(sheet(content, "差额")) >= 4


def test_the_statement_as_pdf(unit: Organisation) -> None:
    made = remittance([paid(unit, persons=2)])
    content = exports_statement.statement_pdf(clerk(), made, made_at=NOW)
    with pdfplumber.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 1
        text = document.pages[0].extract_text()
    for said in ("会费上缴结算单", made.number, "女工特疾", "人民币（大写）壹佰贰拾元整", "120.00"):
        assert said in text


def test_the_statement_is_downloaded(unit: Organisation) -> None:
    made = remittance([paid(unit)])
    office = builders.client_for(builders.user("finance"))
    for name, kind in (("remittance-xlsx", exports.XLSX), ("remittance-pdf", exports.PDF)):
        response = office.get(reverse(f"policies:{name}", args=[made.pk]))
        assert response.headers["Content-Type"] == kind
        assert "attachment" in response.headers["Content-Disposition"]


def filled(unit: Organisation, family: str = "INPALW", start: date = START) -> list[list[Any]]:
    content = templates.prefilled_roster(
        organisation_id=unit.pk,
        family=family,
        starts_on=start,
        by=builders.viewer_as("agent", unit),
        on=TODAY,
    )
    return [row for row in sheet(content, "参保名单")[1:] if any(row)]


def test_the_template_knows_who_may_join(unit: Organisation) -> None:
    joined = person(unit)
    imported([line(unit, joined)])
    person(unit, name="退休", status="RETIRED")
    person(unit, name="年长", born_on=date(1940, 1, 1))
    woman = person(unit, name="李丽", sex="F")
    rows = filled(unit)
    assert [row[2] for row in rows] == ["李丽"]
    assert rows[0][3] == woman[1]
    assert [row[2] for row in filled(unit, "FEM")] == ["李丽"]
    assert filled(unit, "CHILD") == []
    assert [row[4] for row in filled(unit, "CI")] == [2, 2]
    assert AuditEvent.objects.filter(action="roster.template").count() == 4


def test_last_years_people_stand_first_and_joiners_at_the_end(unit: Organisation) -> None:
    stays, leaver = person(unit, name="周一"), person(unit, name="吴二")
    last = date(START.year - 1, START.month, START.day)
    imported([line(unit, who, "INPALW", 起保日期=last.isoformat(), 份数=1)
              for who in (stays, leaver)], on=last)  # fmt: skip
    EnrolmentBatch.objects.update(status="ACCEPTED", accepted_on=last)
    Member.objects.filter(pk=leaver[0].pk).update(status="LEFT")
    person(unit, name="安新")
    agent = builders.viewer_as("agent", unit)
    given: dict[str, Any] = {"organisation_id": unit.pk, "family": "INPALW", "starts_on": START}
    content = templates.prefilled_roster(source=templates.LAST, by=agent, on=TODAY, **given)
    rows = [row for row in sheet(content, "参保名单")[1:] if any(row)]
    assert [row[2] for row in rows] == ["周一", "安新"]
    content = templates.prefilled_roster(source=templates.BLANK, by=agent, on=TODAY, **given)
    assert not [row for row in sheet(content, "参保名单")[1:] if any(row)]
    name = templates.roster_name("天坛饭店工会", "JT0101", "INPALW", START)
    assert name.startswith("2018年")
    assert name.endswith("参保名单_天坛饭店工会_JT0101.xlsx")


def test_the_filled_roster_of_accidents_comes_in_as_it_is(unit: Organisation) -> None:
    """Tier, risk and funder of last year stand in it, for newcomers what most have."""
    last = date(START.year - 1, START.month, START.day)
    driver = person(unit, name="周一")
    cells = {"起保日期": last.isoformat(), "档次": "T50", "职业风险": "高风险", "出资方": "行政"}
    imported([line(unit, driver, "ACC", **cells)], on=last)
    EnrolmentBatch.objects.update(status="ACCEPTED", accepted_on=last)
    person(unit, name="安新")
    content = templates.prefilled_roster(
        organisation_id=unit.pk, family="ACC", starts_on=START, source=templates.LAST,
        by=builders.viewer_as("agent", unit), on=TODAY,
    )  # fmt: skip
    header, *rows = sheet(content, "参保名单")
    names = [str(name).rstrip("*") for name in header]
    again = imported([dict(zip(names, row, strict=True)) for row in rows if any(row)])
    assert (again.created, codes(again)) == (2, [])
    made = Policy.objects.filter(cover__startswith=START).order_by("pk")
    assert list(made.values_list("tier", "high_risk", "funder")) == [
        ("T50", True, "ADMINISTRATION"),
        ("T50", False, "ADMINISTRATION"),
    ]


def test_last_years_shares_are_kept_for_critical_illness(unit: Organisation) -> None:
    """A one-year cover ended the day before; one of the three-year plan still runs, he waits."""
    one_year, three_years = person(unit, name="周一"), person(unit, name="吴二")
    for who, day in ((one_year, date(2018, 4, 1)), (three_years, date(2017, 4, 1))):
        found = imported([line(unit, who, "CI", 起保日期=day.isoformat(), 份数=1)], on=day)
        assert found.written, found.findings
        EnrolmentBatch.objects.update(status="ACCEPTED", accepted_on=day)
    agent, start = builders.viewer_as("agent", unit), date(2019, 4, 1)
    content = templates.prefilled_roster(
        organisation_id=unit.pk, family="CI", starts_on=start, by=agent, on=TODAY,
        source=templates.LAST,
    )  # fmt: skip
    rows = [row for row in sheet(content, "参保名单")[1:] if any(row)]
    assert [(row[2], row[4]) for row in rows] == [("周一", 1)]  # usual are 2
    again = imported([line(unit, three_years, "CI", 起保日期=start.isoformat())], commit=False)
    assert (2, "证件号码", "DUPLICATE_COVER") in codes(again)


def test_the_filled_template_can_be_imported(unit: Organisation) -> None:
    person(unit)
    content = templates.prefilled_roster(
        organisation_id=unit.pk,
        family="INPMED",
        starts_on=START,
        by=builders.viewer_as("agent", unit),
        on=TODAY,
    )
    rows = sheet(content, "参保名单")
    header = [str(name).rstrip("*") for name in rows[0]]
    found = dict(zip(header, rows[1], strict=True))
    assert imported([found]).created == 1


def test_a_template_for_nobody(unit: Organisation) -> None:
    agent = builders.viewer_as("agent", unit)
    given: dict[str, Any] = {"starts_on": START, "by": agent, "on": TODAY}
    other = builders.union()
    with pytest.raises(UnionGone):
        templates.prefilled_roster(organisation_id=other.pk, family="CI", **given)
    early = {**given, "starts_on": date(1999, 1, 1)}
    with pytest.raises(NotOnSale):
        templates.prefilled_roster(organisation_id=unit.pk, family="CI", **early)


def test_the_command(unit: Organisation, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "名单.xlsx"
    file.write_bytes(workbook([line(unit, person(unit))]).content)
    call_command("import_enrolments", str(file), "--json")
    dry = json.loads(capsys.readouterr().out)
    assert (dry["rows"], dry["created"], dry["errors"]) == (1, 1, [])
    assert not Policy.objects.exists()
    call_command("import_enrolments", str(file), "--commit", "--json")
    capsys.readouterr()
    assert Policy.objects.get().amount == Decimal("60.00")
    assert Policy.objects.get().batch.import_run is not None
    file.write_bytes(workbook([line(unit, person(unit), 金额=1)]).content)
    with pytest.raises(SystemExit) as stopped:
        call_command("import_enrolments", str(file), "--commit", "--json")
    assert stopped.value.code == 1
    found = json.loads(capsys.readouterr().out)
    assert [error["code"] for error in found["errors"]] == ["AMOUNT"]
    accepted(unit, plan="CI")

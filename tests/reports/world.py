"""The year 2018 of a district of three units, made to be counted by hand (see test_figures)."""

from datetime import date
from decimal import Decimal
from typing import Any

from core import files
from core.models import JobRun
from policies.models import Campaign, Policy
from reports.models import QuarterClosing, ReportFile
from tests import builders
from tests.reports import builders as make


def a_year(street: Any = None, other_street: Any = None) -> dict[str, Any]:
    """Two streets, three units, ten members; batches, money, claims and two quarters of 2018."""
    tt = street or builders.union("TT", kind="STREET", name="天坛街道总工会", staff_count=5)
    dhs = other_street or builders.union("DHS", kind="STREET", name="东花市街道总工会")
    units = {
        "tt1": builders.union("TT001", tt, name="天坛饭店工会", staff_count=40),
        "tt2": builders.union("TT002", tt, name="天坛公园工会", staff_count=10),
        "dhs1": builders.union("DHS001", dhs, name="花市小学工会", staff_count=20),
    }
    a = [
        builders.member(units["tt1"], name=f"甲{i}", card=builders.card_number()) for i in range(3)
    ]
    builders.member(units["tt1"], name="甲退", status="RETIRED")
    b = [builders.member(units["tt2"], name=f"乙{i}") for i in range(2)]
    c = [builders.member(units["dhs1"], name=f"丙{i}", sex="F") for i in range(3)]
    make.target(2018, "1000.00")
    make.target(2017, None, "600.00")
    world = {"tt": tt, "dhs": dhs, **units, "a": a, "b": b, "c": c}
    _enrol(world)
    _claims(world)
    make.training(tt, date(2018, 4, 11), [units["tt1"], units["tt2"]])
    make.quarter(
        2018, 1, [(a[0], "100.50"), (b[0], "20.00"), (c[0], "0.00")], paid_on=date(2018, 5, 3)
    )
    make.quarter(2018, 2, [(a[0], "50.25"), (c[1], "10.00")], paid_on=date(2018, 8, 1))
    make.quarter(2018, 3, [(a[1], "999.00")], paid_on=None)
    return world


def _enrol(world: dict[str, Any]) -> None:
    a, b, c = world["a"], world["b"], world["c"]
    campaign = Campaign.objects.get(code="BJQX-2018")
    ci = make.batch(world["tt1"], "CI", [(m, 2) for m in a], accepted_on=date(2018, 2, 10))  # 240
    make.receive(ci, date(2018, 2, 20))
    make.remit([ci], date(2018, 3, 5))
    alw = make.batch(
        world["tt1"], "INPALW", [(m, 1) for m in a[:2]], accepted_on=date(2018, 4, 10)
    )  # 120
    make.receive(alw, date(2018, 4, 20))
    acc = make.batch(world["dhs1"], "ACC", [(m, 1) for m in c], accepted_on=date(2018, 5, 15),
                     tier="T74", campaign=campaign)  # 222  # fmt: skip
    make.receive(acc, date(2018, 5, 20))
    make.remit([alw, acc], date(2018, 6, 1))
    kids = make.batch(world["dhs1"], "CHILD", [(c[0], 1), (c[0], 1)], accepted_on=date(2018, 7, 1),
                      children=[make.child("大明"), make.child("小明")])  # 100  # fmt: skip
    make.receive(kids, date(2018, 7, 9))
    make.remit([kids], date(2018, 7, 20))
    waiting = make.batch(world["tt2"], "ACC", [(m, 1) for m in b], accepted_on=date(2018, 3, 15),
                         tier="T26", status="PAID")  # 52, not remitted yet  # fmt: skip
    make.receive(waiting, date(2018, 4, 2))
    draft = make.batch(world["dhs1"], "FEM", [(c[1], 1)], accepted_on=None, status="DRAFT")
    world.update(ci=ci, alw=alw, acc=acc, kids=kids, waiting=waiting, draft=draft)


def _claims(world: dict[str, Any]) -> None:
    ci, alw, acc = (
        Policy.objects.filter(batch=world[key]).order_by("pk")[0] for key in ("ci", "alw", "acc")
    )
    first = make.claim(ci, "20000.00", event_on=date(2018, 3, 1), approved_on=date(2018, 3, 25))
    make.pay([first], date(2018, 3, 30))
    stay = make.claim(alw, "400.00", event_on=date(2018, 5, 1), approved_on=date(2018, 6, 10))
    make.pay([stay], date(2018, 6, 20))
    fall = make.claim(acc, "500.00", event_on=date(2018, 6, 6), approved_on=date(2018, 8, 1))
    make.pay([fall], date(2018, 8, 8), status="RETURNED")
    make.pay([fall], date(2018, 10, 12))
    make.claim(alw, "80.00", event_on=date(2018, 9, 9), approved_on=date(2018, 9, 30))
    world.update(paid_claim=first, stay=stay, fall=fall, owed=Decimal("80.00"))


def build(world: dict[str, Any]) -> dict[str, Any]:
    """For the table of URLs and roles: a closed quarter with one file, and a job for another."""
    make.target(2018, "1000.00")
    done = JobRun.objects.create(kind="reports.tasks.close_quarter", key="2017Q1", status="DONE")
    closing = QuarterClosing.objects.create(year=2017, quarter=1, job=done)
    district = builders.district()
    stored = files.store(b"frozen", name="汇总.pdf", content_type="application/pdf")
    row = ReportFile.objects.create(
        report="payout_summary", period="2017Q1", closing=closing, path=district.path,
        format="pdf", file=stored,
    )  # fmt: skip
    QuarterClosing.objects.filter(pk=closing.pk).update(status="CLOSED")
    job = JobRun.objects.create(
        kind="reports.tasks.make_file",
        key="payout_summary:2018Q1",
        parameters={"report": "payout_summary", "period": "2018Q1", "union": "DC", "format": "pdf"},
        requested_by_id=world["users"]["leader"].pk,
    )
    return {"closing": closing, "report_file": row, "file_job": job}

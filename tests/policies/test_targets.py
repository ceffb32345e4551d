"""The year's target whole, by plan and by union, and who may read which part of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent
from members.models import Organisation
from policies import selectors
from policies.models import AnnualTarget, RemittanceLine, TargetPart
from policies.services import targets
from tests import builders
from tests.policies.builders import (
    TODAY,
    accepted,
    batch,
    clerk,
    paid,
    remittance,
    remitted,
    submitted,
)

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def streets() -> dict[str, Any]:
    """Two streets: 天坛 remitted 60 + 50 in two plans, 东花市 180 in one."""
    tt = builders.union("TT", kind="STREET", name="天坛街道总工会")
    dhs = builders.union("DHS", kind="STREET", name="东花市街道总工会")
    unit = builders.union("TT001", tt, name="天坛饭店工会")
    other = builders.union("DHS001", dhs, name="花市小学工会")
    remitted(unit)
    remitted(unit, plan="INPMED")
    remitted(other, persons=3)
    officer = clerk()
    targets.set_target(year=2018, amount=D(1000), by=officer, on=TODAY)
    targets.set_target_parts(
        year=2018,
        node_id=builders.district().pk,
        plans={"INPALW": D(480), "INPMED": D(100)},
        unions={tt.pk: D(220), dhs.pk: D(360)},
        by=officer,
        on=TODAY,
    )
    return {"tt": tt, "dhs": dhs, "unit": unit, "other": other}


def by_label(rows: Any) -> dict[str, tuple[Any, ...]]:
    return {
        row.label: (row.progress.target, row.progress.remitted, row.progress.completion)
        for row in rows
    }


def test_the_parts_by_plan_and_by_union(streets: dict[str, Any]) -> None:
    board = selectors.target_board(node=builders.district(), year=2018, as_of=date(2018, 6, 30))
    plans = {row.field: row.progress for row in board.plans}
    assert (plans["plan_INPALW"].remitted, plans["plan_INPALW"].completion) == (D(240), D("0.5"))
    assert (plans["plan_INPMED"].target, plans["plan_INPMED"].remitted) == (D(100), D(50))
    assert (plans["plan_CI"].target, plans["plan_CI"].completion) == (None, None)
    unions = by_label(board.unions)
    assert unions["天坛街道总工会"] == (D(220), D(110), D("0.5"))
    assert unions["东花市街道总工会"] == (D(360), D(180), D("0.5"))
    assert (board.total.target, board.total.remitted) == (D(1000), D(290))
    assert (board.plans_rest, board.unions_rest) == (D(420), D(420))
    assert sum(row.progress.remitted for row in board.plans) == board.total.remitted
    assert board.total.forecast is not None
    assert board.total.forecast.amount == D("584.81")  # 290 / 181 * 365
    street = selectors.target_board(node=streets["tt"], year=2018, as_of=date(2018, 6, 30))
    assert (street.total.target, street.total.remitted) == (D(220), D(110))
    assert by_label(street.unions) == {"天坛饭店工会": (None, D(110), None)}


def test_the_forecast_follows_last_year(streets: dict[str, Any]) -> None:
    """All of 2018 had come by March: what came by the same day of 2019 is the whole year."""
    rows = RemittanceLine.objects.values_list("remittance_id", "amount")
    assert sum(amount for _pk, amount in rows) == D(290)
    later = paid(streets["unit"], plan="CI", start=date(2019, 4, 1))
    made = remittance([later])
    made.status, made.remitted_on = "REMITTED", date(2019, 3, 1)
    made.save(update_fields=["status", "remitted_on"])
    found = selectors.target_progress(node=streets["tt"], year=2019, as_of=date(2019, 3, 31))
    assert found.remitted_last_year == D(110)
    assert found.forecast is not None
    assert (found.forecast.amount, found.forecast.by_last_year) == (found.remitted, True)


def test_the_figures_of_the_article() -> None:
    """692.2 of 637 ten thousand yuan are 108.67 % (domain.md §6.6)."""
    AnnualTarget.objects.create(year=2018, amount=D(6370000), remitted_before=D(6922000))
    found = selectors.target_progress(node=builders.district(), year=2018)
    assert found.completion is not None
    assert f"{found.completion:.2%}" == "108.67%"


def test_a_coordinator_reads_his_street_only(streets: dict[str, Any]) -> None:
    client = builders.client_for(builders.user("coordinator", streets["tt"]))
    address = reverse("policies:target-detail")
    text = client.get(address, {"year": "2018"}).content.decode()
    assert "天坛饭店工会" in text
    assert "110.00" in text
    assert "220.00" in text or "0.02" in text  # his target
    for foreign in ("东花市", "290.00", "1,000.00", "0.10", "480.00", "360.00"):
        assert foreign not in text
    for union in (builders.district(), streets["dhs"], streets["other"]):
        answer = client.get(address, {"year": "2018", "union": str(union.pk)})
        assert answer.status_code == 404
    below = client.get(address, {"year": "2018", "union": str(streets["unit"].pk)})
    assert below.status_code == 200
    assert client.get(address, {"union": "x"}).status_code == 404


def test_the_desk_sets_many_parts_at_once(streets: dict[str, Any]) -> None:
    client = builders.client_for(builders.user("enrolment"))
    root, tt = builders.district(), streets["tt"]
    address = reverse("policies:target-parts") + f"?year=2018&union={root.pk}"
    given = {"plan_INPALW": "￥500.00", "plan_INPMED": "", f"union_{tt.pk}": "230"}
    done = client.post(address, given, follow=True)
    assert "500.00" in done.content.decode()
    parts = {(row.organisation_id, row.family): row.amount for row in TargetPart.objects.all()}
    assert parts[root.pk, "INPALW"] == D(500)
    assert parts[tt.pk, ""] == D(230)
    assert (root.pk, "INPMED") not in parts  # emptied, so taken away
    assert parts[streets["dhs"].pk, ""] == D(360)  # not sent, so left alone
    assert AuditEvent.objects.filter(action="target.parts").count() == 2
    assert client.post(address, {"plan_INPALW": "-1"}).status_code == 422
    assert TargetPart.objects.get(organisation=root, family="INPALW").amount == D(500)


def test_parts_are_refused(streets: dict[str, Any]) -> None:
    before = list(TargetPart.objects.order_by("pk").values())
    root = builders.district().pk
    given: dict[str, Any] = {"year": 2018, "node_id": root, "plans": {}, "unions": {}, "on": TODAY}
    for refusal, changes in (
        (targets.TargetOutOfRange, {"plans": {"CI": D(0)}}),
        (targets.TargetOutOfRange, {"year": 1999}),
        (targets.UnknownPart, {"plans": {"SECREIMB": D(1)}}),
        (targets.UnknownPart, {"unions": {streets["unit"].pk: D(1)}}),  # not directly below
    ):
        with pytest.raises(refusal):
            targets.set_target_parts(by=clerk(), **{**given, **changes})
    street = builders.viewer_as("coordinator", streets["tt"])
    with pytest.raises(targets.NotForDistrict):
        targets.set_target_parts(by=street, **{**given, "plans": {"CI": D(1)}})
    assert list(TargetPart.objects.order_by("pk").values()) == before


def test_more_unions_take_no_more_queries(streets: dict[str, Any]) -> None:
    def number() -> int:
        with CaptureQueriesContext(connection) as queries:
            selectors.target_board(node=builders.district(), year=2018)
        return len(queries)

    few = number()
    for place in range(5):
        remitted(builders.union(parent=builders.union(kind="STREET", name=f"街道{place}")))
    assert number() == few


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("target_part_amount_positive", {"amount": D(0)}),
        ("target_part_family_known", {"family": "SECREIMB"}),
        ("target_part_once", {}),
    ],
)
def test_constraints(constraint: str, changes: dict[str, Any]) -> None:
    union: Organisation = builders.district()
    fields = {"year": 2018, "organisation": union, "family": "CI", "amount": D(1)}
    TargetPart.objects.create(**fields)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TargetPart.objects.create(**{**fields, **changes})


def test_the_season_board(streets: dict[str, Any]) -> None:
    batch(streets["unit"], plan="CI", persons=2)  # being filled: 80
    submitted(streets["other"], plan="INPMED")  # 50
    accepted(streets["other"], plan="CI")  # 40
    lazy = builders.union("TT002", streets["tt"])  # enrols nobody
    found = selectors.season(node=builders.district(), year=2018, as_of=date(2018, 6, 30))
    rows = {row.label: row.stages for row in found.rows}
    tt, dhs = rows["天坛街道总工会"], rows["东花市街道总工会"]
    assert (tt.open, tt.submitted, tt.due, tt.received) == (D(80), D(0), D(110), D(110))
    assert (dhs.open, dhs.submitted, dhs.due, dhs.received) == (D(0), D(50), D(220), D(180))
    assert (tt.enrolled_units, tt.units, tt.share) == (1, 2, D("0.5"))
    assert (tt.months[2], dhs.months[2]) == (D(110), D(180))
    assert (found.total.stages.due, found.total.stages.received) == (D(330), D(290))
    assert sum(found.total.stages.months) == found.total.progress.remitted == D(290)
    street = selectors.season(node=streets["tt"], year=2018, as_of=date(2018, 6, 30))
    assert street.total.stages.received == D(110)
    assert street.total.stages.units == 2
    assert [row.label for row in street.rows] == ["天坛饭店工会"]
    assert lazy.name not in [row.label for row in street.rows]


def test_the_season_board_is_cut_to_the_viewer(streets: dict[str, Any]) -> None:
    client = builders.client_for(builders.user("coordinator", streets["tt"]))
    address = reverse("policies:season-board")
    text = client.get(address, {"year": "2018"}).content.decode()
    assert "天坛饭店工会" in text
    assert "110.00" in text
    for foreign in ("东花市", "290.00", "180.00", "1,000.00"):
        assert foreign not in text
    root = client.get(address, {"year": "2018", "union": str(builders.district().pk)})
    assert root.status_code == 404


def test_the_season_board_takes_no_more_queries_for_more_unions(streets: dict[str, Any]) -> None:
    def number() -> int:
        with CaptureQueriesContext(connection) as queries:
            selectors.season(node=builders.district(), year=2018, as_of=TODAY)
        return len(queries)

    few = number()
    for place in range(5):
        remitted(builders.union(parent=builders.union(kind="STREET", name=f"街道{place}")))
    assert number() == few

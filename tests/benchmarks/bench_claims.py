"""Claims a second: the pure assessment, one claim by its page, a workbook, a bulk review.

`./run bench -k claims` prints each beside the two to five claims a second that were measured of
openIMIS 1.11 (134 SQL statements for one claim that is submitted). Nothing passes or fails by time.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim
from claims.rules.assess import assess
from claims.rules.scenario import parse_scenario
from claims.services import casework
from claims.services.history import catalogue
from tests import builders
from tests.claims import builders as make
from tests.claims.imports.files import csv_of, run

OPENIMIS = 5.3  # claims a second, the better of two measurements
SCENARIOS, BY_PAGE, IN_FILE = 10_000, 200, 1_750


def told(what: str, claims: int, seconds: float, statements: float = 0) -> None:
    rate = claims / seconds
    said = f"{statements:8.1f} SQL a claim" if statements else ""
    sys.stdout.write(
        f"{what:34}{claims:>8,} claims {seconds:8.2f} s {rate:12,.0f}/s"
        f" {rate / OPENIMIS:10,.0f} × openIMIS {said}\n"
    )


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _scenario(number: int) -> dict[str, object]:
    policy = {"id": "P", "plan": "INPMED-2018", "insured": "A", "starts_on": "2018-01-01"}
    claim = {
        "id": "C", "insured": "A", "family": "INPMED", "filed_on": "2018-09-01",
        "admitted_on": "2018-05-02", "discharged_on": "2018-05-12",
        "self_pay_1": f"{1000 + number}.00",
    }  # fmt: skip
    return {"policies": [policy], "claims": [claim]}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_claims(tmp_path: Path) -> None:
    terms = catalogue()
    documents = json.loads(json.dumps([_scenario(n) for n in range(SCENARIOS)]))
    parsed = [parse_scenario(document, terms) for document in documents]
    told("pure, facts parsed before", SCENARIOS, timed(lambda: [assess(each) for each in parsed]))
    told(
        "pure, from JSON", SCENARIOS,
        timed(lambda: [assess(parse_scenario(each, terms)) for each in documents]),
    )  # fmt: skip
    _by_page()
    _by_file(tmp_path)


def _by_page() -> None:
    """Filed on the page with four scans, assessed, stored, audited."""
    unit = builders.union("B01")
    agent = builders.viewer_as("agent", unit)
    people = [builders.member(unit) for _one in range(BY_PAGE)]
    for person in people:
        make.cover(person)
    with CaptureQueriesContext(connection) as asked:
        make.filed(people[0], by=agent)
    rest = people[1:]
    seconds = timed(lambda: [make.filed(person, by=agent) for person in rest])
    told("filed with four scans", len(rest), seconds, len(asked))


def _by_file(folder: Path) -> None:
    """A workbook of claims checked, written and assessed; then reviewed in one act."""
    unit = builders.union("B02")
    rows = []
    for number in range(IN_FILE):
        document = builders.document_number()
        person = builders.member(unit, number=document)
        make.cover(person)
        rows.append({
            "申请编号": f"B-{number:05d}", "单位编号": "B02", "姓名": person.name,
            "证件号码": document, "活动": "INPMED", "申请日期": "2018-06-01",
            "出险日期": "2018-05-02", "出院日期": "2018-05-12", "自付一": "4300.00",
        })  # fmt: skip
    path = csv_of(folder, list(rows[0]), rows)
    with CaptureQueriesContext(connection) as asked:
        seconds = timed(lambda: run("claims", path))
    told("workbook to assessed rows", IN_FILE, seconds, len(asked) / IN_FILE)
    ids = list(Claim.objects.filter(number__startswith="B-").values_list("pk", flat=True))
    assert len(ids) == IN_FILE
    reviewer = builders.viewer_as("reviewer")
    with CaptureQueriesContext(connection) as asked:
        seconds = timed(lambda: casework.review(claim_ids=ids, by=reviewer, on=date(2018, 6, 5)))
    told("reviewed in one act", IN_FILE, seconds, len(asked) / IN_FILE)


def test_the_page_of_a_claim(db: None, tmp_path: Path) -> None:
    claim = make.reviewed(make.filed())
    client = builders.client_for(builders.user("approver"))
    address = reverse("claims:claim-detail", args=[claim.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        seconds = timed(lambda: [client.get(address) for _time in range(20)])
    sys.stdout.write(
        f"page of a claim: {1000 * seconds / 20:.0f} ms, {len(asked) / 20:.0f} SQL a page\n"
    )

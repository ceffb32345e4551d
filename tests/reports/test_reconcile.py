"""Every invariant holds over a sound year, and names the row when one is changed behind it."""

import json
import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from claims.models import Claim, Payment, Payout, Reimbursement
from core.models import StoredFile
from ledger.models import Entry, Posting
from members.models import ImportRun
from policies.models import Policy, Receipt, Remittance
from reports.models import QuarterClosing
from reports.selectors.invariants import Broken, invariants
from tests import builders
from tests.reports import builders as make
from tests.reports.world import a_year


@pytest.fixture
def year(db: None) -> dict[str, Any]:
    world = a_year()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers from here on
    return world


def behind_the_back(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def past_the_triggers(statement: str) -> None:
    """What policy_stays would refuse."""
    roles = (f"SET LOCAL session_replication_role = {role}" for role in ("replica", "origin"))
    behind_the_back(next(roles), statement, next(roles))


def broken() -> dict[str, list[Broken]]:
    return {each.code: rows for each in invariants() if (rows := each.broken())}


def only(code: str) -> list[str]:
    """The rows named by the one invariant that is broken."""
    found = broken()
    assert list(found) == [code]
    return [row.row for row in found[code]]


def test_a_sound_year_breaks_nothing(year: dict[str, Any]) -> None:
    assert broken() == {}
    out = StringIO()
    call_command("reconcile", stdout=out)
    assert "I7\tok" in out.getvalue()


def test_i1_two_covers_of_a_family_on_one_day(year: dict[str, Any]) -> None:
    first, second = Policy.objects.filter(batch=year["ci"]).order_by("pk")[:2]
    behind_the_back(
        "ALTER TABLE policies_policy DROP CONSTRAINT policy_one_cover_a_day",
        f"UPDATE policies_policy SET member_id = {first.member_id} WHERE id = {second.pk}",
    )
    assert only("I1") == [f"policy:{second.pk}"]


def test_i2_a_contribution_that_is_not_price_times_shares(year: dict[str, Any]) -> None:
    policy = Policy.objects.filter(batch=year["ci"]).order_by("pk")[0]
    past_the_triggers(f"UPDATE policies_policy SET shares = 1, amount = 80 WHERE id = {policy.pk}")
    behind_the_back(
        f"UPDATE policies_enrolmentbatch SET shares = 5 WHERE id = {year['ci'].pk}",
    )
    assert broken()["I2"] == [Broken(f"policy:{policy.pk}", "80.00", "40.00")]
    assert only("I2") == [f"policy:{policy.pk}"]


def test_i2_knows_tiers_and_high_risk(year: dict[str, Any]) -> None:
    policy = Policy.objects.filter(batch=year["acc"]).order_by("pk")[0]
    past_the_triggers(f"UPDATE policies_policy SET high_risk = true WHERE id = {policy.pk}")
    assert broken()["I2"] == [Broken(f"policy:{policy.pk}", "74.00", "93.00")]


def test_i3_a_line_is_taken_out_of_a_batch(year: dict[str, Any]) -> None:
    policy = Policy.objects.filter(batch=year["alw"]).order_by("pk")[1]
    behind_the_back(
        f"UPDATE policies_policy SET withdrawn_on = '2018-04-09' WHERE id = {policy.pk}"
    )
    assert only("I3") == [f"batch:{year['alw'].pk}"]


@pytest.mark.parametrize(("model", "prefix"), [(Receipt, "receipt"), (Remittance, "remittance")])
def test_i3_money_papers_and_books(year: dict[str, Any], model: Any, prefix: str) -> None:
    row = model.objects.order_by("pk")[0]
    model.objects.filter(pk=row.pk).update(amount=row.amount + 1)
    assert set(only("I3")) == {f"{prefix}:{row.pk}"}


def test_i3_a_batch_that_is_in_force_without_a_remittance(year: dict[str, Any]) -> None:
    behind_the_back(
        f"UPDATE policies_enrolmentbatch SET status = 'EFFECTIVE' WHERE id = {year['waiting'].pk}"
    )
    assert only("I3") == [f"batch:{year['waiting'].pk}"]


def test_i4_a_paid_claim_loses_its_payment(year: dict[str, Any]) -> None:
    Payment.objects.filter(claim=year["stay"]).update(status="RETURNED")
    assert only("I4") == [f"claim:{year['stay'].pk}"]


def test_i4_another_amount_than_approved(year: dict[str, Any]) -> None:
    Claim.objects.filter(pk=year["stay"].pk).update(amount="400.01")
    assert only("I4") == [f"claim:{year['stay'].pk}"]


def test_i5_one_person_reviews_and_approves(year: dict[str, Any]) -> None:
    behind_the_back(
        "ALTER TABLE claims_claim DROP CONSTRAINT claim_four_eyes",
        "ALTER TABLE claims_claim DROP CONSTRAINT claim_three_decide",
        f"UPDATE claims_claim SET approved_by_id = reviewed_by_id WHERE id = {year['stay'].pk}",
    )
    assert only("I5") == [f"claim:{year['stay'].pk}"]


def test_i6_a_payout_that_is_not_its_payments(year: dict[str, Any]) -> None:
    payout = Payout.objects.order_by("pk")[0]
    Payout.objects.filter(pk=payout.pk).update(payment_count=2)
    assert only("I6") == [f"payout:{payout.pk}"]


def test_i6_a_reimbursement_that_was_not_paid(year: dict[str, Any]) -> None:
    row = Reimbursement.objects.filter(pay="100.50").get()
    Reimbursement.objects.filter(pk=row.pk).update(pay="100.51")
    assert only("I6") == [f"reimbursement:{row.pk}"]


def test_i7_an_entry_that_does_not_balance(year: dict[str, Any]) -> None:
    line = Posting.objects.filter(debit__gt=0, entry__key__endswith=":due").order_by("pk")[0]
    behind_the_back(f"UPDATE ledger_posting SET debit = debit + 0.01 WHERE id = {line.pk}")
    found = broken()
    assert [row.row for row in found["I7"]] == [f"entry:{line.entry_id}"]


def test_i9_an_import_that_lost_a_row(year: dict[str, Any]) -> None:
    file = StoredFile.objects.create(
        id=uuid.uuid4(), name="a.xlsx", content_type="x", size=1, sha256="0" * 64
    )
    run = ImportRun.objects.create(
        number="DR2018-000001", kind="members", file=file, organisation=year["tt1"],
        status="APPLIED", rows=5, created=3, wrong=1, uploaded_by=make.someone("agent"),
    )  # fmt: skip
    assert only("I9") == [f"import:{run.pk}"]


def test_i10_more_days_than_a_term_has(year: dict[str, Any]) -> None:
    Claim.objects.filter(pk=year["stay"].pk).update(paid_days=181)
    assert only("I10") == [f"policy:{year['stay'].policy_id}"]


def test_i10_more_than_a_year_s_cap(year: dict[str, Any]) -> None:
    member = builders.member(year["tt1"])
    make.quarter(2017, 4, [(member, "200653.01")], paid_on=None)
    assert only("I10") == [f"member:{member.pk} 2017"]


def test_i11_a_posting_into_a_closed_quarter(year: dict[str, Any]) -> None:
    entry = Entry.objects.filter(posted_on__lt="2018-04-01").order_by("pk")[0]
    closing = QuarterClosing.objects.create(year=2018, quarter=1)
    behind_the_back(
        "UPDATE reports_quarterclosing SET status = 'CLOSED', closed_at = clock_timestamp()"
        f" WHERE id = {closing.pk}",
        f"UPDATE ledger_entry SET created_at = now() + interval '1 day' WHERE id = {entry.pk}",
    )
    found = broken()
    assert [row.row for row in found["I11"]] == [f"entry:{entry.pk}"]
    assert [row.row for row in found["closed_quarters_have_their_papers"]] == ["quarter:2018Q1"]


def test_the_command_names_each_broken_row_and_exits_with_1(
    year: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    Claim.objects.filter(pk=year["stay"].pk).update(amount="400.01")
    out = StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("reconcile", "--json", stdout=out)
    assert exit_.value.code == 1
    found = {row["invariant"]: row["broken"] for row in json.loads(out.getvalue())}
    assert found["I4"] == [
        {
            "row": f"claim:{year['stay'].pk}",
            "found": "PAID, 1 payments, 400.00",
            "expected": "1 payment, 400.01",
        }
    ]

"""Every constraint of this room, broken once and named by the database."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from policies.models import (
    AnnualTarget,
    BatchPaper,
    Correction,
    CorrectionLine,
    EnrolmentBatch,
    FundingPart,
    PlanVersion,
    Policy,
    Receipt,
    ReceiptLine,
    Remittance,
    RemittanceLine,
    Subsidy,
)
from tests import builders
from tests.policies.builders import (
    TODAY,
    accepted,
    batch,
    correction,
    imported,
    line,
    paid,
    paper,
    person,
    receipt,
    remittance,
    remitted,
    submitted,
    subsidy,
)

pytestmark = pytest.mark.django_db


def refused(constraint: str, act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


def copied(row: Any, **changes: Any) -> None:
    """Store the row once more with some values changed."""
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def test_batch() -> None:
    made = batch(builders.union())
    rows = EnrolmentBatch.objects.filter(pk=made.pk)
    # a status that nobody knows breaks both checks; the database names the first
    refused("batch_(status_known|accepted_iff)", lambda: rows.update(status="LOST"))
    refused("batch_accepted_iff_accepted_on", lambda: rows.update(status="ACCEPTED"))
    refused("batch_accepted_iff_accepted_on", lambda: rows.update(accepted_on=TODAY))
    refused("batch_withdrawn_on_if_withdrawn", lambda: rows.update(withdrawn_on=TODAY))
    refused("batch_open_once", lambda: copied(made, number="CB2018-999999"))


def test_who_looked_through_a_batch() -> None:
    unit = builders.union()
    made, agent = submitted(unit), builders.user("agent", unit)
    rows = EnrolmentBatch.objects.filter(pk=made.pk)
    refused("batch_checked_on_if_checked", lambda: rows.update(status="CHECKED"))
    refused(
        "batch_checked_by_another",
        lambda: rows.update(submitted_by=agent, checked_by=agent, checked_on=TODAY),
    )


def test_shares_of_a_batch_and_subsidies() -> None:
    made = batch(builders.union())
    part = FundingPart.objects.create(batch=made, funder="UNION", amount=Decimal(60))
    rows = FundingPart.objects.filter(pk=part.pk)
    refused("funding_part_once", lambda: copied(part))
    refused("funding_part_amount_positive", lambda: rows.update(amount=0))
    refused("funding_part_funder_known", lambda: rows.update(funder="NOBODY"))
    given = subsidy(made.organisation)
    refused("subsidy_once", lambda: copied(given))
    refused("subsidy_per_head_positive", lambda: Subsidy.objects.update(per_head=0))


def test_shares_of_an_accepted_batch_sum_to_it() -> None:
    made = accepted(builders.union())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS funding_sums IMMEDIATE")
    refused("do not sum", lambda: FundingPart.objects.create(
        batch=made, funder="UNION", amount=Decimal(59)
    ))  # fmt: skip
    FundingPart.objects.create(batch=made, funder="UNION", amount=made.amount)


def test_policy_values() -> None:
    policy = batch(builders.union()).policies.get()
    rows = Policy.objects.filter(pk=policy.pk)
    refused("policy_amount_positive", lambda: rows.update(amount=0))
    refused("policy_shares_positive", lambda: rows.update(shares=0))
    refused("policy_child_iff_child_plan", lambda: rows.update(family="CHILD"))


@pytest.mark.parametrize(
    "change",
    [{"shares": 2}, {"tier": "T50"}, {"high_risk": True}, {"amount": 1},
     {"cover": DateRange(date(2018, 4, 2), date(2019, 4, 2))}],
)  # fmt: skip
def test_an_accepted_cover_stays(change: dict[str, Any]) -> None:
    draft, promised = batch(builders.union()), accepted(builders.union())
    Policy.objects.filter(batch=draft).update(**change)
    refused(
        "is accepted and its cover", lambda: Policy.objects.filter(batch=promised).update(**change)
    )
    assert Policy.objects.filter(batch=promised).update(note="更正", funder="MEMBER") == 1


def test_papers_and_corrections() -> None:
    made = accepted(builders.union())
    held, asked = paper(made), correction(made)
    rows = BatchPaper.objects.filter(pk=held.pk)
    refused("batch_paper_kind_known", lambda: rows.update(kind="LOST"))
    refused("batch_paper_once", lambda: copied(held))
    asker = builders.user("agent", made.organisation).pk
    lists = Correction.objects.filter(pk=asked.pk)
    decided = {"status": "ACCEPTED", "decided_on": TODAY}
    refused("correction_decided_iff", lambda: lists.update(status="ACCEPTED"))
    refused(
        "correction_four_eyes", lambda: lists.update(made_by=asker, decided_by=asker, **decided)
    )
    line = CorrectionLine.objects.get()
    lines = CorrectionLine.objects.filter(pk=line.pk)
    refused("correction_kind_known", lambda: lines.update(kind="TIER"))
    refused("correction_changes_something", lambda: lines.update(new=line.old))
    refused("correction_open_once", lambda: copied(line))


@pytest.mark.parametrize(
    ("first", "until", "free"),
    [
        (date(2019, 3, 31), date(2020, 3, 31), False),
        (date(2017, 4, 1), date(2018, 4, 2), False),
        (date(2019, 4, 1), date(2020, 4, 1), True),
        (date(2017, 4, 1), date(2018, 4, 1), True),
    ],
)
def test_one_cover_a_day(first: date, until: date, free: bool) -> None:
    policy = batch(builders.union()).policies.get()
    cover = DateRange(first, until)
    if free:
        copied(policy, cover=cover)
    else:
        refused("policy_one_cover_a_day", lambda: copied(policy, cover=cover))


def test_another_family_or_a_withdrawn_line_may_overlap() -> None:
    policy = batch(builders.union()).policies.get()
    copied(policy, family="INPMED")
    copied(policy, family="INPALW", withdrawn_on=TODAY)
    assert Policy.objects.count() == 3


def test_one_child_cover_a_day_whoever_the_parent_is() -> None:
    union = builders.union()
    number = builders.document_number(born_on=date(2010, 1, 1))
    row = line(union, person(union), "CHILD", 子女姓名="小", 子女证件号码=number, 关系="子")
    imported([row])
    policy = Policy.objects.get()
    other = person(union)[0]
    refused("policy_one_child_cover_a_day", lambda: copied(policy, member=other))


def test_receipt() -> None:
    made = receipt([made_batch := accepted(builders.union())])
    rows = Receipt.objects.filter(pk=made.pk)
    refused("receipt_amount_positive", lambda: rows.update(amount=0))
    number = made.number
    refused("receipt_reference_once", lambda: copied(made, number="SK2018-999999"))
    settled = ReceiptLine.objects.get(batch=made_batch)
    refused(
        "receipt_line_amount_positive",
        lambda: ReceiptLine.objects.filter(pk=settled.pk).update(amount=0),
    )
    refused("would be paid", lambda: copied(settled))
    assert Receipt.objects.get().number == number


def test_remittance() -> None:
    made = remittance([paid(builders.union())])
    rows = Remittance.objects.filter(pk=made.pk)
    refused("remittance_remitted_iff_remitted_on", lambda: rows.update(status="REMITTED"))
    refused("remittance_remitted_iff_remitted_on", lambda: rows.update(remitted_on=TODAY))
    refused("batch_remitted_once", lambda: copied(RemittanceLine.objects.get()))


def test_a_statement_that_went_out_is_locked() -> None:
    made = remitted(builders.union())
    lines = RemittanceLine.objects.filter(batch=made)
    for column in ("sent_due", "sent_received", "amount", "sent_persons", "sent_shares"):
        refused("is locked", lambda column=column: lines.update(**{column: 7}))  # type: ignore[misc]
    draft = remittance([paid(builders.union())])
    refused("remittance_line_locked_whole", lambda: draft.lines.update(sent_due=7))


def test_target() -> None:
    refused(
        "target_amount_positive",
        lambda: AnnualTarget.objects.create(year=2018, amount=Decimal(0)),
    )


def test_plans_cannot_overlap_or_change() -> None:
    version = PlanVersion.objects.get(code="INPALW-2018")
    refused("plan_one_on_sale", lambda: copied(version, code="INPALW-X"))
    rows = PlanVersion.objects.filter(code="INPALW-2018")
    refused("plan version INPALW-2018 is published", lambda: rows.update(name_zh="别名"))
    refused("plan version INPALW-2018 is published and cannot be deleted", rows.delete)
    refused("plan_family_known", lambda: copied(version, code="Y", family="ALIEN"))
    rows.update(on_sale=DateRange(date(2018, 1, 1), date(2030, 1, 1)))

"""The year 2018 of the district, month by month through the services: 6,922,000.00, 108.67 %.

The people and their lines are written by SQL at the prices of the catalogue (82,406 lines of 16,482
persons); everything after that is what the office does: hand in, accept, receive, remit, Beijing's
receipt, reconcile, close the quarter.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from core.copy import refresh_statistics
from core.numbering import next_numbers
from ledger import selectors as books
from ledger import services as ledger
from ledger.services import PeriodClosed
from members.access import Viewer
from members.models import Member, Organisation
from members.permissions import Role
from policies import selectors
from policies.models import EnrolmentBatch, PlanVersion, Policy, Remittance
from policies.services import enrolment, money, targets
from reports.selectors.invariants import invariants
from tests import builders

D = Decimal
TARGET, REMITTED = D("6370000.00"), D("6922000.00")
# how many join in each month: the year's covers begin in January, March, April and May
JOINING = (3000, 900, 2600, 2400, 1700, 900, 700, 600, 1200, 800, 900, 780)
# version, shares, tier, contribution: 420.00 for a woman who takes everything
EVERYTHING = (
    ("INPMED-2018", 1, "", "50"), ("INPALW-2018", 1, "", "60"), ("CI-2018-1Y", 4, "", "160"),
    ("FEM-2018-1Y", 2, "", "50"), ("ACC-2017", 1, "T100", "100"),
)  # fmt: skip
# two more in December take less: 210.00 and 190.00
LESS = (
    (("INPMED-2018", 1, "", "50"), ("INPALW-2018", 1, "", "60"), ("ACC-2017", 1, "T100", "100")),
    (("INPMED-2018", 1, "", "50"), ("CI-2018-1Y", 1, "", "40"), ("ACC-2017", 1, "T100", "100")),
)
LINES = """
INSERT INTO policies_policy (batch_id, plan_version_id, family, member_id, relation, consent_form,
  shares, tier, high_risk, amount, funder, cover, note)
SELECT %s, %s, %s, m.id, '', '', %s, %s, false, %s, 'UNION', daterange(%s, %s), ''
FROM unnest(%s::bigint[]) AS m(id)
"""
Plan = tuple[str, int, str, str]


class Year:
    """The offices of the year and what they do in a month."""

    def __init__(self) -> None:
        street = [builders.union(f"S{n}", kind="STREET") for n in range(2)]
        self.units = [builders.union(f"U{n}", parent=street[n % 2]) for n in range(8)]
        self.streets = street
        self.enrolment = builders.viewer_as(Role.ENROLMENT)
        self.finance = builders.viewer_as(Role.FINANCE)
        self.versions = {row.code: row for row in PlanVersion.objects.all()}

    def people(self, unit: Organisation, count: int, first: int) -> list[int]:
        rows = Member.objects.bulk_create(
            (
                Member(
                    organisation=unit, name=f"职工{first + n}", document_index=f"x{first + n}",
                    document_sealed=b"-", sex="F", born_on=date(1985, 1, 1),
                )
                for n in range(count)
            ),
            batch_size=2000,
        )  # fmt: skip
        return [row.pk for row in rows]

    def roster(
        self, unit: Organisation, plan: Plan, people: Sequence[int], starts_on: date
    ) -> EnrolmentBatch:
        """A draft batch of the unit with a line for each person."""
        code, shares, tier, each = plan
        version = self.versions[code]
        batch = EnrolmentBatch.objects.create(
            number=next_numbers("CB", 2018, 1)[0], organisation=unit, plan_version=version,
            starts_on=starts_on, person_count=len(people), shares=shares * len(people),
            amount=D(each) * len(people),
        )  # fmt: skip
        until = starts_on.replace(year=starts_on.year + 1)
        with connection.cursor() as cursor:
            cursor.execute(
                LINES,
                [batch.pk, version.pk, version.family, shares, tier, each, starts_on, until,
                 list(people)],
            )  # fmt: skip
        return batch

    def rosters(self, month: int) -> list[EnrolmentBatch]:
        share, first = JOINING[month - 1] // len(self.units), sum(JOINING[: month - 1])
        more = JOINING[month - 1] - share * len(self.units)
        starts_on = date(2018, month, 1)
        batches = []
        for place, unit in enumerate(self.units):
            people = self.people(
                unit, share + (place < more), first + 10_000 * place + 1_000_000 * month
            )
            batches += [self.roster(unit, plan, people, starts_on) for plan in EVERYTHING]
        if month == 12:
            for place, plans in enumerate(LESS):
                unit = builders.union(f"L{place}", parent=self.streets[place])
                people = self.people(unit, 1, 900 + place)
                batches += [self.roster(unit, plan, people, starts_on) for plan in plans]
        refresh_statistics()  # as after every long import
        return batches

    def month(self, month: int) -> Decimal:
        """Hand in on the 2nd, accept on the 5th, pay on the 10th, remit on the 15th and so on."""
        day = [date(2018, month, n) for n in (2, 5, 10, 15, 22)]
        batches = self.rosters(month)
        ids = [row.pk for row in batches]
        enrolment.submit(batch_ids=ids, by=Viewer.system(), on=day[0], late_reason="名单先行送达")
        enrolment.accept(batch_ids=ids, by=self.enrolment, on=day[1])
        for street in self.streets:
            own = [row for row in batches if row.organisation.path.startswith(street.path)]
            self.receive(street, own, day[2])
        made = money.make_remittance(batch_ids=ids, by=self.finance, on=day[3])
        money.remit(
            remittance_id=made.pk, remitted_on=day[3], reference=f"SJ{month}", by=self.finance,
            on=day[3],
        )  # fmt: skip
        money.confirm_remittance(
            remittance_id=made.pk, beijing_receipt=f"京收{month}", confirmed_on=day[4],
            confirmed_total=made.amount, by=self.finance, on=day[4],
        )  # fmt: skip
        money.reconcile_remittance(remittance_id=made.pk, by=self.enrolment, on=day[4])
        return made.amount

    def receive(self, street: Organisation, own: list[EnrolmentBatch], on: date) -> None:
        """In two transfers: a part of the first batch, then the rest and everything else."""
        first, due = own[0], sum((row.amount for row in own), D(0))
        part = first.amount / 2
        given: dict[str, Any] = {
            "payer_id": street.pk, "received_on": on, "by": self.finance, "on": on
        }  # fmt: skip
        money.record_receipt(
            batch_ids=[first.pk], amount=part, parts={first.pk: part},
            reference=f"{on}甲", **given,
        )  # fmt: skip
        money.record_receipt(
            batch_ids=[row.pk for row in own], amount=due - part, reference=f"{on}乙", **given
        )


def sound(*codes: str) -> None:
    asked = [each for each in invariants() if not codes or each.code in codes]
    assert {each.code: rows for each in asked if (rows := each.broken())} == {}


@pytest.mark.slow
@pytest.mark.django_db
def test_the_year_comes_to_the_article() -> None:
    year, so_far = Year(), D(0)
    targets.set_target(year=2018, amount=TARGET, by=year.enrolment, on=date(2018, 1, 2))
    for month in range(1, 13):
        so_far += year.month(month)
        last = date(2018, month, monthrange(2018, month)[1])
        assert (
            selectors.target_progress(node=builders.district(), year=2018, as_of=last).remitted
            == so_far
        )
        sound("I1", "I3", "I7", "I8")
        if month % 3 == 0:
            assert ledger.close_books(until=last, by_id=None, on=last)
    progress = selectors.target_progress(node=builders.district(), year=2018)
    assert progress.remitted == so_far == REMITTED
    assert progress.completion is not None
    assert round(progress.completion * 100, 2) == D("108.67")
    assert sum(selectors.remitted_by_month(node=builders.district(), year=2018), D(0)) == REMITTED
    assert Policy.objects.count() == 82_406
    assert set(Remittance.objects.values_list("status", flat=True)) == {"RECONCILED"}
    balances = {
        row.account.code: (row.debit, row.closing)
        for row in books.balances(Viewer.system(), as_of=date(2018, 12, 31))
    }
    assert balances["1122"] == (REMITTED, D(0))
    assert balances["1002"] == (REMITTED, D(0))
    assert balances["2202"] == (REMITTED, D(0))
    sound()
    page = builders.client_for(builders.user(Role.FINANCE)).get("/remit/target/?year=2018")
    assert "108.67" in page.content.decode()
    with pytest.raises(PeriodClosed):
        ledger.post(
            key="late", posted_on=date(2018, 12, 31), memo="", lines=[],
            organisation_id=builders.district().pk,
        )  # fmt: skip

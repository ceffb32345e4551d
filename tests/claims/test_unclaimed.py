"""应赔未赔: a settled stay under a cover that no claim names, until one does or it is reversed."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from claims.models import Claim
from claims.selectors.unclaimed import unclaimed_stays
from members.models import Member
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db
ADMITTED = date(2018, 5, 2)
SETTLED = date(2018, 5, 12)


@pytest.fixture
def member() -> Member:
    return builders.member(builders.union("TT001"), name="张小明")


def listed(member: Member) -> list[tuple[str, date, Decimal]]:
    desk = builders.viewer_as("reviewer")
    rows = unclaimed_stays(desk).filter(member=member)
    return [(row["family"], row["admitted_on"], row["self_pay"]) for row in rows]


def stay(member: Member, amount: str = "4300.00", admitted_on: date = ADMITTED) -> None:
    make.settlement(member, amount, SETTLED, admitted_on=admitted_on)


def test_one_row_a_cover_and_stay_with_its_rows_summed(member: Member) -> None:
    make.cover(member, "INPMED")
    make.cover(member, "INPALW")
    make.cover(member, "CI")
    stay(member)
    stay(member, "200.00")
    make.settlement(member, "99.00", SETTLED)  # at the outpatient desk
    assert sorted(listed(member)) == [
        ("INPALW", ADMITTED, Decimal("4500.00")), ("INPMED", ADMITTED, Decimal("4500.00")),
    ]  # fmt: skip


def test_only_days_in_a_cover_that_is_in_force(member: Member) -> None:
    found = make.cover(member, starts_on=date(2018, 3, 1))
    stay(member, admitted_on=date(2018, 2, 28))
    assert listed(member) == []
    stay(member, admitted_on=date(2018, 3, 1))
    assert len(listed(member)) == 1
    type(found.batch).objects.update(status="SUBMITTED", accepted_on=None)
    assert listed(member) == []


def test_a_claim_ends_it_for_its_family_unless_withdrawn(member: Member) -> None:
    make.cover(member, "INPALW")
    stay(member)
    claim = make.filed(member, event_on=ADMITTED)
    assert [row[0] for row in listed(member)] == ["INPALW"]
    Claim.objects.filter(pk=claim.pk).update(status="WITHDRAWN")
    assert sorted(row[0] for row in listed(member)) == ["INPALW", "INPMED"]


def test_a_day_within_a_claimed_stay_is_no_stay_of_its_own(member: Member) -> None:
    make.filed(member, event_on=ADMITTED, days=10)
    stay(member, admitted_on=date(2018, 5, 11))
    assert listed(member) == []
    stay(member, admitted_on=date(2018, 5, 12))  # the day he left: a new stay
    assert len(listed(member)) == 1


def test_reversals_take_it_back_and_a_part_of_them_does_not(member: Member) -> None:
    make.cover(member)
    stay(member)
    stay(member, "-300.00")
    assert [row[2] for row in listed(member)] == [Decimal("4000.00")]
    stay(member, "-4000.00")
    assert listed(member) == []


def test_a_unit_sees_its_own_people_on_the_page(member: Member) -> None:
    make.cover(member)
    stay(member)
    other = builders.member(builders.union("TT002"), name="李小红")
    make.cover(other)
    stay(other)
    page = builders.client_for(builders.user("agent", member.organisation)).get(
        reverse("claims:unclaimed-list")
    )
    assert [row["member_id"] for row in page.context["page"]] == [member.pk]
    assert "李" not in page.content.decode().split("<table")[1]

"""Defects that were reproduced in openIMIS, each as a test that it does not exist here.

The number in a test's name is that of the list of defects.
"""

from datetime import date

import pytest

from claims.selectors.claims import visible_claims
from members.models import Child, Guardian, Member
from members.permissions import Role
from members.selectors import visible_members, visible_organisations
from members.services import children, people
from members.services.people import Person
from members.states import Relation
from policies.models import EnrolmentBatch
from policies.selectors import visible_batches, visible_policies
from policies.services import enrolment
from policies.states import BatchStatus
from tests import builders
from tests.policies.builders import TODAY, batch

pytestmark = pytest.mark.django_db


def test_07_a_number_in_use_is_refused_and_its_holder_unchanged() -> None:
    """There a second person with a number in use changed the record of the first."""
    union, number = builders.union("A01"), builders.document_number()
    held = builders.member(union, number=number)
    before = Member.objects.values().get(pk=held.pk)
    with pytest.raises(people.AlreadyRegistered):
        people.register(
            union_code="A01", person=Person("李四", "RESIDENT", number),
            by=builders.viewer_as(Role.AGENT, union), on=TODAY,
        )  # fmt: skip
    assert Member.objects.values().get() == before


def test_09_an_unused_batch_can_be_withdrawn() -> None:
    """There no policy could be deleted: each was said to be used in claims."""
    union = builders.union("A01")
    made = batch(union)
    enrolment.withdraw(batch_ids=[made.pk], by=builders.viewer_as(Role.AGENT, union), on=TODAY)
    assert EnrolmentBatch.objects.get(pk=made.pk).status == BatchStatus.WITHDRAWN
    assert not made.policies.filter(withdrawn_on__isnull=True).exists()


def test_14_a_foreign_clerk_lists_nothing() -> None:
    """There a district's clerk saw all 500,286 policies of the country."""
    batch(builders.union("A01"))
    stranger = builders.viewer_as(Role.AGENT, builders.union("B01"))
    for rows in (
        visible_members(stranger), visible_policies(stranger), visible_batches(stranger),
        visible_claims(stranger),
    ):  # fmt: skip
        assert rows.count() == 0
    assert visible_organisations(stranger).count() == 1  # its own


def test_15_a_wrong_child_stores_nothing_at_all() -> None:
    """There a person whose family was wrong was stored nevertheless, without the family."""
    union = builders.union("A01")
    member = builders.member(union)
    adult = builders.document_number(born_on=date(1990, 1, 1))
    with pytest.raises(children.WrongChild):
        children.consent(
            member_id=member.pk, name="张小", number=adult, relation=Relation.FATHER,
            consent_on=TODAY, consent_form="A", by=builders.viewer_as(Role.AGENT, union), on=TODAY,
        )  # fmt: skip
    assert not Child.objects.exists()
    assert not Guardian.objects.exists()

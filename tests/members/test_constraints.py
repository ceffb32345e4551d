"""Every constraint of this room's tables, broken once, by its name."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError

from members.models import Child, ImportIssue, ImportRun, Member, Organisation, RoleGrant, User
from tests import builders
from tests.members.builders import received, roster

pytestmark = pytest.mark.django_db


def breaking(name: str, act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name):
        act()


def test_code_of_a_union_is_unique() -> None:
    builders.union("A1")
    breaking("members_organisation_code", lambda: builders.union("A1"))


def test_path_of_a_union_is_unique() -> None:
    path = builders.union("A1").path
    other = builders.union("A2")
    rows = Organisation.objects.filter(pk=other.pk)
    breaking("members_organisation_path", lambda: rows.update(path=path))


def test_kind_of_a_union_is_known() -> None:
    breaking("organisation_kind_known", lambda: builders.union("A1", kind="CLUB"))


def test_only_the_district_has_no_parent() -> None:
    rows = Organisation.objects.filter(pk=builders.union("A1").pk)
    breaking("organisation_has_parent", lambda: rows.update(parent=None))


def test_women_are_within_the_staff() -> None:
    breaking(
        "organisation_women_within_staff",
        lambda: builders.union("A1", staff_count=3, female_staff_count=4),
    )


def test_user_name_is_unique() -> None:
    builders.user("agent", username="wang")
    breaking("members_user_username", lambda: User.objects.create(username="wang"))


def test_role_is_known() -> None:
    breaking("grant_role_known", lambda: builders.user("king"))


def test_role_is_held_once_at_a_union() -> None:
    agent = builders.user("agent")
    again = RoleGrant(user=agent, role="agent", organisation=builders.district())
    breaking("grant_once", again.save)


def test_one_document_one_member() -> None:
    union = builders.union()
    number = builders.document_number()
    builders.member(union, number=number)
    breaking("member_document_once", lambda: builders.member(union, number=number))


def test_one_card_one_member() -> None:
    union, card = builders.union(), builders.card_number()
    builders.member(union, card=card)
    breaking("member_card_once", lambda: builders.member(union, card=card))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("member_status_known", {"status": "AWAY"}),
        ("member_sex_known", {"sex": "X"}),
        ("member_card_index_with_value", {"card_index": "0" * 32}),
    ],
)
def test_columns_of_a_member(name: str, values: dict[str, str]) -> None:
    rows = Member.objects.filter(pk=builders.member(builders.union()).pk)
    breaking(name, lambda: rows.update(**values))


def child(**values: object) -> Child:
    fields: dict[str, object] = {
        "name": "张小宝", "document_index": "1" * 32, "document_sealed": b"x", "sex": "M",
        "born_on": "2010-01-01",
    }  # fmt: skip
    return Child.objects.create(**{**fields, **values})


def test_one_document_one_child() -> None:
    child()
    breaking("child_document_once", child)


def test_sex_of_a_child_is_known() -> None:
    breaking("child_sex_known", lambda: child(sex="X"))


def an_import() -> ImportRun:
    union = builders.union()
    return received(union, roster(), by=builders.viewer_as("agent", union))


def test_status_of_an_import_is_known() -> None:
    rows = ImportRun.objects.filter(pk=an_import().pk)
    breaking("import_status_known", lambda: rows.update(status="LOST"))


def test_number_of_an_import_is_unique() -> None:
    first = an_import()
    rows = ImportRun.objects.filter(pk=an_import().pk)
    breaking("members_importrun_number", lambda: rows.update(number=first.number))


def issue(run: ImportRun, level: str = "error") -> ImportIssue:
    return ImportIssue.objects.create(run=run, row=2, position=0, code="DATE", level=level)


def test_finding_has_its_place() -> None:
    run = an_import()
    issue(run)
    breaking("import_issue_order", lambda: issue(run))


def test_level_of_a_finding_is_known() -> None:
    run = an_import()
    breaking("import_issue_level_known", lambda: issue(run, level="hint"))

"""The history of a record shows each value before and after, and no sealed one."""

import pytest
from django.db import connection
from django.urls import reverse

from core import audit
from members.models import Member
from members.selectors.columns import COLUMNS
from members.selectors.history import SECRET, TABLES
from tests import builders

pytestmark = pytest.mark.django_db
NO_WORD = {"applied_xact"}  # the number of a transaction says nothing to anybody


def test_values_before_and_after_each_write() -> None:
    made = builders.member(builders.union(), name="张三")
    Member.objects.filter(pk=made.pk).update(name="张四", document_sealed=b"other")
    Member.objects.filter(pk=made.pk).update(name="张五")
    audit.record(action="member.change", subject=f"member:{made.pk}", by_id=None)
    client = builders.client_for(builders.user("auditor"))
    answer = client.get(reverse("members:audit-record", args=["member", made.pk]))
    newest, second, first = list(answer.context["page"])
    assert newest.values == [("姓名／名称", "张四", "张五")]
    assert sorted(second.values) == [("姓名／名称", "张三", "张四"), ("证件号码", "", "已变更")]
    assert (first.op, first.values) == ("I", [])
    assert "\\x" not in answer.content.decode()
    listed = client.get(reverse("members:audit-list"), {"subject": f"member:{made.pk}"})
    assert answer.request["PATH_INFO"] in listed.content.decode()


def test_an_unknown_kind_is_not_there() -> None:
    client = builders.client_for(builders.user("auditor"))
    assert client.get(reverse("members:audit-record", args=["secret", 1])).status_code == 404


def test_every_visible_column_has_a_word() -> None:
    with connection.cursor() as cursor:
        for table in set(TABLES.values()):
            columns = connection.introspection.get_table_description(cursor, table)
            names = {column.name for column in columns} - {"id"}
            shown = {name for name in names if not name.endswith(SECRET)}
            assert shown - NO_WORD <= COLUMNS.keys(), table


def test_an_auditor_of_a_street_sees_the_trail_of_the_street_alone() -> None:
    street = builders.union("TT", kind="STREET", name="天坛街道总工会")
    inside = builders.union("TT001", street, name="天坛饭店工会")
    outside = builders.union("DHS001", builders.union("DHS", kind="STREET"), name="花市小学工会")
    here, there = builders.member(inside), builders.member(outside)
    for member in (here, there):
        audit.record(
            action="member.edit", subject=f"member:{member.pk}", by_id=None,
            path=member.organisation.path,
        )  # fmt: skip
    client = builders.client_for(builders.user("auditor", street))
    listed = client.get(reverse("members:audit-list"))
    subjects = {row["event"].subject for row in listed.context["rows"]}
    assert f"member:{here.pk}" in subjects
    assert f"member:{there.pk}" not in subjects
    assert not any(subject.startswith("user:") for subject in subjects)
    for kind, pk, status in (
        ("member", here.pk, 200), ("member", there.pk, 404), ("union", inside.pk, 200),
        ("union", outside.pk, 404), ("remittance", 1, 404), ("batch", 999999, 404),
    ):  # fmt: skip
        answer = client.get(reverse("members:audit-record", args=[kind, pk]))
        assert answer.status_code == status, (kind, pk)


def test_the_pages_of_records_lead_the_auditor_to_their_history() -> None:
    member = builders.member(builders.union())
    address = reverse("members:audit-record", args=["member", member.pk])
    page = reverse("members:member-detail", args=[member.pk])
    assert address in builders.client_for(builders.user("auditor")).get(page).content.decode()
    assert address not in builders.client_for(builders.user("enrolment")).get(page).content.decode()
    union = reverse("members:organisation-detail", args=[member.organisation_id])
    history = reverse("members:audit-record", args=["union", member.organisation_id])
    assert history in builders.client_for(builders.user("auditor")).get(union).content.decode()


def test_every_table_is_there() -> None:
    assert set(TABLES.values()) <= set(connection.introspection.table_names())

"""The history of a record shows each value before and after, and no sealed one."""

import pytest
from django.db import connection
from django.urls import reverse

from core import audit
from members.models import Member
from members.selectors.history import TABLES
from tests import builders

pytestmark = pytest.mark.django_db


def test_values_before_and_after_each_write() -> None:
    made = builders.member(builders.union(), name="张三")
    Member.objects.filter(pk=made.pk).update(name="张四", document_sealed=b"other")
    Member.objects.filter(pk=made.pk).update(name="张五")
    audit.record(action="member.change", subject=f"member:{made.pk}", by_id=None)
    client = builders.client_for(builders.user("auditor"))
    answer = client.get(reverse("members:audit-record", args=["member", made.pk]))
    newest, second, first = list(answer.context["page"])
    assert newest.values == [("name", "张四", "张五")]
    assert sorted(second.values) == [("document_sealed", "", "已变更"), ("name", "张三", "张四")]
    assert (first.op, first.values) == ("I", [])
    assert "\\x" not in answer.content.decode()
    listed = client.get(reverse("members:audit-list"), {"subject": f"member:{made.pk}"})
    assert answer.request["PATH_INFO"] in listed.content.decode()


def test_an_unknown_kind_is_not_there() -> None:
    client = builders.client_for(builders.user("auditor"))
    assert client.get(reverse("members:audit-record", args=["secret", 1])).status_code == 404


def test_every_table_is_there() -> None:
    assert set(TABLES.values()) <= set(connection.introspection.table_names())

"""The command that gives a new installation its first administrator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEvent
from members.models import User

pytestmark = pytest.mark.django_db


def test_the_password_is_shown_once_and_must_be_changed() -> None:
    out = StringIO()
    call_command("create_account", "li.na", "李娜", stdout=out)
    username, password = out.getvalue().split()
    user = User.objects.get(username=username)
    assert user.check_password(password)
    assert user.must_change_password
    assert [(grant.role, grant.organisation.kind) for grant in user.grants.all()] == [
        ("admin", "DISTRICT")
    ]


def test_a_taken_name_changes_nothing() -> None:
    call_command("create_account", "li.na", "李娜", stdout=StringIO())
    before = (User.objects.count(), AuditEvent.objects.count())
    with pytest.raises(CommandError, match="li"):
        call_command("create_account", "li.na", "李娜", "--role", "finance")
    assert (User.objects.count(), AuditEvent.objects.count()) == before

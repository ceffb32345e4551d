import pytest
from django.db import IntegrityError, connection, transaction

from core import audit
from core.models import AuditEvent


@pytest.mark.django_db
def test_events_are_written_with_their_details() -> None:
    audit.record(action="claim.approve", subject="claim:1", by_id=7, path="0001/", amount="1.00")
    event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.by_id) == ("claim.approve", "claim:1", 7)
    assert event.details == {"amount": "1.00"}


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE {} SET by_id = 1", "DELETE FROM {}"])
def test_the_trail_is_append_only(change: str) -> None:
    audit.record_many([audit.Act("a", "b:1"), audit.Act("a", "b:2")], by_id=None)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format("core_auditevent"))
    assert AuditEvent.objects.count() == 2

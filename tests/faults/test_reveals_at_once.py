"""One account asks for sixty whole numbers at the same moment: exactly fifty are shown."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from core import clock
from core.models import AuditEvent
from members.services import reveals
from members.services.reveals import Asked
from members.states import Number, RevealReason
from tests import builders

THREADS, EACH = 20, 3


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_sixty_at_once_get_exactly_fifty() -> None:
    unit = builders.union("JT0101")
    member, account = (
        builders.member(unit, card=builders.card_number()),
        builders.user("agent", unit),
    )
    viewer, today, together = builders.viewer(account), clock.today(), Barrier(THREADS)
    asked = Asked(Number.DOCUMENT, RevealReason.CLAIM)

    def look(_turn: int) -> int:
        together.wait()
        seen = 0
        for _ in range(EACH):
            try:
                reveals.reveal_member(member_id=member.pk, asked=asked, by=viewer, on=today)
                seen += 1
            except reveals.QuotaUsedUp:
                pass
        connections.close_all()
        return seen

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(look, range(THREADS))) == 50
    assert AuditEvent.objects.filter(action="member.reveal").count() == 50

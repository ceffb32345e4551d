"""Twenty guesses at the same moment are five, and all of them are written down."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from tests import builders

THREADS = 20


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_twenty_guesses_at_once_are_five() -> None:
    password = make_password(builders.PASSWORD)
    builders.user("agent", builders.union("JT0101"), username="ma", password=password)
    together = Barrier(THREADS)

    def guess(turn: int) -> int:
        together.wait()
        sent = {"username": "ma", "password": f"wrong password {turn}"}
        status = Client(REMOTE_ADDR="203.0.113.7").post(reverse("members:login"), sent).status_code
        connections.close_all()
        return status

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(guess, range(THREADS)))
    assert answers.count(422) == 4  # the fifth one is told that the name is locked
    assert answers.count(429) == THREADS - 4
    assert AccessAttempt.objects.get().failures_since_start == 5
    assert AuditEvent.objects.filter(action="user.sign_in_refused").count() == THREADS

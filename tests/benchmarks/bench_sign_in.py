"""Half past eight: 700 agents sign in, each from the page to the first page behind it.

`./run bench -k sign_in` prints how long it takes and what part of it is the hash. Nothing passes or
fails by time.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.db import connections
from django.test import Client
from django.urls import reverse

from tests import builders

PEOPLE, THREADS = 700, 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_seven_hundred_sign_in() -> None:
    password = make_password(builders.PASSWORD)
    for number in range(PEOPLE):
        union = builders.union(f"B{number}")
        builders.user("agent", union, username=f"agent{number}", password=password)
    started = time.perf_counter()
    for _time in range(20):
        check_password(builders.PASSWORD, password)
    each = (time.perf_counter() - started) / 20

    def come(number: int) -> float:
        began = time.perf_counter()
        sent = {"username": f"agent{number}", "password": builders.PASSWORD}
        client = Client(REMOTE_ADDR=f"10.0.{number // 50}.7")  # fifty people behind each address
        assert client.post(reverse("members:login"), sent).status_code == 302
        assert client.get(reverse("members:account")).status_code == 200
        connections.close_all()
        return time.perf_counter() - began

    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        took = sorted(pool.map(come, range(PEOPLE)))
    whole = time.perf_counter() - started
    sys.stdout.write(
        f"700 sign-ins: {whole:.1f} s, {PEOPLE / whole:.0f} a second; median {took[350]:.2f} s, "
        f"95 % {took[665]:.2f} s; one hash {1000 * each:.0f} ms\n"
    )

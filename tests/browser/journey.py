"""The walk of the main path: who walks, where, and what was made on the way."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from policies.models import EnrolmentBatch
from tests.browser.conftest import Newcomer
from tests.browser.people import Person
from tests.browser.world import District, small_district

log = logging.getLogger("journey")
NEW_PASSWORD = "tian tan fan dian 2026"
ALLOWANCE = "在职职工住院津贴互助保障活动"
DUE = Decimal("720.00")  # twelve persons at 60 yuan
EARLIER_CLAIM = Decimal("200.00")  # of the other unit: six nights
PAID_CLAIM = Decimal("280.00")  # eight nights, the first unpaid: 7 × 40
REIMBURSED = Decimal("600.00")  # (2800 − 1800) × 20 % + (3300 − 1300) × 20 %


class Journey:
    """Who walks, where, and what has been made on the way."""

    def __init__(self, come: Newcomer, sign_in: Newcomer, folder: Path, tally: Counter[str]):
        self.come, self.sign_in, self.folder, self.tally = come, sign_in, folder, tally
        self.district: District = small_district()
        self.staff: dict[str, Person] = {}
        self.step = ""

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A line of the walk; clicks are counted by it."""
        self.step = name
        for person in self.staff.values():
            person.step = name
        yield
        log.info("%s: %s clicks", name, self.tally[name])

    @property
    def batch_number(self) -> str:
        """Of the batch that the agent's roster has made."""
        return EnrolmentBatch.objects.get(organisation=self.district.unit).number

    def person(self, username: str) -> Person:
        """A member of the staff at her own computer, signed in once."""
        if username not in self.staff:
            self.staff[username] = self.sign_in(username)
        self.staff[username].step = self.step
        return self.staff[username]

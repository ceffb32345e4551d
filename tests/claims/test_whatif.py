"""试算对比: the same facts under two catalogues, by hand, in chunks, and not on the claims."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from claims.models import Claim, WhatIf, WhatIfLine
from claims.selectors import whatif as selectors
from claims.services import whatif
from claims.services.whatif import DaysOutOfOrder, NotYours
from members.access import Viewer
from policies import plans
from policies.models import PlanVersion
from tests import builders
from tests.claims import builders as make
from tests.policies.builders import plan_draft

pytestmark = pytest.mark.django_db
D = Decimal
FIRST, LAST = date(2018, 1, 1), date(2018, 12, 31)


@pytest.fixture
def desk() -> Viewer:
    return builders.viewer_as("enrolment")


def draft(per_day: str = "50.00", code: str = "INPALW-2030") -> PlanVersion:
    """The allowance as it is, but for what it pays a day."""
    made = plan_draft(code, date(2030, 1, 1))
    made.parameters["benefit"]["per_day"] = per_day
    PlanVersion.objects.filter(pk=made.pk).update(parameters=made.parameters)
    made.refresh_from_db()
    return made


def done(version: PlanVersion, desk: Viewer, **days: date) -> WhatIf:
    made = whatif.start(
        version_code=version.code, first_on=days.get("first", FIRST),
        last_on=days.get("last", LAST), by=desk,
    )  # fmt: skip
    for _turn in range(20):
        if whatif.step(made.job).finished:
            break
        made.job.cursor = _last_cursor(made)
    return WhatIf.objects.get(pk=made.pk)


def _last_cursor(made: WhatIf) -> dict[str, Any]:
    members = made.lines.order_by("-claim__member").values_list("claim__member", flat=True)
    return {"after": members[0] if members else 0, "done": len(members), "total": len(members)}


def stays() -> list[Claim]:
    """Three decided stays: 10 days, 10 days in another street, and one too short to pay more."""
    street = builders.union("TT", kind="STREET", name="天坛街道总工会")
    other = builders.union("DHS", kind="STREET", name="东花市街道总工会")
    people = [builders.member(builders.union(parent=each)) for each in (street, other, other)]
    return [
        make.reviewed(make.filed(person, family="INPALW", days=days))
        for person, days in zip(people, (10, 10, 20), strict=True)
    ]


def test_the_difference_is_the_version_s_alone(desk: Viewer) -> None:
    claims = stays()
    asked = done(draft(), desk)
    whole = selectors.whole(asked)
    assert (whole.claims, whole.persons, whole.more, whole.less) == (3, 3, 3, 0)
    assert whole.was == sum(claim.amount or D(0) for claim in claims)
    assert whole.becomes == whole.was * 50 / 40
    streets = {row.label: (row.claims, row.difference) for row in selectors.by_union(asked)}
    assert set(streets) == {"天坛街道总工会", "东花市街道总工会"}
    assert sum(row[1] for row in streets.values()) == whole.difference
    (version,) = selectors.by_version(asked)
    assert (version.label, version.claims) == ("INPALW-2018", 3)
    assert selectors.differing_lines(asked).count() == 3


def test_nothing_of_it_touches_the_claims(desk: Viewer) -> None:
    before = [(row.pk, row.amount, row.version) for row in stays()]
    done(draft("10.00"), desk)
    assert [(row.pk, row.amount, row.version) for row in Claim.objects.order_by("pk")] == before


def test_the_version_in_force_changes_nothing(desk: Viewer) -> None:
    stays()
    asked = done(PlanVersion.objects.get(code="INPALW-2018"), desk)
    assert selectors.whole(asked).difference == 0
    assert not selectors.differing_lines(asked).exists()


def test_only_events_of_the_period(desk: Viewer) -> None:
    stays()
    asked = done(draft(), desk, first=date(2018, 6, 1))
    assert selectors.whole(asked).claims == 0


def test_chunks_end_with_the_same_lines(desk: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    stays()
    whole = selectors.whole(done(draft(), desk))
    monkeypatch.setattr(whatif, "PERSONS", 1)
    assert selectors.whole(done(draft(code="INPALW-2031"), desk)) == whole


def test_a_stage_that_was_not_said_is_not_compared(desk: Viewer) -> None:
    claim = make.reviewed(make.filed(family="ACC", death=True))
    Claim.objects.filter(pk=claim.pk).update(stage="")
    claim.policy.tier = "T00"  # type: ignore[union-attr]
    claim.policy.batch.refresh_from_db()  # type: ignore[union-attr]
    terms = plans.terms_of(code="ACC-2017")
    assert not whatif.fits(claim, terms)


def test_who_may_and_which_days(desk: Viewer) -> None:
    with pytest.raises(NotYours):
        whatif.start(
            version_code="INPALW-2018", first_on=FIRST, last_on=LAST,
            by=builders.viewer_as("reviewer"),
        )  # fmt: skip
    with pytest.raises(DaysOutOfOrder):
        whatif.start(version_code="INPALW-2018", first_on=LAST, last_on=FIRST, by=desk)


def test_the_page_asks_and_shows() -> None:
    stays()
    tried = draft()
    client = builders.client_for(builders.user("enrolment"))
    page = client.post(
        reverse("claims:what-if-list"),
        {"version_code": tried.code, "first_on": "2018-01-01", "last_on": "2018-12-31"},
    )
    made = WhatIf.objects.get()
    assert page["Location"] == reverse("claims:what-if-detail", args=[made.pk])
    while not whatif.step(made.job).finished:
        made.job.cursor = _last_cursor(made)
    shown = client.get(page["Location"]).content.decode()
    assert "INPALW-2018" in shown
    assert "天坛街道总工会" in shown
    assert WhatIfLine.objects.count() == 3

"""What the access table needs of this room: a claim in each state, a payout, two quarters."""

from datetime import date
from typing import Any

from claims.services import casework, whatif
from tests import builders
from tests.claims import builders as make


def build(world: dict[str, Any]) -> dict[str, object]:
    """Claims of the agent's unit; nobody of the cast filed, reviewed or computed them."""
    member = world["member"]
    clerk = builders.viewer_as("agent", member.organisation)
    filed = make.filed(member, by=clerk)
    waiting = make.filed(builders.member(member.organisation), by=clerk, scans=[])
    casework.review(claim_ids=[waiting.pk], by=builders.viewer_as("reviewer"), on=make.DAY)
    refused = make.filed(builders.member(member.organisation), by=clerk)
    refuser = builders.viewer_as("reviewer")
    casework.refuse(claim_ids=[refused.pk], reason="非住院", by=refuser, on=make.DAY)
    reviewed = make.reviewed(make.filed(builders.member(member.organisation), by=clerk))
    approved = make.approved(make.filed(builders.member(member.organisation), by=clerk))
    in_payout = make.approved(make.filed(builders.member(member.organisation), by=clerk))
    parent = builders.member(member.organisation)
    child = make.child_of(parent)
    make.cover(parent, "CHILD", child=child)
    make.settlement(member, "2413.00")
    make.quarter_approved(2018, 1)
    make.settlement(member, "500.00", date(2018, 5, 3))
    make.computed(2018, 2)
    make.settlement(member, "500.00", date(2018, 8, 3))
    return {
        "insured_child": child,
        "claim_filed": filed,
        "claim_waiting": waiting,
        "claim_reviewed": reviewed,
        "claim_refused": refused,
        "claim_approved": approved,
        "claim_paper": filed.papers.first(),
        "what_if": whatif.start(
            version_code="INPMED-2018",
            first_on=date(2018, 1, 1),
            last_on=date(2018, 12, 31),
            by=builders.viewer_as("enrolment"),
        ),
        "payout": make.payout(in_payout),
    }

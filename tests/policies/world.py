"""What this room adds to the world in which every URL is tried with every role."""

from datetime import date
from decimal import Decimal
from typing import Any

from policies.services import money
from tests.policies import builders


def build(world: dict[str, Any]) -> dict[str, Any]:
    unit, other = world["unit"], world["other_unit"]
    remitted = builders.remitted(unit)
    draft = builders.remittance([builders.paid(unit, plan="INPMED")])
    foreign = builders.receipt([builders.accepted(other)])
    line = remitted.receipt_lines.get()
    held = builders.accepted(unit, plan="INPMED")
    credit = builders.receipt([builders.accepted(unit, plan="INPMED")], more=Decimal(40))
    wrong = builders.receipt([builders.accepted(unit)])
    money.reverse_receipt(receipt_id=wrong.pk, reason="错", by=builders.clerk(), on=builders.TODAY)
    answered = builders.remitted(unit).remittance_lines.get().remittance
    builders.confirmed(answered)
    return {
        "credit_receipt": credit,
        "reversal": wrong.reversal,
        "confirmed_remittance": answered,
        "subsidy": builders.subsidy(unit),
        "batch": builders.batch(unit, persons=2),
        "submitted_batch": builders.submitted(unit, plan="CI"),
        "accepted_batch": builders.accepted(unit, plan="CI"),
        "other_batch": builders.batch(other, plan="INPMED"),
        "other_paid": foreign.lines.get().batch,
        "receipt": line.receipt,
        "other_receipt": foreign,
        "remittance": remitted.remittance_lines.get().remittance,
        "draft_remittance": draft,
        "batch_paper": builders.paper(held),
        "correction": builders.correction(held),
        "accepted_line": held.policies.get(),
        "plan_draft": builders.plan_draft("INPALW-2030", date(2030, 1, 1)).code,
        "plan_proposed": builders.plan_proposed("INPMED-2030", date(2030, 1, 1)).code,
    }

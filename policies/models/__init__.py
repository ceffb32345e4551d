"""Plans, enrolment, contributions and remittance."""

from policies.models.enrolment import EnrolmentBatch, Policy
from policies.models.money import (
    AnnualTarget,
    Receipt,
    ReceiptLine,
    Remittance,
    RemittanceLine,
)
from policies.models.plans import Campaign, PlanVersion
from policies.models.targets import TargetPart

__all__ = [
    "AnnualTarget",
    "Campaign",
    "EnrolmentBatch",
    "PlanVersion",
    "Policy",
    "Receipt",
    "ReceiptLine",
    "Remittance",
    "RemittanceLine",
    "TargetPart",
]

"""Plans, enrolment, contributions and remittance."""

from policies.models.enrolment import EnrolmentBatch, Policy
from policies.models.funding import FundingPart, Subsidy
from policies.models.money import (
    AnnualTarget,
    Receipt,
    ReceiptLine,
    Remittance,
    RemittanceLine,
    Reversal,
)
from policies.models.papers import BatchPaper, Correction, CorrectionLine
from policies.models.plans import Campaign, PlanVersion
from policies.models.targets import TargetPart

__all__ = [
    "AnnualTarget",
    "BatchPaper",
    "Campaign",
    "Correction",
    "CorrectionLine",
    "EnrolmentBatch",
    "FundingPart",
    "PlanVersion",
    "Policy",
    "Receipt",
    "ReceiptLine",
    "Remittance",
    "RemittanceLine",
    "Reversal",
    "Subsidy",
    "TargetPart",
]

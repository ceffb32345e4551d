"""Claims, secondary reimbursement and payouts."""

from claims.models.claims import Claim, ClaimPaper
from claims.models.payouts import Payment, Payout
from claims.models.reimbursement import (
    Reimbursement,
    ReimbursementQuarter,
    Settlement,
    SettlementMismatch,
)
from claims.models.whatif import WhatIf, WhatIfLine

__all__ = [
    "Claim",
    "ClaimPaper",
    "Payment",
    "Payout",
    "Reimbursement",
    "ReimbursementQuarter",
    "Settlement",
    "SettlementMismatch",
    "WhatIf",
    "WhatIfLine",
]

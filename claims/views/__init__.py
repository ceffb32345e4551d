"""Pages of claims, secondary reimbursement and payouts."""

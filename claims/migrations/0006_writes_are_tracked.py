"""What is written to the tables of this room is tracked from now on (core_track)."""

from django.db import migrations

TABLES = (
    "claims_claim",
    "claims_claimpaper",
    "claims_payout",
    "claims_payment",
    "claims_reimbursementquarter",
    "claims_settlement",
    "claims_settlementmismatch",
    "claims_reimbursement",
)


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_one_index_by_union"), ("core", "0004_row_changes")]
    operations = [
        migrations.RunSQL(f"SELECT core_track('{table}')", f"SELECT core_untrack('{table}')")
        for table in TABLES
    ]

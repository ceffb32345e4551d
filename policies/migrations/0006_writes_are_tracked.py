"""What is written to the tables of this room is tracked from now on (core_track)."""

from django.db import migrations

TABLES = (
    "policies_planversion",
    "policies_campaign",
    "policies_enrolmentbatch",
    "policies_policy",
    "policies_receipt",
    "policies_receiptline",
    "policies_remittance",
    "policies_remittanceline",
    "policies_annualtarget",
)


class Migration(migrations.Migration):
    dependencies = [("policies", "0005_covers_by_one_number"), ("core", "0004_row_changes")]
    operations = [
        migrations.RunSQL(f"SELECT core_track('{table}')", f"SELECT core_untrack('{table}')")
        for table in TABLES
    ]

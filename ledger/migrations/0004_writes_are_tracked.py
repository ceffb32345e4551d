"""What is written to the tables of this room is tracked from now on (core_track)."""

from django.db import migrations

TABLES = (
    "ledger_account",
    "ledger_entry",
    "ledger_posting",
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_chart_of_accounts"), ("core", "0004_row_changes")]
    operations = [
        migrations.RunSQL(f"SELECT core_track('{table}')", f"SELECT core_untrack('{table}')")
        for table in TABLES
    ]

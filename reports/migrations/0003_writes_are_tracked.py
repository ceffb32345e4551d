"""What is written to the tables of this room is tracked from now on (core_track)."""

from django.db import migrations

TABLES = (
    "reports_quarterclosing",
    "reports_reportfile",
)


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_closed_quarters_stay"), ("core", "0004_row_changes")]
    operations = [
        migrations.RunSQL(f"SELECT core_track('{table}')", f"SELECT core_untrack('{table}')")
        for table in TABLES
    ]

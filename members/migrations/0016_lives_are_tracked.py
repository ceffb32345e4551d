"""Events, transfers, cards and guardians are tracked like the members themselves."""

from django.db import migrations

TABLES = (
    "members_membershipevent",
    "members_transfer",
    "members_membercard",
    "members_guardian",
)


class Migration(migrations.Migration):
    dependencies = [("members", "0015_life_of_memberships"), ("core", "0004_row_changes")]
    operations = [
        migrations.RunSQL(f"SELECT core_track('{table}')", f"SELECT core_untrack('{table}')")
        for table in TABLES
    ]

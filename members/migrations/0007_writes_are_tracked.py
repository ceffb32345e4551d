"""What is written to the tables of this room is tracked from now on (core_track)."""

from django.db import migrations

TABLES = (
    "members_rolegrant",
    "members_organisation",
    "members_member",
    "members_child",
    "members_importrun",
)


class Migration(migrations.Migration):
    dependencies = [("members", "0006_name_keys_may_grow"), ("core", "0004_row_changes")]
    operations = [
        migrations.RunSQL(f"SELECT core_track('{table}')", f"SELECT core_untrack('{table}')")
        for table in TABLES
    ]
    operations += [  # a hash of a password belongs into no trail, and a sign-in has its own event
        migrations.RunSQL(
            "SELECT core_track('members_user', 'password', 'last_login')",
            "SELECT core_untrack('members_user')",
        )
    ]

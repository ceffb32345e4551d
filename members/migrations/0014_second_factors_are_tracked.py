"""Second factors are tracked too, without what would let a reader of the trail make a code."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0013_sign_in"), ("core", "0004_row_changes")]
    operations = [
        migrations.RunSQL(
            "SELECT core_track('members_secondfactor',"
            " 'key_sealed', 'last_step', 'failures', 'failed_at')",
            "SELECT core_untrack('members_secondfactor')",
        ),
        migrations.RunSQL(
            "SELECT core_track('members_recoverycode', 'code_hash')",
            "SELECT core_untrack('members_recoverycode')",
        ),
    ]

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
DROP FUNCTION core_trail_faults();
DROP FUNCTION core_seal(boolean);
DROP FUNCTION core_link_hash(bytea, bigint, timestamptz, text);
DROP FUNCTION core_content_of(core_writeset);
DROP FUNCTION core_content_of(core_auditevent);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_row_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "what",
                    models.CharField(
                        choices=[("event", "Event"), ("writeset", "Writeset")], max_length=8
                    ),
                ),
                ("ref", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("horizon", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["hash"], name="link_hash")],
                "constraints": [
                    models.UniqueConstraint(fields=("what", "ref"), name="link_seals_once")
                ],
            },
        ),
        migrations.RunSQL(SQL, BACK),
    ]

"""The statement of a remittance is locked when the money goes out, line by line, with its hash."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
DROP TRIGGER statement_stays ON policies_remittanceline;
DROP FUNCTION policies_statement_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0010_station_and_funding")]

    operations = [
        migrations.AddField(
            model_name="remittance",
            name="statement_hash",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AddField(
            model_name="remittanceline",
            name="sent_persons",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="remittanceline",
            name="sent_shares",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="remittanceline",
            name="sent_due",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="remittanceline",
            name="sent_received",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.RunSQL(SQL, BACK),
        migrations.AddConstraint(
            model_name="remittanceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("sent_due__isnull", False),
                        ("sent_persons__isnull", False),
                        ("sent_received__isnull", False),
                        ("sent_shares__isnull", False),
                    ),
                    models.Q(
                        ("sent_due__isnull", True),
                        ("sent_persons__isnull", True),
                        ("sent_received__isnull", True),
                        ("sent_shares__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="remittance_line_locked_whole",
            ),
        ),
    ]

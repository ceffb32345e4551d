"""Part payments and credits, what Beijing answers, and papers that take back (docs/adr/0010)."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
DROP TRIGGER receipt_line_fits ON policies_receiptline;
DROP FUNCTION policies_receipt_line_fits();
SELECT core_untrack('policies_reversal');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0008_papers_and_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reversal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("reason", models.CharField(max_length=300)),
                ("reversed_on", models.DateField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="receiptline",
            name="batch_paid_once",
        ),
        migrations.RemoveConstraint(
            model_name="remittance",
            name="remittance_remitted_iff_remitted_on",
        ),
        migrations.AddField(
            model_name="receiptline",
            name="used_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="remittance",
            name="beijing_receipt",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="remittance",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="remittance",
            name="confirmed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="remittance",
            name="confirmed_total",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="remittance",
            name="reconciled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="remittance",
            name="reconciled_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="remittanceline",
            name="confirmed_amount",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="remittanceline",
            name="difference_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="remittanceline",
            name="settled_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="remittance",
            name="status",
            field=models.CharField(
                choices=[
                    ("DRAFT", "to be remitted"),
                    ("REMITTED", "remitted"),
                    ("CONFIRMED", "confirmed by Beijing"),
                    ("RECONCILED", "reconciled"),
                    ("CANCELLED", "cancelled"),
                    ("REVERSED", "taken back"),
                ],
                default="DRAFT",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("remitted_on__isnull", False),
                        ("status__in", ["REMITTED", "CONFIRMED", "RECONCILED", "REVERSED"]),
                    ),
                    models.Q(("remitted_on__isnull", True), ("status__in", ["DRAFT", "CANCELLED"])),
                    _connector="OR",
                ),
                name="remittance_remitted_iff_remitted_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("confirmed_on__isnull", False),
                        ("confirmed_total__isnull", False),
                        ("status__in", ["CONFIRMED", "RECONCILED"]),
                        models.Q(("beijing_receipt", ""), _negated=True),
                    ),
                    models.Q(
                        ("beijing_receipt", ""),
                        ("confirmed_on__isnull", True),
                        ("confirmed_total__isnull", True),
                        ("status__in", ["DRAFT", "CANCELLED", "REMITTED", "REVERSED"]),
                    ),
                    _connector="OR",
                ),
                name="remittance_confirmed_iff_confirmed_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reconciled_on__isnull", False), ("status", "RECONCILED")),
                    models.Q(
                        models.Q(("status", "RECONCILED"), _negated=True),
                        ("reconciled_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="remittance_reconciled_iff_reconciled_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reconciled_by__isnull", True),
                    ("remitted_by__isnull", True),
                    models.Q(("reconciled_by", models.F("remitted_by")), _negated=True),
                    _connector="OR",
                ),
                name="remittance_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittanceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_amount__isnull", True),
                    ("confirmed_amount__gte", 0),
                    _connector="OR",
                ),
                name="remittance_line_confirmed_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittanceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("difference_reason", ""), ("settled_on__isnull", True)),
                    models.Q(
                        ("confirmed_amount__isnull", False),
                        ("settled_on__isnull", False),
                        models.Q(("difference_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="remittance_line_settled_iff_reason",
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="receipt",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversal",
                to="policies.receipt",
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="remittance",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversal",
                to="policies.remittance",
            ),
        ),
        migrations.AddConstraint(
            model_name="reversal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("receipt__isnull", False), ("remittance__isnull", True)),
                    models.Q(("receipt__isnull", True), ("remittance__isnull", False)),
                    _connector="OR",
                ),
                name="reversal_of_one_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="reversal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="reversal_has_a_reason"
            ),
        ),
        migrations.RunSQL(SQL, BACK),
        migrations.RunSQL("SELECT core_track('policies_reversal')", migrations.RunSQL.noop),
    ]

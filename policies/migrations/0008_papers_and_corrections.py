"""Scans and corrections of batches, reasons of late and withdrawn ones, and covers that stay."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = "DROP TRIGGER policy_stays ON policies_policy; DROP FUNCTION policies_policy_stays();"
TABLES = ("policies_batchpaper", "policies_correction", "policies_correctionline")


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_trail_is_searched"),
        ("members", "0019_members_are_counted"),
        ("policies", "0007_plans_targets_and_campaigns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BatchPaper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ROSTER", "sealed roster"),
                            ("CONSENT", "guardians' consents"),
                            ("PAYMENT_ORDER", "payment order"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "added_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "to be decided"),
                            ("ACCEPTED", "corrected"),
                            ("REFUSED", "refused"),
                        ],
                        default="SUBMITTED",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("made_on", models.DateField()),
                ("decided_on", models.DateField(null=True)),
                ("answer", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="CorrectionLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("NAME", "name"), ("FUNDER", "paid by"), ("NOTE", "note")],
                        max_length=6,
                    ),
                ),
                ("old", models.CharField(blank=True, max_length=500)),
                ("new", models.CharField(blank=True, max_length=500)),
                ("is_open", models.BooleanField(default=True)),
            ],
        ),
        migrations.AddField(
            model_name="enrolmentbatch",
            name="late_reason",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.AddField(
            model_name="enrolmentbatch",
            name="withdraw_reason",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.AddField(
            model_name="enrolmentbatch",
            name="withdrawn_on",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="enrolmentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_on__isnull", True), ("status", "WITHDRAWN"), _connector="OR"
                ),
                name="batch_withdrawn_on_if_withdrawn",
            ),
        ),
        migrations.AddField(
            model_name="batchpaper",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="batchpaper",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="policies.enrolmentbatch",
            ),
        ),
        migrations.AddField(
            model_name="batchpaper",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="policies.enrolmentbatch",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correctionline",
            name="correction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="policies.correction",
            ),
        ),
        migrations.AddField(
            model_name="correctionline",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="policies.policy",
            ),
        ),
        migrations.AddConstraint(
            model_name="batchpaper",
            constraint=models.UniqueConstraint(fields=("file",), name="batch_paper_once"),
        ),
        migrations.AddConstraint(
            model_name="batchpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ROSTER", "CONSENT", "PAYMENT_ORDER"])),
                name="batch_paper_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    ("made_by__isnull", True),
                    models.Q(("decided_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="correction_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on__isnull", True), ("status", "SUBMITTED")),
                    models.Q(
                        ("decided_on__isnull", False), ("status__in", ["ACCEPTED", "REFUSED"])
                    ),
                    _connector="OR",
                ),
                name="correction_decided_iff_decided_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionline",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["NAME", "FUNDER", "NOTE"])),
                name="correction_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionline",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True),
                name="correction_changes_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)),
                fields=("policy", "kind"),
                name="correction_open_once",
            ),
        ),
        migrations.RunSQL(SQL, BACK),
        *(
            migrations.RunSQL(f"SELECT core_track('{table}')", f"SELECT core_untrack('{table}')")
            for table in TABLES
        ),
    ]

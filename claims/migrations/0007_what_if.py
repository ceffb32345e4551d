"""The claims of a period under another version of a plan."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0006_writes_are_tracked"),
        ("core", "0008_inserts_are_proved"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WhatIf",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30)),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("INPMED", "inpatient medical"),
                            ("INPALW", "hospital allowance"),
                            ("CI", "critical illness"),
                            ("FEM", "female special illness"),
                            ("ACC", "employee accident"),
                            ("CHILD", "children's accident"),
                            ("SECREIMB", "secondary reimbursement"),
                        ],
                        max_length=10,
                    ),
                ),
                ("parameters", models.JSONField()),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("unfit", models.PositiveIntegerField(default=0)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.jobrun",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WhatIfLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was", models.DecimalField(decimal_places=2, max_digits=14)),
                ("becomes", models.DecimalField(decimal_places=2, max_digits=14)),
                (
                    "decision_was",
                    models.CharField(
                        choices=[
                            ("payable", "payable"),
                            ("referred", "referred"),
                            ("supplement", "papers missing"),
                            ("nil", "nothing due"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "decision_becomes",
                    models.CharField(
                        choices=[
                            ("payable", "payable"),
                            ("referred", "referred"),
                            ("supplement", "papers missing"),
                            ("nil", "nothing due"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.claim",
                    ),
                ),
                (
                    "what_if",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="claims.whatif",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="whatif",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_on__lte", models.F("last_on"))),
                name="what_if_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="whatifline",
            constraint=models.UniqueConstraint(
                fields=("what_if", "claim"), name="what_if_claim_once"
            ),
        ),
        migrations.RunSQL(
            "SELECT core_track('claims_whatif'), core_track('claims_whatifline')",
            "SELECT core_untrack('claims_whatif'), core_untrack('claims_whatifline')",
        ),
    ]

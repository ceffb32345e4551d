"""The station above the unit, who bears a contribution, and the last day of a season."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
DROP TRIGGER funding_sums ON policies_fundingpart;
DROP TRIGGER funding_sums ON policies_enrolmentbatch;
DROP FUNCTION policies_funding_sums();
SELECT core_untrack('policies_fundingpart');
SELECT core_untrack('policies_subsidy');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0030_notices"),
        ("policies", "0009_money_in_parts_and_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FundingPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "funder",
                    models.CharField(
                        choices=[
                            ("UNION", "union"),
                            ("ADMINISTRATION", "administration"),
                            ("SUBSIDY", "subsidy from above"),
                            ("DISTRICT", "district union"),
                            ("MEMBER", "member"),
                        ],
                        max_length=15,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
            ],
        ),
        migrations.CreateModel(
            name="Subsidy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_year", models.PositiveSmallIntegerField()),
                ("per_head", models.DecimalField(decimal_places=2, max_digits=8)),
                ("basis", models.CharField(max_length=200)),
                (
                    "set_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="enrolmentbatch",
            name="batch_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="enrolmentbatch",
            name="batch_accepted_iff_accepted_on",
        ),
        migrations.AddField(
            model_name="annualtarget",
            name="enrol_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="enrolmentbatch",
            name="checked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="enrolmentbatch",
            name="checked_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="enrolmentbatch",
            name="status",
            field=models.CharField(
                choices=[
                    ("DRAFT", "to be submitted"),
                    ("SUBMITTED", "submitted"),
                    ("CHECKED", "checked above the unit"),
                    ("RETURNED", "returned"),
                    ("ACCEPTED", "accepted"),
                    ("PAID", "paid in"),
                    ("EFFECTIVE", "in force"),
                    ("WITHDRAWN", "withdrawn"),
                ],
                default="DRAFT",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolmentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "DRAFT",
                            "SUBMITTED",
                            "CHECKED",
                            "RETURNED",
                            "ACCEPTED",
                            "PAID",
                            "EFFECTIVE",
                            "WITHDRAWN",
                        ],
                    )
                ),
                name="batch_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolmentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted_on__isnull", False),
                        ("status__in", ["ACCEPTED", "PAID", "EFFECTIVE"]),
                    ),
                    models.Q(
                        ("accepted_on__isnull", True),
                        ("status__in", ["DRAFT", "SUBMITTED", "CHECKED", "RETURNED", "WITHDRAWN"]),
                    ),
                    _connector="OR",
                ),
                name="batch_accepted_iff_accepted_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolmentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "CHECKED"), _negated=True),
                    ("checked_on__isnull", False),
                    _connector="OR",
                ),
                name="batch_checked_on_if_checked",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolmentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by__isnull", True),
                    ("submitted_by__isnull", True),
                    models.Q(("checked_by", models.F("submitted_by")), _negated=True),
                    _connector="OR",
                ),
                name="batch_checked_by_another",
            ),
        ),
        migrations.AddField(
            model_name="fundingpart",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="funding_parts",
                to="policies.enrolmentbatch",
            ),
        ),
        migrations.AddField(
            model_name="subsidy",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subsidies",
                to="members.organisation",
            ),
        ),
        migrations.AddField(
            model_name="subsidy",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingpart",
            constraint=models.UniqueConstraint(
                fields=("batch", "funder"), name="funding_part_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="funding_part_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("funder__in", ["UNION", "ADMINISTRATION", "SUBSIDY", "DISTRICT", "MEMBER"])
                ),
                name="funding_part_funder_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidy",
            constraint=models.UniqueConstraint(
                fields=("organisation", "from_year"), name="subsidy_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidy",
            constraint=models.CheckConstraint(
                condition=models.Q(("per_head__gt", 0)), name="subsidy_per_head_positive"
            ),
        ),
        migrations.RunSQL(SQL, BACK),
        migrations.RunSQL(
            "SELECT core_track('policies_fundingpart'), core_track('policies_subsidy')",
            migrations.RunSQL.noop,
        ),
    ]

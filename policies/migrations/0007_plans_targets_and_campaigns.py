"""Plans are drafted, proposed and published; targets have parts; campaigns move."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import yaml
from django.conf import settings
from django.db import migrations, models
from django.db.backends.postgresql.psycopg_any import DateRange

from policies.rules.catalogue import parse_catalogue

CATALOGUE = Path(__file__).parent.parent / "data" / "catalogue.yaml"
SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def add_free_plans(apps, schema_editor):
    document = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    for terms in parse_catalogue(document).free:
        parameters = next(p for p in document["other_free_plans"] if p["code"] == terms.code)
        apps.get_model("policies", "PlanVersion").objects.create(
            code=terms.code,
            family=terms.family,
            name_zh=terms.name_zh,
            name_en=terms.name_en,
            on_sale=DateRange(terms.effective_from, terms.effective_to),
            parameters=parameters,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0019_members_are_counted"),
        ("policies", "0006_writes_are_tracked"),
        ("core", "0004_row_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TargetPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("family", models.CharField(blank=True, max_length=10)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                (
                    "set_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="planversion",
            name="plan_family_known",
        ),
        migrations.RemoveConstraint(
            model_name="planversion",
            name="plan_one_on_sale",
        ),
        migrations.AddField(
            model_name="campaign",
            name="budget",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="closed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="sponsor_union",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="campaigns",
                to="members.organisation",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="status",
            field=models.CharField(
                choices=[
                    ("PLANNED", "planned"),
                    ("COLLECTING", "rosters open"),
                    ("FUNDED", "funded"),
                    ("CLOSED", "closed"),
                ],
                db_default="COLLECTING",
                default="COLLECTING",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="drafted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="proposed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="planversion",
            name="published_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="return_reason",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.AddField(
            model_name="planversion",
            name="status",
            field=models.CharField(
                choices=[
                    ("DRAFT", "draft"),
                    ("PROPOSED", "to be published"),
                    ("PUBLISHED", "published"),
                ],
                db_default="PUBLISHED",
                default="PUBLISHED",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="planversion",
            name="family",
            field=models.CharField(
                choices=[
                    ("INPMED", "inpatient medical"),
                    ("INPALW", "hospital allowance"),
                    ("CI", "critical illness"),
                    ("FEM", "female special illness"),
                    ("ACC", "employee accident"),
                    ("CHILD", "children's accident"),
                    ("SECREIMB", "secondary reimbursement"),
                    ("NONWORK", "non-work accident and household loss"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="planversion",
            name="published_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["PLANNED", "COLLECTING", "FUNDED", "CLOSED"])),
                name="campaign_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on__isnull", False), ("status", "CLOSED")),
                    models.Q(
                        models.Q(("status", "CLOSED"), _negated=True), ("closed_on__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="campaign_closed_iff_closed_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("budget__isnull", True), ("budget__gt", 0), _connector="OR"),
                name="campaign_budget_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "family__in",
                        ["INPMED", "INPALW", "CI", "FEM", "ACC", "CHILD", "SECREIMB", "NONWORK"],
                    )
                ),
                name="plan_family_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("status", "PUBLISHED")),
                expressions=[("family", "="), ("on_sale", "&&")],
                name="plan_one_on_sale",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["DRAFT", "PROPOSED", "PUBLISHED"])),
                name="plan_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", False), ("status", "PUBLISHED")),
                    models.Q(
                        models.Q(("status", "PUBLISHED"), _negated=True),
                        ("published_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="plan_published_iff_published_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_by__isnull", True),
                    models.Q(
                        ("proposed_by__isnull", False),
                        models.Q(("published_by", models.F("proposed_by")), _negated=True),
                        models.Q(
                            ("drafted_by__isnull", True),
                            models.Q(("published_by", models.F("drafted_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="plan_published_by_another",
            ),
        ),
        migrations.AddField(
            model_name="targetpart",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="target_parts",
                to="members.organisation",
            ),
        ),
        migrations.AddField(
            model_name="targetpart",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="targetpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="target_part_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="targetpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("family__in", ["", "INPMED", "INPALW", "CI", "FEM", "ACC", "CHILD"])
                ),
                name="target_part_family_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetpart",
            constraint=models.UniqueConstraint(
                fields=("year", "organisation", "family"), name="target_part_once"
            ),
        ),
        migrations.RunSQL(
            "SELECT core_track('policies_targetpart')", "SELECT core_untrack('policies_targetpart')"
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
        migrations.RunPython(add_free_plans, migrations.RunPython.noop),
    ]

"""Plans are drafted, proposed and published; targets have parts; campaigns move."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


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
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="target_parts",
                        to="members.organisation",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="target_part_amount_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("family__in", ["", "INPMED", "INPALW", "CI", "FEM", "ACC", "CHILD"])
                        ),
                        name="target_part_family_known",
                    ),
                    models.UniqueConstraint(
                        fields=("year", "organisation", "family"), name="target_part_once"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "SELECT core_track('policies_targetpart')", "SELECT core_untrack('policies_targetpart')"
        ),
    ]

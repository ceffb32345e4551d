"""How people like their lists, and the searches that they keep under a name."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0019_members_are_counted"),
        ("core", "0004_row_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("listing", models.CharField(max_length=20)),
                (
                    "hidden",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                (
                    "density",
                    models.CharField(
                        choices=[
                            ("compact", "Compact"),
                            ("standard", "Standard"),
                            ("roomy", "Roomy"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="list_settings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "listing"), name="list_setting_once"),
                    models.CheckConstraint(
                        condition=models.Q(("density__in", ["compact", "standard", "roomy"])),
                        name="list_setting_density_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("listing", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=20)),
                ("query", models.CharField(max_length=1000)),
                ("is_shared", models.BooleanField(default=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "listing", "name"), name="filter_name_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("query__regex", "[0-9]{8}"), _negated=True),
                            models.Q(("name__regex", "[0-9]{8}"), _negated=True),
                        ),
                        name="filter_without_numbers",
                    ),
                ],
            },
        ),
        # shared searches are the office's; how somebody likes his columns is his own affair
        migrations.RunSQL(
            "SELECT core_track('members_savedfilter')", "SELECT core_untrack('members_savedfilter')"
        ),
    ]

"""Notices to unions with who has read them, and the training of agents."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

TABLES = (
    "members_notice",
    "members_noticeunit",
    "members_noticereading",
    "members_trainingsession",
    "members_trainingattendee",
)
SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = "DROP TRIGGER notice_stays ON members_notice; DROP FUNCTION members_notice_stays();"


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0021_cards_have_a_validity"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
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
                            ("GENERAL", "notice"),
                            ("POLICY", "rules and plans"),
                            ("REMINDER", "reminder"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=100)),
                ("body", models.TextField(max_length=4000)),
                ("about", models.CharField(blank=True, max_length=60)),
                ("sent_on", models.DateField()),
                (
                    "sent_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_back_by",
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
            name="NoticeReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "read_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="members.notice",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NoticeUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="members.notice",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="members.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrainingSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100)),
                ("held_on", models.DateField()),
                ("place", models.CharField(max_length=100)),
                ("hours", models.DecimalField(decimal_places=1, max_digits=4)),
                ("content", models.TextField(blank=True, max_length=2000)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PLANNED", "planned"),
                            ("HELD", "held"),
                            ("CANCELLED", "cancelled"),
                        ],
                        default="PLANNED",
                        max_length=10,
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
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
                (
                    "organiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainings",
                        to="members.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrainingAttendee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.organisation",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendees",
                        to="members.trainingsession",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["about", "sent_on"], name="notice_by_about"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["GENERAL", "POLICY", "REMINDER"])),
                name="notice_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title", ""), _negated=True), models.Q(("body", ""), _negated=True)
                ),
                name="notice_says_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticereading",
            constraint=models.UniqueConstraint(fields=("notice", "user"), name="notice_read_once"),
        ),
        migrations.AddConstraint(
            model_name="noticeunit",
            constraint=models.UniqueConstraint(
                fields=("notice", "organisation"), name="notice_to_unit_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["PLANNED", "HELD", "CANCELLED"])),
                name="training_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__gt", 0)), name="training_takes_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingattendee",
            constraint=models.UniqueConstraint(
                fields=("session", "organisation", "name"), name="attendee_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingattendee",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="attendee_has_a_name"
            ),
        ),
        migrations.RunSQL(SQL, BACK),
        *(
            migrations.RunSQL(f"SELECT core_track('{table}')", f"SELECT core_untrack('{table}')")
            for table in TABLES
        ),
    ]

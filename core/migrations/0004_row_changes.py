from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import core.models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
DROP FUNCTION core_untrack(text);
DROP FUNCTION core_track(text, text[]);
DROP FUNCTION core_track_writes();
DROP FUNCTION core_digest_of_changes(bigint);
"""
# the rows that are there belong to no known transaction: 0, not this migration's
XACT = """
ALTER TABLE core_auditevent ADD COLUMN xact bigint NOT NULL DEFAULT 0;
ALTER TABLE core_auditevent ALTER COLUMN xact SET DEFAULT (pg_current_xact_id()::text)::bigint;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_number_series"),
    ]

    operations = [
        migrations.CreateModel(
            name="WriteSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("xact", models.BigIntegerField(db_default=core.models.TransactionNumber())),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("table_name", models.CharField(max_length=63)),
                (
                    "op",
                    models.CharField(
                        choices=[("I", "Insert"), ("U", "Update"), ("D", "Delete")], max_length=1
                    ),
                ),
                ("rows", models.PositiveIntegerField()),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                ("first_id", models.BigIntegerField(null=True)),
                ("last_id", models.BigIntegerField(null=True)),
                ("digest", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="RowChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "writeset",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="core.writeset",
                    ),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.BigIntegerField()),
                ("before", models.JSONField()),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(XACT, "ALTER TABLE core_auditevent DROP COLUMN xact")
            ],
            state_operations=[
                migrations.AddField(
                    model_name="auditevent",
                    name="xact",
                    field=models.BigIntegerField(db_default=core.models.TransactionNumber()),
                )
            ],
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["xact"], name="audit_xact"),
        ),
        migrations.AddIndex(
            model_name="writeset",
            index=models.Index(fields=["xact"], name="writeset_xact"),
        ),
        migrations.AddIndex(
            model_name="writeset",
            index=models.Index(
                condition=models.Q(("op", "I")),
                fields=["table_name", "first_id", "last_id"],
                name="writeset_inserted",
            ),
        ),
        migrations.AddConstraint(
            model_name="writeset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("first_id", None), ("ids", None), ("last_id", None), ("op__in", ["U", "D"])
                    ),
                    models.Q(("ids__isnull", False), ("ids__len", models.F("rows")), ("op", "I")),
                    _connector="OR",
                ),
                name="writeset_insert_has_keys",
            ),
        ),
        migrations.AddIndex(
            model_name="rowchange",
            index=models.Index(fields=["table_name", "row_id"], name="rowchange_row"),
        ),
        migrations.RunSQL(SQL, BACK),
    ]

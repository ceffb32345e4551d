"""Credits of the unions get an account; the books can be closed up to a day (docs/adr/0010)."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
DROP TRIGGER entry_not_back_dated ON ledger_entry;
DROP FUNCTION ledger_entry_not_back_dated();
SELECT core_untrack('ledger_booksclosing');
"""
CREDITS = ("2203", "预收会费", "Contributions received in advance", "LIABILITY")


def add(apps, schema_editor):
    code, zh, en, kind = CREDITS
    apps.get_model("ledger", "Account").objects.get_or_create(
        code=code, defaults={"name_zh": zh, "name_en": en, "kind": kind}
    )


def remove(apps, schema_editor):
    apps.get_model("ledger", "Account").objects.filter(code=CREDITS[0]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_app_role_only_adds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="BooksClosing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until_on", models.DateField(unique=True)),
                ("closed_on", models.DateField()),
                (
                    "closed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunSQL(SQL, BACK),
        migrations.RunPython(add, remove),
    ]

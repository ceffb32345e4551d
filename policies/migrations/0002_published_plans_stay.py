from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = (
    "DROP TRIGGER plan_immutable ON policies_planversion; DROP FUNCTION policies_plan_immutable();"
)


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]
    operations = [migrations.RunSQL(SQL, BACK)]

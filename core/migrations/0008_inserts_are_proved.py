from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
DROP FUNCTION core_insert_faults();
DROP FUNCTION core_unlike_inserted(regclass, integer, bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0007_trail_is_searched")]
    operations = [migrations.RunSQL(SQL, BACK)]

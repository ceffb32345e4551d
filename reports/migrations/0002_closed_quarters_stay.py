from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
UNDO = """
DROP TRIGGER closing_stays ON reports_quarterclosing;
DROP FUNCTION reports_closing_stays();
DROP TRIGGER closed_file_stays ON reports_reportfile;
DROP FUNCTION reports_closed_file_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]

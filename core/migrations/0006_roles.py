from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
# the role stays: it belongs to the cluster, and other databases may use it
BACK = """
DROP FUNCTION core_analyze(text[]);
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM mutual_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM mutual_app;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM mutual_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM mutual_app;
REVOKE ALL ON SCHEMA public FROM mutual_app;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_chain")]
    operations = [migrations.RunSQL(SQL, BACK)]

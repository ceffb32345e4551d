"""The application's role adds to the ledger and changes nothing in it."""

from django.db import migrations

# the one column lets an entry be locked (FOR UPDATE asks for the right); the trigger refuses its use
ONLY_ADDS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mutual_app') THEN
    REVOKE UPDATE, DELETE ON ledger_entry, ledger_posting FROM mutual_app;
    GRANT UPDATE (id) ON ledger_entry TO mutual_app;
  END IF;
END $$
"""
AS_BEFORE = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mutual_app') THEN
    REVOKE UPDATE (id) ON ledger_entry FROM mutual_app;
    GRANT UPDATE, DELETE ON ledger_entry, ledger_posting TO mutual_app;
  END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_writes_are_tracked"), ("core", "0006_roles")]
    operations = [migrations.RunSQL(ONLY_ADDS, AS_BEFORE)]

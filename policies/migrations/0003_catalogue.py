"""The plan catalogue as compiled on 2026-11-23: thirteen versions and the campaign of 2018.

The fourteenth, the free plan of card holders, follows in 0007.
"""

from datetime import date, timedelta
from pathlib import Path

import yaml
from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange

from policies.rules.catalogue import parse_catalogue

CATALOGUE = Path(__file__).parent.parent / "data" / "catalogue.yaml"


def _on_sale(plan, family_plans):
    """From effective_from to effective_to, or until the next version of the family begins."""
    first = date.fromisoformat(plan["effective_from"])
    later = [
        date.fromisoformat(other["effective_from"])
        for other in family_plans
        if date.fromisoformat(other["effective_from"]) > first
    ]
    until = min(later, default=None)
    if plan["effective_to"]:
        end = date.fromisoformat(plan["effective_to"]) + timedelta(days=1)
        until = min(until, end) if until else end
    return DateRange(first, until)


def add(apps, schema_editor):
    document = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    parse_catalogue(document)  # a wrong or missing key stops the load and names its path
    plans = document["plans"] + document["secondary_reimbursement"]
    version = apps.get_model("policies", "PlanVersion")
    for plan in plans:
        family = [other for other in plans if other["family"] == plan["family"]]
        version.objects.create(
            code=plan["code"],
            family=plan["family"],
            name_zh=plan["name_zh"],
            name_en=plan["name_en"],
            on_sale=_on_sale(plan, family),
            parameters=plan,
        )
    for campaign in document["campaigns"]:
        apps.get_model("policies", "Campaign").objects.create(
            code=campaign["code"],
            name_zh=campaign["name_zh"],
            plan_version=version.objects.get(code=campaign["plan"]),
            tier=campaign["tier"],
            sponsor=campaign["sponsor"],
            starts_on=campaign["effective_from"],
        )


class Migration(migrations.Migration):
    dependencies = [("policies", "0002_published_plans_stay")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

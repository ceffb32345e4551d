"""The day from which a member is of another medical category is an event of the membership."""

from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("JOINED", "registered"),
    ("TRANSFERRED", "transferred"),
    ("RETIRED", "retired"),
    ("LEFT", "left"),
    ("DIED", "died"),
    ("RETURNED", "returned to work"),
    ("CATEGORY", "another medical category"),
    ("CORRECTED", "correction"),
]


class Migration(migrations.Migration):
    dependencies = [("members", "0017_imports_know_their_template")]
    operations = [
        migrations.AlterField(
            "membershipevent", "kind", models.CharField(choices=KINDS, max_length=12)
        ),
        migrations.AlterField(
            "membershipevent", "status_before", models.CharField(blank=True, max_length=12)
        ),
        migrations.AlterField(
            "membershipevent", "status_after", models.CharField(blank=True, max_length=12)
        ),
        migrations.RemoveConstraint("membershipevent", "event_kind_known"),
        migrations.AddConstraint(
            "membershipevent",
            models.CheckConstraint(
                condition=Q(kind__in=[kind for kind, _label in KINDS]), name="event_kind_known"
            ),
        ),
    ]

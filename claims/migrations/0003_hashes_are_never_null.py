"""An illness that was not given has the empty hash."""

from django.db import migrations, models

NAMES = ("diagnosis_index", "diagnosis_code_index", "illness_index")
EMPTY = "UPDATE claims_claim SET {0} = '' WHERE {0} IS NULL"


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_casework_facts_and_payments_of_unions")]
    operations = [
        migrations.RunSQL([EMPTY.format(name) for name in NAMES], migrations.RunSQL.noop),
        *(
            migrations.AlterField(
                model_name="claim",
                name=name,
                field=models.CharField(blank=True, default="", max_length=32),
                preserve_default=False,
            )
            for name in NAMES
        ),
    ]

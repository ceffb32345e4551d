from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_roles"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["-at", "-id"], name="audit_newest"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["action", "-at"],
                name="audit_action",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["path", "-at"], name="audit_path"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["subject"], name="audit_beginning", opclasses=["varchar_pattern_ops"]
            ),
        ),
    ]

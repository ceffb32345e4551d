from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0016_lives_are_tracked")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="template_unit",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="importrun",
            name="template_version",
            field=models.CharField(blank=True, max_length=10),
        ),
    ]

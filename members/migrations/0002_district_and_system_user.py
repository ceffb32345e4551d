from django.contrib.auth.hashers import make_password
from django.db import migrations


def add(apps, schema_editor):
    organisation = apps.get_model("members", "Organisation")
    district = organisation.objects.create(
        code="DC",
        name="东城区总工会",
        kind="DISTRICT",
        path="0",
        sort_key="dong cheng qu zong gong hui",
    )
    district.path = f"{district.pk:04d}/"
    district.save(update_fields=["path"])
    # the system's own account: nobody can sign in with it
    apps.get_model("members", "User").objects.create(
        username="system",
        full_name="系统",
        password=make_password(None),
        must_change_password=False,
    )


def remove(apps, schema_editor):
    apps.get_model("members", "User").objects.filter(username="system").delete()
    apps.get_model("members", "Organisation").objects.filter(code="DC").delete()


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]

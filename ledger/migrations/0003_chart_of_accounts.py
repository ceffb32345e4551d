from django.db import migrations

CHART = [
    ("1002", "银行存款", "Bank deposits", "ASSET"),
    ("1122", "应收会费", "Contributions receivable", "ASSET"),
    ("1221", "应收北京办事处互助金", "Benefits receivable from the Beijing office", "ASSET"),
    ("2202", "应缴北京办事处会费", "Contributions payable to the Beijing office", "LIABILITY"),
    ("2241", "应付互助金", "Benefits payable to members", "LIABILITY"),
]


def add(apps, schema_editor):
    account = apps.get_model("ledger", "Account")
    account.objects.bulk_create(
        account(code=code, name_zh=zh, name_en=en, kind=kind) for code, zh, en, kind in CHART
    )


def remove(apps, schema_editor):
    apps.get_model("ledger", "Account").objects.filter(code__in=[row[0] for row in CHART]).delete()


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_entries_balance_and_stay")]
    operations = [migrations.RunPython(add, remove)]

"""Members are found by the last characters of their numbers and by a stranger's reading.

What stands already is unsealed and hashed here, 2,000 members at a time; it takes the key file.
"""

from django.db import migrations, models

from core import crypto, pinyin

CHUNK = 2000


def fill(apps, schema_editor):
    Member = apps.get_model("members", "Member")
    tail4, tail6 = crypto.tail_blinder("id", 4), crypto.tail_blinder("id", 6)
    card4 = crypto.tail_blinder("card", 4)
    last = 0
    while members := list(Member.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for member in members:
            number = crypto.unseal(member.document_sealed, "id")
            member.document_tail4_index = tail4(number[-4:])
            member.document_tail6_index = tail6(number[-6:])
            if member.card_sealed:
                member.card_tail4_index = card4(crypto.unseal(member.card_sealed, "card")[-4:])
            member.other_initials = pinyin.other_initials(member.name)
        Member.objects.bulk_update(
            members,
            ["document_tail4_index", "document_tail6_index", "card_tail4_index", "other_initials"],
            batch_size=500,
        )
        last = members[-1].pk


class Migration(migrations.Migration):
    dependencies = [("members", "0006_name_keys_may_grow")]

    operations = [
        migrations.AddField(
            "member",
            "other_initials",
            models.CharField(max_length=20, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "member",
            "document_tail4_index",
            models.CharField(max_length=32, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "member",
            "document_tail6_index",
            models.CharField(max_length=32, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "member",
            "card_tail4_index",
            models.CharField(max_length=32, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0007_found_by_tails_and_other_readings")]

    operations = [
        migrations.AddIndex(
            "member",
            models.Index(
                fields=["other_initials"],
                name="member_by_other_initials",
                opclasses=["varchar_pattern_ops"],
                condition=~models.Q(other_initials=""),
            ),
        ),
        migrations.AddIndex(
            "member", models.Index(fields=["document_tail4_index"], name="member_by_document_tail4")
        ),
        migrations.AddIndex(
            "member", models.Index(fields=["document_tail6_index"], name="member_by_document_tail6")
        ),
        migrations.AddIndex(
            "member",
            models.Index(
                fields=["card_tail4_index"],
                name="member_by_card_tail4",
                condition=~models.Q(card_tail4_index=""),
            ),
        ),
    ]

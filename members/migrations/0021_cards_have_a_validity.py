"""Until when a card is valid, where it is known; a second factor is kept only once confirmed."""

from django.db import migrations, models

UNCONFIRMED = "DELETE FROM members_secondfactor WHERE confirmed_at IS NULL"  # nobody signs in by it


class Migration(migrations.Migration):
    dependencies = [("members", "0020_list_settings_and_saved_filters")]
    operations = [
        migrations.AddField("member", "card_valid_until", models.DateField(null=True)),
        migrations.AddField("membercard", "valid_until", models.DateField(null=True)),
        migrations.AddConstraint(
            "member",
            models.CheckConstraint(
                condition=models.Q(card_valid_until__isnull=True)
                | models.Q(card_index__isnull=False),
                name="member_valid_until_of_a_card",
            ),
        ),
        migrations.RunSQL(UNCONFIRMED, migrations.RunSQL.noop),
        migrations.AlterField("secondfactor", "confirmed_at", models.DateTimeField()),
    ]

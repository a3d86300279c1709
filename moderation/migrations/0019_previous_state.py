from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("moderation", "0018_words_for_staff")]

    operations = [
        migrations.RenameField("decision", "was", "previous_state"),
        migrations.RenameField("batch", "what", "title"),
    ]

"""Name who acted `actor` and when `created_at`, as on events."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ('search', '0011_index_state'),
    ]

    operations = [
        migrations.RenameField("readaction", "by", "actor"),
        migrations.RenameField("readaction", "at", "created_at"),
        migrations.RenameField("tagaction", "by", "actor"),
        migrations.RenameField("tagaction", "at", "created_at"),
        migrations.RenameField("verification", "at", "finished_at"),
    ]

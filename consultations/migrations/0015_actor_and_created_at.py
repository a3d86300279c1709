"""Name who acted `actor` and when `created_at`, as on events."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ('consultations', '0014_language_codes'),
    ]

    operations = [
        migrations.RenameField("revision", "by", "actor"),
        migrations.RenameField("revision", "at", "created_at"),
        migrations.RenameField("support", "at", "created_at"),
        migrations.RenameField("sentform", "at", "created_at"),
    ]

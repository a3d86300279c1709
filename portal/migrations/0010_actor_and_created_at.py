"""Name who acted `actor` and when `created_at`, as on events."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ('portal', '0009_agency_time_zone'),
    ]

    operations = [
        migrations.RenameField("publicchange", "at", "created_at"),
        migrations.RenameField("mention", "by", "actor"),
        migrations.RenameField("mention", "at", "created_at"),
    ]

"""Name who acted `actor` and when `created_at`, as on events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('moderation', '0019_previous_state'),
    ]

    operations = [
        migrations.RemoveConstraint("opinion", "opinion_once"),
        migrations.RemoveConstraint("blindcheck", "check_once"),
        migrations.RemoveIndex("exposure", "exposure_recent"),
        migrations.RemoveIndex("decision", "decision_when"),
        migrations.RenameField("casenote", "by", "actor"),
        migrations.RenameField("casenote", "at", "created_at"),
        migrations.RenameField("opinion", "by", "actor"),
        migrations.RenameField("opinion", "at", "created_at"),
        migrations.RenameField("exposure", "at", "created_at"),
        migrations.RenameField("batch", "by", "actor"),
        migrations.RenameField("batch", "at", "created_at"),
        migrations.RenameField("decision", "by", "actor"),
        migrations.RenameField("decision", "at", "created_at"),
        migrations.RenameField("blindcheck", "by", "actor"),
        migrations.RenameField("blindcheck", "at", "answered_at"),
        migrations.RenameField("practiceanswer", "at", "created_at"),
        migrations.RenameField("report", "at", "created_at"),
        migrations.RenameField("appeal", "at", "created_at"),
        migrations.RenameField("example", "at", "created_at"),
        migrations.RenameField("screening", "at", "created_at"),
        migrations.AddConstraint("opinion", models.UniqueConstraint(fields=["case", "revision", "actor"], name="opinion_once")),
        migrations.AddConstraint("blindcheck", models.UniqueConstraint(fields=["decision", "actor"], name="check_once")),
        migrations.AddIndex("exposure", models.Index(fields=["user", "-created_at"], name="exposure_recent")),
        migrations.AddIndex("decision", models.Index(fields=["created_at"], name="decision_when")),
    ]

from django.db import migrations, models
from django.db.models import F


def begin(apps, schema_editor):
    """Say in the new columns what `state` and the report said of a replay that is not over."""
    replays = apps.get_model('moderation', 'Replay').objects
    replays.filter(state='queued').update(state='waiting')
    replays.filter(state='running').update(alive_at=F('started_at'), tries=1, result={})


def begin_as_before(apps, schema_editor):
    """Take the words back that the earlier code does not know."""
    apps.get_model('moderation', 'Replay').objects.filter(state='waiting').update(state='queued')


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0011_appeal_gone'),
    ]

    operations = [
        migrations.AddField(
            model_name='replay',
            name='alive_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='replay',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='replay',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting to start'), ('running', 'Running'), ('done', 'Finished'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10),
        ),
        migrations.AddIndex(
            model_name='replay',
            index=models.Index(fields=['state', 'id'], name='replay_queue'),
        ),
        migrations.RunPython(begin, begin_as_before),
    ]

"""Jobs have a claim token, and a rebuild is a job; the rebuilds of before were finished."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0006_read_together'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='rebuild',
            options={'default_permissions': (), 'ordering': ['-id'], 'permissions': [('rebuild_index', 'Can have the search index made anew')]},
        ),
        migrations.RenameField(
            model_name='export',
            old_name='created_at',
            new_name='asked_at',
        ),
        migrations.RenameField(
            model_name='rebuild',
            old_name='at',
            new_name='finished_at',
        ),
        migrations.AlterField(
            model_name='rebuild',
            name='finished_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='export',
            name='claim_token',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='rebuild',
            name='alive_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='rebuild',
            name='asked_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='rebuild',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rebuild',
            name='claim_token',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='rebuild',
            name='problem',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='rebuild',
            name='started_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='rebuild',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting to start'), ('running', 'Running'), ('done', 'Finished'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10),
        ),
        migrations.AddField(
            model_name='rebuild',
            name='total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='rebuild',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='rebuild',
            name='read',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='rebuild',
            name='seconds',
            field=models.FloatField(default=0),
        ),
        migrations.AddIndex(
            model_name='rebuild',
            index=models.Index(fields=['state', 'id'], name='rebuild_queue'),
        ),
    ]

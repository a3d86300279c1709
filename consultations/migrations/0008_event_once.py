from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0007_event_kinds'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['consultation', 'id'], name='event_consultation'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('response__isnull', False)), fields=['response'], name='event_response'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(condition=models.Q(('due_at__isnull', False)), fields=('consultation', 'kind', 'due_at'), name='event_once'),
        ),
    ]

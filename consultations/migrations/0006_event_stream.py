import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ('received', 'Received'),
    ('revised', 'Changed by its author'),
    ('published', 'Published'),
    ('held', 'Held for a moderator'),
    ('refused', 'Refused'),
    ('withdrawn', 'Withdrawn'),
    ('redacted', 'Passages taken out'),
    ('change_refused', 'Change refused, the earlier text stays public'),
    ('returned', 'Returned to its author for a change'),
    ('undone', 'Decision taken back'),
    ('erased', 'Erased'),
    ('response_received', 'Response received'),
    ('response_withdrawn', 'Response withdrawn'),
    ('consultation_published', 'Consultation published'),
    ('consultation_changed', 'Consultation changed'),
    ('consultation_opened', 'Consultation opened'),
    ('consultation_closed', 'Consultation closed'),
    ('consultation_unpublished', 'Consultation unpublished'),
    ('outcome_published', 'Outcome published'),
    ('outcome_late', 'Outcome late'),
    ('case_opened', 'Case opened'),
    ('case_handed_over', 'Case handed over'),
    ('case_second_opinion', 'Second opinion wanted'),
    ('case_decided', 'Case decided'),
    ('case_appealed', 'Decision appealed'),
    ('case_closed', 'Case closed without a decision'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0005_questionnaires'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(model_name='event', old_name='by', new_name='actor'),
        migrations.RenameField(model_name='event', old_name='at', new_name='created_at'),
        migrations.RenameField(model_name='event', old_name='detail', new_name='note'),
        migrations.AddField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=KINDS, default='', max_length=30),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='event',
            name='consultation',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='consultations.consultationpage'),
        ),
        migrations.AddField(
            model_name='event',
            name='response',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='consultations.response'),
        ),
        migrations.AddField(
            model_name='event',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='event',
            name='submission',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='consultations.submission'),
        ),
        migrations.AlterField(
            model_name='event',
            name='status',
            field=models.CharField(blank=True, choices=[('received', 'Received'), ('held', 'Held for a moderator'), ('published', 'Published'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], max_length=10),
        ),
    ]

from django.db import migrations, models
from django.utils import timezone


def note_running_pauses(apps, _editor):
    """Note of the pauses that run what they pause: of several of the same, of the one that lasts longest."""
    pauses = apps.get_model("consultations", "ParticipationPause").objects
    noted = set()
    for pause in pauses.filter(ended_at=None, ends_at__gt=timezone.now()).order_by("-ends_at", "-pk"):
        holds = str(pause.consultation_id or "all")
        if holds not in noted:
            noted.add(holds)
            pauses.filter(pk=pause.pk).update(holds=holds)


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0022_consent_terms'),
    ]

    operations = [
        migrations.AddField(
            model_name='participationpause',
            name='holds',
            field=models.CharField(editable=False, max_length=20, null=True, unique=True),
        ),
        migrations.RunPython(note_running_pauses, migrations.RunPython.noop),
    ]

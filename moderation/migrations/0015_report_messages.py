"""Put what readers are still to be told of their reports into the outbox, and drop the flag that said so."""

from django.db import migrations

from portal.outbox.models import MESSAGE_GRACE, address_key

TEMPLATE = 'moderation/report'


def post_messages(apps, schema_editor):
    """Write a message for each report that owes one; the address moves there."""
    Message = apps.get_model('portal', 'Message')
    owed = apps.get_model('moderation', 'Report').objects.filter(tell_reporter=True).exclude(reporter_email='')
    messages = []
    for report in owed.order_by('pk'):
        about, key = f'moderation.report:{report.pk}', address_key(report.reporter_email)
        messages.append(
            Message(
                template=TEMPLATE,
                recipient=report.reporter_email,
                recipient_key=key,
                about=about,
                causes=[report.outcome],
                dedupe_key=f'email|{TEMPLATE}|{about}|{key}',
                due_at=report.closed_at + MESSAGE_GRACE,
            )
        )
    Message.objects.bulk_create(messages, batch_size=500)
    owed.update(reporter_email='')


def owe_again(apps, schema_editor):
    """Put flag and address back on the reports of messages that wait."""
    waiting = apps.get_model('portal', 'Message').objects.filter(template=TEMPLATE, state='waiting')
    reports = apps.get_model('moderation', 'Report').objects
    for message in waiting:
        number = int(message.about.rpartition(':')[2])
        reports.filter(pk=number).update(tell_reporter=True, reporter_email=message.recipient)
    waiting.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0014_job_claim'),
    ]

    operations = [
        migrations.RunPython(post_messages, owe_again),
        migrations.RemoveIndex(model_name='report', name='report_letters'),
        migrations.RemoveField(model_name='report', name='tell_reporter'),
    ]

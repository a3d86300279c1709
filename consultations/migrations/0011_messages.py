"""Put what authors are still to be told into the outbox, and drop the flag that said so."""

from django.db import migrations

from portal.outbox.models import MESSAGE_GRACE, address_key

TEMPLATE = 'consultations/author'


def post_messages(apps, schema_editor):
    """Write one message for the owed events of each submission; the one that is due last decides when."""
    Event = apps.get_model('consultations', 'Event')
    Message = apps.get_model('portal', 'Message')
    owed = Event.objects.filter(tell_author=True).exclude(submission__author_email='').order_by('pk')
    messages = {}
    for event in owed.select_related('submission'):
        submission = event.submission
        is_answer = event.kind == 'received' and submission.response_id
        about = f'consultations.response:{submission.response_id}' if is_answer else f'consultations.submission:{submission.pk}'
        key = address_key(submission.author_email)
        message = messages.setdefault(
            (about, key),
            Message(template=TEMPLATE, recipient=submission.author_email, recipient_key=key, about=about, causes=[]),
        )
        message.dedupe_key = f'email|{TEMPLATE}|{about}|{key}'
        message.causes.append(event.pk)
        message.due_at = event.created_at + MESSAGE_GRACE
    Message.objects.bulk_create(messages.values(), batch_size=500)


def owe_again(apps, schema_editor):
    """Put the flag back on the events of messages that wait."""
    waiting = apps.get_model('portal', 'Message').objects.filter(template=TEMPLATE, state='waiting')
    for message in waiting:
        apps.get_model('consultations', 'Event').objects.filter(pk__in=message.causes).update(tell_author=True)
    waiting.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0010_submission_import'),
        ('portal', '0004_outbox'),
    ]

    operations = [
        migrations.RunPython(post_messages, owe_again),
        migrations.RemoveIndex(model_name='event', name='event_letters'),
        migrations.RemoveField(model_name='event', name='tell_author'),
    ]

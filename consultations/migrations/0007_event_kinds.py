"""Give every event its kind, and the pages and responses of the past the events that would have told of them."""

from datetime import datetime, time, timedelta

from django.db import migrations
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

KIND_BY_WORDS = {
    'received': 'received',
    'revised': 'revised',
    'redacted': 'redacted',
    'change refused': 'change_refused',
    'returned': 'returned',
    'taken back': 'undone',
    'erased': 'erased',
}
WORDS_BY_KIND = {kind: words for words, kind in KIND_BY_WORDS.items()}


def name_kinds(apps, schema_editor):
    """Turn the words that the code wrote into kinds; of any others the status tells the kind, and they stay as a note."""
    Event = apps.get_model('consultations', 'Event')
    Submission = apps.get_model('consultations', 'Submission')
    known = [When(note=words, then=Value(kind)) for words, kind in KIND_BY_WORDS.items()]
    theirs = Submission.objects.filter(pk=OuterRef('submission')).values('consultation')[:1]
    Event.objects.update(
        kind=Case(*known, default=F('status')),
        note=Case(When(note__in=KIND_BY_WORDS, then=Value('')), default=F('note')),
        consultation=Subquery(theirs),
    )


def name_words(apps, schema_editor):
    """Put the words back into what was their place, and drop the events that had none."""
    Event = apps.get_model('consultations', 'Event')
    Event.objects.filter(Q(submission=None) | Q(kind__startswith='case_')).delete()
    words = [When(kind=kind, then=Value(words)) for kind, words in WORDS_BY_KIND.items()]
    Event.objects.filter(kind__in=WORDS_BY_KIND).exclude(~Q(note=''), kind='received').update(note=Case(*words))


def tell_of_responses(apps, schema_editor):
    """Record that each response was received, and that it was withdrawn."""
    Event = apps.get_model('consultations', 'Event')
    Response = apps.get_model('consultations', 'Response')
    responses = Response.objects.order_by('pk').values_list('pk', 'consultation', 'received_at', 'withdrawn_at')
    Event.objects.bulk_create(
        (
            Event(kind=kind, response_id=pk, consultation_id=consultation, created_at=at)
            for pk, consultation, received_at, withdrawn_at in responses.iterator()
            for kind, at in (('response_received', received_at), ('response_withdrawn', withdrawn_at))
            if at
        ),
        batch_size=500,
    )


def tell_of_consultations(apps, schema_editor):
    """Record what has come with time to each public consultation, so that nobody is told of it as news."""
    Event = apps.get_model('consultations', 'Event')
    ConsultationPage = apps.get_model('consultations', 'ConsultationPage')
    now = timezone.now()
    for page in ConsultationPage.objects.filter(live=True).order_by('pk'):
        due = [('consultation_opened', page.opens_at), ('consultation_closed', page.closes_at)]
        if page.answer_due and not page.outcome:
            late_at = datetime.combine(page.answer_due + timedelta(days=1), time.min)
            due.append(('outcome_late', timezone.make_aware(late_at)))
        happened = [Event(kind=kind, created_at=at, due_at=at) for kind, at in due if at <= now]
        if page.first_published_at:
            happened.append(Event(kind='consultation_published', created_at=page.first_published_at))
        if page.outcome and page.last_published_at:
            happened.append(Event(kind='outcome_published', created_at=page.last_published_at))
        for event in happened:
            event.consultation = page
        Event.objects.bulk_create(sorted(happened, key=lambda event: event.created_at))


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0006_event_stream'),
    ]

    operations = [
        migrations.RunPython(name_kinds, name_words),
        migrations.RunPython(tell_of_responses, migrations.RunPython.noop),
        migrations.RunPython(tell_of_consultations, migrations.RunPython.noop),
    ]

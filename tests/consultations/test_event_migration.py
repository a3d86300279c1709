from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from consultations.models import Event
from tests.factories import ConsultationFactory, response_to, submission_to

steps = import_module("consultations.migrations.0007_event_kinds")
BEFORE, AFTER = ("consultations", "0005_questionnaires"), ("consultations", "0008_event_once")
# Every word that was ever written, and what stood there otherwise: status, detail, and what they become.
ROWS = [
    ("received", "received", "received", ""),
    ("held", "Clause 5: Private details", "held", "Clause 5: Private details"),
    ("held", "revised", "revised", ""),
    ("held", "returned", "returned", ""),
    ("refused", "Refused under clause 5.", "refused", "Refused under clause 5."),
    ("held", "taken back", "undone", ""),
    ("published", "redacted", "redacted", ""),
    ("published", "", "published", ""),
    ("published", "change refused", "change_refused", ""),
    ("withdrawn", "Erased at somebody's request", "withdrawn", "Erased at somebody's request"),
    ("withdrawn", "erased", "erased", ""),
    ("received", "by fax", "received", "by fax"),
]


def migrate(target):
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps.get_model("consultations", "Event")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_words_of_before_become_kinds_and_back():
    consultation = ConsultationFactory()
    submission = submission_to(consultation, "A bus.")
    response = response_to(consultation, {})
    Event.objects.all().delete()
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        old = migrate(BEFORE)
        for status, detail, *_later in ROWS:
            old.objects.create(submission_id=submission.pk, status=status, detail=detail, at=at)

        new = migrate(AFTER)
        stored = new.objects.filter(submission=submission.pk).order_by("pk")
        assert list(stored.values_list("status", "kind", "note")) == [(row[0], *row[2:]) for row in ROWS]
        assert set(stored.values_list("consultation", "created_at", "actor")) == {(consultation.pk, at, None)}
        told = new.objects.filter(submission=None).order_by("kind")
        assert list(told.values_list("kind", "consultation", "response", "created_at", "due_at")) == [
            ("consultation_opened", consultation.pk, None, consultation.opens_at, consultation.opens_at),
            ("response_received", consultation.pk, response.pk, response.received_at, None),
        ]

        old = migrate(BEFORE)
        stored = old.objects.order_by("pk")
        assert list(stored.values_list("status", "detail", "at")) == [(row[0], row[1], at) for row in ROWS]
    finally:
        MigrationExecutor(connection).migrate(latest)


@pytest.mark.django_db
def test_what_had_come_with_time_is_told_once_by_the_migration():
    from django.apps import apps

    now = timezone.now()
    over = ConsultationFactory(
        opens_at=now - timedelta(days=50),
        closes_at=now - timedelta(days=20),
        answer_due=now.date() - timedelta(days=3),
        first_published_at=now - timedelta(days=60),
    )
    ConsultationFactory(opens_at=now + timedelta(days=1))
    Event.objects.all().delete()

    steps.tell_of_consultations(apps, None)

    due = datetime.combine(over.answer_due + timedelta(days=1), datetime.min.time())
    assert list(Event.objects.values_list("kind", "consultation", "created_at", "due_at")) == [
        ("consultation_published", over.pk, over.first_published_at, None),
        ("consultation_opened", over.pk, over.opens_at, over.opens_at),
        ("consultation_closed", over.pk, over.closes_at, over.closes_at),
        ("outcome_late", over.pk, timezone.make_aware(due), timezone.make_aware(due)),
    ]

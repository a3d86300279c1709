from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from consultations import page_events
from consultations.models import ConsultationPage, Event
from consultations.page_events import record_due_events
from consultations.timing import move_closing
from tests.factories import ConsultationFactory, UserFactory, submission_to

pytestmark = pytest.mark.django_db

OUTCOME = [("text", "<p>We run eight lines.</p>")]


def published(page, **changes):
    """Publish a page with changes, and return the events that this left."""
    place = Event.objects.newest_id()
    page = ConsultationPage.objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return list(page.events.filter(pk__gt=place).values_list("kind", "note", "actor", "due_at"))


def recorded_by_worker():
    """Let the worker record what is due, and return it."""
    place = Event.objects.newest_id()
    count = record_due_events()
    found = list(Event.objects.after(place).values_list("kind", "consultation", "due_at", "submission", "status"))
    assert len(found) == count
    return found


def test_publishing_is_recorded_with_who_did_it(client, editor):
    page = ConsultationFactory(live=False, answering="Transport unit")
    page.save_revision(user=editor)
    page.get_workflow().start(page, editor)
    assert list(page.events.all()) == []

    task, approver = page.current_workflow_task_state, UserFactory(groups=["Editors"])
    client.force_login(approver)
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]), {"comment": ""})

    assert list(page.events.values_list("kind", "actor", "note")) == [("consultation_published", approver.pk, "")]


def test_what_changed_in_a_public_consultation_is_recorded(consultation):
    assert published(consultation) == []
    assert published(consultation, search_description="Not what people read.") == []

    changed = {"title": "Night buses, again", "answer_due": timezone.localdate()}
    assert published(consultation, **changed) == [("consultation_changed", "title, answer due", None, None)]
    assert published(consultation, body=[("text", "<p>All night.</p>")]) == [
        ("consultation_changed", "text", None, None)
    ]


def test_a_question_that_is_added_is_a_change(consultation):
    page = ConsultationPage.objects.get(pk=consultation.pk)
    page.questions.add(page.questions.model(label="Which line do you take?", kind="open"))
    page.save_revision().publish()

    assert page.events.get().note == "questions"


def test_a_draft_is_no_change(consultation):
    consultation.title = "A draft"
    consultation.save_revision()

    assert list(consultation.events.all()) == []


def test_an_outcome_is_published_once_and_changed_afterwards(consultation):
    assert published(consultation, outcome=OUTCOME) == [("outcome_published", "", None, None)]
    assert published(consultation) == []
    assert published(consultation, outcome=[("text", "<p>We run nine lines.</p>")]) == [
        ("consultation_changed", "outcome", None, None)
    ]


def test_a_longer_time_after_the_end_opens_it_again_and_closes_it_again():
    now = timezone.now()
    page = ConsultationFactory(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
    assert [row[0] for row in recorded_by_worker()] == ["consultation_opened", "consultation_closed"]

    later, editor = now + timedelta(days=3), UserFactory(groups=["Editors"])
    place = Event.objects.newest_id()
    move_closing(page.pk, later, reason="Many asked for more time.", actor=editor)
    assert list(page.events.filter(pk__gt=place).values_list("kind", "note", "actor")) == [
        ("consultation_extended", "Many asked for more time.", editor.pk),
        ("consultation_opened", "open again", editor.pk),
    ]
    assert recorded_by_worker() == []

    with time_machine.travel(later + timedelta(hours=1)):
        assert recorded_by_worker() == [("consultation_closed", page.pk, later, None, "")]


def test_unpublishing_and_publishing_again_are_recorded(consultation):
    consultation.unpublish()

    assert [event.kind for event in consultation.events.all()] == ["consultation_unpublished"]
    assert [row[0] for row in published(consultation)] == ["consultation_published"]


def test_a_page_that_is_to_go_live_later_is_not_published_yet():
    page = ConsultationFactory(live=False)

    assert published(page, go_live_at=timezone.now() + timedelta(days=2)) == []


def test_deleting_a_consultation_nobody_took_part_in_takes_its_events_along(consultation):
    record_due_events()
    other = ConsultationFactory()
    submission_to(other)
    assert Event.objects.filter(consultation=consultation).count() == 1

    consultation.delete()
    connection.check_constraints()

    assert Event.objects.filter(consultation=consultation.pk).count() == 0
    assert set(Event.objects.values_list("consultation", flat=True)) == {other.pk}


def test_what_comes_with_time_is_recorded_once_with_the_moment_it_was_due():
    now = timezone.now()
    due = (now - timedelta(days=3)).date()
    over = ConsultationFactory(opens_at=now - timedelta(days=50), closes_at=now - timedelta(days=20), answer_due=due)
    young = ConsultationFactory(opens_at=now - timedelta(days=10), answer_due=due + timedelta(days=90))
    ConsultationFactory(opens_at=now + timedelta(days=1))
    ConsultationFactory(live=False)
    answered = ConsultationFactory(
        opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=8), answer_due=due, outcome=OUTCOME
    )
    late_at = timezone.make_aware(datetime.combine(due + timedelta(days=1), datetime.min.time()))

    assert recorded_by_worker() == [
        ("consultation_opened", over.pk, over.opens_at, None, ""),
        ("consultation_closed", over.pk, over.closes_at, None, ""),
        ("consultation_opened", young.pk, young.opens_at, None, ""),
        ("consultation_opened", answered.pk, answered.opens_at, None, ""),
        ("consultation_closed", answered.pk, answered.closes_at, None, ""),
        ("outcome_late", over.pk, late_at, None, ""),
    ]
    assert recorded_by_worker() == []


def test_an_answer_is_late_on_the_day_after_it_was_due(consultation):
    ConsultationPage.objects.filter(pk=consultation.pk).update(answer_due=timezone.localdate())
    assert [row[0] for row in recorded_by_worker()] == ["consultation_opened"]

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert [row[0] for row in recorded_by_worker()] == ["outcome_late"]
        assert recorded_by_worker() == []


def test_a_date_that_is_put_back_makes_no_second_event(consultation):
    assert [row[0] for row in recorded_by_worker()] == ["consultation_opened"]

    ConsultationPage.objects.filter(pk=consultation.pk).update(opens_at=consultation.opens_at - timedelta(days=2))
    assert recorded_by_worker() == []

    later = timezone.now() + timedelta(days=2)
    ConsultationPage.objects.filter(pk=consultation.pk).update(opens_at=later)
    assert recorded_by_worker() == []
    with time_machine.travel(later + timedelta(seconds=1)):
        assert recorded_by_worker() == [("consultation_opened", consultation.pk, later, None, "")]


def closing_events(time_machine, page, **earlier):
    """Return what the worker records at a time before the closing moment."""
    time_machine.move_to(page.closes_at - timedelta(**earlier))
    return [(kind, due_at) for kind, _page, due_at, *_rest in recorded_by_worker()]


def test_two_days_before_the_closing_it_is_recorded_once(consultation, time_machine):
    recorded_by_worker()
    soon = [("consultation_closes_soon", consultation.closes_at - timedelta(days=2))]

    assert closing_events(time_machine, consultation, days=2, minutes=1) == []
    assert closing_events(time_machine, consultation, days=1) == soon
    assert closing_events(time_machine, consultation, hours=1) == []


def test_closing_that_is_moved_is_announced_again(consultation, time_machine):
    closing_events(time_machine, consultation, days=1)
    page = move_closing(consultation.pk, consultation.closes_at + timedelta(days=9), reason="A holiday.", actor=None)

    assert closing_events(time_machine, page, days=3) == []
    assert closing_events(time_machine, page, days=1) == [
        ("consultation_closes_soon", page.closes_at - timedelta(days=2))
    ]


def test_nobody_is_told_that_it_closes_soon_when_it_opens_or_has_closed(time_machine):
    now = timezone.now()
    ConsultationFactory(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=1))
    ConsultationFactory(opens_at=now - timedelta(days=9), closes_at=now - timedelta(hours=1))

    assert "consultation_closes_soon" not in [kind for kind, *_rest in recorded_by_worker()]


def test_looking_for_what_is_due_takes_few_queries(django_assert_num_queries):
    for _n in range(3):
        ConsultationFactory()
    record_due_events()

    with django_assert_num_queries(4):
        record_due_events()


@pytest.mark.django_db(transaction=True)
def test_two_workers_record_it_once(monkeypatch):
    consultation, found, barrier, counts = ConsultationFactory(), page_events.due_events, Barrier(2), []

    def both_see_it():
        due = found()
        barrier.wait(30)
        return due

    monkeypatch.setattr(page_events, "due_events", both_see_it)

    def work():
        counts.append(record_due_events())
        connection.close()

    threads = [Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (sorted(counts), list(Event.objects.values_list("kind", "consultation"))) == (
        [0, 1],
        [("consultation_opened", consultation.pk)],
    )

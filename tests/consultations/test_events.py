import re
from collections import defaultdict
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, transaction

from consultations import events
from consultations.events import subscribe
from consultations.models import Event, EventKind, Revision, Status, Submission
from tests.factories import response_to, submission_to

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "consultations", "moderation", "search")


@pytest.fixture
def _no_other_subscribers(monkeypatch):
    monkeypatch.setattr(events, "_subscriptions", defaultdict(list))


def kinds(queryset):
    return list(queryset.values_list("kind", flat=True))


@pytest.mark.usefixtures("_no_other_subscribers")
def test_handlers_are_called_in_the_order_in_which_they_subscribed(consultation):
    heard = []
    subscribe(EventKind.PUBLISHED, EventKind.RECEIVED)(lambda event: heard.append(("first", event.kind, event.status)))
    subscribe(EventKind.RECEIVED)(lambda event: heard.append(("second", event.kind, event.submission.current.text)))

    submission_to(consultation, "A bus.")

    assert heard == [
        ("first", "received", "received"),
        ("second", "received", "A bus."),
        ("first", "published", "published"),
    ]


@pytest.mark.usefixtures("_no_other_subscribers")
def test_a_handler_that_breaks_loses_its_own_rows_and_no_text(consultation, citizen, caplog):
    @subscribe(EventKind.RECEIVED)
    def breaks(event):
        citizen.first_name = "Written before it broke"
        citizen.save()
        raise RuntimeError("a broken handler")

    heard = []
    subscribe(EventKind.RECEIVED)(heard.append)
    with caplog.at_level("ERROR", logger="consultations.events"):
        submission = submission_to(consultation, "A bus.")

    citizen.refresh_from_db()
    assert (submission.status, submission.current.text) == (Status.PUBLISHED, "A bus.")
    assert kinds(submission.events) == ["received", "published"]
    assert (citizen.first_name, [event.kind for event in heard]) == ("Cleo", ["received"])
    assert "breaks failed for event" in caplog.text


@pytest.mark.usefixtures("_no_other_subscribers")
def test_a_handler_that_is_not_isolated_undoes_what_it_is_told_of(consultation):
    submission = submission_to(consultation, "A bus.")

    @subscribe(EventKind.WITHDRAWN, isolated=False)
    def breaks(event):
        raise RuntimeError("a broken handler")

    with pytest.raises(RuntimeError), transaction.atomic():
        submission.withdraw()

    submission.refresh_from_db()
    assert (submission.status, kinds(submission.events)) == ("published", ["received", "published"])


def test_a_subscription_to_what_never_happens_is_refused():
    with pytest.raises(ValueError, match="recieved"):
        subscribe("recieved")(print)


def test_an_event_knows_who_did_what_where(consultation, moderator):
    submission = submission_to(consultation, "A bus.")

    submission.move(Status.HELD)
    submission.record(EventKind.REVISED, actor=moderator, note="x" * 400)

    event = submission.events.last()
    assert (event.kind, event.status, event.consultation_id, event.actor, event.note) == (
        "revised",
        "held",
        consultation.pk,
        moderator,
        "x" * 300,
    )


def test_a_response_is_told_of_with_the_texts_in_it(consultation, citizen):
    response = response_to(consultation, {}, author=citizen)

    assert kinds(response.events) == ["response_received"]
    assert response.events.get().actor == citizen

    response.withdraw(actor=citizen)

    assert kinds(response.events) == ["response_received", "response_withdrawn"]
    assert set(response.events.values_list("actor", flat=True)) == {None}


def test_erasing_forgets_who_wrote_in_the_events_too(consultation, citizen, privacy):
    submission = submission_to(consultation, "A bus.", author=citizen, actor=citizen)
    assert list(Revision.objects.filter(submission=submission).values_list("actor", flat=True)) == [citizen.pk]

    submission.erase(privacy)

    assert list(submission.events.values_list("kind", "actor")) == [
        ("received", None),
        ("published", None),
        ("withdrawn", privacy.pk),
        ("erased", privacy.pk),
    ]
    assert list(Revision.objects.filter(submission=submission).values_list("actor", flat=True)) == [None]


def test_a_reader_gets_what_came_after_its_place(consultation):
    submission = submission_to(consultation, "A bus.")
    place = Event.objects.newest_id()

    submission.revise(text="Two buses.")
    submission.withdraw()

    assert kinds(Event.objects.after(place)) == ["revised", "published", "withdrawn"]
    assert kinds(Event.objects.after(Event.objects.newest_id())) == []


def test_recording_an_event_is_one_query(consultation, django_assert_num_queries):
    submission = submission_to(consultation, "A bus.")

    with django_assert_num_queries(1):
        submission.record(EventKind.REVISED)


def test_events_are_made_in_one_place():
    made = re.compile(r"(?<!class )\bEvent\(|\bevents\.(bulk_)?create\(|\bEvent\.objects\.(bulk_)?create\(")
    sources = [
        path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
    ]
    makers = {str(path.relative_to(ROOT)) for path in sources if made.search(path.read_text())}

    assert makers == {"portal/jobs/worker.py"}  # threading.Event


class Writer(Thread):
    """Records an event in a transaction of its own, and commits when told to."""

    def __init__(self, submission):
        super().__init__(daemon=True)
        self.submission, self.written, self.commit = submission, Signal(), Signal()

    def run(self):
        with transaction.atomic():
            self.submission.record(EventKind.REVISED, note="first to begin")
            self.written.set()
            self.commit.wait(30)
        connection.close()


@pytest.fixture
def _other_writer(request):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


@pytest.mark.usefixtures("_other_writer")
@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_committed_late_is_not_passed_over(monkeypatch):
    monkeypatch.setattr("consultations.models.event.SETTLE_SECONDS", 0.05)
    submission = Submission.receive(kind="comment", text="A bus.")
    place = Event.objects.newest_id()
    writer = Writer(submission)
    writer.start()
    assert writer.written.wait(30)
    submission.record(EventKind.REVISED, note="second to begin")

    assert list(Event.objects.filter(pk__gt=place).values_list("note", flat=True)) == ["second to begin"]
    assert list(Event.objects.after(place)) == []  # the reader comes back

    writer.commit.set()
    writer.join(30)
    assert list(Event.objects.after(place).values_list("note", flat=True)) == ["first to begin", "second to begin"]


@pytest.mark.usefixtures("_other_writer")
@pytest.mark.django_db(transaction=True)
def test_a_reader_waits_for_who_is_writing_and_not_for_who_comes_later(monkeypatch):
    monkeypatch.setattr("consultations.models.event.SETTLE_SECONDS", 30)
    submission = Submission.receive(kind="comment", text="A bus.")
    place = Event.objects.newest_id()
    first, later = Writer(submission), Writer(submission)
    polls = []

    def let_them_meet(_seconds):
        if not polls:
            later.start()
            assert later.written.wait(30)
            first.commit.set()
            first.join(30)
        polls.append(later.is_alive())

    monkeypatch.setattr("consultations.models.event.time.sleep", let_them_meet)
    first.start()
    assert first.written.wait(30)

    assert Event.objects.after(place).count() == 0  # what the first wrote is above the id that was newest then
    assert polls == [True]
    later.commit.set()
    later.join(30)
    assert Event.objects.after(place).count() == 2

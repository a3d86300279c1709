"""Who is refused, and who signs in or cannot: one line of the log, and one count, for each."""

import re
from threading import Thread

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from portal.http import security_events
from portal.http.log_lines import JsonFormatter
from portal.http.security_events import EventCounts, event_counts
from portal.models import SecurityEventCount
from tests.factories import UserFactory, submission_to
from tests.portal.accounts.signing_in import CODE, CONFIRM, confirmed, sign_in
from tests.portal.log_reading import listening

pytestmark = pytest.mark.django_db
QUEUE = "GET /admin/queue/"


@pytest.fixture
def log():
    yield from listening(JsonFormatter())


def test_a_page_of_staff_that_is_refused_is_a_line(log, client, citizen, officer, settings):
    client.get(reverse("queue"))
    client.force_login(citizen)
    client.get(reverse("queue"))
    client.force_login(officer)
    client.get(reverse("queue"))
    client.get(reverse("wagtailusers_users:index"))
    settings.SECOND_FACTOR_FOR_STAFF = True
    client.get(reverse("queue"))

    assert log.events == [
        ("sign_in_needed", 302, QUEUE),
        ("forbidden", 403, QUEUE),
        ("forbidden", 302, QUEUE),
        ("forbidden", 302, "GET /admin/users/"),
        ("second_factor_needed", 302, QUEUE),
    ]


def test_a_page_that_is_shown_is_no_line(log, client, officer, consultation):
    client.get("/")
    client.get("/nothing/")
    client.force_login(officer)
    client.get("/admin/")
    client.get("/admin/login/")
    client.get(reverse("desk"))

    assert log.events == []


def test_what_looks_like_an_attempt_is_a_line(log, client, consultation):
    receipt = reverse("consultations:receipt", args=[submission_to(consultation).reference])
    comment = reverse("consultations:comment", args=[consultation.slug])
    strict = Client(enforce_csrf_checks=True)

    strict.post("/account/login/", {"login": "nia@example.org"})
    client.post(comment, {"text": "Yes."}, headers={"Sec-Fetch-Site": "cross-site"})
    client.get(receipt, {"key": "forged"})
    client.get(reverse("portal:stop_messages", args=["forged:signature:x"]))
    client.get("/api/v1/desk/search?q=x", headers={"Authorization": "Bearer forged"})
    client.get(reverse("stay_signed_in"))
    client.get("/?" + "x" * 9000)

    assert [(kind, status) for kind, status, _route in log.events] == [
        ("other_site", 403),
        ("other_site", 403),
        ("bad_link", 200),
        ("bad_link", 404),
        ("bad_token", 401),
        ("bad_method", 405),
        ("unreadable", 414),
    ]
    assert "forged" not in log.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "PATCH", "PROPFIND", "JEFF"])
def test_a_method_that_nothing_asks_with_is_refused_and_a_line(log, client, consultation, method):
    answer = client.generic(method, reverse("consultations:detail", args=[consultation.slug]))

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    [(kind, status, route)] = log.events
    assert (kind, status, route.split()[0]) == ("bad_method", 405, method)


def test_the_editor_notes_what_somebody_closed(client, editor):
    client.force_login(editor)

    answer = client.patch("/admin/dismissibles/", '{"whats-new": true}', content_type="application/json")

    assert answer.status_code == 200


def test_signing_in_and_failing_to_are_lines_without_a_person(log, client):
    person = confirmed(UserFactory(email="wilhelmina@example.org"))
    sign_in(client, person, password="not the right one")
    client.post(CODE, {"email": person.email})
    client.post(CONFIRM, {"code": "AAAA-AAAA"})
    client.post("/account/login/code/confirm/", {"code": "BBBB-BBBB"})
    sign_in(Client(headers={"Sec-Fetch-Site": "same-origin"}), person)

    kinds = [kind for kind, _status, _route in log.events]
    assert kinds == ["sign_in_failed", "code_failed", "code_failed", "signed_in"]
    assert "wilhelmina" not in log.text


def test_events_are_counted_and_told_to_prometheus(client, settings):
    settings.METRICS_TOKEN = "only-for-tests"
    for _time in range(3):
        client.get(reverse("queue"))
    event_counts.store(at_once=True)
    client.get(reverse("queue"))

    told = client.get(reverse("portal:metrics"), headers={"Authorization": "Bearer only-for-tests"}).content.decode()

    assert dict(re.findall(r'parley_security_events\{kind="(\w+_needed)"\} ([\d.]+)', told)) == {
        "sign_in_needed": "4.0",
        "second_factor_needed": "0.0",
    }


def test_counts_are_written_together_and_not_for_each(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(event_counts, "due_at", 0.0)
    with django_assert_num_queries(1):
        for _time in range(5):
            client.generic("JEFF", "/")

    event_counts.store(at_once=True)
    assert SecurityEventCount.objects.get(kind="bad_method").number == 5


def test_what_a_database_does_not_take_is_counted_later(monkeypatch):
    def away(_counts):
        raise OperationalError

    counts = EventCounts()
    counts.add("forbidden")
    with monkeypatch.context() as broken:
        broken.setattr(security_events, "add_counts", away)
        counts.store(at_once=True)
    counts.add("forbidden")

    counts.store(at_once=True)

    assert SecurityEventCount.objects.get(kind="forbidden").number == 2


def test_one_thread_waits_for_a_locked_database_and_others_go_on(monkeypatch):
    counts, written = EventCounts(), []

    def locked(rows):
        written.append(rows)
        counts.add("forbidden")
        if len(written) == 1:
            other = Thread(target=counts.store, kwargs={"at_once": True})
            other.start()
            other.join()

    monkeypatch.setattr(security_events, "add_counts", locked)
    counts.add("forbidden")
    counts.store(at_once=True)

    assert (written, counts.waiting) == ([[("forbidden", 1)]], {"forbidden": 1})


def test_a_database_that_did_not_take_counts_is_left_alone_for_a_minute(monkeypatch):
    def locked(_counts):
        tries.append(clock[0])
        raise OperationalError

    counts, tries, clock = EventCounts(), [], [1000.0]
    monkeypatch.setattr(security_events, "add_counts", locked)
    monkeypatch.setattr(security_events, "monotonic", lambda: clock[0])
    counts.add("forbidden")
    for clock[0] in (1000.0, 1030.0, 1059.0, 1060.0):
        counts.store()

    assert tries == [1000.0, 1060.0]


@pytest.mark.slow
def test_what_waits_is_written_when_the_process_ends(served):
    noted = "from portal.http.security_events import event_counts; event_counts.add('code_replayed')"
    read = "from portal.models import SecurityEventCount; print(*SecurityEventCount.objects.values_list())"

    served.run(noted)

    assert "('code_replayed', 1)" in served.run(read)

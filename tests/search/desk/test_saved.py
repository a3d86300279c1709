from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from consultations.models import Question, Status
from portal.models import Message
from portal.outbox.sending import send_due
from search.desk.alerts import newest_event_id
from search.desk.views.saved import describe_saved
from search.models import SavedSearch, Tag
from search.schedule import send_alerts
from tests.factories import UserFactory, held_in, submission_to


def tell_officers():
    send_alerts()
    send_due()


@pytest.fixture
def saved(desk, citizen):
    return SavedSearch.objects.create(
        owner=citizen, name="Jo Doe's buses", asked="q=bus", alert=True, last_seen=newest_event_id()
    )


def test_a_search_is_saved_opened_renamed_and_deleted(desk, client, citizen, officer):
    client.post(
        reverse("desk_save", query={"q": "bus", "kind": "idea", "page": "7", "x": "y"}), {"name": " Night  buses "}
    )

    saved = SavedSearch.objects.get()
    assert (saved.owner, saved.name, saved.asked) == (citizen, "Night buses", "kind=idea&q=bus")
    page = client.get(reverse("desk_saved_list")).content.decode()
    assert "Submissions that contain “bus”; kind: Idea." in page

    change = reverse("desk_saved_change", args=[saved.key])
    client.force_login(officer)
    assert client.get(saved.get_absolute_url()).url == "/admin/desk/?kind=idea&q=bus"
    assert client.post(change, {"do": "delete"}).status_code == 404

    client.force_login(citizen)
    client.post(change, {"do": "rename", "name": "Buses"})
    assert SavedSearch.objects.get().name == "Buses"
    client.post(change, {"do": "delete"})
    assert not SavedSearch.objects.exists()


def test_a_search_that_is_saved_twice_is_there_once(desk, client, citizen):
    for question in ({"q": "bus"}, {"q": "bus"}, {"q": "tram"}):
        page = client.post(reverse("desk_save", query=question), {"name": "Mine"}, follow=True)
        assert "Saved as “Mine”." in page.content.decode()

    assert sorted(SavedSearch.objects.values_list("name", "asked")) == [("Mine", "q=bus"), ("Mine", "q=tram")]


def test_new_matches_are_told_by_number_and_link_alone(saved, consultation, mailoutbox, settings):
    for text in ("A bus", "A tram", "Another bus at night"):
        submission_to(consultation, text, author_name="Amira", author_email="amira@example.org")

    tell_officers()

    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == ([saved.owner.email], "2 new matches of your saved search")
    assert letter.body.startswith(
        f"Open it at the desk:\n{settings.SITE_URL}{saved.get_absolute_url()}\n\n"
        "You get at most one such letter an hour. Switch it off under “Saved searches”.\n"
    )
    assert [word for word in ("Jo Doe", "Amira", "bus") if word in letter.body] == []


def test_at_most_one_letter_an_hour_and_none_is_lost(saved, consultation, mailoutbox):
    submission_to(consultation, "A bus")
    tell_officers()
    for _n in range(2):
        submission_to(consultation, "A late bus")
        tell_officers()
    assert len(mailoutbox) == 1

    SavedSearch.objects.update(alerted_at=timezone.now() - timedelta(hours=1, minutes=1))
    tell_officers()
    tell_officers()
    assert [letter.subject.partition(" ")[0] for letter in mailoutbox] == ["1", "2"]


def test_the_owners_scope_counts_at_each_run(saved, consultation, mailoutbox, citizen):
    citizen.user_permissions.remove(Permission.objects.get(codename="read_unpublished_submission"))
    held = held_in(consultation)
    tell_officers()
    assert (held.status, mailoutbox) == (Status.HELD, [])

    held.move(Status.PUBLISHED)
    citizen.user_permissions.remove(Permission.objects.get(codename="search_submission"))
    tell_officers()
    assert mailoutbox == []


def heard(mailoutbox):
    """Let the alert look, as if an hour had passed; return how many new matches it told of."""
    SavedSearch.objects.update(alerted_at=None)
    before = len(mailoutbox)
    tell_officers()
    return [int(letter.subject.partition(" ")[0]) for letter in mailoutbox[before:]]


def test_what_was_taken_down_and_is_back_is_no_new_match(saved, consultation, mailoutbox):
    one = submission_to(consultation, "A bus")
    assert heard(mailoutbox) == [1]

    one.move(Status.HELD)
    assert heard(mailoutbox) == []
    one.move(Status.PUBLISHED)
    assert heard(mailoutbox) == []

    one.move(Status.REFUSED)
    shown = one.redact(text="A […] bus", title="", actor=None)
    one.move(Status.PUBLISHED, revision=shown)
    assert heard(mailoutbox) == []


def test_a_text_that_its_author_changed_is_a_new_match_once_it_is_found(public_desk, saved, consultation, mailoutbox):
    one = submission_to(consultation, "A tram")
    assert heard(mailoutbox) == []

    waiting = one.add_revision(text="A bus", title="", actor=None)
    one.record("revised", revision=waiting)
    assert heard(mailoutbox) == []
    one.move(Status.HELD, revision=waiting)
    one.move(Status.PUBLISHED, revision=waiting)
    assert heard(mailoutbox) == [1]


def test_publication_is_news_only_to_who_could_not_find_the_text_before(desk, saved, officer, consultation, mailoutbox):
    reader = UserFactory()
    reader.user_permissions.set(Permission.objects.filter(codename="search_submission"))
    SavedSearch.objects.create(owner=reader, name="Public", alert=True, last_seen=newest_event_id())
    SavedSearch.objects.update(asked="")
    held = held_in(consultation)
    assert [heard(mailoutbox), mailoutbox[-1].to] == [[1], [saved.owner.email]]

    held.move(Status.PUBLISHED)

    assert [heard(mailoutbox), mailoutbox[-1].to] == [[1], [reader.email]]


def test_what_the_index_has_not_heard_of_waits(saved, consultation, mailoutbox, monkeypatch):
    monkeypatch.setattr("search.engines.fts5.Fts5Engine.embedded", False)  # as with an index that a worker feeds
    submission_to(consultation, "A bus")
    tell_officers()
    assert mailoutbox == []

    monkeypatch.undo()
    tell_officers()
    assert len(mailoutbox) == 1


def test_an_alert_is_switched_by_its_owner_and_begins_from_now(saved, client, consultation):
    submission_to(consultation, "A bus")
    change = reverse("desk_saved_change", args=[saved.key])

    client.post(change, {"do": "alert"})
    client.post(change, {"do": "alert"})

    saved.refresh_from_db()
    assert (saved.alert, saved.last_seen) == (True, newest_event_id())


def test_matches_that_wait_for_the_mail_server_are_told_in_one_message(saved, consultation, mailoutbox):
    for text in ("A bus", "A late bus"):
        submission_to(consultation, text)
        send_alerts()
        SavedSearch.objects.update(alerted_at=None)

    send_due()

    assert [letter.subject for letter in mailoutbox] == ["2 new matches of your saved search"]


def test_an_officer_stops_an_alert_from_the_mail_program(saved, consultation, mailoutbox, client):
    submission_to(consultation, "A bus")
    tell_officers()
    address = mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    client.logout()

    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200

    saved.refresh_from_db()
    assert not saved.alert


def test_an_alert_that_was_switched_off_is_not_told(saved, consultation, mailoutbox):
    submission_to(consultation, "A bus")
    send_alerts()
    SavedSearch.objects.update(alert=False)
    send_due()

    assert (mailoutbox, Message.objects.get().state) == ([], "cancelled")


def test_a_saved_search_is_said_in_names(officer, consultation, django_assert_num_queries):
    question = Question.objects.create(page=consultation, label="Do you live in:", kind="one", choices="England\nWales")
    asked = f"consultation={consultation.pk}&language=zh&status=held&channel=paper&tag=lamps&month=2026-11"
    Tag.get_or_create_by_name("Lamps")
    officer.saved_searches.create(name="A", asked=f"{asked}&answer={question.pk}%3DEngland")
    officer.saved_searches.create(name="B", asked="consultation=9999")

    with django_assert_num_queries(4):  # the searches; consultations, tags, questions
        (_a, first), (_b, second) = describe_saved(officer.saved_searches.all())

    assert first == (
        f"All submissions; consultation: {consultation.title}; status: Held for a moderator; language: 中文; "
        "channel: Paper; month: November 2026; answered: Do you live in: England; tagged: Lamps."
    )
    assert second == "All submissions; consultation: A consultation that is gone."

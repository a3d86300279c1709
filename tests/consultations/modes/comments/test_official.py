"""Official replies: who may write them, how they read, and what stands above the comments."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import EventKind, Spokesperson, Status, Submission
from consultations.modes.comments.threads import PINNED_MOST
from portal.models import AuditEntry
from tests.consultations.submitting import stamp
from tests.factories import idea_for, submission_to

pytestmark = pytest.mark.django_db
LINE = "Head of night services, Bus Network Unit"


@pytest.fixture
def speaker(officer):
    officer.first_name, officer.last_name = "Lena", "Ortiz"
    officer.save()
    Spokesperson.objects.create(user=officer, role="Head of night services", unit="Bus Network Unit")
    return officer


@pytest.fixture
def speaking(client, speaker):
    client.force_login(speaker)
    return client


def send(client, consultation, text="Both are now in the proposal.", **fields):
    address = reverse("consultations:comment", args=[consultation.slug])
    return client.post(address, {"text": text, "stamp": stamp()} | fields)


def official(consultation, text="We propose eight lines.", **fields):
    return submission_to(consultation, text, author_name="Lena Ortiz", official_line=LINE, by_staff=True, **fields)


def page_of(client, consultation, **query):
    return client.get(reverse("consultations:detail", args=[consultation.slug]), query).content.decode()


def test_spokesperson_speaks_with_name_role_and_unit(speaking, consultation, client):
    send(speaking, consultation, officially="on", author_name="Somebody else")

    said = Submission.objects.get()
    assert (said.author_name, said.official_line, said.by_staff) == ("Lena Ortiz", LINE, True)
    client.logout()
    page = page_of(client, consultation)
    assert (">Official<" in page, LINE in page, "Works for" in page) == (True, True, False)


def test_the_line_stays_as_it_was(speaking, consultation, speaker):
    send(speaking, consultation, officially="on")
    speaker.spokesperson.role = "Director"
    speaker.spokesperson.save()

    assert LINE in page_of(speaking, consultation)


def test_spokesperson_may_write_for_oneself(speaking, consultation):
    send(speaking, consultation, author_name="Lena")

    said = Submission.objects.get()
    assert (said.author_name, said.is_official) == ("Lena", False)


@pytest.mark.parametrize(
    "changes",
    [
        {"until": timezone.localdate() - timedelta(days=2)},
        {"since": timezone.localdate() + timedelta(days=2)},
    ],
)
def test_nobody_speaks_before_the_first_or_after_the_last_day(speaking, consultation, speaker, changes):
    Spokesperson.objects.update(**changes)

    send(speaking, consultation, officially="on", author_name="Lena")

    assert not Submission.objects.get().is_official
    assert "officially" not in page_of(speaking, consultation)


@pytest.mark.parametrize("role", ["moderator", "editor", "citizen"])
def test_nobody_else_speaks_for_the_agency(client, consultation, request, role):
    if role != "citizen":
        client.force_login(request.getfixturevalue(role))

    send(client, consultation, officially="on")

    assert not Submission.objects.get().is_official


def test_an_account_without_a_name_does_not_speak(speaking, consultation, speaker):
    speaker.first_name = speaker.last_name = ""
    speaker.save()

    answer = send(speaking, consultation, "Both are in.", officially="on")

    assert (answer.status_code, Submission.objects.count()) == (422, 0)
    assert "Your account has no name." in answer.content.decode()
    assert "Both are in." in answer.content.decode()


def test_a_reply_can_be_official_and_is_found_in_its_list(client, consultation):
    question = submission_to(consultation, "Why no night tram?")
    submission_to(consultation, "Nobody asked for one.")
    for n in range(4):
        submission_to(consultation, f"I ask that too, {n}.", parent=question)
    official(consultation, "Because the line is rebuilt.", parent=question)

    everything, only_official = page_of(client, consultation), page_of(client, consultation, sort="official")

    assert "?sort=official#comments" in everything
    assert "Because the line is rebuilt." in only_official
    assert "Why no night tram?" in only_official
    assert "Nobody asked for one." not in only_official
    assert "1 official reply" in only_official


def test_no_list_is_offered_without_an_official_reply(client, consultation):
    submission_to(consultation)
    idea = idea_for(consultation)
    official(consultation, parent=idea)  # it stands at the idea

    assert "sort=official" not in page_of(client, consultation)


def test_what_is_not_public_is_not_counted(client, consultation):
    gone = official(consultation)
    gone.move(Status.HELD)

    assert "sort=official" not in page_of(client, consultation)


def pin(client, comment, wish="pin"):
    return client.post(reverse(f"consultations:{wish}", args=[comment.consultation.slug, comment.reference]))


def test_a_pinned_text_stands_above_all_once_and_counts_as_one(speaking, consultation):
    said = official(consultation)
    for n in range(25):
        submission_to(consultation, f"Comment {n}.")

    pin(speaking, said)
    first, second = page_of(speaking, consultation), page_of(speaking, consultation, page=2)

    assert first.count(f'id="{said.reference}"') == 1
    assert first.index("Pinned by the agency") < first.index(said.public_text) < first.index("Comment 24.")
    assert said.public_text not in second
    assert [page.count("26 comments") > 0 for page in (first, second)] == [True, True]


def test_pinning_twice_is_one_event_and_the_ledger_has_each_change(speaking, consultation, speaker):
    said = official(consultation)
    for wish in ("pin", "pin", "unpin", "unpin"):
        pin(speaking, Submission.objects.get(pk=said.pk), wish)

    kinds = list(said.events.values_list("kind", flat=True))[-2:]
    assert kinds == [EventKind.PINNED, EventKind.UNPINNED]
    actions = AuditEntry.objects.filter(action__startswith="comment.").order_by("number")
    assert [(entry.action, entry.by) for entry in actions] == [
        ("comment.pinned", speaker.pk),
        ("comment.unpinned", speaker.pk),
    ]
    assert "Pinned by the agency" not in page_of(speaking, consultation)


def test_only_so_many_are_pinned(speaking, consultation):
    texts = [official(consultation, f"Word {n}.") for n in range(PINNED_MOST + 1)]
    for text in texts:
        pin(speaking, text)

    assert Submission.objects.exclude(pinned_at=None).count() == PINNED_MOST
    address = reverse("consultations:thread", args=[consultation.slug, texts[-1].reference])
    assert "Put one back first." in speaking.get(address).content.decode()


def test_a_citizens_text_is_not_pinned_nor_does_a_citizen_pin(speaking, consultation, client):
    theirs = submission_to(consultation)
    pin(speaking, theirs)
    client.logout()
    ours = official(consultation)

    assert pin(client, ours).status_code == 403
    assert not Submission.objects.exclude(pinned_at=None).exists()


def test_a_pinned_text_that_is_taken_down_is_above_nothing(client, consultation):
    said = official(consultation)
    said.pin(None)
    submission_to(consultation, "A reply to it.", parent=said)
    said = Submission.objects.get(pk=said.pk)
    said.move(Status.HELD)

    page = page_of(client, consultation)
    assert "Pinned by the agency" not in page
    assert "A reply to it." in page


def test_feed_and_open_data_say_who_speaks(client, consultation):
    official(consultation)

    feed = client.get(reverse("consultations:feed", args=[consultation.slug])).content.decode()
    data = client.get(reverse("api:submissions")).json()["submissions"][0]

    assert f"Official reply: Lena Ortiz, {LINE}" in feed
    assert data["official"] == LINE


def test_export_has_the_line(consultation):
    from consultations.modes.comments.export import official_reader

    said = official(consultation)
    assert official_reader()([said]) == {said.pk: (LINE,)}


def test_guest_pays_no_query_for_the_register(client, consultation, django_assert_num_queries):
    from django.contrib.auth.models import AnonymousUser

    from consultations.models import spokesperson_of

    with django_assert_num_queries(0):
        assert spokesperson_of(AnonymousUser()) is None


def test_administrator_keeps_the_register_and_nobody_deletes_from_it(client, administrator, officer):
    client.force_login(administrator)
    add = reverse("wagtailsnippets_consultations_spokesperson:add")
    values = {"user": officer.pk, "role": "Director", "unit": "Ferries", "since": "2026-11-01", "until": ""}

    client.post(add, values)

    entry = Spokesperson.objects.get()
    assert (entry.line, entry.entered_by) == ("Director, Ferries", administrator)
    assert AuditEntry.objects.filter(action="spokesperson.entered").count() == 1
    delete = reverse("wagtailsnippets_consultations_spokesperson:delete", args=[entry.pk])
    client.post(delete)
    assert Spokesperson.objects.exists()


def test_room_is_counted_with_what_is_held_and_nothing_vanishes(speaking, consultation):
    texts = [official(consultation, f"Word {n}.") for n in range(PINNED_MOST + 1)]
    for text in texts[:PINNED_MOST]:
        pin(speaking, text)
    Submission.objects.get(pk=texts[0].pk).move(Status.HELD)
    pin(speaking, texts[-1])
    Submission.objects.get(pk=texts[0].pk).move(Status.PUBLISHED)

    page = page_of(speaking, consultation)
    assert all(page.count(f'id="{text.reference}"') == 1 for text in texts)
    assert page.count("pinned__mark") == PINNED_MOST


def test_link_alone_does_not_change_the_agencys_word(client, speaking, consultation, speaker):
    send(speaking, consultation, officially="on")
    said = Submission.objects.get()
    change, withdraw = (said.get_receipt_url().replace("/?", f"/{what}/?") for what in ("edit", "withdraw"))
    client.logout()

    for address in (change, withdraw):
        client.post(address, {"text": "We cancel all lines.", "number": 1})
    assert "/edit/" not in client.get(said.get_receipt_url()).content.decode()

    said.refresh_from_db()
    assert (said.status, said.current.text) == (Status.PUBLISHED, "Both are now in the proposal.")


def test_spokesperson_changes_the_own_reply_while_in_office(speaking, consultation, speaker):
    send(speaking, consultation, officially="on")
    said = Submission.objects.get()
    address = said.get_receipt_url().replace("/?", "/edit/?")

    speaking.post(address, {"text": "Both are in now.", "number": 1})
    said.refresh_from_db()
    assert said.current.text == "Both are in now."

    Spokesperson.objects.update(until=timezone.localdate() - timedelta(days=1))
    speaking.post(address, {"text": "Neither is.", "number": 2})
    said.refresh_from_db()
    assert said.current.text == "Both are in now."


def test_erased_reply_names_no_role(consultation):
    said = official(consultation)
    said.pin(None)
    said.erase(None)

    said = Submission.objects.get(pk=said.pk)
    assert (said.official_line, said.pinned_at) == ("", None)


def test_entry_of_somebody_who_left_can_be_closed_and_stays_theirs(client, administrator, speaker):
    entry = speaker.spokesperson
    speaker.groups.clear()
    speaker.is_active = False
    speaker.save()
    client.force_login(administrator)
    address = reverse("wagtailsnippets_consultations_spokesperson:edit", args=[entry.pk])
    values = {
        "user": administrator.pk,
        "role": entry.role,
        "unit": entry.unit,
        "since": "2026-01-01",
        "until": "2026-11-01",
    }

    client.post(address, values)

    entry.refresh_from_db()
    assert (str(entry.until), entry.user_id) == ("2026-11-01", speaker.pk)


def test_error_at_the_choice_is_tied_to_it(speaking, consultation, speaker):
    speaker.first_name = speaker.last_name = ""
    speaker.save()

    page = send(speaking, consultation, officially="on").content.decode()

    assert 'id="id_officially_error"' in page

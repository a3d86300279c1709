"""Colleagues who are mentioned in a note on a case, and cases that somebody is responsible for."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from moderation.models import Case
from moderation.review.decisions import decide
from portal.models import AuditEntry, Mention, Message
from portal.outbox.sending import send_due
from tests.factories import UserFactory, held_in
from tests.moderation.case_pages import case_of, messages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(consultation):
    return case_of(held_in(consultation))


@pytest.fixture
def dana():
    return UserFactory(first_name="Dana", last_name="Reyes", groups=["Submission moderators"])


def note(desk, case, text):
    return desk.post(reverse("queue_note", args=[case.pk]), {"note-text": text}, follow=True)


def send():
    """Send what is due, a minute later."""
    Message.objects.update(due_at=timezone.now())
    send_due()


def test_note_says_who_is_told_and_whom_nobody_knows(desk, case, dana):
    told = messages_of(note(desk, case, "@dana.reyes, is that a number? @zoe would know."))

    assert told == [
        "Your note is kept. Told: Dana Reyes. We found nobody, or more than one person, called @zoe at this desk."
    ]
    assert Mention.objects.open_items(dana) == [case]


def test_note_without_a_mention_is_kept_as_before(desk, case):
    assert messages_of(note(desk, case, "Write to jo@example.org.")) == ["Your note is kept."]
    assert (Mention.objects.count(), Message.objects.count()) == (0, 0)


def test_colleague_gets_one_message_without_the_words_of_the_note(desk, case, dana, moderator):
    for text in ("@dana.reyes, a secret?", "@dana, please."):
        note(desk, case, text)
    send()

    [letter] = mail.outbox
    assert letter.to == [dana.email]
    assert letter.subject == f"A colleague mentions you: {case.submission.reference}"
    assert f"{moderator} mentions you in a note on {case.submission.reference}." in letter.body
    assert reverse("queue_case", args=[case.pk]) in letter.body
    assert "secret" not in letter.body


@pytest.mark.parametrize("what", ["seen", "decided", "handed over"])
def test_message_that_is_no_longer_needed_is_not_sent(desk, case, dana, moderator, what):
    note(desk, case, "@dana, please.")
    case.refresh_from_db()
    if what == "seen":
        case.claim(dana)
    elif what == "decided":
        decide(case, revision_id=case.revision_id, action="publish", actor=moderator)
    else:
        case.hand_over(Case.Desk.LEGAL, moderator)
    mail.outbox.clear()
    send()

    assert mail.outbox == []
    assert Message.objects.values_list("state", flat=True).get() == Message.State.CANCELLED


def test_first_page_shows_mentions_until_they_are_read(desk, case, dana, client):
    note(desk, case, "@dana.reyes, is that a number?")
    client.force_login(dana)
    panel = "Colleagues mention you"

    first = client.get(reverse("wagtailadmin_home")).content.decode()
    assert panel in first
    assert reverse("queue_case", args=[case.pk]) in first
    case.claim(dana)
    assert panel not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_moderator_makes_a_colleague_responsible_and_goes_on(desk, case, dana):
    desk.post(reverse("queue_take", args=[case.pk]))

    answer = desk.post(
        reverse("queue_assign", args=[case.pk]),
        {"assign-person": dana.pk, "assign-note": "@dana.reyes, you know the place."},
        follow=True,
    )

    case.refresh_from_db()
    assert messages_of(answer)[0] == f"Dana Reyes is responsible for {case.submission.reference} now."
    assert (case.assigned_to, case.is_claimed, case.notes.get().text) == (
        dana,
        False,
        "@dana.reyes, you know the place.",
    )
    assert answer.request["PATH_INFO"] == reverse("queue")


def test_assigned_cases_have_a_line_and_a_list(client, desk, case, dana):
    case.assign(dana, actor=dana)
    assert desk.get(reverse("queue"), {"assigned": "on"}).context["fitting"] == 0
    client.force_login(dana)

    home = client.get(reverse("wagtailadmin_home")).content.decode()
    listed = client.get(reverse("queue"), {"assigned": "on"})

    assert f"{reverse('queue')}?assigned=on" in home
    assert listed.context["fitting"] == 1
    assert "Dana Reyes is responsible" in client.get(reverse("queue_case", args=[case.pk])).content.decode()


@pytest.mark.parametrize("person", ["", "stranger"])
def test_case_is_given_to_nobody_or_to_somebody_of_its_desk(desk, case, dana, person):
    case.assign(dana, actor=dana)
    chosen = UserFactory(groups=["Editors"]).pk if person else ""

    answer = desk.post(reverse("queue_assign", args=[case.pk]), {"assign-person": chosen})

    case.refresh_from_db()
    assert (answer.status_code, case.assigned_to) == ((422, dana) if person else (302, None))


def test_case_of_another_is_not_given_next(desk, case, dana, moderator):
    case.assign(dana, actor=moderator)

    assert desk.post(reverse("queue_next"))["Location"] == reverse("queue")
    assert list(Case.objects.for_reader(dana)) == [case]
    entry = AuditEntry.objects.get(action="case.assigned")
    assert (entry.by, entry.facts["to"]) == (moderator.pk, dana.pk)
    case.assign(None, actor=moderator)
    assert desk.post(reverse("queue_next"))["Location"] == reverse("queue_case", args=[case.pk])

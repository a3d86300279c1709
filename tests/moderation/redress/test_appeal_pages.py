import pytest
from django.core import mail
from django.urls import reverse

from consultations.models import Submission
from consultations.receipt_links import receipt_key
from moderation.models import Appeal
from moderation.redress import appeals
from tests.factories import UserFactory
from tests.mailing import sent_a_minute_later
from tests.moderation.redress.decisions import PRIVATE, decided, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db):
    return UserFactory(first_name="Otto", groups=["Submission moderators"])


def receipt_of(submission):
    return f"{reverse('consultations:receipt', args=[submission.reference])}?key={receipt_key(submission.reference)}"


def appeal_address(submission):
    return f"{reverse('moderation:appeal', args=[submission.reference])}?key={receipt_key(submission.reference)}"


def test_an_author_appeals_with_one_click_from_the_receipt(client, consultation, moderator):
    submission, decision = refused(consultation, moderator)
    page = client.get(receipt_of(submission)).content.decode()
    assert f'action="{appeal_address(submission)}#look-again"' in page
    assert "within 5 working days" in page

    answer = client.post(appeal_address(submission), {"decision": decision.key})

    assert answer.url == submission.get_receipt_url() + "#another-look"
    assert Appeal.objects.get().decision == decision
    page = client.get(receipt_of(submission)).content.decode()
    assert "You asked for it on" in page
    assert "appeal-text" not in page


def test_a_stranger_does_not_appeal(client, consultation, moderator):
    submission, decision = refused(consultation, moderator)
    address = reverse("moderation:appeal", args=[submission.reference])

    for each in (address, address + "?key=guess"):
        assert client.get(each).status_code == 404
        assert client.post(each, {"decision": decision.key}).status_code == 404
    assert Appeal.objects.count() == 0


def test_looking_at_the_page_appeals_against_nothing(client, consultation, moderator):
    submission, _decision = refused(consultation, moderator)

    page = client.get(appeal_address(submission))

    assert (page.status_code, Appeal.objects.count()) == (200, 0)
    assert b"It has a number." in page.content


def test_an_appeal_is_about_the_decision_that_was_read(client, consultation, moderator):
    submission, _decision = refused(consultation, moderator)

    page = client.post(
        appeal_address(submission), {"decision": "b9a39d80-c2bb-4be3-b0a7-2a4ab47ec6f4", "text": "My words."}
    )

    assert (page.status_code, Appeal.objects.count()) == (422, 0)
    assert "Somebody has decided on your text again meanwhile." in page.content.decode()
    assert "My words." in page.content.decode()


def test_too_many_words_are_given_back(client, consultation, moderator):
    submission, decision = refused(consultation, moderator)

    page = client.post(appeal_address(submission), {"decision": decision.key, "text": "w" * 5001})

    assert (page.status_code, Appeal.objects.count()) == (422, 0)
    assert "w" * 5001 in page.content.decode()


@pytest.mark.parametrize(("words", "told"), [("Look at the date.", False), ("And at the place.", True)])
def test_a_second_click_leads_to_the_first_appeal_and_other_words_are_told_so(
    client, consultation, moderator, words, told
):
    submission, decision = refused(consultation, moderator)
    client.post(appeal_address(submission), {"decision": decision.key, "text": "Look at the date."})

    page = client.post(appeal_address(submission), {"decision": decision.key, "text": words}, follow=True)

    assert [appeal.text for appeal in Appeal.objects.all()] == ["Look at the date."]
    assert "You asked for it on" in page.content.decode()
    assert ("You have already asked for another look at this decision." in page.content.decode()) == told


def test_the_answer_is_told_by_letter_and_on_the_receipt(client, consultation, moderator, other):
    submission, decision = refused(consultation, moderator, author_email="amira@example.org")
    appeals.file_appeal(decision)
    decided(submission, "refuse", other, clauses=[PRIVATE], reason="We have looked again.")

    page = client.get(receipt_of(submission)).content.decode()
    sent_a_minute_later()

    assert "The decision stands." in page
    assert "Mo Number" not in page
    assert "Otto" not in page
    body = mail.outbox[-1].body
    assert "This is the answer to your request for another look. The decision stands." in body
    assert "We have looked again." in body


def test_a_letter_is_owed_for_an_overturned_decision_too(consultation, moderator, other):
    submission, decision = refused(consultation, moderator, author_email="amira@example.org")
    appeals.file_appeal(decision)
    decided(submission, "publish", other, reason="You are right.")

    sent_a_minute_later()

    assert "The decision was reversed.\nYou are right." in mail.outbox[-1].body
    assert Submission.objects.get().is_public

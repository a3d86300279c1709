"""What the author does from the receipt: change the text, withdraw it; each once, however often it is sent."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status, Submission
from tests.consultations.submitting import hidden_number
from tests.factories import idea_for, submission_to

pytestmark = pytest.mark.django_db


def test_the_author_changes_the_text_by_the_own_link(client, consultation):
    submission = submission_to(consultation, "The first text of all.")
    address = submission.get_receipt_url().replace("/?", "/edit/?")
    assert "The first text of all." in client.get(address).content.decode()

    client.post(address, {"text": "A second text.", "number": 1})

    submission.refresh_from_db()
    assert submission.public_text == "A second text."


def test_an_edit_of_a_text_that_has_changed_meanwhile_shows_the_new_text_and_goes_through_when_sent_again(
    client, consultation
):
    submission = submission_to(consultation, "The first text of all.")
    address = submission.get_receipt_url().replace("/?", "/edit/?")
    submission.revise(text="A second text.")

    response = client.post(address, {"text": "A third text.", "number": 1})

    page = response.content.decode()
    assert response.status_code == 422
    assert "The text has changed since you opened this page." in page
    assert "A second text.</p>" in page
    assert "A third text.</textarea>" in page

    assert client.post(address, {"text": "A third text.", "number": hidden_number(page)}).status_code == 302
    submission.refresh_from_db()
    assert submission.public_text == "A third text."


def test_an_edit_of_an_idea_that_has_changed_meanwhile_shows_its_new_title(client, consultation):
    idea = idea_for(consultation)
    address = idea.get_receipt_url().replace("/?", "/edit/?")
    idea.revise(title="A second title", text="A second text.")
    sent = {"title": "A third title", "text": "A third text.", "number": 1}

    page = client.post(address, sent).content.decode()

    assert "A second title</p>" in page
    assert client.post(address, sent | {"number": hidden_number(page)}).status_code == 302


def test_nobody_else_changes_or_withdraws(client, consultation):
    submission = submission_to(consultation, "The first text of all.")
    for name in ("revise", "withdraw"):
        address = reverse(f"consultations:{name}", args=[submission.reference])
        assert client.post(address, {"text": "Mine now.", "number": 1}).status_code == 404
        assert client.post(address + "?key=guess", {"text": "Mine now.", "number": 1}).status_code == 404

    submission.refresh_from_db()
    assert (submission.status, submission.public_text) == (Status.PUBLISHED, "The first text of all.")


def test_the_author_withdraws_after_being_asked(client, consultation):
    submission = submission_to(consultation)
    address = submission.get_receipt_url().replace("/?", "/withdraw/?")

    client.get(address)
    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED
    client.post(address)
    submission.refresh_from_db()
    assert submission.status == Status.WITHDRAWN


def test_a_withdrawn_text_is_withdrawn_once_and_the_page_says_so(client, consultation):
    submission = submission_to(consultation)
    address = submission.get_receipt_url().replace("/?", "/withdraw/?")

    taps = [client.post(address) for _tap in range(3)]

    assert [tap["Location"] for tap in taps] == [submission.get_receipt_url()] * 3
    receipt = client.get(submission.get_receipt_url()).content.decode()
    assert "Your text is withdrawn." in receipt
    assert "cannot become" not in receipt
    assert submission.events.filter(kind="withdrawn").count() == 1
    page = client.get(address).content.decode()
    assert "This text is withdrawn" in page
    assert "Yes, withdraw it" not in page


def test_the_same_new_text_sent_again_is_one_revision_and_leads_to_the_receipt(client, consultation):
    submission = submission_to(consultation, "The first text of all.")
    address = submission.get_receipt_url().replace("/?", "/edit/?")
    sent = {"text": "A second text.\r\n", "number": 1}

    taps = [client.post(address, sent) for _tap in range(3)]

    assert [tap.get("Location") for tap in taps] == [submission.get_receipt_url()] * 3
    assert sorted(submission.revisions.values_list("number", flat=True)) == [1, 2]
    assert "Your new text is in." in client.get(submission.get_receipt_url()).content.decode()


def test_the_same_new_text_sent_again_after_the_closing_moment_leads_to_the_receipt(client, consultation):
    submission = submission_to(consultation, "The first text of all.")
    address = submission.get_receipt_url().replace("/?", "/edit/?")
    sent = {"text": "A second text.", "number": 1}
    client.post(address, sent)
    consultation.closes_at = timezone.now() - timedelta(minutes=1)
    consultation.save()

    assert client.post(address, sent)["Location"] == submission.get_receipt_url()
    assert client.post(address, sent | {"text": "A third text."}).status_code == 409


def test_words_that_were_not_changed_make_no_revision(client, consultation):
    idea = idea_for(consultation)
    words = {"title": idea.current.title, "text": idea.current.text}

    sent = client.post(idea.get_receipt_url().replace("/?", "/edit/?"), {**words, "number": 1})

    assert sent["Location"] == idea.get_receipt_url()
    assert (idea.revisions.count(), idea.events.filter(kind="revised").count()) == (1, 0)
    assert "Nothing was changed" in client.get(sent["Location"]).content.decode()


def test_a_withdrawn_text_is_not_said_to_be_in(client, consultation):
    submission = submission_to(consultation, "The first text of all.")
    submission.withdraw()

    address = submission.get_receipt_url().replace("/?", "/edit/?")

    for text in ("The first text of all.", "A second text."):
        sent = client.post(address, {"text": text, "number": 1})
        assert sent.status_code == 409
        assert "This text is withdrawn" in sent.content.decode()


def test_a_change_that_a_withdrawal_overtook_is_given_back(client, consultation, monkeypatch):
    submission = submission_to(consultation, "The first text of all.")
    lock = Submission.lock

    def withdraw_first(self):
        monkeypatch.setattr(Submission, "lock", lock)
        Submission.objects.get(pk=self.pk).withdraw()
        lock(self)

    monkeypatch.setattr(Submission, "lock", withdraw_first)
    address = submission.get_receipt_url().replace("/?", "/edit/?")
    sent = client.post(address, {"text": "A second text.", "number": 1})

    assert sent.status_code == 409
    assert "A second text." in sent.content.decode()


def test_two_windows_at_the_same_moment_do_not_write_over_each_other(client, consultation, monkeypatch):
    submission = submission_to(consultation, "The first text of all.")
    address = submission.get_receipt_url().replace("/?", "/edit/?")
    lock = Submission.lock

    def change_first(self):
        monkeypatch.setattr(Submission, "lock", lock)
        Submission.objects.get(pk=self.pk).revise(text="From the other window.")
        lock(self)

    monkeypatch.setattr(Submission, "lock", change_first)
    page = client.post(address, {"text": "From this window.", "number": 1})

    assert page.status_code == 422
    assert "From the other window.</p>" in page.content.decode()
    assert hidden_number(page.content.decode()) == "2"

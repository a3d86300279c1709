"""Ideas: proposed, found, and commented on."""

import pytest
from django.urls import reverse

from consultations.models import Kind, Submission
from tests.consultations.submitting import stamp
from tests.factories import idea_for, submission_to

pytestmark = pytest.mark.django_db


def test_an_idea_needs_a_title(client, consultation):
    address = reverse("consultations:propose", args=[consultation.slug])

    response = client.post(address, {"title": " ", "text": "A lamp.", "stamp": stamp()})
    assert response.status_code == 422
    client.post(address, {"title": "A lamp", "text": "At each stop.", "stamp": stamp()})
    idea = Submission.objects.get()
    assert (idea.kind, idea.public_title, idea.public_text) == (Kind.IDEA, "A lamp", "At each stop.")


def test_a_comment_on_an_idea_can_be_answered(client, consultation):
    idea = idea_for(consultation)
    said = submission_to(consultation, parent=idea)
    shown = client.get(reverse("consultations:idea", args=[consultation.slug, idea.reference])).content.decode()
    assert said.get_absolute_url() in shown

    client.post(said.get_absolute_url().partition("#")[0], {"text": "I agree with you.", "stamp": stamp()})

    assert Submission.objects.get(parent=said).public_text == "I agree with you."


@pytest.mark.parametrize("ideas", [1, 3])
def test_the_ideas_take_an_author_few_queries(author, consultation, ideas, django_assert_num_queries):
    for _number in range(ideas):
        idea_for(consultation)
    address = reverse("consultations:ideas", args=[consultation.slug])
    author.get(address)

    with django_assert_num_queries(3):
        author.get(address)


def test_its_author_changes_title_and_text(client, consultation):
    idea = idea_for(consultation, title="A lamp")
    address = idea.get_receipt_url().replace("?", "edit/?")
    shown = client.get(address).content.decode()

    refused = client.post(address, {"title": " ", "text": "At each stop.", "number": 1})
    client.post(address, {"title": "More lamps", "text": "At each stop.", "number": 1})

    idea.refresh_from_db()
    assert (shown.index('name="title"') < shown.index('name="text"'), refused.status_code) == (True, 422)
    assert (idea.public_title, idea.public_text) == ("More lamps", "At each stop.")


def test_ideas_are_found_by_their_words(client, consultation):
    idea_for(consultation, title="A lamp at each stop")
    idea_for(consultation, title="More trams")

    page = client.get(reverse("consultations:ideas", args=[consultation.slug]), {"q": "LAMP"}).content.decode()
    assert ("A lamp at each stop" in page, "More trams" in page) == (True, False)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("STRASSENBÄUME", 1), ("straßenbäume", 1), ("cafe", 1), ("CAFÉ", 1), ("УЛИЦА", 1), ("fußweg", 1),
        ("ｃａｆｅ", 1), ("bäume café", 1), ("café tram", 0), ("\u200b", 0), ("🚲", 1),
    ],
)  # fmt: skip
def test_words_in_an_idea_are_found_in_capitals_and_accents_of_any_script(client, consultation, words, found):
    text = "Straßenbäume am Cafe\u0301, улица, Fuß\u00adweg 🚲. The night bus should stop at the east gate."
    idea_for(consultation, title="Grün", text=text)
    idea_for(consultation, title="Tram", text="A tram.")

    response = client.get(reverse("consultations:ideas", args=[consultation.slug]), {"q": words})

    assert len(response.context["ideas"]) == found

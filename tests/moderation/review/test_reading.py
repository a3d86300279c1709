import re

import pytest
from django.urls import reverse

from consultations.models import Status
from moderation.models import Batch, Case, Decision, Skip
from moderation.review.reading import READING_SIZE, clean_cases
from tests.factories import submission_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts(consultation):
    """Return texts that wait because a person reads everything first; a rule holds the last."""
    consultation.moderation = "before"
    consultation.save()
    clean = [submission_to(consultation, f"The bus to {chr(97 + at) * 6} is late, and so am I.") for at in range(12)]
    return [*clean, submission_to(consultation, "Ring me on 0491 570 006 about it.")]


def listed(desk):
    page = desk.get(reverse("queue_reading")).content.decode()
    return re.findall(r'name="cases" value="(\d+:\d+)"', page)


def test_list_has_ten_texts_in_which_no_rule_saw_anything(desk, texts, moderator):
    response = desk.get(reverse("queue_reading"))

    shown = [case.submission for case in response.context["cases"]]
    assert shown == texts[:READING_SIZE]
    assert clean_cases(moderator).count() == 12
    assert "12 texts wait in which no rule saw anything." in " ".join(response.content.decode().split())
    assert "12 clean texts to read" in " ".join(desk.get(reverse("queue")).content.decode().split())


def test_what_was_read_is_published_and_what_was_set_aside_waits(desk, texts, moderator):
    sent = listed(desk)
    aside = Case.objects.get(submission=texts[3])

    response = desk.post(reverse("queue_reading"), {"cases": sent, "aside": [aside.pk]}, follow=True)

    assert Decision.objects.filter(action="publish", actor=moderator, batch=Batch.objects.get()).count() == 9
    assert {text.pk for text in texts[:10]} - set(
        Case.objects.filter(submission__status=Status.PUBLISHED).values_list("submission", flat=True)
    ) == {texts[3].pk}
    assert list(Skip.objects.values_list("case", "user")) == [(aside.pk, moderator.pk)]
    assert "The next texts of the reading list" in response.content.decode()
    assert len(listed(desk)) == 2


def test_text_that_changed_or_that_a_rule_holds_is_not_published_unread(desk, texts):
    sent = listed(desk)
    held = Case.objects.get(submission=texts[12])
    texts[0].revise(text="The bus to anywhere is early, and so am I.")

    desk.post(reverse("queue_reading"), {"cases": [sent[0], f"{held.pk}:{held.revision_id}"]})

    assert not Decision.objects.exists()


def test_list_costs_the_same_however_long(desk, texts, django_assert_num_queries):
    listed(desk)
    with django_assert_num_queries(14):
        listed(desk)


def test_empty_list_says_so(desk, db):
    assert "Nothing is left to read here" in desk.get(reverse("queue_reading")).content.decode()

import pytest
from django.urls import reverse

from moderation.models import Decision, Exposure, Finding
from tests.moderation.bulk_pages import LETTER, REFUSAL, as_listed, letters, of_letter, read_sample, result

pytestmark = pytest.mark.django_db


def test_letters_are_redacted_together_each_of_its_own_passages(desk, consultation):
    cases = letters(consultation, 3, LETTER.replace("0491 570 006", "{} 0491 570 006").replace("{} ", "", 1))
    page, sample = of_letter(cases[0])
    read_sample(desk, page, sample)
    form = desk.get(page).context["form"]
    assert form.initial["clauses"] == ["personal-information"]
    assert form.initial["reason"].startswith("Your text has private details")

    sent = {**REFUSAL, "action": "redact", "sure": "redact", "reason": form.initial["reason"]}
    result(desk, desk.post(page, sent | {"cases": as_listed(desk, page)}))

    told = "We took out what does not fit clause 5, “Keep private details private”. The rest is public."
    assert set(Decision.objects.values_list("reason", flat=True)) == {told}
    assert Decision.objects.filter(action="redact").count() == 3
    for case in cases:
        case.submission.refresh_from_db()
        assert "0491" not in case.submission.public_text
        assert "[phone number removed]" in case.submission.public_text
        assert case.revision.text.rpartition(", ")[2] in case.submission.public_text  # "writer1": what is one's own


def test_text_without_a_marked_passage_is_left_when_the_others_are_redacted(desk, consultation):
    cases = letters(consultation, 2)
    Finding.objects.filter(screening__revision=cases[1].revision).update(start=0, end=0)
    page, sample = of_letter(cases[0])
    read_sample(desk, page, sample)

    shown = result(
        desk, desk.post(page, {**REFUSAL, "action": "redact", "sure": "redact", "cases": as_listed(desk, page)})
    )

    assert [pk for pk, *_why in shown.context["left"]] == [cases[1].pk]


def test_sample_is_shown_at_once_with_marks_and_what_each_added(desk, consultation):
    page, sample = of_letter(letters(consultation, 3)[0])

    desk.post(sample, {"open": "on"})

    shown = desk.get(page)
    assert shown.context["left"] == 0
    words = " ".join(shown.content.decode().split())
    assert words.count('<mark class="mark mark--hold" data-letters="A">0491 570 006</mark>') == 3
    assert "This is the letter as it came first." in words
    assert [f'<ins dir="auto">writer{at}</ins>' in words for at in (1, 2)] == [True, True]
    assert "<del>" not in words


def test_hard_texts_of_a_sample_are_opened_one_by_one(desk, consultation):
    page, sample = of_letter(letters(consultation, 3, "I know where you live, planner, and " + LETTER)[0])

    desk.post(sample, {"open": "on"})

    assert desk.get(page).context["left"] == 3
    assert not Exposure.objects.exists()


def test_next_case_leads_to_the_letter_and_not_to_a_copy(desk, consultation):
    cases = letters(consultation, 3)
    page, _sample = of_letter(cases[0])

    assert desk.post(reverse("queue_next"))["Location"] == page

    left = desk.post(reverse("queue_next"), {"leaving": [case.pk for case in cases]})
    assert left["Location"] == reverse("queue")

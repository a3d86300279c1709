from datetime import timedelta

import pytest
from django.utils import timezone

from moderation.replay import sampling
from tests.factories import ConsultationFactory, submission_to

pytestmark = pytest.mark.django_db


def ids(sample):
    return list(sampling.sampled_submissions(sample).order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def five(consultation):
    return [submission_to(consultation, received_at=timezone.now() - timedelta(days=50 - 10 * n)).pk for n in range(5)]


def test_the_last_texts_are_fixed_when_they_are_chosen(consultation, five):
    sample = sampling.sample_last_texts(2)
    submission_to(consultation)

    assert sample == {"last": 2, "from": five[3], "up_to": five[4]}
    assert ids(sample) == five[3:]


def test_fewer_texts_than_asked_for_are_all_of_them(five):
    assert ids(sampling.sample_last_texts(100)) == five


def test_days_are_counted_from_the_morning(consultation, five):
    sample = sampling.sample_last_days(20)
    submission_to(consultation)

    assert ids(sample) == five[3:]


def test_one_consultation_is_everything_said_there(five):
    other = ConsultationFactory()
    there = submission_to(other).pk

    assert ids(sampling.sample_consultation(other.pk)) == [there]


def test_what_was_taken_back_or_erased_is_left_out(consultation, five, privacy):
    from consultations.models import Submission

    sample = sampling.sample_last_texts(4)
    Submission.objects.get(pk=five[4]).withdraw()
    Submission.objects.get(pk=five[3]).erase(privacy)

    assert ids(sample) == five[1:3]


def test_nothing_to_choose_from_is_an_empty_sample(db):
    assert ids(sampling.sample_last_texts(10)) == []


def test_samples_are_told_in_words(consultation):
    said = [
        sampling.describe_sample(each) for each in ({"last": 10_000}, {"days": 1}, {"consultation": consultation.pk})
    ]

    assert said == ["The last 10,000 texts", "The last 1 day", f"Everything in “{consultation.title}”"]

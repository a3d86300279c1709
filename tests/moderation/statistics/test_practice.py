import pytest
from django.urls import reverse

from moderation.models import PracticeAnswer
from moderation.policy.loading import STARTER_POLICY, load_policy
from moderation.training.cases import practice_cases
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(client, moderator):
    client.force_login(moderator)
    return client


def test_model_answers_name_clauses_of_the_starter_policy():
    clauses = {clause.key for clause in load_policy(STARTER_POLICY).clauses}

    assert [case.key for case in practice_cases().values() if case.clause and case.clause not in clauses] == []
    assert [c.key for c in practice_cases().values() if (c.action == "publish") is not (c.clause == "")] == []


def test_answer_is_kept_once_and_compared_with_the_model(learner, moderator):
    address = reverse("practice_case", args=["own-number"])
    assert learner.post(address, {"action": "redact", "clause": "personal-information"}).status_code == 302
    learner.post(address, {"action": "publish"})

    page = learner.get(address)

    assert PracticeAnswer.objects.values_list("user", "case", "action", "clause").get() == (
        moderator.pk, "own-number", "redact", "personal-information",
    )  # fmt: skip
    assert page.context["agrees"] is True
    assert "You and our model agree" in page.content.decode()


def test_model_is_not_shown_before_the_answer(learner):
    case = practice_cases()["bribe"]

    assert case.why not in learner.get(reverse("practice_case", args=["bribe"])).content.decode()


def test_answer_without_a_clause_is_asked_for_one(learner):
    page = learner.post(reverse("practice_case", args=["bribe"]), {"action": "refuse"})

    assert (page.status_code, PracticeAnswer.objects.count()) == (422, 0)
    assert "Choose the clause that the text breaks." in page.content.decode()


def test_colleagues_are_compared_only_when_there_are_enough(learner, moderator):
    address = reverse("practice_case", args=["letter"])
    learner.post(address, {"action": "publish"})
    for number in range(5):
        assert learner.get(address).context["others"] is None
        PracticeAnswer.objects.create(user=UserFactory(), case="letter", action="publish" if number else "refuse")

    assert learner.get(address).context["others"] == {"all": 5, "agreed": 4}


def test_list_shows_how_far_one_has_come(learner, django_assert_num_queries):
    learner.post(reverse("practice_case", args=["letter"]), {"action": "publish"})

    page = learner.get(reverse("practice"))

    assert (page.context["done"], page.context["agreed"]) == (1, 1)


def test_unknown_case_is_not_found(learner):
    assert learner.get(reverse("practice_case", args=["nothing"])).status_code == 404

"""Whoever owns or edits a consultation does not decide on what people say to it."""

import pytest
from django.urls import reverse

from moderation.models import Case, CaseClosed
from moderation.review.decisions import decide
from tests.factories import held_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(consultation):
    return held_in(consultation).cases.get()


def own(consultation, user):
    consultation.owner = user
    consultation.save()


def edit(consultation, user):
    consultation.save_revision(user=user)


@pytest.mark.parametrize("takes_part", [own, edit])
def test_editors_are_neither_given_nor_decide_its_cases(client, case, consultation, moderator, lead, takes_part):
    takes_part(consultation, moderator)

    assert not Case.objects.for_reader(moderator).exists()
    assert Case.objects.for_reader(lead).get() == case
    assert list(case.readers_without_hand()) == [lead]
    assert not case.may_be_given_to(moderator)
    with pytest.raises(CaseClosed, match="your own work"):
        decide(case, revision_id=case.revision_id, action="publish", actor=moderator)
    client.force_login(moderator)
    assert "This consultation is your own work" in client.get(reverse("queue_case", args=[case.pk])).content.decode()
    decide(case, revision_id=case.revision_id, action="publish", actor=lead)


def test_the_editor_of_another_consultation_decides(case, consultation, moderator):
    edit(consultation.get_parent(), moderator)

    decide(case, revision_id=case.revision_id, action="publish", actor=moderator)

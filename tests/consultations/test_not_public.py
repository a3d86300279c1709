"""Texts that were not given to be published: found fit, refused and searched as others, and never public."""

import pytest
from django.db import IntegrityError, transaction

from consultations.models import Status, Submission
from consultations.models.pages import Moderation
from moderation.models import Case, Decision
from moderation.statistics.transparency import transparency_figures
from tests.factories import HELD_TEXT, held_in, submission_to
from tests.moderation.decisions import refuse_or_redact

pytestmark = pytest.mark.django_db


def decide_on(submission, moderator, action, spans=()):
    refuse_or_redact(submission, moderator, action, spans)
    submission.refresh_from_db()
    return submission.status


def test_a_text_that_is_found_fit_is_kept_and_not_public(consultation):
    kept = submission_to(consultation, "More buses.", for_public=False)

    assert (kept.status, kept.cleared, kept.is_public, kept.public_text) == ("not_public", kept.current, False, "")
    assert list(kept.events.order_by("id").values_list("kind", flat=True)) == ["received", "not_public"]
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("action", "status"), [(Decision.Action.PUBLISH, "not_public"), (Decision.Action.REFUSE, "refused")]
)
def test_what_was_held_is_not_published_by_a_decision(consultation, moderator, action, status):
    held = held_in(consultation, for_public=False)
    assert held.status == Status.HELD

    assert decide_on(held, moderator, action) == status


def test_the_database_refuses_to_publish_it(consultation):
    kept = submission_to(consultation, "More buses.", for_public=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=kept.pk).update(status=Status.PUBLISHED)


def test_a_new_text_of_it_is_not_public_either(consultation):
    kept = submission_to(consultation, "More buses.", for_public=False)
    kept.revise(text="More trams.")
    assert kept.status == Status.NOT_PUBLIC

    kept.revise(text=HELD_TEXT)
    assert kept.status == Status.HELD


def test_nobody_reads_first_what_will_never_appear(consultation):
    consultation.moderation = Moderation.BEFORE
    consultation.save()

    assert submission_to(consultation, "More buses.", for_public=False).status == Status.NOT_PUBLIC
    assert submission_to(consultation, "More buses.").status == Status.HELD


def test_public_figures_leave_it_out(consultation):
    def figures():
        made = transparency_figures()
        return made.texts, made.machine, made.months

    for _number in range(12):
        submission_to(consultation, "More buses.")
    before = figures()
    for _number in range(12):
        submission_to(consultation, "More trams.", for_public=False)

    assert figures() == before

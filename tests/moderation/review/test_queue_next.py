from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from moderation.models import Appeal, BlindCheck, Case, Decision, Exposure, ModerationSettings, Opinion, PolicyVersion
from tests.factories import ConsultationFactory, UserFactory, submission_to

pytestmark = pytest.mark.django_db

STREETS = iter(f"{letter}{number}" for number in range(40) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def case_in(consultation, minutes=10, **fields):
    submission = submission_to(consultation, f"Ring 0491 570 006: {next(STREETS)}.")
    at = timezone.now() + timedelta(minutes=minutes)
    Case.objects.filter(submission=submission).update(due_at=at, rank_at=at, **fields)
    return Case.objects.get(submission=submission)


def decision_by(user, case):
    version = PolicyVersion.current()
    return Decision.objects.create(case=case, revision=case.revision, version=version, action="refuse", actor=user)


def opinion_by(user, case):
    return Opinion.objects.create(case=case, revision=case.revision, actor=user, action="refuse", reason="Too personal")


def given(user):
    return list(Case.objects.for_reader(user))


def test_next_stays_within_the_filter(desk, consultation):
    other = ConsultationFactory()
    case_in(other, 5)
    first, second = case_in(consultation, 10), case_in(consultation, 20)
    asked = f"?consultation={consultation.pk}"

    leaving = ["", first.pk, second.pk]
    visited = [desk.post(reverse("queue_next") + asked, {"leaving": each})["Location"] for each in leaving]

    assert visited == [
        *(reverse("queue_case", args=[case.pk]) + asked for case in (first, second)),
        reverse("queue") + asked,
    ]


def test_next_of_an_empty_selection_leads_back_to_it(desk, consultation):
    case_in(consultation)

    response = desk.post(reverse("queue_next") + "?language=fr", follow=True)

    assert response.redirect_chain == [(reverse("queue") + "?language=fr", 302)]
    assert "No other case of this selection is free." in response.content.decode()


def test_decision_leads_to_the_next_of_the_filter(desk, consultation):
    case_in(ConsultationFactory(), 5)
    first, second = case_in(consultation, 10), case_in(consultation, 20)
    asked = f"?consultation={consultation.pk}"

    sent = {"action": "publish", "sure": "publish", "revision": first.revision_id}
    response = desk.post(reverse("queue_case", args=[first.pk]) + asked, sent)

    assert response["Location"] == reverse("queue_case", args=[second.pk]) + asked


def test_nobody_is_given_an_appeal_against_their_own_decision(consultation, moderator):
    other = UserFactory(groups=["Submission moderators"])
    old, case = case_in(consultation), case_in(consultation, cause="appealed")
    Appeal.objects.create(decision=decision_by(moderator, old), case=case, due_at=case.due_at)
    Case.objects.filter(pk=old.pk).update(closed_at=timezone.now())

    assert (given(moderator), given(other)) == ([], [case])


def test_nobody_is_given_an_appeal_in_which_they_were_one_of_two_readers(consultation, moderator):
    other = UserFactory(groups=["Submission moderators"])
    old, case = case_in(consultation), case_in(consultation, cause="appealed")
    opinion_by(moderator, old)
    Appeal.objects.create(decision=decision_by(UserFactory(), old), case=case, due_at=case.due_at)
    Case.objects.filter(pk=old.pk).update(closed_at=timezone.now())

    assert (given(moderator), given(other)) == ([], [case])


def test_first_reader_is_not_the_second_until_the_text_changes(consultation, moderator):
    other = UserFactory(groups=["Submission moderators"])
    case = case_in(consultation, second_reader=True)
    opinion_by(moderator, case)
    assert (given(moderator), given(other)) == ([], [case])

    case.submission.revise(text="Ring 0491 570 006: somewhere else.")
    assert given(moderator) == [case]


def test_list_tells_the_first_reader_and_nobody_whose_opinion_it_was(desk, client, consultation, moderator):
    case = case_in(consultation, second_reader=True)
    opinion_by(moderator, case)
    assert "You have had your say" in desk.get(reverse("queue")).content.decode()

    client.force_login(UserFactory(groups=["Submission moderators"]))
    page = client.get(reverse("queue")).content.decode()
    assert "You have had your say" not in page
    assert "Second opinion wanted" in page
    assert [words in page for words in (str(moderator), "Too personal")] == [False, False]


def test_who_decided_does_not_meet_the_text_that_is_dealt_again(desk, consultation, moderator):
    old = case_in(consultation)
    decision = decision_by(moderator, old)
    Case.objects.filter(pk=old.pk).update(closed_at=timezone.now())
    again = Case.objects.create(submission=old.submission, revision=old.revision, cause="rule", due_at=timezone.now())
    BlindCheck.objects.create(decision=decision, case=again)

    assert given(moderator) == []
    assert desk.get(reverse("queue")).context["rows"] == []
    assert desk.get(reverse("queue")).context["counts"]["waiting"] == 0
    assert given(UserFactory(groups=["Submission moderators"])) == [again]


def test_desks_are_closed_to_who_does_not_work_there(consultation, moderator, lead):
    plain, handed = case_in(consultation), case_in(consultation, desk="lead")
    case_in(consultation, desk="legal")

    assert (given(moderator), given(lead)) == ([plain], [plain, handed])


def test_hard_texts_rest_when_somebody_has_read_enough_of_them(desk, consultation, moderator):
    ModerationSettings.objects.update_or_create(defaults={"exposure_budget": 2})
    hard, easy = case_in(consultation, 5, severity=4), case_in(consultation, 10)
    for _ in range(2):
        Exposure.objects.create(user=moderator, case=hard)
    assert given(moderator) == [hard, easy]  # the same text twice is one text

    Exposure.objects.create(user=moderator, case=easy)
    response = desk.post(reverse("queue_next"), follow=True)

    assert response.redirect_chain[0][0] == reverse("queue_case", args=[easy.pk])
    assert "You have read 2 hard texts this hour. Here are others." in response.content.decode()
    assert given(UserFactory(groups=["Submission moderators"])) == [hard]


def test_hard_texts_come_again_after_an_hour_and_without_a_limit(consultation, moderator):
    ModerationSettings.objects.update_or_create(defaults={"exposure_budget": 1})
    hard = case_in(consultation, severity=4)
    Exposure.objects.create(user=moderator, case=hard)
    assert given(moderator) == []

    Exposure.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert given(moderator) == [hard]

    Exposure.objects.update(created_at=timezone.now())
    ModerationSettings.objects.update(exposure_budget=0)
    assert given(moderator) == [hard]


def test_changed_text_goes_first_to_who_asked_for_the_change(desk, consultation, moderator):
    other = UserFactory(groups=["Submission moderators"])
    case_in(consultation, 5)
    changed = case_in(consultation, 60, cause="returned", returned_by=moderator)
    assert changed in given(other)

    case_in(consultation, 90).claim(moderator)  # at work
    assert changed not in given(other)
    assert desk.post(reverse("queue_next"))["Location"] == reverse("queue_case", args=[changed.pk])

    Case.objects.filter(pk=changed.pk).update(due_at=timezone.now(), claimed_by=None, claimed_until=None)
    assert changed in given(other)  # when it is late, anybody


def test_shortcuts_are_switched_off_for_the_account(desk, moderator):
    page = desk.get(reverse("queue")).content.decode()
    assert '"KEYBOARD_SHORTCUTS_ENABLED": true' in page

    assert desk.post(reverse("staff_shortcuts"), {"on": "false"}).status_code == 204
    assert '"KEYBOARD_SHORTCUTS_ENABLED": false' in desk.get(reverse("queue")).content.decode()

    desk.post(reverse("staff_shortcuts"), {"on": "true"})
    moderator.wagtail_userprofile.refresh_from_db()
    assert moderator.wagtail_userprofile.keyboard_shortcuts

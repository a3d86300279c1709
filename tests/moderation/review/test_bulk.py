from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status, Submission
from moderation.models import Batch, Case, Decision, Exposure, PolicyVersion
from moderation.models.publishing import publish_policy
from moderation.policy.loading import read_policy
from moderation.review.decisions import decide
from portal.models import AuditEntry
from tests.factories import ConsultationFactory, UserFactory, submission_to
from tests.moderation.bulk_pages import (
    LETTER,
    REFUSAL,
    as_listed,
    held_alike,
    letters,
    of_letter,
    of_rule,
    read_sample,
    result,
)

pytestmark = pytest.mark.django_db


def test_letter_is_one_row_of_the_queue(desk, consultation):
    letters(consultation, 7)
    single = held_alike(consultation, 1)[0]

    response = desk.get(reverse("queue"))

    assert [row["case"].alike for row in response.context["rows"]] == [7, 1]
    assert response.context["rows"][1]["case"] == single
    page = response.content.decode()
    assert "Letter ×7: read 5, then decide for all" in page
    assert response.context["counts"]["waiting"] == 8


def test_letter_that_somebody_reported_has_a_row_of_its_own(desk, consultation):
    reported = letters(consultation, 4)[-1]
    Case.objects.filter(pk=reported.pk).update(report_count=1)

    rows = desk.get(reverse("queue")).context["rows"]

    assert [(row["case"].alike, row["case"].copies) for row in rows] == [(3, 4), (1, 4)]
    assert "One of 4 alike" in desk.get(reverse("queue")).content.decode()


def test_letters_are_decided_together_each_with_a_decision_of_its_own(desk, consultation, moderator):
    cases = letters(consultation, 7)
    page, sample = of_letter(cases[0])
    read = read_sample(desk, page, sample)

    shown = result(desk, desk.post(page, {**REFUSAL, "cases": as_listed(desk, page)}))

    decisions = list(Decision.objects.order_by("id").select_related("case__submission", "batch"))
    assert [decision.case for decision in decisions] == cases
    assert {(d.action, d.reason, d.actor, tuple(c.key for c in d.clauses)) for d in decisions} == {
        ("refuse", "A telephone number.", moderator, ("personal-information",))
    }
    assert {decision.case.submission.status for decision in decisions} == {Status.REFUSED}
    batch = Batch.objects.get()
    assert (batch.actor, batch.title, sorted(batch.opened)) == (moderator, "Letter that 7 people sent", sorted(read))
    assert {decision.batch for decision in decisions} == {batch}
    assert "7 cases are decided." in shown.content.decode()
    entry = AuditEntry.objects.filter(action="batch.decided").get()
    assert (entry.by, entry.subject_id) == (moderator.pk, str(batch.pk))
    assert entry.facts == {"action": "refuse", "decided": 7, "left": 0}


@pytest.mark.parametrize(("number", "size"), [(2, 2), (5, 5), (9, 5)])
def test_sample_is_five_or_all(desk, consultation, number, size):
    page, sample = of_letter(letters(consultation, number)[0])

    assert len(set(read_sample(desk, page, sample))) == size


@pytest.mark.parametrize("action", ["publish", "redact", "refuse"])
def test_serious_texts_are_asked_about_once(desk, consultation, action):
    page, sample = of_letter(letters(consultation, 3)[0])
    read_sample(desk, page, sample)
    sent = {**REFUSAL, "action": action, "cases": as_listed(desk, page)}

    for other in ({"sure": ""}, {"sure": "return"}):
        asked = desk.post(page, sent | other).content.decode()
        words = " ".join(asked.split())
        assert (
            "This is serious. Nothing is decided yet.</b> It is for 3 texts. Press the same button once more" in words
        )
        assert f'name="sure" value="{action}"' in asked
    assert Decision.objects.count() == 0
    assert desk.post(page, sent | {"sure": action}).status_code == 302
    assert Decision.objects.filter(action=action).count() == 3


def test_texts_that_are_not_serious_are_decided_at_once(desk, consultation):
    page, sample = of_letter(letters(consultation, 2)[0])
    Case.objects.update(severity=2)
    read_sample(desk, page, sample)

    assert desk.post(page, {"action": "publish", "cases": as_listed(desk, page)}).status_code == 302


def test_sample_shows_the_names_that_would_be_public(desk, consultation):
    first, *_others = letters(consultation, 2)
    Submission.objects.filter(pk=first.submission_id).update(author_name="You Are All Scum")
    page, sample = of_letter(first)
    read_sample(desk, page, sample)

    assert '<span dir="auto">You Are All Scum</span>' in desk.get(page).content.decode()


def test_nothing_is_decided_before_the_sample_was_opened(desk, consultation):
    page, sample = of_letter(letters(consultation, 6)[0])
    listed = as_listed(desk, page)
    sent = {"action": "publish", "sure": "publish", "cases": listed}

    tries = [desk.post(page, sent).status_code]  # not drawn
    desk.post(sample)
    tries.append(desk.post(page, sent).status_code)  # drawn
    drawn = [case.pk for case, _is_open, *_shown in desk.get(page).context["sample"]]
    for pk in drawn[:-1]:
        desk.post(sample, {"case": pk})
    tries.append(desk.post(page, sent).status_code)  # all but one
    others = {pair.partition(":")[0] for pair in listed} - {str(pk) for pk in drawn}
    desk.post(sample, {"case": others.pop()})  # one that was not drawn, in its place
    tries.append(desk.post(page, sent).status_code)

    assert tries == [422, 422, 422, 422]
    assert "Read the sample first." in desk.post(page, sent).content.decode()
    assert Decision.objects.count() == 0
    desk.post(sample, {"case": drawn[-1]})
    assert desk.post(page, sent).status_code == 302


def test_what_one_moderator_opened_counts_for_nobody_else(desk, client, consultation):
    page, sample = of_letter(letters(consultation, 2)[0])
    read_sample(desk, page, sample)
    listed = as_listed(desk, page)

    client.force_login(UserFactory(groups=["Submission moderators"]))

    assert client.post(page, {"action": "publish", "sure": "publish", "cases": listed}).status_code == 422


def test_sample_stays_what_it_was_drawn_once_and_a_changed_text_is_unread(desk, consultation):
    page, sample = of_letter(letters(consultation, 9)[0])
    drawn = read_sample(desk, page, sample)
    for _ in range(3):
        desk.post(sample)
    assert [case.pk for case, _is_open, *_shown in desk.get(page).context["sample"]] == drawn

    case = Case.objects.get(pk=drawn[0])
    case.submission.revise(text=LETTER.format("Yours, once more"))
    assert desk.get(page).context["left"] == 1


def test_sample_shows_the_whole_text_and_the_list_its_beginning(desk, consultation):
    page, sample = of_letter(letters(consultation, 2, "It is dark there. " * 12 + LETTER)[0])
    assert "Yours, writer" not in desk.get(page).content.decode()

    read_sample(desk, page, sample)

    assert desk.get(page).content.decode().count("Yours, writer") == 2


def test_hard_texts_are_not_in_the_list_and_count_when_they_are_opened(desk, consultation, moderator):
    page, sample = of_letter(letters(consultation, 3, "I know where you live, planner, and " + LETTER)[0])
    assert "where you live" not in desk.get(page).content.decode()

    read_sample(desk, page, sample)

    assert Exposure.objects.filter(user=moderator).count() == 3


def test_same_rule_in_one_consultation_and_no_other_rule(desk, consultation):
    cases = held_alike(consultation, 3)
    submission_to(consultation, "Ring 0491 570 006 or write to jo@example.org.")  # two rules
    held_alike(ConsultationFactory(), 1)
    page, sample = of_rule(consultation)

    assert [row["case"] for row in desk.get(page).context["rows"]] == cases
    queue = desk.get(reverse("queue"), {"rule": "phone-number", "consultation": consultation.pk})
    assert queue.context["together"].address == page.partition("/bulk/")[2]

    read_sample(desk, page, sample)
    desk.post(page, {"action": "publish", "sure": "publish", "cases": as_listed(desk, page)})
    assert set(Decision.objects.values_list("case", flat=True)) == {case.pk for case in cases}
    assert Batch.objects.get().title == "Held by the rule “Telephone numbers” and no other"


@pytest.mark.parametrize(
    "fields",
    [
        {"cause": "appealed"},
        {"cause": "reported"},
        {"cause": "opened"},
        {"report_count": 1},
        {"second_reader": True},
        {"desk": "legal"},
        {"returned_until": timezone.now() + timedelta(days=1)},
    ],
)
def test_what_needs_a_look_of_its_own_is_never_among_them(desk, consultation, fields):
    case, *others = letters(consultation, 3)
    page, sample = of_letter(case)
    listed = as_listed(desk, page)
    Case.objects.filter(pk=case.pk).update(**fields)
    read_sample(desk, page, sample)

    shown = result(desk, desk.post(page, {**REFUSAL, "cases": listed}))

    assert set(Decision.objects.values_list("case", flat=True)) == {other.pk for other in others}
    assert [(pk, reference) for pk, reference, _why in shown.context["left"]] == [(case.pk, case.submission.reference)]


def test_what_cannot_be_decided_stays_with_the_reason(desk, consultation, moderator):
    claimed, changed, withdrawn, decided, fine = letters(consultation, 5)
    page, sample = of_letter(fine)
    read_sample(desk, page, sample)
    listed = as_listed(desk, page)
    dana = UserFactory(first_name="Dana", last_name="Reyes", groups=["Submission moderators"])
    claimed.claim(dana)
    changed.submission.revise(text=LETTER.format("Yours, with a new ending"))
    withdrawn.submission.withdraw()
    decide(decided, revision_id=decided.revision_id, action="publish", actor=dana)
    read_sample(desk, page, sample)  # the changed text

    shown = result(desk, desk.post(page, {"action": "publish", "sure": "publish", "cases": listed}))

    assert {pk: why for pk, _reference, why in shown.context["left"]} == {
        claimed.pk: "Dana Reyes is looking at it.",
        changed.pk: "The author has changed the text since you opened it. Read the new one first.",
        withdrawn.pk: "The author has withdrawn this text.",
        decided.pk: "Dana Reyes decided this case a moment ago: publish.",
    }
    assert list(Decision.objects.filter(actor=moderator).values_list("case", flat=True)) == [fine.pk]
    assert "4 were left as they are." in shown.content.decode()
    claimed.refresh_from_db()
    assert claimed.claimed_by == dana


def test_only_what_was_listed_is_decided(desk, consultation):
    first, *others = letters(consultation, 3)
    stranger = held_alike(consultation, 1)[0]
    page, sample = of_letter(first)
    read_sample(desk, page, sample)
    sent = [f"{case.pk}:{case.revision_id}" for case in (first, stranger)] + ["x:1", "9999999:1", ""]

    shown = result(desk, desk.post(page, {"action": "publish", "sure": "publish", "cases": sent}))

    assert list(Decision.objects.values_list("case", flat=True)) == [first.pk]
    assert [pk for pk, *_ in shown.context["left"]] == [stranger.pk]
    assert Case.objects.waiting().count() == 1 + len(others)


def test_clauses_for_two_readers_or_about_opinions_are_not_offered(desk, consultation, moderator):
    document = PolicyVersion.current().document
    for clause in document["clauses"]:
        clause["second_opinion"] = clause["key"] == "accusations"
        clause["viewpoint"] = clause["key"] == "elections"
    publish_policy(read_policy(document), actor=moderator)
    page, sample = of_letter(letters(consultation, 2)[0])
    read_sample(desk, page, sample)

    for key in ("accusations", "elections"):
        sent = {**REFUSAL, "clauses": ["personal-information", key], "cases": as_listed(desk, page)}
        assert desk.post(page, sent).status_code == 422
    assert Decision.objects.count() == 0
    assert {clause.key for clause in desk.get(page).context["form"].single} >= {"accusations", "elections"}


def test_refusing_asks_for_clauses_and_a_reason(desk, consultation):
    page, sample = of_letter(letters(consultation, 2)[0])
    read_sample(desk, page, sample)

    response = desk.post(page, {"action": "refuse", "cases": as_listed(desk, page)})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "clauses": ["Choose at least one clause."],
        "reason": ["Write the reason; every author will read it."],
    }
    assert desk.post(page, {"action": "redact", "cases": as_listed(desk, page)}).status_code == 422


def test_batch_is_undone_within_half_a_minute(desk, consultation, moderator):
    cases = letters(consultation, 3)
    page, sample = of_letter(cases[0])
    read_sample(desk, page, sample)
    before = [(case.submission.status, case.submission.cleared_id) for case in cases]
    desk.post(page, {"action": "publish", "sure": "publish", "cases": as_listed(desk, page)})
    batch = Batch.objects.get()

    shown = desk.post(reverse("queue_batch_undo", args=[batch.pk]), follow=True)

    assert "3 decisions were taken back." in shown.content.decode()
    assert set(Case.objects.waiting().values_list("pk", "claimed_by")) == {(case.pk, moderator.pk) for case in cases}
    now = [Case.objects.get(pk=case.pk).submission for case in cases]
    assert [(submission.status, submission.cleared_id) for submission in now] == before
    assert Decision.objects.filter(undone_at=None).count() == 0
    assert AuditEntry.objects.filter(action="batch.taken_back").get().facts == {"taken_back": 3, "left": 0}


def test_what_is_told_or_changed_already_stands_and_is_said(desk, consultation, moderator):
    cases = letters(consultation, 3)
    page, sample = of_letter(cases[0])
    read_sample(desk, page, sample)
    desk.post(page, {"action": "publish", "sure": "publish", "cases": as_listed(desk, page)})
    cases[1].submission.refresh_from_db()
    cases[1].submission.withdraw()
    address = reverse("queue_batch_undo", args=[Batch.objects.get().pk])

    shown = desk.post(address, follow=True)
    assert "2 decisions were taken back." in shown.content.decode()
    assert [pk for pk, *_ in shown.context["left"]] == [cases[1].pk]

    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        late = desk.post(address, follow=True)
    assert "0 decisions were taken back." in late.content.decode()
    assert "Undo all" not in late.content.decode()


def test_batch_belongs_to_who_made_it(desk, client, consultation):
    page, sample = of_letter(letters(consultation, 2)[0])
    read_sample(desk, page, sample)
    desk.post(page, {"action": "publish", "sure": "publish", "cases": as_listed(desk, page)})
    batch = Batch.objects.get()
    client.force_login(UserFactory(groups=["Submission moderators"]))

    assert client.get(reverse("queue_batch", args=[batch.pk])).status_code == 404
    assert client.post(reverse("queue_batch_undo", args=[batch.pk])).status_code == 404
    assert Decision.objects.filter(undone_at=None).count() == 2


@pytest.mark.parametrize(
    "asked", ["", "?campaign=0", "?campaign=x", "?campaign=²", "?rule=phone-number", "?rule=%00&consultation=1"]
)
def test_address_that_names_no_set_leads_to_the_queue(desk, consultation, asked):
    for send in (desk.get, desk.post):
        assert send(reverse("queue_bulk") + asked)["Location"] == reverse("queue")
    assert desk.post(reverse("queue_bulk_sample") + asked)["Location"] == reverse("queue")


def test_set_that_is_empty_by_now_says_so(desk):
    response = desk.get(reverse("queue_bulk"), {"campaign": 17})

    assert "Nothing of this is left to decide together" in response.content.decode()
    assert desk.post(reverse("queue_bulk") + "?campaign=17", {"action": "publish"}).status_code == 422
    assert Batch.objects.count() == 0


@pytest.mark.parametrize("number", [2, 12])
def test_page_costs_the_same_however_many(desk, consultation, django_assert_num_queries, number):
    page, sample = of_letter(letters(consultation, number)[0])
    read_sample(desk, page, sample)

    with django_assert_num_queries(16):
        desk.get(page)

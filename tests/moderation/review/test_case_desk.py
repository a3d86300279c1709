"""The case as a desk: what is on it, what it asks, and what goes where."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status
from moderation.findings.redaction import Span
from moderation.models import Appeal, Case, Decision, Finding, Opinion
from moderation.redress.appeals import file_appeal
from moderation.review.blind_reviews import open_blind_review
from moderation.review.decisions import decide, take_back
from moderation.review.hand_over import hand_over
from portal.models import AuditEntry
from tests.factories import HELD_TEXT, UserFactory, held_in, submission_to
from tests.moderation.case_pages import PRIVATE, case_of, page_of, redaction, refusal, send, url

pytestmark = pytest.mark.django_db

NUMBER = Span("text", 11, 23, "phone number removed")
THREAT = "I know where you live, planner."
TWO = "accusations"


@pytest.fixture
def safety_officer(db):
    return UserFactory(groups=["Safety officers"])


@pytest.fixture
def safety_desk(safety_officer):
    from django.test import Client

    client = Client()
    client.force_login(safety_officer)
    return client


def opened(client, case, user):
    """Return a case that a person has taken and whose text was shown."""
    case.claim(user)
    client.post(reverse("queue_show", args=[case.pk]))
    return case


# Findings


def add_finding(case, **fields):
    found = {"rule": "street-address", "clause": PRIVATE, "action": "hold", "field": "text", "explanation": "Seen."}
    return Finding.objects.create(screening=case.revision.screenings.get(), **(found | fields))


def test_findings_of_one_clause_at_one_place_are_one_card(desk, consultation, moderator):
    case = case_of(held_in(consultation), moderator)
    add_finding(case, start=14, end=30)
    add_finding(case, start=0, end=4, clause="respect")

    response = desk.get(url(case))

    marks = response.context["marked"].marks
    assert [(mark.letter, mark.start, mark.end, mark.clause.key) for mark in marks] == [
        ("A", 11, 30, PRIVATE),
        ("B", 0, 4, "respect"),
    ]
    assert [(clause.key, len(members)) for clause, members in response.context["groups"]] == [
        (PRIVATE, 1),
        ("respect", 1),
    ]
    assert response.content.decode().count('name="passages"') == 2


def test_passage_of_joined_findings_is_taken_out_whole(desk, consultation, moderator):
    submission = held_in(consultation)
    case = case_of(submission, moderator)
    add_finding(case, start=14, end=29)

    send(desk, case, **redaction(passages=[Finding.objects.order_by("id").first().pk]))

    submission.refresh_from_db()
    assert submission.public_text == f"Ring me on [phone number removed]{HELD_TEXT[29:]}"


# A serious case asks once


@pytest.mark.parametrize("wish", [{"action": "publish"}, refusal(), redaction(others="night bus")])
def test_serious_case_asks_once_and_keeps_what_was_typed(desk, consultation, moderator, wish):
    case = case_of(held_in(consultation), moderator)
    assert case.severity == 3

    asked = send(desk, case, **wish, sure="")

    assert (asked.status_code, Decision.objects.count()) == (200, 0)
    page = asked.content.decode()
    assert "This is serious. Nothing is decided yet." in page
    assert f'name="sure" value="{wish["action"]}"' in page
    assert wish.get("reason", "") in page
    assert send(desk, case, **wish, sure=wish["action"]).status_code == 302


def test_another_button_is_asked_about_anew(desk, consultation, moderator):
    case = case_of(held_in(consultation), moderator)

    assert send(desk, case, action="publish", sure="refuse").status_code == 200
    assert not Decision.objects.exists()


def test_slight_case_does_not_ask(desk, consultation, moderator):
    case = case_of(held_in(consultation), moderator)
    Case.objects.filter(pk=case.pk).update(severity=2)

    assert send(desk, case, action="publish", sure="").status_code == 302


# Safety


def test_threat_goes_to_safety_by_one_button_before_the_text_is_opened(desk, consultation, moderator, safety_officer):
    case = case_of(submission_to(consultation, THREAT), moderator)
    page = page_of(desk, case)
    bar = page[page.index('class="case-bar"') :]
    assert bar.index("Hand to safety") < bar.index("Other desks")
    assert 'name="over-note" value="3. No threats or calls for violence"' in bar

    desk.post(reverse("queue_over", args=[case.pk]), {"over-desk": "safety", "over-note": "3. No threats"})

    case.refresh_from_db()
    assert case.desk == "safety"


def test_nothing_is_handed_to_safety_where_nobody_works_there(desk, consultation, moderator):
    assert "Hand to safety" not in page_of(desk, case_of(submission_to(consultation, THREAT), moderator))


def test_safety_officer_has_outcomes_of_their_own(safety_desk, consultation, moderator, safety_officer):
    case = case_of(submission_to(consultation, THREAT))
    hand_over(case, Case.Desk.SAFETY, "A threat.", moderator)
    page = page_of(safety_desk, opened(safety_desk, case, safety_officer))
    assert [words in page for words in ("Keep it back", "No danger: publish", "What was done")] == [True] * 3
    assert 'value="redact"' not in page
    wish = refusal(clauses=["threats"], reason="We do not publish that.")

    missing = send(safety_desk, case, **wish)
    assert missing.context["form"].errors == {
        "measures": ["Say what was done, also when it was enough to keep the text back."]
    }
    assert send(safety_desk, case, **wish, measures=["emergency", "warned"]).status_code == 302

    decision = Decision.objects.get()
    assert (decision.action, decision.measures) == ("refuse", ["emergency", "warned"])
    assert AuditEntry.objects.get(action="case.decided").facts["measures"] == ["emergency", "warned"]


def test_what_was_done_is_read_by_the_safety_desk_only(desk, safety_desk, consultation, moderator, safety_officer):
    submission = submission_to(consultation, THREAT)
    case = case_of(submission)
    wish = {"action": "refuse", "clauses": ["threats"], "reason": "No.", "measures": ["emergency"]}
    decide(case, revision_id=case.revision_id, actor=safety_officer, **wish)
    submission.refresh_from_db()
    submission.revise(text="The planner is late again.")
    again = case_of(submission)
    told = "The emergency services or the police were told"

    assert told not in page_of(desk, again)
    hand_over(again, Case.Desk.SAFETY, "Once more.", moderator)
    assert told in page_of(safety_desk, again)


# Appeals


def appealed(consultation, first, **wish):
    submission = held_in(consultation)
    case = case_of(submission)
    wish = {"action": "refuse", "clauses": ["respect"], "reason": "Rude."} | wish
    file_appeal(decide(case, revision_id=case.revision_id, actor=first, **wish))
    return submission


def test_appeal_starts_with_the_clauses_of_the_first_decision(danas_desk, consultation, moderator, dana):
    case = case_of(appealed(consultation, moderator), dana)

    form = danas_desk.get(url(case)).context["form"]

    assert (form.initial["clauses"], form.initial["reason"], form.initial["passages"]) == (["respect"], "", [])


@pytest.mark.parametrize(
    ("wish", "outcome"),
    [
        ({}, Status.REFUSED),
        ({"action": "redact", "clauses": [PRIVATE], "spans": [NUMBER]}, Status.PUBLISHED),
    ],
)
def test_decision_that_stands_is_made_again_as_it_was(danas_desk, consultation, moderator, dana, wish, outcome):
    submission = appealed(consultation, moderator, **wish)
    case = case_of(submission, dana)
    danas_desk.post(reverse("queue_unseal", args=[case.pk]))
    page = page_of(danas_desk, case)
    assert "Stays as it was" in page
    assert 'value="refuse"' not in page

    assert send(danas_desk, case, action="stand", reason="We looked again.").status_code == 302

    submission.refresh_from_db()
    first, answer = Decision.objects.order_by("id")
    assert (answer.action, answer.clause_keys, answer.spans) == (first.action, first.clause_keys, first.spans)
    assert (submission.status, Appeal.objects.get().outcome, answer.reason) == (outcome, "upheld", "We looked again.")


def test_nothing_stands_without_an_appeal(desk, consultation, moderator):
    response = send(desk, case_of(held_in(consultation), moderator), action="stand", reason="So.")

    assert response.context["form"].errors["action"] == ["That decision cannot stand as it was made. Decide anew."]
    assert not Decision.objects.exists()


# Blind


def test_second_reader_does_not_see_what_the_first_took_back(danas_desk, consultation, moderator, dana):
    case = case_of(held_in(consultation))
    take_back(
        decide(case, revision_id=case.revision_id, actor=moderator, **refusal(reason="Words taken back.")), moderator
    )
    decide(case, revision_id=case.revision_id, actor=moderator, **refusal(clauses=[TWO]))
    assert Opinion.objects.count() == 1
    case.refresh_from_db()
    case.claim(dana)

    page = page_of(danas_desk, case)

    assert [words in page for words in ("Words taken back.", "Decided before", str(moderator))] == [False] * 3


def test_first_reader_still_sees_what_they_took_back(desk, consultation, moderator):
    case = case_of(held_in(consultation))
    take_back(
        decide(case, revision_id=case.revision_id, actor=moderator, **refusal(reason="Words taken back.")), moderator
    )

    assert "Words taken back." in page_of(desk, case)


def test_blind_review_does_not_show_what_the_first_reader_took_back(danas_desk, consultation, moderator, dana):
    case = case_of(held_in(consultation))
    take_back(
        decide(case, revision_id=case.revision_id, actor=moderator, **refusal(reason="Words taken back.")), moderator
    )
    case.refresh_from_db()
    decision = decide(case, revision_id=case.revision_id, actor=moderator, **refusal())
    open_blind_review(decision)
    again = case_of(case.submission, dana)

    assert "Words taken back." not in page_of(danas_desk, again)


def test_page_says_that_criticism_in_the_shadow_needs_two(desk, consultation, moderator):
    case = case_of(held_in(consultation), moderator)
    says = "A rule that only counts saw criticism of us, so nobody takes anything out alone."
    assert says not in page_of(desk, case)

    add_finding(case, start=0, end=4, clause="respect", detector="criticism", action="shadow")

    assert says in page_of(desk, case)


def test_taking_is_not_offered_while_a_colleague_has_the_case(desk, consultation, dana):
    case = case_of(held_in(consultation))
    assert "Take this case" in page_of(desk, case)
    case.claim(dana)

    page = page_of(desk, case)

    assert "Dana Reyes is looking at this case." in page
    bar = page[page.index('class="case-bar"') :]
    assert [words in bar for words in ("Take this case", "Hand over", "Leave for later")] == [False] * 3


# The tray


def test_tray_has_an_undo_for_each_decision_while_its_author_is_not_told(desk, consultation, moderator):
    cases = [case_of(held_in(consultation), moderator) for _case in range(3)]
    for case in cases[:2]:
        send(desk, case, action="publish")
    first, second = Decision.objects.order_by("id")

    page = page_of(desk, cases[2])
    assert "Just decided (2)" in page
    for decision, times in ((first, 1), (second, 2)):  # the latest has a button of its own, too
        assert page.count(reverse("queue_undo", args=[decision.key])) == times
    desk.post(reverse("queue_undo", args=[first.key]))

    assert [each.undone_at is None for each in Decision.objects.order_by("id")] == [False, True]
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        page = page_of(desk, cases[2])
        assert "Just decided (1)" in page
        assert reverse("queue_undo", args=[second.key]) not in page


def test_tray_is_ones_own(danas_desk, consultation, moderator):
    case = case_of(held_in(consultation))
    decide(case, revision_id=case.revision_id, actor=moderator, action="publish")

    assert "Just decided" not in danas_desk.get(reverse("queue")).content.decode()

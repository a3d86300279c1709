import pytest
from django.urls import reverse

from consultations.models import Status, Submission
from moderation.models import Case, CaseClosed, Decision, Finding, Opinion, PolicyVersion
from moderation.review.decisions import decide, take_back
from moderation.review.hand_over import hand_over
from portal.models import AuditEntry
from tests.factories import held_in, submission_to
from tests.moderation.case_pages import PRIVATE, case_of, messages_of, page_of, refusal, send

pytestmark = pytest.mark.django_db

TWO = "accusations"  # a clause of the starter policy that asks for two readers
WORDS = "Words of the first reader."


@pytest.fixture
def case(consultation):
    return case_of(held_in(consultation))


def view(case, actor, action="refuse", clauses=(TWO,), reason=WORDS):
    return decide(case, revision_id=case.revision_id, action=action, actor=actor, clauses=list(clauses), reason=reason)


def two_clauses():
    return [clause.key for clause in PolicyVersion.current().policy.clauses if clause.second_opinion]


def test_refusal_under_some_clauses_is_an_opinion_first(case, moderator):
    assert TWO in two_clauses()

    opinion = view(case, moderator)

    case.refresh_from_db()
    assert isinstance(opinion, Opinion)
    assert (case.closed_at, case.second_reader, case.claimed_by, Decision.objects.count()) == (None, True, None, 0)


@pytest.mark.parametrize(
    "wish", [{"action": "publish", "clauses": [], "reason": ""}, {"clauses": [PRIVATE]}, {"action": "return"}]
)
def test_milder_judgements_need_one_reader(case, moderator, wish):
    assert isinstance(view(case, moderator, **wish), Decision)


@pytest.mark.parametrize("action", ["note", "shadow"])
def test_criticism_of_the_agency_is_not_refused_by_one(case, moderator, action):
    screening = case.revision.screenings.get()
    finding = {"rule": "criticism", "clause": "respect", "field": "text", "start": 0, "end": 4, "explanation": "x"}
    Finding.objects.create(screening=screening, detector="criticism", action=action, **finding)

    assert isinstance(view(case, moderator, clauses=[PRIVATE]), Opinion)


def test_starter_policy_asks_two_before_criticism_is_refused(consultation, moderator):
    criticism = case_of(submission_to(consultation, "Your planners failed us again! Ring me on 0491 570 006."))

    assert isinstance(view(criticism, moderator, clauses=[PRIVATE]), Opinion)


def test_two_who_agree_decide(case, moderator, dana):
    view(case, moderator, clauses=[TWO, PRIVATE])

    decision = view(case, dana, clauses=[TWO], reason="Mine.")

    case.refresh_from_db()
    assert (decision.action, decision.actor, decision.reason) == ("refuse", dana, "Mine.")
    assert [opinion.actor for opinion in case.opinions.all()] == [moderator, dana]
    assert Submission.objects.get(pk=case.submission_id).status == Status.REFUSED


@pytest.mark.parametrize("other", [{"action": "publish", "clauses": []}, {"clauses": [PRIVATE]}])
def test_two_who_differ_leave_it_to_the_lead(case, moderator, dana, lead, other):
    view(case, moderator)

    opinion = view(case, dana, **other)

    case.refresh_from_db()
    assert isinstance(opinion, Opinion)
    assert (case.desk, case.closed_at) == (Case.Desk.LEAD, None)
    assert isinstance(view(case, lead), Decision)


def test_nobody_is_both_readers(case, moderator):
    view(case, moderator)

    with pytest.raises(CaseClosed, match="a colleague has to give the second"):
        view(case, moderator)

    assert Opinion.objects.count() == 1


def test_reader_who_differed_does_not_settle_it(case, lead, dana):
    view(case, dana)
    view(case, lead, action="publish", clauses=[])

    with pytest.raises(CaseClosed, match="another lead moderator"):
        view(case, lead)


def test_opinion_on_an_earlier_text_does_not_count(case, moderator, dana):
    view(case, moderator)
    case.submission.refresh_from_db()
    case.submission.revise(text="Ring me on 0491 570 006, soon.")
    case.refresh_from_db()

    assert isinstance(view(case, dana), Opinion)
    assert isinstance(view(case, moderator), Decision)


def test_case_that_a_colleague_handed_over_was_read_by_two(case, moderator, lead):
    hand_over(case, Case.Desk.LEAD, "Please look.", moderator)

    assert isinstance(view(case, lead), Decision)


def test_lead_who_takes_a_case_to_their_own_desk_is_one_reader(case, lead):
    hand_over(case, Case.Desk.LEAD, "Mine.", lead)

    assert isinstance(view(case, lead), Opinion)


def test_decision_of_two_can_be_taken_back_and_made_otherwise(case, moderator, dana):
    view(case, moderator)
    take_back(view(case, dana), dana)
    case.refresh_from_db()

    assert [opinion.actor for opinion in case.opinions.all()] == [moderator]
    assert isinstance(view(case, dana, action="publish", clauses=[]), Opinion)


# Blind


def test_second_reader_learns_nothing_of_the_first_opinion(desk, danas_desk, case, moderator):
    case.claim(moderator)
    case.notes.create(actor=moderator, text="A note by the first reader.")
    response = desk.post(
        reverse("queue_case", args=[case.pk]),
        {"revision": case.revision_id, "sure": "refuse", **refusal(clauses=[TWO], reason=WORDS)},
        follow=True,
    )
    assert messages_of(response)[0].startswith(f"Your opinion on {case.submission.reference} is kept.")
    case.refresh_from_db()
    unread = page_of(danas_desk, case)
    danas_desk.post(reverse("queue_take", args=[case.pk]))

    pages = {
        "unread": unread,
        "case": page_of(danas_desk, case),
        "queue": danas_desk.get(reverse("queue")).content.decode(),
        "home": danas_desk.get("/admin/").content.decode(),
    }

    assert "Two people read this text, and neither sees what the other says." in pages["case"]
    assert "data-decision" in pages["case"]
    said = (WORDS, "A note by the first reader.", str(moderator), moderator.email, f'value="{TWO}" checked')
    assert {name: [word for word in said if word in page] for name, page in pages.items()} == {
        name: [] for name in pages
    }


def test_ledger_keeps_a_seal_of_the_first_opinion_and_nobodys_name(case, moderator):
    opinion = view(case, moderator)

    entry = AuditEntry.objects.get(action="case.opinion")
    assert (entry.by, list(entry.facts), entry.subject_id) == (None, ["opinion"], str(case.pk))
    assert str(opinion.actor_id) != entry.facts["opinion"]


def test_first_reader_is_told_why_they_cannot_go_on(desk, case, moderator):
    view(case, moderator)

    page = page_of(desk, case)

    assert "You gave the first opinion on this text, so a colleague has to give the second." in page
    assert "data-decision" not in page
    desk.post(reverse("queue_take", args=[case.pk]))
    case.refresh_from_db()
    assert case.claimed_by is None


def test_second_view_that_is_sent_anyway_by_the_first_reader_is_refused(desk, case, moderator):
    view(case, moderator)

    response = send(desk, case, action="publish")

    assert response.status_code == 409
    assert Decision.objects.count() == 0


def test_lead_sees_both_opinions(client, case, moderator, dana, lead):
    view(case, moderator)
    view(case, dana, action="publish", clauses=[], reason="")
    client.force_login(lead)

    page = page_of(client, case)

    assert "Two readers do not agree, so you decide" in page
    assert f"<b>{moderator}: Refuse </b>" in page
    assert f"<b>{dana}: Publish </b>" in page
    assert WORDS in page


def test_moderator_may_ask_for_a_second_opinion_and_loses_nothing(desk, case, moderator):
    case.claim(moderator)

    response = desk.post(reverse("queue_two", args=[case.pk]), {"revision": case.revision_id, "reason": "Typed."})

    case.refresh_from_db()
    assert (response.status_code, case.second_reader) == (200, True)
    assert "Typed.</textarea>" in response.content.decode()
    assert isinstance(view(case, moderator, action="publish", clauses=[], reason=""), Opinion)


def test_second_opinion_is_asked_for_by_the_reader_only(danas_desk, case, moderator):
    case.claim(moderator)

    danas_desk.post(reverse("queue_two", args=[case.pk]))

    case.refresh_from_db()
    assert case.second_reader is False

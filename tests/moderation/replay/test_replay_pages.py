import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import ConsultationPage
from moderation.findings.redaction import Span
from moderation.models import Case, PolicyVersion, Replay
from moderation.replay import job, sampling
from moderation.review.decisions import decide
from moderation.review.hand_over import hand_over
from tests.factories import held_in, policy_draft, submission_to
from tests.moderation.policy.drafts import TRAMS, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, lead):
    client.force_login(lead)
    return lambda name, *arguments, **query: client.get(reverse(name, args=arguments), query).content.decode()


def replayed(policy):
    replay = job.request_replay(policy, sampling.sample_last_texts(100))
    job.run_replays()
    return Replay.objects.get(pk=replay.pk)


def test_a_replay_of_the_draft_is_started_with_the_texts_that_were_chosen(client, lead, consultation):
    client.force_login(lead)
    policy_draft(actor=lead, rules=(*PolicyVersion.current().policy.rules, TRAMS))
    submission = submission_to(consultation)

    response = client.post(reverse("replay_start"), {"which": f"consultation:{consultation.pk}"})

    replay = Replay.objects.get()
    assert response.url == reverse("replay", args=[replay.pk])
    assert replay.sample == {"consultation": consultation.pk, "up_to": submission.pk}
    assert (replay.asked_by, replay.document["rules"][-1]["key"]) == (lead, "trams")


def test_the_texts_of_an_earlier_replay_can_be_chosen_again(client, lead, consultation):
    client.force_login(lead)
    policy_draft(actor=lead)
    submission_to(consultation)
    earlier = replayed(draft())
    submission_to(consultation)

    client.post(reverse("replay_start"), {"which": f"replay:{earlier.pk}"})
    assert Replay.objects.latest("pk").sample == earlier.sample


@pytest.mark.parametrize("which", ["", "last:5", "replay:9", "consultation:x", "nonsense"])
def test_other_samples_are_refused(client, lead, consultation, which):
    client.force_login(lead)
    policy_draft(actor=lead)

    response = client.post(reverse("replay_start"), {"which": which})
    assert (response.status_code, Replay.objects.count()) == (422, 0)


def test_without_a_draft_there_is_nothing_to_try(client, lead, page):
    assert "Nobody is writing a new version" in page("replays")

    response = client.post(reverse("replay_start"), {"which": "last:1000"}, follow=True)
    assert "so there is nothing to try" in response.content.decode()
    assert Replay.objects.count() == 0


def test_a_faulty_draft_is_not_tried(client, lead):
    client.force_login(lead)
    policy_draft(actor=lead, rules=(replace(TRAMS, matches=("A bus.",)),))

    response = client.post(reverse("replay_start"), {"which": "last:1000"}, follow=True)
    assert "does not match its example “A bus.”" in response.content.decode()
    assert Replay.objects.count() == 0


def test_a_replay_that_waits_shows_its_progress_and_can_be_cancelled(client, page, consultation):
    replay = job.request_replay(draft(), sampling.sample_last_texts(100))
    assert "Waiting to start" in page("replay", replay.pk)
    assert "does not seem to run" not in page("replay", replay.pk)
    Replay.objects.update(asked_at=timezone.now() - timedelta(minutes=5))
    assert "does not seem to run" in page("replay", replay.pk)

    client.post(reverse("replay_cancel", args=[replay.pk]))
    assert "It was cancelled" in page("replay", replay.pk)


def test_progress_is_told_in_numbers(client, lead, consultation):
    client.force_login(lead)
    replay = job.request_replay(draft(), sampling.sample_last_texts(100))
    replay.claim()
    replay.report_progress(done=1, total=4)

    answer = client.get(reverse("replay_progress", args=[replay.pk])).json()
    assert answer == {"jobs": [{"id": replay.pk, "state": "Running", "done": 1, "total": 4, "per_cent": 25}]}


def test_a_failed_replay_says_why(page):
    replay = Replay.objects.create(document={}, state="failed", problem="The draft cannot be read.")

    assert "The draft cannot be read." in page("replay", replay.pk)


def test_the_report_shows_numbers_and_marks_what_the_rules_saw(page, consultation):
    submission_to(consultation, "The <b>tram</b> is late.", author_name="Tom")
    held_in(consultation)

    shown = page("replay", replayed(draft(TRAMS, without=["phone-number"])).pk)
    assert 'The &lt;b&gt;<mark class="mark mark--hold" data-letters="A">tram</mark>&lt;/b&gt; is late.' in shown
    assert '<mark class="mark mark--hold" data-letters="A">0491 570 006</mark>' in shown
    assert re.search(r"<dt>Held</dt>\s*<dd>1 → 1</dd>", shown)


def test_examples_are_narrowed_to_a_rule(page, consultation):
    trams = submission_to(consultation, "The tram is late.")
    ferries = submission_to(consultation, "The ferry is late.")
    other = replace(TRAMS, key="ferries", title="Ferries", when={"detector": "words", "words": ["ferry"]})
    replay = replayed(draft(TRAMS, replace(other, matches=("A ferry.",))))

    both, one = page("replay", replay.pk), page("replay", replay.pk, rule="ferries")
    assert [each.reference in both for each in (trams, ferries)] == [True, True]
    assert [each.reference in one for each in (trams, ferries)] == [False, True]


def erased(submission, moderator, privacy):
    submission.erase(privacy)
    return "It was erased."


def taken_back(submission, moderator, privacy):
    submission.withdraw()
    return "Its author has taken it back."


def redacted(submission, moderator, privacy):
    span = Span("text", 4, 8, "words removed")
    wish = {"clauses": ["personal-information"], "reason": "A word.", "spans": [span]}
    decide(submission.cases.get(), revision_id=submission.current_id, action="redact", actor=moderator, **wish)
    return "what was there before is sealed"


def handed_to_legal(submission, moderator, privacy):
    hand_over(submission.cases.get(), actor=moderator, desk=Case.Desk.LEGAL, note="Is this true?")
    return "It was handed over to others (Legal), and only they read it."


@pytest.mark.parametrize("hide", [erased, taken_back, redacted, handed_to_legal])
def test_a_text_that_may_not_be_read_any_more_is_not_shown(page, consultation, moderator, privacy, hide):
    ConsultationPage.objects.update(moderation="before")
    submission = submission_to(
        consultation._meta.model.objects.get(), "The secret tram is late.", author_name="Zenobia"
    )
    replay = replayed(draft(TRAMS))
    assert "The secret" in page("replay", replay.pk)

    said = hide(submission, moderator, privacy)

    shown = page("replay", replay.pk)
    assert ["secret" in shown, "tram</mark>" in shown, said in shown] == [False, False, True]


def test_a_text_that_may_be_hard_to_read_is_folded(page, consultation):
    policy = draft(TRAMS)
    clauses = [replace(each, severity=4) if each.key == TRAMS.clause else each for each in policy.clauses]
    submission_to(consultation, "The tram is late.")

    assert "This text may be hard to read" in page("replay", replayed(replace(policy, clauses=tuple(clauses))).pk)


def test_a_report_says_which_version_came_of_it(page, consultation, lead):
    from moderation.models.publishing import publish_policy

    replay = replayed(draft(TRAMS))
    publish_policy(draft(TRAMS), actor=lead, replay=replay)

    assert "Published as version 2" in page("replay", replay.pk)


def test_a_group_that_is_held_more_than_others_is_marked(page, consultation):
    for number in range(40):
        submission_to(consultation, f"The bus number {number} is late.", language="en")
        submission_to(consultation, f"Die tram number {number} fehlt.", language="de")

    shown = page("replay", replayed(draft(TRAMS)).pk)
    rows = re.findall(r'<th scope="row">\s*(English|German)(.*?)</th>', shown, re.S)
    assert [(name, "More than elsewhere" in rest) for name, rest in sorted(rows)] == [
        ("English", False),
        ("German", True),
    ]


@pytest.mark.parametrize("texts", [1, 3])
def test_a_report_costs_the_same_however_many_examples(page, consultation, django_assert_num_queries, texts):
    for number in range(texts):
        submission_to(consultation, f"Tram number {number}.")
    replay = replayed(draft(TRAMS))
    page("replay", replay.pk)

    with django_assert_num_queries(17):
        page("replay", replay.pk)


@pytest.mark.parametrize("replays", [1, 3])
def test_the_list_costs_the_same_however_long(page, consultation, django_assert_num_queries, replays):
    submission_to(consultation)
    for _time in range(replays):
        replayed(draft())
    page("replays")

    with django_assert_num_queries(14):
        page("replays")

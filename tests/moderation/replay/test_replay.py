from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import Submission
from moderation.models import Case, Decision, Example, PolicyVersion, Replay
from moderation.policy.digests import rules_digest
from moderation.replay import job, sampling
from moderation.replay.running import compare_rules
from moderation.replay.tally import EXAMPLES_PER_KIND, share_with_interval
from moderation.review.decisions import decide
from moderation.screening.screen import due_from_now, open_case
from portal.jobs import worker
from portal.jobs.models import JOB_MAX_TRIES, JobTaken
from portal.jobs.runner import run_claimed
from portal.models import AuditEntry
from tests.factories import HELD_TEXT, held_in, submission_to
from tests.jobs import fall_silent
from tests.moderation.policy.drafts import TRAMS, draft

pytestmark = pytest.mark.django_db


def tried(policy, texts=1000):
    replay = job.request_replay(policy, sampling.sample_last_texts(texts))
    return compare_rules(replay, on_progress=lambda done, total: None)


def by_key(result, key):
    return next(rule for rule in result["rules"] if rule["key"] == key)


def decided(submission, action, actor, **wish):
    case = submission.cases.filter(closed_at=None).first() or open_case(
        submission, submission.current, Case.Cause.OPENED, due_from_now()
    )
    if action != "publish":
        wish |= {"clauses": ["personal-information"], "reason": "A number."}
    return decide(case, revision_id=submission.current_id, action=action, actor=actor, **wish)


def test_report_tells_what_changes_and_what_people_had_decided(consultation, moderator):
    published = submission_to(consultation, "The tram is late.", language="en", support_count=7)
    decided(published, "publish", moderator)
    unread = submission_to(consultation, "No tram on Sundays.", language="de", channel="email")
    submission_to(consultation, "The ferry is late.", language="en")
    refused = held_in(consultation, language="en", author_key="me")
    decided(refused, "refuse", moderator)
    assert refused.current.screenings.get().action == "hold"

    result = tried(draft(TRAMS, without=["phone-number"]))

    whole = {"texts": 4, "held": 2, "held_before": 1, "newly_held": 2, "newly_released": 1}
    whole |= {"false_alarms": share_with_interval(1, 1), "missed": share_with_interval(1, 1)}
    assert result["whole"] == whole
    languages = {row["name"]: (row["newly_held"], row["newly_released"]) for row in result["groups"]["language"]}
    assert languages == {"en": (1, 1), "de": (1, 0)}
    support = {row["name"]: row["newly_held"] for row in result["groups"]["support"]}
    assert support == {"0": 1, "5-19": 1}
    assert result["examples"]["newly_released"] == [refused.current_id]
    assert sorted(result["examples"]["newly_held"]) == sorted([published.current_id, unread.current_id])
    assert result["places"]["newly_released"] == {
        str(refused.current_id): [["phone-number", "phone", "text", 11, 23]],
    }
    assert result["places"]["newly_held"][str(unread.current_id)] == [["trams", "words", "text", 3, 7]]


def test_report_tells_rule_by_rule_what_became_of_it(consultation):
    submission_to(consultation, "The tram is late.")
    held_in(consultation)

    result = tried(draft(TRAMS, without=["e-mail-address"], phone_number={"mode": "suggest"}))

    trams, phone = by_key(result, "trams"), by_key(result, "phone-number")
    wanted = ("change", "mode", "mode_before", "seen", "seen_before", "newly_held", "newly_released", "unchanged")
    assert [trams[name] for name in wanted] == ["new", "hold", "", 1, 0, 1, 0, 0]
    assert [phone[name] for name in wanted] == ["changed", "suggest", "hold", 1, 1, 0, 1, 0]
    assert (by_key(result, "e-mail-address")["change"], by_key(result, "payment-card")["change"]) == ("removed", "same")


def test_text_that_stays_held_is_unchanged(consultation):
    held_in(consultation)

    result = tried(draft(TRAMS))
    phone = by_key(result, "phone-number")
    assert (phone["unchanged"], phone["newly_held"], result["whole"]["newly_held"]) == (1, 0, 0)


def test_report_holds_no_words_of_anybody(consultation):
    submission_to(consultation, "Sesquipedalian tram.", author_name="Zenobia")

    assert "squipedal" not in str(tried(draft(TRAMS))) and "Zenobia" not in str(tried(draft(TRAMS)))


def test_examples_are_at_most_twenty_and_have_their_places(consultation):
    for number in range(EXAMPLES_PER_KIND + 5):
        submission_to(consultation, f"Tram number {number} is late.")

    first, again = tried(draft(TRAMS)), tried(draft(TRAMS))
    drawn = first["examples"]["newly_held"]
    assert (len(drawn), drawn) == (EXAMPLES_PER_KIND, again["examples"]["newly_held"])
    assert set(first["places"]["newly_held"]) == {str(pk) for pk in drawn}
    assert by_key(first, "trams")["examples"]["newly_held"] == drawn


def test_golden_set_names_what_the_draft_gets_wrong(consultation):
    fine = submission_to(consultation, "The tram is late.")
    bad = held_in(consultation)
    for submission, expected in ((fine, "publish"), (bad, "hold")):
        Example.objects.create(revision=submission.current, expected=expected)

    failing = [{"revision": fine.current_id, "expected": "publish", "got": "hold"}]
    assert tried(draft(TRAMS))["golden"] == {"total": 2, "as_expected": 1, "failing": failing}


def test_erased_texts_are_in_no_report(consultation, privacy):
    erased = submission_to(consultation, "The tram is late.")
    Example.objects.create(revision=erased.current, expected="publish")
    erased.erase(privacy)

    result = tried(draft(TRAMS))
    assert (result["texts"], result["golden"]["total"]) == (0, 0)


def test_load_is_predicted_from_the_days_of_the_sample(consultation, moderator):
    start = timezone.localtime() - timedelta(days=20)
    for number in range(10):
        submission_to(consultation, f"Tram number {number}.", received_at=start + timedelta(days=2 * number))
    decided(held_in(consultation, received_at=start + timedelta(days=19)), "publish", moderator)

    load = tried(draft(TRAMS))["load"]
    assert load["pace"] == 1
    assert load["days"] > 10
    assert load["per_day"] == pytest.approx(11 / load["days"], abs=0.02)
    assert load["per_day_before"] == pytest.approx(1 / load["days"], abs=0.02)
    assert load["late_before"] == 0


def test_without_a_policy_in_force_everything_held_is_new(consultation):
    held_in(consultation)
    policy = draft()
    replay = job.request_replay(policy, sampling.sample_last_texts(10))
    replay.version = None

    result = compare_rules(replay, on_progress=lambda done, total: None)
    assert (result["whole"]["newly_held"], by_key(result, "phone-number")["change"]) == (1, "new")


def test_replay_is_asked_for_run_and_kept(consultation, lead):
    submission_to(consultation, "The tram is late.")
    policy = draft(TRAMS)
    replay = job.request_replay(policy, sampling.sample_last_texts(10), actor=lead)
    shown = []

    assert job.run_replays(lambda each: shown.append((each.done, each.total))) == 1

    replay.refresh_from_db()
    assert (replay.state, replay.done, replay.total, replay.version) == ("done", 1, 1, PolicyVersion.current())
    assert (replay.rules_digest, replay.result["whole"]["newly_held"]) == (rules_digest(policy), 1)
    assert shown[-1] == (1, 1)
    assert list(Replay.objects.finished()) == [replay]
    entries = AuditEntry.objects.filter(action__startswith="replay.").order_by("number")
    assert [(entry.action, entry.subject_id) for entry in entries] == [
        ("replay.asked", str(replay.pk)),
        ("replay.finished", str(replay.pk)),
    ]


def test_the_oldest_is_run_first_and_each_once(consultation):
    asked = [job.request_replay(draft(), sampling.sample_last_texts(1)) for _time in range(2)]

    assert [Replay.objects.claim_next() for _time in range(3)] == [*asked, None]


def test_a_replay_that_is_claimed_twice_has_one_owner(consultation):
    replay = job.request_replay(draft(), sampling.sample_last_texts(1))
    same = Replay.objects.get(pk=replay.pk)

    assert (replay.claim(), same.claim()) == (True, False)


def test_cancelling_stops_a_replay_that_runs(consultation, lead, monkeypatch):
    submission_to(consultation)
    replay = job.request_replay(draft(TRAMS), sampling.sample_last_texts(10))
    monkeypatch.setattr("portal.jobs.models.HEARTBEAT_SECONDS", 0)

    job.run_replays(lambda each: Replay.objects.get(pk=replay.pk).cancel(lead))

    replay.refresh_from_db()
    assert (replay.state, replay.result) == ("cancelled", {})
    assert AuditEntry.objects.filter(action="replay.cancelled").count() == 1


def test_what_is_over_cannot_be_cancelled(consultation, lead):
    replay = job.request_replay(draft(), sampling.sample_last_texts(1))
    job.run_replays()
    replay.refresh_from_db()

    assert not replay.cancel(lead)
    assert Replay.objects.get(pk=replay.pk).state == "done"


def test_a_worker_that_is_told_to_stop_puts_the_replay_back(consultation, monkeypatch):
    submission_to(consultation)
    replay = job.request_replay(draft(), sampling.sample_last_texts(10))
    assert replay.claim()
    monkeypatch.setattr(worker, "stopping", lambda: True)

    run_claimed(job.REPLAY_JOBS, replay)

    replay.refresh_from_db()
    assert (replay.state, replay.started_at, replay.done) == ("waiting", None, 0)


def test_a_replay_whose_worker_fell_silent_waits_again(consultation):
    silent, alive = (job.request_replay(draft(), sampling.sample_last_texts(1)) for _time in range(2))
    for replay in (silent, alive):
        assert replay.claim()
    fall_silent(Replay)
    alive.report_progress(done=1, total=2)

    Replay.objects.requeue_abandoned()

    states = dict(Replay.objects.values_list("pk", "state"))
    assert states == {silent.pk: "waiting", alive.pk: "running"}


def test_a_replay_that_kills_its_workers_is_given_up(consultation):
    replay = job.request_replay(draft(), sampling.sample_last_texts(1))
    for _try in range(JOB_MAX_TRIES):
        Replay.objects.requeue_abandoned()
        assert Replay.objects.get().claim()
        fall_silent(Replay)

    assert job.run_replays() == 0

    replay.refresh_from_db()
    assert (replay.state, "stopped in the middle" in replay.problem) == ("failed", True)


def test_a_worker_that_was_taken_for_dead_writes_nothing_over_anothers_work(consultation):
    first = job.request_replay(draft(), sampling.sample_last_texts(1))
    assert first.claim()
    Replay.objects.get(pk=first.pk).requeue()
    second = Replay.objects.claim_next()
    second.report_progress(done=1, total=5)

    with pytest.raises(JobTaken):
        first.report_progress(done=4, total=5)
    with pytest.raises(JobTaken):
        first.finish({"texts": 9, "whole": {"newly_held": 0, "newly_released": 0}})
    first.fail("Nothing.")
    assert Replay.objects.values_list("state", "done", "problem").get() == ("running", 1, "")


def test_a_draft_that_cannot_be_read_fails_in_words(consultation):
    replay = job.request_replay(draft(TRAMS), sampling.sample_last_texts(1))
    document = replay.document | {"clauses": []}
    Replay.objects.filter(pk=replay.pk).update(document=document)

    job.run_replays()

    replay.refresh_from_db()
    assert replay.state == "failed"
    assert replay.problem.startswith("The draft cannot be read: The rule “slurs” belongs to the clause “hate”")


def test_a_fault_of_ours_fails_in_words_and_does_not_stop_the_next(consultation):
    broken, fine = (job.request_replay(draft(), sampling.sample_last_texts(1)) for _time in range(2))
    Replay.objects.filter(pk=broken.pk).update(sample={})

    assert job.run_replays() == 2

    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, fine.state) == ("failed", "done")
    assert broken.problem == "Something broke that nobody foresaw (KeyError). The site's log says where."


def test_live_screening_is_left_alone_by_a_replay(consultation):
    submission_to(consultation, HELD_TEXT)
    before = list(Submission.objects.values_list("pk", "status", "version", "current"))

    tried(draft(TRAMS, without=["phone-number"]))

    assert list(Submission.objects.values_list("pk", "status", "version", "current")) == before
    assert Decision.objects.count() == 0

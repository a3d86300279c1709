import logging
import os
import re
import select
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from consultations.models import Status, Submission
from moderation.models import Replay
from moderation.replay import job, sampling
from portal.jobs import worker
from portal.models import AuditEntry, AuditRoot, WorkerStep
from tests.consultations.screeners import nobody_screening
from tests.factories import submission_to
from tests.moderation.policy.drafts import draft

GUARD_SECONDS = 180  # ends a broken test; a sound one waits for what happens
ROOT = Path(__file__).resolve().parents[2]


def fail():
    raise RuntimeError("The mail server is away.")


def test_every_package_names_its_steps():
    assert sorted((step.name, step.every) for step in worker.all_steps()) == [
        ("consultations.following.tell_followers", 15),
        ("consultations.models.following.clear_away", 3600),
        ("consultations.models.saved_response.clear_away", 3600),
        ("consultations.models.sent_form.clear_away", 3600),
        ("consultations.outcomes.tell_authors", 15),
        ("consultations.page_events.record_due_events", 30),
        ("moderation.replay.job.run_replays", 2),
        ("moderation.retention.job.run_retentions", 5),
        ("moderation.retention.job.start_nightly_run", 3600),
        ("moderation.retention.job.warn_owners_of_unused_accounts", 3600),
        ("moderation.review.blind_reviews.schedule_blind_reviews", 600),
        ("moderation.review.import_job.delete_old_imports", 3600),
        ("moderation.review.import_job.run_imports", 2),
        ("moderation.review.staff_notifications.notify_of_danger", 5),
        ("moderation.review.staff_notifications.notify_of_late_cases", 600),
        ("moderation.schedule.put_back_overdue", 60),
        ("moderation.schedule.screen_what_was_left", 30),
        ("moderation.schedule.settle_redress", 30),
        ("portal.audit.roots.publish_roots", 3600),
        ("portal.outbox.sending.send_due", 2),
        ("portal.schedule.check_ledger_daily", 3600),
        ("portal.schedule.clear_away", 3600),
        ("portal.schedule.publish_scheduled_pages", 300),
        ("portal.schedule.read_bounces", 300),
        ("portal.staff.notifications.delivery.forget_settled", 3600),
        ("portal.staff.notifications.delivery.post_digests", 60),
        ("search.exports.jobs.delete_expired_files", 60),
        ("search.exports.jobs.run_exports", 1),
        ("search.index.purge.purge_after_erasures", 3600),
        ("search.index.rebuild_job.run_rebuilds", 2),
        ("search.schedule.drop_old_generations", 3600),
        ("search.schedule.relay_changes", 1),
        ("search.schedule.send_alerts", 60),
        ("search.schedule.verify_nightly", 900),
    ]


def test_a_step_that_fails_rests_longer_each_time_and_is_logged_at_length_once(caplog):
    caplog.set_level(logging.ERROR, "portal.jobs.worker")
    step = worker.Step("letters", fail, every=10)

    taken = [(step.run_once(), step.pause) for _time in range(4)]
    assert taken == [(False, 20), (False, 40), (False, 60.0), (False, 60.0)]
    assert [bool(record.exc_info) for record in caplog.records] == [True, False, False, False]
    assert caplog.records[-1].getMessage() == (
        "The step letters fails again (The mail server is away.). Next try in 60 s."
    )


def test_a_step_that_works_again_takes_up_its_pace():
    answers = iter([fail, lambda: None])
    step = worker.Step("letters", lambda: next(answers)(), every=10)

    assert [(step.run_once(), step.pause) for _time in range(2)] == [(False, 20), (True, 10)]


def test_a_step_that_rests_long_does_not_rest_longer_when_it_fails():
    step = worker.Step("roots", fail, every=3600)
    step.run_once()

    assert step.pause == 3600


@pytest.mark.django_db
def test_a_step_that_fails_or_takes_long_keeps_no_other_from_its_turn(caplog):
    caplog.set_level(logging.CRITICAL)
    turns, enough, waited = [], threading.Event(), []

    def quick():
        turns.append(1)
        if len(turns) >= 5 and steps[0].failures:
            enough.set()
            os.kill(os.getpid(), signal.SIGTERM)

    def slow():
        waited.append(enough.wait(GUARD_SECONDS))

    steps = [
        worker.Step("fails", fail, every=0.01),
        worker.Step("slow", slow, every=0.01),
        worker.Step("quick", quick, every=0.01),
    ]
    worker.work(steps, say=lambda line: None)

    assert waited[0] is True  # not woken by its own patience: the others had their turns while it waited
    assert [step.name for step in WorkerStep.objects.all()] == ["fails", "quick", "slow"]  # it tells how they fare


@pytest.mark.django_db
def test_once_does_each_step(consultation, capsys):
    with nobody_screening():
        submission_to(consultation, "The night bus is late.")
    assert Submission.objects.get().status == Status.RECEIVED
    replay = job.request_replay(draft(), sampling.sample_last_texts(10))

    call_command("work")

    assert Submission.objects.get().status == Status.PUBLISHED
    assert Replay.objects.get(pk=replay.pk).state == "done"
    assert AuditEntry.objects.count() and not AuditRoot.objects.exists()  # the first day is not over
    assert "steps done" in capsys.readouterr().out


@pytest.mark.django_db
def test_once_names_what_failed_and_does_the_rest(consultation, monkeypatch, caplog):
    replay = job.request_replay(draft(), sampling.sample_last_texts(10))
    step = next(each for each in worker.all_steps() if each.name.endswith("send_due"))
    monkeypatch.setattr(step, "run", fail)

    with pytest.raises(CommandError, match=r"Failed, as the log tells: portal\.outbox\.sending\.send_due\."):
        call_command("work")
    assert Replay.objects.get(pk=replay.pk).state == "done"


@pytest.fixture
def site(tmp_path):
    """Return the environment of a site whose database is empty, so that every step fails."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "SITE_URL": "http://127.0.0.1:1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3",
        "SEARCH_URL": f"fts5:///{tmp_path}/search.sqlite3",
        "VAR_DIR": str(tmp_path),
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def guarded(process):
    """Kill a process that is still silent after minutes, so that a broken test ends."""
    timer = threading.Timer(GUARD_SECONDS, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def line_from(process, wanted):
    """Return the next line that holds some words; raise when the process ends without it."""
    with guarded(process):
        return next(line for line in process.stdout if wanted in line)


def steps_that_failed(process):
    """Return the names of the steps that read the empty database, each once the log says that it failed."""
    return (found[1] for line in process.stdout if (found := re.search(r"The step (\S+) failed\.", line)))


@pytest.mark.slow
def test_the_worker_outlives_its_steps_and_ends_with_a_signal(site):
    command = [sys.executable, "manage.py", "work", "--watch"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=site, **pipes) as process, guarded(process):
        assert len(set(islice(steps_that_failed(process), 10))) == 10
        assert process.poll() is None
        process.terminate()
        process.stdout.read()
        assert process.wait() == 0


PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "manage.py", "work", "--watch", "--child"], stdout=subprocess.PIPE, text=True)
print(child.pid, child.stdout.readline(), flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_a_child_ends_when_the_process_that_started_it_is_killed(site):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, env=site, **pipes) as parent:
        child = int(line_from(parent, "At work").split()[0])
        with os.fdopen(os.pidfd_open(child)) as handle:
            parent.kill()
            assert select.select([handle], [], [], GUARD_SECONDS)[0]  # readable once the child has ended

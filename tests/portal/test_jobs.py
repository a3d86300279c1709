"""Jobs of any kind: claiming, progress, and what becomes of a run that raises."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portal.jobs import worker
from portal.jobs.models import JobTaken
from portal.jobs.runner import JobKind, run_claimed, run_here, run_pending
from portal.jobs.views import worker_seems_down
from tests.jobs import fall_silent
from tests.toys.models import Chore

pytestmark = pytest.mark.django_db
State = Chore.State


class OutOfSoap(Exception):
    pass


def kind_that(run):
    return JobKind(Chore, run, expected_errors={OutOfSoap: "There is no %s left."}, requeue_on=(TimeoutError,))


def finish(chore, heart):
    heart.beat(now=True, done=1, total=2)
    chore.finish(done=2)


def raising(error):
    def run(chore, heart):
        raise error

    return run


def stored(chore):
    chore.refresh_from_db()
    return chore.state, chore.problem


def test_pending_jobs_are_run_oldest_first():
    chores = [Chore.objects.create() for _number in range(3)]
    shown = []

    count = run_pending(kind_that(finish), lambda chore: shown.append((chore.pk, chore.per_cent)))

    assert count == 3
    assert shown == [(chore.pk, 50) for chore in chores]
    assert set(Chore.objects.values_list("state", "done", "total", "tries")) == {("done", 2, 2, 1)}


@pytest.mark.parametrize(
    ("error", "state", "problem"),
    [
        (OutOfSoap("soap"), State.FAILED, "There is no soap left."),
        (KeyError("x"), State.FAILED, "Something broke that nobody foresaw (KeyError). The site's log says where."),
        (TimeoutError(), State.WAITING, ""),
        (worker.Stopped(), State.WAITING, ""),
        (JobTaken(), State.RUNNING, ""),  # whoever took it writes what comes of it
    ],
)
def test_run_that_raises_ends_in_the_state_of_its_error(error, state, problem):
    chore = Chore.objects.create_claimed()
    run_claimed(kind_that(raising(error)), chore)

    assert stored(chore) == (state, problem)


def test_only_unexpected_errors_are_logged_with_a_traceback(caplog):
    caplog.set_level(logging.WARNING, "portal.jobs.runner")
    for error in (OutOfSoap("soap"), KeyError("x")):
        run_claimed(kind_that(raising(error)), Chore.objects.create_claimed())

    assert [bool(record.exc_info) for record in caplog.records] == [False, True]


def test_job_that_fails_keeps_no_other_from_its_turn():
    first = Chore.objects.create()
    second = Chore.objects.create()

    def run(chore, heart):
        if chore == first:
            raise OutOfSoap("soap")
        chore.finish()

    assert run_pending(kind_that(run)) == 2
    assert [stored(first)[0], stored(second)[0]] == [State.FAILED, State.DONE]


def test_replaced_claim_can_write_nothing():
    Chore.objects.create()
    dead = Chore.objects.claim_next()
    fall_silent(Chore)
    Chore.objects.requeue_abandoned()
    alive = Chore.objects.claim_next()
    alive.report_progress(done=3)

    with pytest.raises(JobTaken):
        dead.report_progress(done=9)
    with pytest.raises(JobTaken):
        dead.finish(done=9)
    assert (dead.fail("No."), dead.requeue()) == (False, False)
    assert Chore.objects.values_list("state", "done", "claim_token", "tries").get() == (
        "running", 3, alive.claim_token, 2,
    )  # fmt: skip


def test_job_that_runs_is_cancelled_by_who_read_it_before_it_was_claimed():
    seen = Chore.objects.create()
    running = Chore.objects.claim_next()

    assert seen.cancel()
    with pytest.raises(JobTaken):
        running.report_progress(done=1)
    assert (stored(seen)[0], seen.cancel()) == (State.CANCELLED, False)


def test_heartbeat_writes_once_a_second_unless_it_has_to(monkeypatch, django_assert_num_queries):
    from portal.jobs.models import Heartbeat

    heart = Heartbeat(Chore.objects.create_claimed())
    heart.beat(done=1)
    with django_assert_num_queries(0):
        heart.beat(done=2)
    with django_assert_num_queries(1):
        heart.beat(now=True, done=3)

    assert Chore.objects.get().done == 3


def test_looking_for_abandoned_jobs_writes_nothing_when_there_are_none(django_assert_num_queries):
    Chore.objects.create_claimed()
    with django_assert_num_queries(1):
        Chore.objects.requeue_abandoned()

    assert stored(Chore.objects.get())[0] == State.RUNNING


def test_job_that_was_tried_too_often_fails(monkeypatch):
    monkeypatch.setattr(Chore, "MAX_TRIES", 2)
    Chore.objects.create()
    for _try in range(2):
        Chore.objects.claim_next()
        fall_silent(Chore)
        Chore.objects.requeue_abandoned()

    assert stored(Chore.objects.get()) == (
        State.FAILED, "The worker stopped in the middle of it, 2 times. The site's log may say why.",
    )  # fmt: skip


def test_job_whose_worker_falls_silent_while_others_are_requeued_does_not_fail():
    Chore.objects.create_claimed()
    fall_silent(Chore)
    late = Chore.objects.create_claimed()

    def fall_silent_after_first_update(execute, sql, *others):
        result = execute(sql, *others)
        if sql.startswith("UPDATE") and late.pk not in silent:
            silent.append(late.pk)
            fall_silent(Chore)
        return result

    silent: list[int] = []
    with connection.execute_wrapper(fall_silent_after_first_update):
        Chore.objects.requeue_abandoned()

    assert stored(late) == (State.RUNNING, "")


def test_job_that_is_run_here_is_never_seen_waiting():
    states = []

    def run(chore, heart):
        states.append((Chore.objects.waiting().count(), Chore.objects.claim_next()))
        chore.finish()

    assert run_here(kind_that(run)).state == State.DONE
    assert states == [(0, None)]


def test_job_that_is_run_here_is_cancelled_when_the_process_is_told_to_stop():
    import os
    import signal

    def run(chore, heart):
        os.kill(os.getpid(), signal.SIGTERM)
        while True:
            heart.beat()

    assert run_here(kind_that(run)).state == State.CANCELLED
    assert not worker.stopping()


def test_worker_seems_down_when_a_job_waits_long_and_none_is_alive(django_assert_num_queries):
    long_ago = timezone.now() - timedelta(minutes=1)
    fresh, late = Chore.objects.create(), Chore.objects.create(asked_at=long_ago)
    running = Chore.objects.create_claimed(asked_at=long_ago)

    with django_assert_num_queries(0):
        assert not worker_seems_down([fresh, running])
    assert not worker_seems_down([fresh, late, running])
    fall_silent(Chore)
    assert worker_seems_down([fresh, late, running])


def test_progress_is_told_in_the_columns_of_the_job():
    chore = Chore.objects.create(done=1, total=3)

    assert chore.progress == {"id": chore.pk, "state": "Waiting to start", "done": 1, "total": 3, "per_cent": 33}

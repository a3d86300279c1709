"""The worker process, which runs periodic steps until it is stopped.

A package registers its steps in its module `schedule`. `manage.py work` runs each step in a thread of its own, so that
a slow or failing step does not delay others. Two processes may run a step at once: each claims its rows in the
database, or repeats work without effect.
"""

import logging
import os
import signal
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from time import monotonic

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

logger = logging.getLogger(__name__)

STEP_MAX_PAUSE_SECONDS = 60.0  # maximum pause of a failing step, unless its normal pause is longer
STEP_STOP_SECONDS = 20.0  # time for a running step to end at shutdown
PARENT_CHECK_SECONDS = 1.0  # interval of checks whether the parent process is alive
STEP_STATUS_SECONDS = 30.0  # interval of writes of the steps' status

_stop = Event()


class Stopped(Exception):
    """The process is to stop; a long step raises this where it can be interrupted safely."""


def stopping():
    """Return whether the process is to stop."""
    return _stop.is_set()


@contextmanager
def stop_on_signals():
    """Make SIGTERM and SIGINT request a stop while the block runs."""
    handlers = {name: signal.signal(name, lambda *_args: _stop.set()) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        _stop.clear()
        for name, handler in handlers.items():
            signal.signal(name, handler)


def watch(step, *, every, retry=(), say=print):
    """Call `step` every `every` seconds until SIGTERM or SIGINT; a signal takes effect between two calls.

    An exception in `retry` is printed and lengthens the pause, up to a minute; any other exception propagates.
    """
    pause = every
    with stop_on_signals():
        say("Watching for changes.")
        while not stopping():
            try:
                step()
                pause = every
            except retry as error:
                pause = min(pause * 2, STEP_MAX_PAUSE_SECONDS)
                say(f"{error} Next try in {pause:.0f} s.")
            if not _stop.wait(pause):
                close_old_connections()  # the database may have been restarted meanwhile


@dataclass(slots=True)
class Step:
    """A periodic function of the worker."""

    name: str
    run: Callable[[], object]
    every: float
    failures: int = 0  # consecutive failures
    problem: str = ""  # the class of the latest exception
    done_at: datetime | None = None  # time of the last success

    @property
    def pause(self):
        """Return the pause in seconds: doubled by each consecutive failure, up to a minute."""
        return max(self.every, min(max(self.every, 1.0) * 2**self.failures, STEP_MAX_PAUSE_SECONDS))

    def run_once(self):
        """Run the step; return success. Log a traceback for the first failure in a row, one line afterwards."""
        try:
            self.run()
        except Exception as error:
            self.failures, self.problem = min(self.failures + 1, 10), type(error).__name__
            if self.failures == 1:
                logger.exception("The step %s failed.", self.name)
            else:
                logger.error("The step %s fails again (%s). Next try in %.0f s.", self.name, error, self.pause)
            return False
        self.failures, self.problem, self.done_at = 0, "", timezone.now()
        return True

    def run_forever(self):
        """Run the step periodically until the process is to stop."""
        while not stopping():
            self.run_once()
            close_old_connections()  # the database may have been restarted meanwhile
            _stop.wait(self.pause)
        connections.close_all()


_steps: dict[str, Step] = {}


def step(*, every):
    """Register a function as a step of the worker, run every `every` seconds."""

    def register(run):
        name = f"{run.__module__}.{run.__name__}"
        _steps[name] = Step(name, run, every)
        return run

    return register


def all_steps():
    """Return the steps of every package."""
    autodiscover_modules("schedule")
    return list(_steps.values())


def write_step_status(steps):
    """Store the status of the steps for the health page; log a database error and continue."""
    from portal.jobs.worker_step import WorkerStep  # models are not loaded yet when this module is imported

    try:
        WorkerStep.tell(steps)
    except DatabaseError as error:
        logger.warning("How the steps fare could not be written: %s", error)
        close_old_connections()


def work(steps, *, child=False, say=print):
    """Run the steps in threads until SIGTERM or SIGINT; a `child` also stops when its parent process ends."""
    parent = os.getppid()
    threads = [Thread(target=each.run_forever, name=each.name, daemon=True) for each in steps]
    with stop_on_signals():
        for thread in threads:
            thread.start()
        say(f"At work on {len(threads)} steps.")
        told = monotonic() - STEP_STATUS_SECONDS
        while not _stop.wait(PARENT_CHECK_SECONDS):
            if monotonic() - told > STEP_STATUS_SECONDS:
                told = monotonic()
                write_step_status(steps)
            if child and os.getppid() != parent:
                _stop.set()
        for thread in threads:
            thread.join(STEP_STOP_SECONDS)

"""Work that goes on beside the web process until it is told to stop.

A package names its steps in its module `schedule`; `manage.py work` does them all, each in a thread of its own, so that
one that fails or takes long keeps no other from its turn. A step may be done by two processes at once without harm:
each claims what it works on, or does nothing that was done before.
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

STEP_MAX_PAUSE_SECONDS = 60.0  # between two tries of a step that fails, unless it rests longer anyway
STEP_STOP_SECONDS = 20.0  # that a running step has to come to an end
PARENT_CHECK_SECONDS = 1.0  # between two looks whether the process that started us still lives
STEPS_TOLD_SECONDS = 30.0  # between two notes in the database of how the steps fare

_stop = Event()


class Stopped(Exception):
    """The process is to end; raised by a step that takes long, at a place where it can stop."""


def stopping():
    """Return whether the process was told to stop."""
    return _stop.is_set()


@contextmanager
def stop_on_signals():
    """Take SIGTERM and SIGINT for the wish that we stop, as long as the block runs."""
    handlers = {name: signal.signal(name, lambda *_args: _stop.set()) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        _stop.clear()
        for name, handler in handlers.items():
            signal.signal(name, handler)


def watch(step, *, every, retry=(), say=print):
    """Call `step`, rest `every` seconds, and again, until SIGTERM or SIGINT; a signal ends it between two steps.

    An error among `retry` is said and answered by a longer rest, up to a minute; any other ends the process.
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
    """Something to do every so many seconds."""

    name: str
    run: Callable[[], object]
    every: float
    failures: int = 0  # in a row
    problem: str = ""  # the kind of the last of these
    done_at: datetime | None = None  # when it last went well

    @property
    def pause(self):
        """Return how long to rest: twice as long after every failure, up to a minute."""
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
        """Run the step and rest, again and again, until the process is to stop."""
        while not stopping():
            self.run_once()
            close_old_connections()  # the database may have been restarted meanwhile
            _stop.wait(self.pause)
        connections.close_all()


_steps: dict[str, Step] = {}


def step(*, every):
    """Register a function as a step of the worker, to be done every so many seconds."""

    def register(run):
        name = f"{run.__module__}.{run.__name__}"
        _steps[name] = Step(name, run, every)
        return run

    return register


def all_steps():
    """Return the steps of every package."""
    autodiscover_modules("schedule")
    return list(_steps.values())


def tell_steps(steps):
    """Write how the steps fare, for the page of the site's health; a database that is away is no reason to stop."""
    from portal.jobs.worker_step import WorkerStep  # models are loaded later than this file

    try:
        WorkerStep.tell(steps)
    except DatabaseError as error:
        logger.warning("How the steps fare could not be written: %s", error)
        close_old_connections()


def work(steps, *, child=False, say=print):
    """Do the steps side by side until SIGTERM or SIGINT; as a `child`, also until the process that started us ends."""
    parent = os.getppid()
    threads = [Thread(target=each.run_forever, name=each.name, daemon=True) for each in steps]
    with stop_on_signals():
        for thread in threads:
            thread.start()
        say(f"At work on {len(threads)} steps.")
        told = monotonic() - STEPS_TOLD_SECONDS
        while not _stop.wait(PARENT_CHECK_SECONDS):
            if monotonic() - told > STEPS_TOLD_SECONDS:
                told = monotonic()
                tell_steps(steps)
            if child and os.getppid() != parent:
                _stop.set()
        for thread in threads:
            thread.join(STEP_STOP_SECONDS)

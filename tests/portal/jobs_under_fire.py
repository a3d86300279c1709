"""Run chores in several workers that are killed and stopped at random, over and over; print what is left.

Run by test_jobs_race.py as a program of its own, because a process that forks should have no threads. The workers are
told apart by their process ids; one that is stopped for longer than the heartbeat's timeout is taken for dead, and goes
on later with a claim that was replaced.
"""

import json
import os
import signal
import sys
import time
from random import Random

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.db import connections, transaction

django.setup()

from django.db.models import Count  # noqa: E402  (the apps are loaded first)

from portal.jobs.runner import JobKind, run_pending  # noqa: E402  (the apps are loaded first)
from tests.toys.models import Chore, Effect  # noqa: E402  (the apps are loaded first)

CHORES, WORKERS, ROUNDS, MAX_SECONDS = int(sys.argv[1]), 3, int(sys.argv[2]), 240
chance = Random(11)


def run(chore, heart):
    """Work for some milliseconds, then keep the effect and the end of the chore together."""
    heart.beat(now=True, total=1)
    time.sleep(0.02)
    with transaction.atomic():
        Effect.objects.create(chore=chore, worker=os.getpid())
        chore.finish(done=1)


def start_worker():
    """Fork a worker that runs chores until all are done; return its process id."""
    connections.close_all()
    if child := os.fork():
        return child
    while Chore.objects.unfinished().exists():
        run_pending(JobKind(Chore, run))
        time.sleep(0.05)
    os._exit(0)


def kill(child):
    """Kill a worker; return whether it was still at work."""
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


Chore.objects.bulk_create(Chore() for _number in range(CHORES))
workers = [start_worker() for _number in range(WORKERS)]
killed = 0
for number in range(ROUNDS):
    if not Chore.objects.unfinished().exists():
        break
    place = chance.randrange(WORKERS)
    if number % 5 == 4:  # this one is taken for dead and goes on afterwards
        os.kill(workers[place], signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(workers[place], signal.SIGCONT)
    time.sleep(chance.random() * 0.15)
    place = chance.randrange(WORKERS)
    killed += kill(workers[place])
    workers[place] = start_worker()
until = time.monotonic() + MAX_SECONDS
while Chore.objects.unfinished().exists() and time.monotonic() < until:
    time.sleep(0.2)
for child in workers:
    kill(child)
found = {
    "killed": killed,
    "states": dict(Chore.objects.values_list("state").annotate(Count("pk"))),
    "problems": [*Chore.objects.exclude(problem="").values_list("problem", flat=True)],
    "effects_in_all": Effect.objects.count(),
    "retried": Chore.objects.filter(tries__gt=1).count(),
    "done_by": Effect.objects.values("worker").distinct().count(),
}
sys.stdout.write(json.dumps(found))
